"""Reports for tests: collected at once, their tables as rows, and intervals reckoned the plain way."""

from collections.abc import Sequence
from datetime import timedelta
from math import sqrt
from typing import Any

from community.infra import clock
from community.insights.figures import Figure
from community.insights.kinds.contract import Collected, Kind
from community.insights.scope import Scope
from community.panels.models import Panel


def scope_of(*panels: Panel, days: int = 30, **values: Any) -> Scope:
    """The last days up to today, of these panels."""
    today = clock.now().date()
    return Scope(
        panel_ids=tuple(panel.id for panel in panels),
        from_on=today - timedelta(days=days - 1),
        until_on=today,
        **values,
    )


def collect(kind: Kind, scope: Scope) -> Collected:
    """What the kind finds; its steps never go back and end before the last one."""
    steps: list[float] = []

    def progress(done: int, total: int) -> None:
        assert 0 <= done < total
        steps.append(done / total)

    found = kind.collect(scope, progress, now=clock.now())
    assert steps == sorted(steps)
    keys = [figure.key for section in found.sections for figure in section.figures]
    assert len(keys) == len(set(keys))
    assert all(len(key) <= 80 for key in keys)
    for section in found.sections:
        for figure in section.figures:
            _check(figure)
    return found


def figure_of(found: Collected, key: str) -> Figure:
    """The figure with this key."""
    by_key = {figure.key: figure for section in found.sections for figure in section.figures}
    assert key in by_key, sorted(by_key)
    return by_key[key]


def table(found: Collected, key: str) -> dict[Any, dict[str, Any]]:
    """The rows of a figure by what its first column says; what is kept back is None."""
    figure = figure_of(found, key)
    first = figure.columns[0].key
    rows = {row.cells[first]: dict(row.cells) if not row.is_hidden else None for row in figure.rows}
    assert len(rows) == len(figure.rows)
    return rows  # type: ignore[return-value]


def wilson(count: float, n: float) -> list[float]:
    """The interval of a share at 95 %, from its formula (Wilson 1927)."""
    z = 1.959963984540054
    p = count / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return [centre - half, centre + half]


def newcombe(first: tuple[float, float], second: tuple[float, float]) -> list[float]:
    """The interval of the second share less the first, each as (count, n) (Newcombe 1998)."""
    p1, p2 = first[0] / first[1], second[0] / second[1]
    (l1, u1), (l2, u2) = wilson(*first), wilson(*second)
    return [p2 - p1 - sqrt((p2 - l2) ** 2 + (u1 - p1) ** 2), p2 - p1 + sqrt((u2 - p2) ** 2 + (p1 - l1) ** 2)]


def _check(figure: Figure) -> None:
    """What holds for every figure: no cell without its column, nothing in a row that is kept back."""
    keys = [column.key for column in figure.columns]
    assert len(keys) == len(set(keys)), figure.key
    assert all(not column.of or column.of in keys for column in figure.columns), figure.key
    for row in figure.rows:
        assert set(row.cells) <= set(keys), (figure.key, set(row.cells) - set(keys))
        if row.is_hidden:
            assert all(isinstance(cell, str) for cell in row.cells.values()), figure.key
            assert row.texts is None
    if figure.chart is not None:
        named: Sequence[str] = [figure.chart.x, figure.chart.y, figure.chart.low, figure.chart.colour]
        assert all(each in keys for each in named if each), figure.key
    assert figure.n >= 0
