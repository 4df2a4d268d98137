"""People instead of texts: what each of them spoke of, and how satisfied they were; pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Literal

from community.insights.queries.drivers import Said
from community.statistics.drivers import MOST_PREDICTORS
from community.statistics.intervals import MIN_SHOWN

Outcome = Literal["rating", "score"]

# With fewer people who gave a rating than this, the scores of the texts say more.
ENOUGH_RATINGS = 100
# So many people, and so many more for each topic, say what explains an outcome (Green 1991).
LEAST, LEAST_PER_TOPIC = 50, 8
# Sources whose ratings reach this many times as far were hardly asked on the same scale.
OTHER_SCALE = 1.5


@dataclass
class _Kept:
    """One outcome of everybody who has it, by person: sums, numbers of texts, and the topics spoken of."""

    sums: list[float] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    topics: list[int] = field(default_factory=list)
    strata: list[int] = field(default_factory=list)
    places: dict[int | str, int] = field(default_factory=dict)
    highest: dict[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class People:
    """Everybody with an outcome: how satisfied they were on average, and of which topics they spoke."""

    outcome: Outcome
    values: Sequence[float]
    # One number per person, a bit for each of `topic_ids`.
    spoken: Sequence[int]
    # Where they spoke: people are compared within it.
    strata: Sequence[int]
    topic_ids: Sequence[int]
    text_count: int
    # The sources asked on scales that differ.
    mixes_scales: bool

    def rows(self, topic_ids: Sequence[int]) -> list[list[int]]:
        """Per person and topic whether they spoke of it."""
        bits = [self.topic_ids.index(each) for each in topic_ids]
        return [[spoken >> bit & 1 for bit in bits] for spoken in self.spoken]


class Gathering:
    """Takes texts in one by one and makes people of them."""

    def __init__(self) -> None:
        self._topics: dict[int, int] = {}
        self._strata: dict[tuple[int, str, str], int] = {}
        self._kept: dict[Outcome, _Kept] = {"rating": _Kept(), "score": _Kept()}

    def add(self, texts: Iterable[Said]) -> None:
        """Take these texts in."""
        ratings, scores = self._kept["rating"], self._kept["score"]
        for author_id, author_key, panel_id, source, source_name, topic_id, score, rating in texts:
            place = (panel_id, source, source_name)
            stratum = self._strata.get(place)
            if stratum is None:
                stratum = self._strata[place] = len(self._strata)
            bit = 0
            if topic_id is not None:
                bit = 1 << self._topics.setdefault(topic_id, len(self._topics))
            person = author_key if author_id is None else author_id
            if rating is not None:
                _take(ratings, person, rating, bit, stratum)
            if score is not None:
                _take(scores, person, score, bit, stratum)

    def people(self) -> People:
        """Everybody, by their ratings if enough gave one, else by the scores of their texts."""
        ratings = self._kept["rating"]
        outcome: Outcome = "rating" if len(ratings.sums) >= ENOUGH_RATINGS else "score"
        kept = self._kept[outcome]
        return People(
            outcome,
            [total / count for total, count in zip(kept.sums, kept.counts, strict=True)],
            kept.topics,
            _merged(kept.strata),
            list(self._topics),
            sum(kept.counts),
            outcome == "rating" and max(kept.highest.values()) > OTHER_SCALE * min(kept.highest.values()),
        )


def choose_topics(people: People) -> list[int]:
    """The topics that most people spoke of, as many as so many people can tell apart.

    Of each at least ten people spoke, and ten did not.
    """
    n = len(people.values)
    counts = Counter[int]()
    for spoken, times in Counter(people.spoken).items():
        for at, topic_id in enumerate(people.topic_ids):
            if spoken >> at & 1:
                counts[topic_id] += times
    usable = [each for each, count in counts.items() if MIN_SHOWN <= count <= n - MIN_SHOWN]
    most = min(MOST_PREDICTORS, max(0, (n - LEAST) // LEAST_PER_TOPIC))
    return sorted(usable, key=lambda each: (-counts[each], each))[:most]


def _take(kept: _Kept, person: int | str, value: float, bit: int, stratum: int) -> None:
    if value > kept.highest.get(stratum, -inf):
        kept.highest[stratum] = value
    place = kept.places.get(person)
    if place is None:
        # Of somebody without an id and a name nothing is known: each text is a person of its own.
        if person != "":
            kept.places[person] = len(kept.sums)
        kept.sums.append(value)
        kept.counts.append(1)
        kept.topics.append(bit)
        kept.strata.append(stratum)
        return
    kept.sums[place] += value
    kept.counts[place] += 1
    kept.topics[place] |= bit


def _merged(strata: Sequence[int]) -> list[int]:
    """The strata, those of too few people to compare within them taken together."""
    sizes = Counter(strata)
    return [each if sizes[each] >= MIN_SHOWN else -1 for each in strata]
