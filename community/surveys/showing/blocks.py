"""What a results page draws: rows of figures with their groups, and blocks of other shapes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from community.surveys.showing import numbers
from community.surveys.showing.numbers import Shown
from community.surveys.showing.parts import Line, Part, dig

Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Cell:
    """A figure of one group; `verdict` is "up" or "down" where it differs from that of all others."""

    value: str
    interval: str
    plain: str
    verdict: str


@dataclass(frozen=True)
class Row:
    """One figure: plain, weighted, and per group."""

    label: str
    meaning: str
    idea_id: int | None
    count: int | None
    plain: Shown | None
    weighted: Shown | None
    cells: Sequence[Cell | None]
    is_few: bool = False


@dataclass(frozen=True)
class Block:
    """Something to draw: `kind` names the template's macro, `data` is what it needs beside the rows."""

    kind: str
    title: str = ""
    value_name: str = ""
    note: str = ""
    rows: Sequence[Row] = ()
    has_counts: bool = False
    has_bars: bool = False
    data: Any = None


def rows_of(part: Part, plain: Figures, weighted: Figures | None, groups: Sequence[Figures]) -> Block:
    """The lines of a part as rows: plain, weighted, and per group."""
    rows = []
    for line in part.lines:
        if line.is_few:
            cells = [None] * len(groups)
            rows.append(Row(line.label, line.meaning, line.idea_id, None, None, None, cells, is_few=True))
            continue
        whole = dig(plain, line.path)
        rows.append(
            Row(
                label=line.label,
                meaning=line.meaning,
                idea_id=line.idea_id,
                count=whole.get("count") if whole else None,
                plain=numbers.show(whole, line.style, most=part.most),
                # The order of ideas is that of plain figures; weighted ones are looked up by idea.
                weighted=numbers.show(_same(plain, weighted, line.path), line.style, most=part.most),
                cells=[_cell(line, group) for group in groups],
            )
        )
    return Block(
        kind="rows",
        title=part.title,
        value_name=part.value_name,
        note=part.note,
        rows=rows,
        has_counts=part.has_counts,
        has_bars=any(row.plain and row.plain.bar for row in rows),
    )


def _same(plain: Figures, weighted: Figures | None, path: str) -> Any:
    if weighted is None or not path.startswith("items."):
        return dig(weighted, path)
    first, at, *rest = path.split(".")
    items = weighted.get(first)
    if isinstance(items, list):
        idea = plain[first][int(at)]["idea"]
        found = next((item for item in items if item["idea"] == idea), None)
        return dig(found, ".".join(rest))
    return dig(weighted, path)


def _cell(line: Line, group: Figures) -> Cell | None:
    plain = numbers.show(dig(group.get("plain"), line.path), line.style)
    if plain is None:
        return None
    weighted = numbers.show(dig(group.get("weighted"), line.path), line.style)
    differs = (group.get("differs") or {}).get(line.compared or line.path) or {}
    verdict = differs.get("verdict", "")
    main = weighted or plain
    return Cell(
        main.value,
        main.interval,
        plain.value if weighted else "",
        verdict if verdict in ("up", "down") else "",
    )
