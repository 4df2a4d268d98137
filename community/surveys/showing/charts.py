"""Where the points of a chart lie, in the units of its picture; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10

# The picture's size, and the room for words around the drawing.
WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 46, 12, 12, 34


@dataclass(frozen=True)
class Tick:
    """A line across the drawing with its words."""

    at: float
    value: float


@dataclass(frozen=True)
class Drawing:
    """A frame with ticks, curves as lists of points for `polyline`, and upright lines by name."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    curves: Mapping[str, str]
    uprights: Mapping[str, float]


@dataclass(frozen=True)
class Column:
    """One column of a histogram."""

    x: float
    y: float
    width: float
    height: float


def draw_curves(
    curves: Mapping[str, Sequence[Sequence[float]]],
    *,
    uprights: Mapping[str, float],
    larger_is_better: bool,
) -> Drawing:
    """Curves of [level, share] as steps: between two levels the share is that of the worse one."""
    levels = [level for points in curves.values() for level, _share in points] + list(uprights.values())
    low, high = min(0.0, *levels), max(levels)
    step = _step(high - low or 1.0)
    low, high = floor(low / step) * step, (floor(high / step) + 1) * step

    def x(level: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (level - low) / (high - low), 1)

    drawn = {
        name: " ".join(
            f"{x(level)},{_y(share)}"
            for level, share in _steps(points, low, high, larger_is_better=larger_is_better)
        )
        for name, points in curves.items()
    }
    count = round((high - low) / step)
    return Drawing(
        WIDTH,
        HEIGHT,
        LEFT,
        WIDTH - RIGHT,
        TOP,
        HEIGHT - BOTTOM,
        across=tuple(Tick(_y(share / 4), share / 4) for share in range(5)),
        up=tuple(Tick(x(low + each * step), round(low + each * step, 6)) for each in range(count + 1)),
        curves=drawn,
        uprights={name: x(level) for name, level in uprights.items()},
    )


def draw_columns(counts: Sequence[float]) -> list[Column]:
    """Columns as wide as there is room for, the highest as high as the picture of 100 by 30."""
    most = max(counts, default=0) or 1
    width = 100 / max(1, len(counts))
    return [
        Column(
            round(at * width + width * 0.06, 2),
            round(30 - 30 * count / most, 2),
            round(width * 0.88, 2),
            round(30 * count / most, 2),
        )
        for at, count in enumerate(counts)
    ]


def _y(share: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share, 1)


def _steps(
    points: Sequence[Sequence[float]], low: float, high: float, *, larger_is_better: bool
) -> list[tuple[float, float]]:
    if not points:
        return []
    found: list[tuple[float, float]] = []
    if larger_is_better:
        # Everybody accepts what is better than the best level anybody asks for.
        before = 0.0
        found.append((low, before))
        for level, share in points:
            found += [(level, before), (level, share)]
            before = share
        found.append((high, before))
        return found
    found.append((low, points[0][1]))
    for (level, share), after in zip(points, [*(each[1] for each in points[1:]), 0.0], strict=True):
        found += [(level, share), (level, after)]
    found.append((high, 0.0))
    return found


def _step(spread: float) -> float:
    """A round step of which about six fit into the spread."""
    wanted = spread / 6
    power = 10.0 ** floor(log10(wanted))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= wanted)
