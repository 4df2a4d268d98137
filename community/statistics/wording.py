"""Which words one group of people uses more than another; pure.

A word counts once for each person who says it, however often they do: people are independent of each other,
their repetitions are not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, sqrt

from community.statistics.distributions import normal_p, z_of
from community.statistics.intervals import Interval

# The prior weighs as much as so many people who speak as all do.
PRIOR_PEOPLE = 20.0


@dataclass(frozen=True)
class Wording:
    """A word: how many of each group say it, and how the log-odds of saying it differ, with their test."""

    word: str
    here: int
    elsewhere: int
    log_odds: float
    interval: Interval
    z: float
    p: float


def compare_words(
    here: Mapping[str, int],
    elsewhere: Mapping[str, int],
    *,
    people_here: int,
    people_elsewhere: int,
    least: int = 1,
    prior: float = PRIOR_PEOPLE,
    level: float = 0.95,
) -> list[Wording]:
    """The words that at least `least` people here say, those most peculiar to them first.

    `here` and `elsewhere` say how many people of each group, of `people_here` and `people_elsewhere`, say a
    word. The difference of the log-odds has all people together as its prior, as if `prior` more of them were
    in each group; z is that difference over its standard error (Monroe, Colaresi and Quinn 2008, with people
    for words). Raises ValueError for more speakers than people.
    """
    if prior <= 0:
        raise ValueError("The prior weighs something.")
    if max(here.values(), default=0) > people_here or max(elsewhere.values(), default=0) > people_elsewhere:
        raise ValueError("No more can say a word than there are people.")
    everybody = people_here + people_elsewhere
    found = []
    for word, count in here.items():
        other = elsewhere.get(word, 0)
        if count < max(1, least):
            continue
        # Half a person each way, so that what all or none say has odds as well.
        held = prior * (count + other + 0.5) / (everybody + 1)
        first = _log_odds(count + held, people_here + prior)
        second = _log_odds(other + held, people_elsewhere + prior)
        error = sqrt(1 / (count + held) + 1 / (other + held))
        value, half = first - second, z_of(level) * error
        z = value / error
        found.append(Wording(word, count, other, value, Interval(value - half, value + half), z, normal_p(z)))
    return sorted(found, key=lambda each: (-each.z, each.word))


def _log_odds(count: float, of: float) -> float:
    return log(count / (of - count))
