"""Whether the votes of an idea look as votes of many people do: three signs, and whose votes each rests on.

Nothing is decided here. Each sign has honest explanations (an office behind one address, a newsletter, a
panel that has just opened), so a sign needs several votes and has to be unlikely beside what the idea, the
panel and its people usually show; then a person looks. The chances are binomial and Poisson tails.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import exp, lgamma, log
from typing import Any, NamedTuple

from community.statistics.distributions import beta_share

# A sign rests on at least so many votes: fewer move no idea.
LEAST = 5
# How unlikely it has to be; some hundred ideas are looked at every few minutes.
UNLIKELY = 1e-6
# One origin has so large a part of an idea's votes.
ORIGIN_SHARE = 0.1
# Younger than this when it voted, an account is newborn.
NEWBORN = timedelta(days=1)
# A burst is so many votes in so short a time.
BURST_LEAST = 8
BURST_WINDOW = timedelta(minutes=30)
# An idea's first day and a mention in a newsletter rise and fall over hours; a burst stands out of these.
AROUND = timedelta(hours=2)
# Where nothing is known of the pace yet: one vote in six hours, as on a quiet panel.
LEAST_PER_HOUR = 1 / 6


class Cast(NamedTuple):
    """One vote that counts: whose, when, since when they are here, and its origin ("" if forgotten)."""

    member_id: int
    at: datetime
    joined_at: datetime
    origin: str = ""

    @property
    def is_newborn(self) -> bool:
        """Whether the account was made only just before it voted."""
        return self.at - self.joined_at < NEWBORN


class Usual(NamedTuple):
    """What is usual around the idea: how many of the panel's other voters were newborn, and of how many;
    and how much busier than usual the panel was lately, 1 or more."""

    newborns: int = 0
    voters: int = 0
    busier: float = 1.0


class Sign(NamedTuple):
    """One thing that looks odd: its kind, whose votes it rests on, and the numbers behind it."""

    kind: str
    member_ids: tuple[int, ...]
    facts: dict[str, Any]


def find_signs(casts: Sequence[Cast], *, begun_at: datetime, now: datetime, usual: Usual) -> list[Sign]:
    """The signs in the votes of one idea that was published at `begun_at`."""
    casts = sorted(casts, key=lambda cast: (cast.at, cast.member_id))
    found = [_shared_origin(casts), _newborn(casts, usual), _burst(casts, begun_at, now, usual)]
    return [sign for sign in found if sign is not None]


def members_of(signs: Sequence[Sign]) -> list[int]:
    """Whose votes the signs rest on, each once, those of the most signs first."""
    counted = Counter(member_id for sign in signs for member_id in sign.member_ids)
    return sorted(counted, key=lambda member_id: (-counted[member_id], member_id))


def _shared_origin(casts: Sequence[Cast]) -> Sign | None:
    by_origin: defaultdict[str, list[int]] = defaultdict(list)
    for cast in casts:
        if cast.origin:
            by_origin[cast.origin].append(cast.member_id)
    odd = [ids for ids in by_origin.values() if len(ids) >= max(LEAST, ORIGIN_SHARE * len(casts))]
    if not odd:
        return None
    together = tuple(member_id for ids in odd for member_id in ids)
    facts = {"origins": len(odd), "votes": len(together), "largest": max(map(len, odd)), "of": len(casts)}
    return Sign("shared_origin", together, facts)


def _newborn(casts: Sequence[Cast], usual: Usual) -> Sign | None:
    young = tuple(cast.member_id for cast in casts if cast.is_newborn)
    # One more of each than was seen: nothing is impossible only because it has not happened yet.
    chance = (usual.newborns + 1) / (usual.voters + 2)
    # The chance of as many or more, in its form as an incomplete beta function.
    if len(young) < LEAST or beta_share(chance, len(young), len(casts) - len(young) + 1) >= UNLIKELY:
        return None
    facts = {"votes": len(young), "of": len(casts), "usual": round(chance, 3)}
    return Sign("newborn", young, facts)


def _burst(casts: Sequence[Cast], begun_at: datetime, now: datetime, usual: Usual) -> Sign | None:
    first, last = _densest(casts)
    together = casts[first:last]
    if len(together) < BURST_LEAST:
        return None
    hour = timedelta(hours=1)
    window, life = BURST_WINDOW / hour, max((now - begun_at) / hour, 0.0)
    rate = max(
        (len(casts) - len(together)) / max(life - window, window),
        _rate_around(casts, together, begun_at, now),
        LEAST_PER_HOUR,
    )
    rate *= usual.busier
    # As many windows as the idea has lived are looked at; one of them is the densest.
    windows = max(1.0, life / window)
    if poisson_tail(len(together), rate * window) * windows >= UNLIKELY:
        return None
    facts = {
        "votes": len(together),
        "of": len(casts),
        "from": together[0].at.isoformat(),
        "until": together[-1].at.isoformat(),
        "usual": round(rate * window, 2),
    }
    return Sign("burst", tuple(cast.member_id for cast in together), facts)


def _rate_around(casts: Sequence[Cast], together: Sequence[Cast], begun_at: datetime, now: datetime) -> float:
    """Votes an hour in the hours before and after the window, as far as the idea has lived them."""
    start = max(begun_at, together[0].at - AROUND)
    end = min(now, together[-1].at + AROUND)
    others = sum(start <= cast.at <= end for cast in casts) - len(together)
    return others / max((end - start - BURST_WINDOW) / timedelta(hours=1), 0.5)


def _densest(casts: Sequence[Cast]) -> tuple[int, int]:
    """Between which places most votes lie within the window."""
    best, first = (0, 0), 0
    for last, cast in enumerate(casts):
        while cast.at - casts[first].at > BURST_WINDOW:
            first += 1
        if last + 1 - first > best[1] - best[0]:
            best = (first, last + 1)
    return best


def poisson_tail(count: int, mean: float) -> float:
    """How likely `count` or more are where `mean` are usual."""
    if count <= mean:
        # Not below what is usual; the sum from above would be long and is not needed.
        return 1.0
    term = exp(count * log(mean) - mean - lgamma(count + 1))
    total, k = 0.0, count
    while term > total * 1e-12:
        total += term
        k += 1
        term *= mean / k
    return min(1.0, total)
