"""How well ideas are supported by those who met them, so that few who did count for less; plain Python."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from community.statistics.distributions import beta_quantile
from community.statistics.intervals import Part, checked_numbers

# A prior never weighs less than knowing nothing, nor more than this many people.
LEAST_PRIOR, MOST_PRIOR = 2.0, 200.0
# The chance that the true share lies below what is called proven.
BELOW = 0.05


@dataclass(frozen=True)
class Prior:
    """What is expected of an idea before anybody met it: Beta(a, b)."""

    a: float
    b: float


class Group(NamedTuple):
    """A group of customers: its weight among all, and the part of those who met the idea that supports it."""

    weight: float
    part: Part


@dataclass(frozen=True)
class Weighted:
    """Support weighted by groups, the least of any group, and the most less the least; shares from 0 to 1."""

    share: float
    least: float
    spread: float


def prior_of(parts: Sequence[Part]) -> Prior:
    """The Beta distribution that the shares of ideas vary by, from the ideas themselves, by moments.

    Its mean is the share over all ideas together, its weight the one with which they would differ as much as
    they do (Kleinman 1973), kept between that of knowing nothing and 200 people. Without any difference to go
    by nothing is known: Beta(1, 1).
    """
    known = [part for part in parts if part.n]
    n = sum(part.n for part in known)
    mean = sum(part.count for part in known) / n if n else 0.0
    if len(known) < 2 or not 0 < mean < 1:
        return Prior(1.0, 1.0)
    scatter = sum(part.n * (part.count / part.n - mean) ** 2 for part in known) / (mean * (1 - mean))
    room = n - sum(part.n**2 for part in known) / n - (len(known) - 1)
    # How alike two people are about one idea; nothing: the ideas differ no more than by chance.
    alike = (scatter - (len(known) - 1)) / room if room > 0 else 1.0
    weight = max(LEAST_PRIOR, min(MOST_PRIOR, 1 / alike - 1)) if alike > 0 else MOST_PRIOR
    return Prior(mean * weight, (1 - mean) * weight)


def proven(part: Part, prior: Prior, *, below: float = BELOW) -> float:
    """The share, 0 to 1, that is reached with the chance 1 - `below`: a quantile of the Beta posterior."""
    checked_numbers((part.count, part.n - part.count), least=0)
    return beta_quantile(below, prior.a + part.count, prior.b + part.n - part.count)


def weighted_support(groups: Sequence[Group]) -> Weighted | None:
    """Support as if the groups had met the idea in their shares of all customers; None without weight.

    Each group's support is smoothed, (u + 1) / (n + 2), so that a few people are not sure of anything.
    """
    weight = sum(checked_numbers([group.weight for group in groups], least=0))
    if not weight:
        return None
    shares = [(group.part.count + 1) / (group.part.n + 2) for group in groups]
    share = sum(group.weight * each for group, each in zip(groups, shares, strict=True)) / weight
    return Weighted(share, min(shares), max(shares) - min(shares))
