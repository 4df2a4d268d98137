"""What the worker and those who make files agree on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from community.insights.kinds.contract import Progress


@dataclass(frozen=True)
class Wanted:
    """A file as it was asked for; of a report, or else of the feedback of a scope (`settings`)."""

    report_id: int | None
    settings: Mapping[str, Any] | None
    format: str
    locale: str
    has_bom: bool
    has_people: bool
    asked_by_id: int | None


@dataclass(frozen=True)
class Made:
    """What a maker did besides writing: how many rows, and which quotes are in it (material.py)."""

    row_count: int | None = None
    quotes_mark: str = ""


# Writes the file to the path, in the locale it was asked for, and calls progress(done, total) often; that
# raises when nobody wants the file any more. Raises CannotMake for a reason that people should know.
Maker = Callable[[Path, Wanted, Progress], Made]
