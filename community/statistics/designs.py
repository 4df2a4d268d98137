"""MaxDiff designs: which sets of items people see, balanced over items, pairs and places."""

from collections.abc import Iterable, MutableSequence, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil
from random import Random
from typing import Any

FEWEST_ITEMS, MOST_ITEMS = 4, 30
MOST_PER_SET = 6
MOST_VERSIONS = 100

# Exchanges of two items that are tried for each version; more of them gain next to nothing.
_TRIES_PER_SLOT = 80
# A pair met again within one version weighs as much as this many meetings in other versions.
_OWN_VERSION = 4
Sets = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Design:
    """For each version the sets that one respondent sees, each with item indexes from left to right."""

    item_count: int
    per_set: int
    seed: int
    versions: tuple[Sets, ...]

    def version_for(self, number: int) -> Sets:
        """The sets of the respondent with this number: versions are dealt out in turn."""
        return self.versions[number % len(self.versions)]


@dataclass(frozen=True)
class Balance:
    """How evenly a design treats its items: fewest and most times over all versions."""

    item_low: int
    item_high: int
    # The most that two items differ within one version.
    version_item_spread: int
    # How often two items meet in one set.
    pair_low: int
    pair_high: int
    pair_mean: float
    # How often an item stands in one and the same place of a set.
    position_low: int
    position_high: int
    # In every version each item can be compared with each other one, if only by way of others.
    all_connected: bool


