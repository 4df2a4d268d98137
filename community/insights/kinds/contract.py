"""What each kind of report answers for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from community.insights.figures import Cell, Claim, Section
from community.insights.scope import Scope

# Called before each step of the collecting: how many are done, of how many. Raises `Cancelled` to stop it.
Progress = Callable[[int, int], None]


class Cancelled(Exception):
    """Somebody called the report off while it was collected."""


@dataclass(frozen=True)
class Collected:
    """What a kind found, in the words of the present locale; `sample` and `warnings` as in a snapshot."""

    sections: Sequence[Section]
    summary: Sequence[Claim]
    sample: Sequence[tuple[str, Cell]]
    # How many texts (or what the kind counts) and people are in it.
    n: int
    people: int
    warnings: Sequence[str] = ()
    definitions: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of report: what it is called, what it tells, which choices it needs, how it is collected."""

    key: str
    name: Any
    about: Any
    collect: "Collect"
    # Which of the builder's choices it heeds besides panels and period: "segments", "topics", "languages",
    # "survey", "targets" (what the customers look like), "value" (the question with a customer's value).
    heeds: frozenset[str] = field(default_factory=lambda: frozenset({"segments", "topics", "languages"}))
    # Choices it cannot do without: "survey".
    needs: frozenset[str] = frozenset()


class Collect(Protocol):
    """Reads everything of one scope in one view of the data, writes nothing, and says how far it is."""

    def __call__(self, scope: Scope, progress: Progress, *, now: datetime) -> Collected:
        """All sections, suppressed where too few people are in them; `now` is the moment of the data."""
