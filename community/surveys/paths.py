"""Which questions are asked, and on which pages, for the answers given so far."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

from community.surveys import logic
from community.surveys.kinds import BEGUN, Value


class Placed(Protocol):
    """What of a question decides whether and where it is asked."""

    code: Any
    page: Any
    condition: Any
    is_required: Any


Step = TypeVar("Step", bound=Placed)


def walk(questions: Sequence[Step], answers: Mapping[str, Value]) -> list[Step]:
    """The questions that are asked, in order; an answer counts for later ones only if it was asked itself."""
    asked: list[Step] = []
    given: dict[str, Value] = {}
    for question in questions:
        if not logic.holds(question.condition, given):
            continue
        asked.append(question)
        if question.code in answers:
            given[question.code] = answers[question.code]
    return asked


def pages_of(path: Sequence[Placed]) -> list[int]:
    """The numbers of the pages that have something to ask."""
    return sorted({question.page for question in path})


def page_after(path: Sequence[Placed], page: int) -> int | None:
    """The next page, or None behind the last."""
    return next((number for number in pages_of(path) if number > page), None)


def page_before(path: Sequence[Placed], page: int) -> int | None:
    """The page before, or None at the first."""
    return next((number for number in reversed(pages_of(path)) if number < page), None)


def first_open(path: Sequence[Step], answers: Mapping[str, Value]) -> Step | None:
    """The first question that must be answered and is not."""
    return next((q for q in path if q.is_required and not is_answered(q.code, answers)), None)


def is_answered(code: str, answers: Mapping[str, Value]) -> bool:
    """Whether the question has its whole answer, and not only a begun one."""
    return code in answers and BEGUN not in answers[code]


def reachable(path: Sequence[Placed], answers: Mapping[str, Value], *, page: int) -> int | None:
    """The page that may be shown when this one is asked for: not beyond what must be answered first.

    None if there is nothing to ask at all.
    """
    pages = pages_of(path)
    if not pages:
        return None
    waiting = first_open(path, answers)
    bound = waiting.page if waiting is not None else pages[-1]
    return max((number for number in pages if number <= min(page, bound)), default=pages[0])
