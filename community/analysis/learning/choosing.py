"""Which texts to ask people about: at random first, later those that the reading is least sure of."""

from collections.abc import Sequence
from random import Random
from typing import Literal, NamedTuple

# Until a site has this many labels, what is asked is random: a small sample of the doubtful misleads (4.12).
RANDOM_UNTIL = 200
# What stays random after that, so that there is always an honest sample to measure on.
RANDOM_SHARE = 0.25


class Candidate(NamedTuple):
    """A text that nobody has labelled yet, and how sure its reading is, 0 to 1."""

    id: int
    confidence: float


class Choice(NamedTuple):
    """A text to ask about, and why it was chosen."""

    id: int
    reason: Literal["random", "unsure"]


def choose(candidates: Sequence[Candidate], count: int, *, label_count: int, seed: int) -> list[Choice]:
    """At most `count` of the candidates, each once; the same seed chooses the same."""
    # Deciding whom to ask is not a secret.
    dice = Random(seed)  # noqa: S311
    pool = sorted(candidates)
    dice.shuffle(pool)
    count = min(count, len(pool))
    random_count = min(count, max(RANDOM_UNTIL - label_count, 0))
    random_count += sum(dice.random() < RANDOM_SHARE for _ in range(count - random_count))
    chosen = [Choice(candidate.id, "random") for candidate in pool[:random_count]]
    least_sure = sorted(pool[random_count:], key=lambda candidate: candidate.confidence)
    chosen += [Choice(candidate.id, "unsure") for candidate in least_sure[: count - random_count]]
    return chosen
