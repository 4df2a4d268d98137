"""Random orders that stay the same for one member, because the seed of their response is kept."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

from community.surveys.kinds import Asked, Option

Thing = TypeVar("Thing")


def shuffled(things: Sequence[Thing], *, seed: int, name: str) -> list[Thing]:
    """The things in the order that this seed gives them under this name, the same for ever."""
    # By digests, as the dice of a later Python may fall otherwise.
    keys = [hashlib.sha256(f"{seed}:{name}:{place}".encode()).digest() for place in range(len(things))]
    return [things[place] for place in sorted(range(len(things)), key=keys.__getitem__)]


def shuffle_options(options: Sequence[Option], *, seed: int, name: str) -> tuple[Option, ...]:
    """The options in random order; "other" stays at the end, where people look for it."""
    named = [option for option in options if not option.is_other]
    others = [option for option in options if option.is_other]
    return (*shuffled(named, seed=seed, name=name), *others)


def shuffle_questions(questions: Sequence[Asked], *, seed: int, fixed: frozenset[str]) -> list[Asked]:
    """The questions of one page in random order; those with `fixed` codes keep their places.

    A question that depends on another must not come before it, so both stay where staff put them.
    """
    free = [place for place, question in enumerate(questions) if question.code not in fixed]
    names = "+".join(questions[place].code for place in free)
    ordered = list(questions)
    for place, question in zip(
        free, shuffled([questions[place] for place in free], seed=seed, name=names), strict=True
    ):
        ordered[place] = question
    return ordered
