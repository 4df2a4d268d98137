"""What a report is made of: figures with their numbers and claims; nothing about how they are kept or shown.

All words are already in the report's language, and nothing that must stay hidden is in here: whoever shows
or exports a snapshot adds and leaves out nothing.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

VERSION = 1

# How a cell is to be written: "share" is 0 to 1, "points" a difference of shares, "score" -1 to 1, "interval"
# [low, high] in the unit of the column it belongs to (`of`), "date" an ISO day, "days" and "number" floats.
CellKind = Literal["text", "count", "share", "points", "score", "number", "days", "date", "interval", "p"]
Cell = str | int | float | bool | list[float] | None
Verdict = Literal["rose", "fell", "higher", "lower", "unproven", "plain"]
Shape = Literal["bars", "dots", "lines", "stacked", "slope", "scatter", "heat", "funnel"]


@dataclass(frozen=True)
class Column:
    """A column of a table; `of` names the column that an interval or a change belongs to."""

    key: str
    title: str
    kind: CellKind = "text"
    of: str = ""


@dataclass(frozen=True)
class Row:
    """A row: its cells by column, the filter that finds the texts behind it, whether it is kept back.

    A row that is kept back (`is_hidden`: too few people) has its name and nothing else in its cells.
    """

    cells: Mapping[str, Cell]
    # What narrows the texts to those behind this row, {"topic": 5, "sentiment": "neg"}; None: no texts.
    texts: Mapping[str, Any] | None = None
    is_hidden: bool = False


@dataclass(frozen=True)
class Chart:
    """How a figure is drawn from its own rows: which columns are along, up, the interval and the colour."""

    shape: Shape
    x: str
    y: str
    # What the picture says in one sentence, for who cannot see it.
    description: str
    low: str = ""
    high: str = ""
    colour: str = ""
    # A figure whose colours mean feeling ("sentiment"), good and bad ("change"), or nothing ("plain").
    palette: Literal["plain", "sentiment", "change"] = "plain"


@dataclass(frozen=True)
class Claim:
    """One sentence that a test stands behind; `test` says which, with its numbers, "" for a plain count."""

    text: str
    verdict: Verdict = "plain"
    figure: str = ""
    test: str = ""


@dataclass(frozen=True)
class Quote:
    """Somebody's words, chosen to represent; kept apart from the snapshot, because they can be taken back."""

    item_id: int
    text: str
    # Where and when it was said, in words, without a name.
    source: str
    language: str = ""
    sentiment: str = ""


@dataclass(frozen=True)
class Figure:
    """A table with its sample, its interval, how it was counted, and if it has one its chart."""

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    # Texts (or cases, answers, members: `unit`) and people that it rests on.
    n: int
    unit: str
    people: int | None = None
    # What is counted, by which formula, from which source.
    how: str = ""
    chart: Chart | None = None
    claims: Sequence[Claim] = ()
    # Said beneath: what is kept back, what is thin.
    notes: Sequence[str] = ()
    quotes: Sequence[Quote] = ()


@dataclass(frozen=True)
class Section:
    """Figures that answer one question."""

    key: str
    title: str
    figures: Sequence[Figure]
    lead: str = ""


@dataclass(frozen=True)
class Snapshot:
    """A whole report, frozen: what was asked, at which moment, of whom, and what came out."""

    kind: str
    title: str
    locale: str
    # What it was narrowed to, in words: (label, value).
    filters: Sequence[tuple[str, str]]
    # The same for the machine; see scope.Scope.
    settings: Mapping[str, Any]
    # The moment of the data, ISO in UTC.
    data_at: str
    # Who is in it and who is not: (label, number or words).
    sample: Sequence[tuple[str, Cell]]
    warnings: Sequence[str]
    summary: Sequence[Claim]
    sections: Sequence[Section]
    # Terms and how they are meant: (term, meaning).
    definitions: Sequence[tuple[str, str]] = ()
    version: int = field(default=VERSION)

    def figures(self) -> list[Figure]:
        """All figures, in order."""
        return [figure for section in self.sections for figure in section.figures]


def to_json(snapshot: Snapshot) -> str:
    """The snapshot as text that is the same, byte for byte, for the same figures."""
    return json.dumps(asdict(snapshot), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> Snapshot:
    """The snapshot that `to_json` wrote down."""
    data = json.loads(text)
    data["sections"] = [_section(each) for each in data["sections"]]
    data["summary"] = [Claim(**each) for each in data["summary"]]
    for key in ("filters", "sample", "definitions"):
        data[key] = [tuple(each) for each in data[key]]
    return Snapshot(**data)


def fingerprint(text: str) -> str:
    """The SHA-256 of a written snapshot, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _section(data: dict[str, Any]) -> Section:
    return Section(**{**data, "figures": [_figure(each) for each in data["figures"]]})


def _figure(data: dict[str, Any]) -> Figure:
    return Figure(
        **{
            **data,
            "columns": [Column(**each) for each in data["columns"]],
            "rows": [Row(**each) for each in data["rows"]],
            "chart": Chart(**data["chart"]) if data["chart"] else None,
            "claims": [Claim(**each) for each in data["claims"]],
            "quotes": [Quote(**each) for each in data["quotes"]],
        }
    )