def design(
    item_count: int,
    *,
    seed: int,
    per_set: int | None = None,
    set_count: int | None = None,
    versions: int = 24,
) -> Design:
    """Versions of sets in which items, pairs and places are balanced; the same seed gives the same design.

    Without `per_set` five items make a set, or half of them if there are fewer than ten; below six items
    three, as the worst of two says nothing new. Without `set_count` a version shows each item three times at
    least. Raises ValueError for counts that no balanced design can have (Louviere; Flynn & Marley).
    """
    if not FEWEST_ITEMS <= item_count <= MOST_ITEMS:
        raise ValueError(f"A MaxDiff needs {FEWEST_ITEMS} to {MOST_ITEMS} items, not {item_count}.")
    largest = max(3, min(MOST_PER_SET, item_count // 2))
    per_set = max(3, min(5, item_count // 2)) if per_set is None else per_set
    if not 3 <= per_set <= largest:
        raise ValueError(f"A set of {item_count} items shows 3 to {largest} of them, not {per_set}.")
    set_count = ceil(3 * item_count / per_set) if set_count is None else set_count
    if not ceil(item_count / per_set) <= set_count <= 2 * item_count:
        raise ValueError(
            f"{item_count} items need {ceil(item_count / per_set)} to {2 * item_count} sets, not {set_count}."
        )
    if not 1 <= versions <= MOST_VERSIONS:
        raise ValueError(f"A design has 1 to {MOST_VERSIONS} versions, not {versions}.")
    maker = _Maker(item_count, per_set, set_count, Random(seed))  # noqa: S311 - must be repeatable
    return Design(item_count, per_set, seed, tuple(maker.next_version() for _ in range(versions)))


def balance(design: Design) -> Balance:
    """How often items are shown, meet and stand in each place, over all versions of the design."""
    items = range(design.item_count)
    pairs = dict.fromkeys(combinations(items, 2), 0)
    places = [[0] * design.per_set for _ in items]
    spread, connected = 0, True
    for sets in design.versions:
        times = [0] * design.item_count
        for shown in sets:
            for place, item in enumerate(shown):
                times[item] += 1
                places[item][place] += 1
            for pair in combinations(sorted(shown), 2):
                pairs[pair] += 1
        spread = max(spread, max(times) - min(times))
        connected = connected and _is_connected(design.item_count, sets)
    totals = [sum(each) for each in places]
    every_place = [count for each in places for count in each]
    return Balance(
        item_low=min(totals),
        item_high=max(totals),
        version_item_spread=spread,
        pair_low=min(pairs.values()),
        pair_high=max(pairs.values()),
        pair_mean=sum(pairs.values()) / len(pairs),
        position_low=min(every_place),
        position_high=max(every_place),
        all_connected=connected,
    )


class _Maker:
    """Makes one version after the other, each of them evening out what those before it left uneven."""

    def __init__(self, item_count: int, per_set: int, set_count: int, rng: Random) -> None:
        self.items = range(item_count)
        self.per_set, self.set_count = per_set, set_count
        self.rng = rng
        self.totals = [0] * item_count
        self.met = [[0] * item_count for _ in self.items]
        self.places = [[0] * per_set for _ in self.items]

    def next_version(self) -> Sets:
        sets = self._dealt()
        own = [[0] * len(self.items) for _ in self.items]
        for each in sets:
            for one, other in combinations(each, 2):
                self._meet(own, one, other, 1)
        # Items are exchanged between sets, which changes who meets whom and not how often each is shown.
        for _ in range(_TRIES_PER_SLOT * self.per_set * self.set_count):
            self._try_exchange(sets, own)
        self._shuffle(sets)
        return tuple(self._placed(each) for each in sets)

    def _dealt(self) -> list[list[int]]:
        """Sets with each item as often as another, or once more; the more often go to those shown least."""
        slots = self.set_count * self.per_set
        times, more = divmod(slots, len(self.items))
        order = list(self.items)
        self._shuffle(order)
        order.sort(key=self.totals.__getitem__)
        often = set(order[:more])
        self._shuffle(order)
        dealt = [item for item in order for _ in range(times + (item in often))]
        for item in dealt:
            self.totals[item] += 1
        # Dealt around like cards: an item's turns are fewer than the sets, so none gets it twice.
        return [dealt[at :: self.set_count] for at in range(self.set_count)]

    def _try_exchange(self, sets: list[list[int]], own: list[list[int]]) -> None:
        here, there = self._below(self.set_count), self._below(self.set_count)
        at_here, at_there = self._below(self.per_set), self._below(self.per_set)
        one, other = sets[here][at_here], sets[there][at_there]
        if one == other or one in sets[there] or other in sets[here]:
            return
        here_rest = [item for item in sets[here] if item != one]
        there_rest = [item for item in sets[there] if item != other]
        change = 0
        for leaves, comes, rest in ((one, other, here_rest), (other, one, there_rest)):
            for item in rest:
                change += self.met[comes][item] - self.met[leaves][item] + 1
                change += _OWN_VERSION * (own[comes][item] - own[leaves][item] + 1)
        if change > 0:
            return
        for leaves, comes, rest in ((one, other, here_rest), (other, one, there_rest)):
            for item in rest:
                self._meet(own, leaves, item, -1)
                self._meet(own, comes, item, 1)
        sets[here][at_here], sets[there][at_there] = other, one

    def _meet(self, own: list[list[int]], one: int, other: int, times: int) -> None:
        for table in (own, self.met):
            table[one][other] += times
            table[other][one] += times

    def _placed(self, items: list[int]) -> tuple[int, ...]:
        """The set in the order that gives each of its items the places it has had least."""
        placed = list(items)
        self._shuffle(placed)
        gained = True
        while gained:
            gained = False
            for left, right in combinations(range(self.per_set), 2):
                one, other = self.places[placed[left]], self.places[placed[right]]
                if one[right] + other[left] < one[left] + other[right]:
                    placed[left], placed[right] = placed[right], placed[left]
                    gained = True
        for place, item in enumerate(placed):
            self.places[item][place] += 1
        return tuple(placed)

    def _below(self, limit: int) -> int:
        # Only `random()` is promised to be the same in every version of Python.
        return int(self.rng.random() * limit)

    def _shuffle(self, things: MutableSequence[Any]) -> None:
        for at in range(len(things) - 1, 0, -1):
            other = self._below(at + 1)
            things[at], things[other] = things[other], things[at]


def _is_connected(item_count: int, sets: Iterable[Sequence[int]]) -> bool:
    rest = [set(shown) for shown in sets]
    reached = rest.pop()
    while rest:
        touching = [each for each in rest if each & reached]
        if not touching:
            break
        rest = [each for each in rest if not each & reached]
        reached = reached.union(*touching)
    return len(reached) == item_count
