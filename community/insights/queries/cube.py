"""Counts of texts and people by any groups, from what was counted ahead and for the rest from the texts."""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, NamedTuple

from sqlalchemy import select

from community.feedback.models import FeedbackItem
from community.infra.db import db
from community.insights import pieces
from community.insights.cells import ALWAYS, CUTS, Cell, count, find_cut, names_of, unpack
from community.insights.models import RollupBlock, Stratum
from community.insights.pieces import Piece
from community.insights.queries.rollups import list_marked
from community.insights.queries.scoping import topics_below
from community.insights.queries.texts import Unnamed, list_texts
from community.insights.scope import Scope
from community.panels.models import Segment

Dimension = Literal[
    "panel",
    "segment",
    "topic",
    "language",
    "sentiment",
    "kind",
    "source",
    "is_read",
    "piece",
    "week",
    "month",
]
Key = tuple[Any, ...]
# So many blocks are in memory at once.
_BLOCKS = 50
TIMES: Mapping[str, Callable[[date], date]] = {
    "piece": lambda day: pieces.piece_of(day).starts_on,
    "week": pieces.week_of,
    "month": pieces.month_of,
}


@dataclass(frozen=True)
class Group:
    """What the texts of one group come to; `key` in the order that was asked for.

    `told` counts texts whose author was told something, `people` those who wrote them: each once, texts of
    whom nothing is known one each.
    """

    key: Key
    items: int
    told: int
    score_count: int
    score_sum: float
    score_square_sum: float
    rating_count: int
    rating_sum: float
    rating_square_sum: float
    people: int

    @property
    def mean_score(self) -> float | None:
        """The mean score, from -1 to 1; None without scores."""
        return self.score_sum / self.score_count if self.score_count else None

    @property
    def score_deviation(self) -> float | None:
        """The standard deviation of the scores, of a sample; None below two."""
        return _deviation(self.score_count, self.score_sum, self.score_square_sum)

    @property
    def mean_rating(self) -> float | None:
        """The mean rating, as it was given; None without ratings."""
        return self.rating_sum / self.rating_count if self.rating_count else None

    @property
    def rating_deviation(self) -> float | None:
        """The standard deviation of the ratings, of a sample; None below two."""
        return _deviation(self.rating_count, self.rating_sum, self.rating_square_sum)


# What no text at all comes to.
NOBODY = Group((), 0, 0, 0, 0.0, 0.0, 0, 0.0, 0.0, 0)


class _Part(NamedTuple):
    """Cells of one piece or month, sorted by `names`; what all of them have in common is `fixed`."""

    starts_on: date
    fixed: Mapping[str, Any]
    names: tuple[str, ...]
    cells: Iterable[tuple[Key, Cell]]


def read(
    scope: Scope,
    by: Sequence[Dimension] = ("topic", "sentiment"),
    *,
    also: Mapping[str, Collection[Any]] | None = None,
) -> list[Group]:
    """The texts of the scope by these dimensions, one group per combination that there is, in order of keys.

    `also` narrows further: {"sentiment": ("neg",)}; None among the values means texts without one. A topic
    is the one that a text has, without those below it. Segments overlap: a text counts in each segment that
    its author is in, and in none if its author has no account. Withdrawn texts count nowhere.
    """
    allowed = _allowed(scope, also or {})
    if "panel" in allowed:
        inside = allowed.pop("panel")
        scope = replace(scope, panel_ids=tuple(each for each in scope.panel_ids if each in inside))
    segments = _segments_by_stratum(scope) if "segment" in by or "segment" in allowed else {}
    if "segment" in allowed:
        meant = allowed.pop("segment")
        allowed["stratum"] = {stratum for stratum, inside in segments.items() if meant.intersection(inside)}
    groups: dict[Key, Cell] = {}
    for part in _parts(scope, by, allowed):
        keys_of = _keys_of(part, by, segments)
        tests = [(part.names.index(name), values) for name, values in allowed.items()]
        for key, cell in part.cells:
            if not tests or all(key[place] in values for place, values in tests):
                for group in keys_of(key):
                    sums_up = groups.get(group)
                    if sums_up is None:
                        sums_up = groups[group] = Cell()
                    sums_up.merge(cell)
    return [_group(key, groups[key]) for key in sorted(groups, key=_sortable)]


def count_all(scope: Scope, *, also: Mapping[str, Collection[Any]] | None = None) -> Group:
    """All texts of the scope together."""
    groups = read(scope, (), also=also)
    return groups[0] if groups else _group((), Cell())


def count_people(scope: Scope) -> int:
    """How many people wrote the texts of the scope."""
    return count_all(scope).people


def find_first_and_last_day(panel_ids: Collection[int]) -> tuple[date, date] | None:
    """The days of the panels' first and last text; None if there is none."""
    said_at = (
        select(FeedbackItem.said_at)
        .where(FeedbackItem.panel_id.in_(panel_ids), FeedbackItem.state != "withdrawn")
        .limit(1)
    )
    first = db.session.scalar(said_at.order_by(FeedbackItem.said_at))
    last = db.session.scalar(said_at.order_by(FeedbackItem.said_at.desc()))
    return (first.date(), last.date()) if first and last else None


def _allowed(scope: Scope, also: Mapping[str, Collection[Any]]) -> dict[str, set[Any]]:
    allowed = {name: set(values) for name, values in also.items()}
    narrowed = {
        "topic": topics_below(scope.topic_ids) if scope.topic_ids else (),
        "language": scope.languages,
        "segment": scope.segment_ids,
    }
    for name, values in narrowed.items():
        if values:
            allowed[name] = allowed.get(name, set(values)).intersection(values)
    return allowed


def _segments_by_stratum(scope: Scope) -> dict[int, tuple[int, ...]]:
    """The segments that are asked for, by stratum."""
    known = set(scope.segment_ids or db.session.scalars(select(Segment.id)))
    strata = db.session.execute(select(Stratum.id, Stratum.segments).where(Stratum.segments != ""))
    return {row.id: tuple(known.intersection(map(int, row.segments.split(",")))) for row in strata}


def _parts(scope: Scope, by: Sequence[Dimension], allowed: Mapping[str, Collection[Any]]) -> Iterator[_Part]:
    """All that makes up the scope: months and pieces that were counted ahead, and the rest from the texts."""
    dimensions = ["stratum" if name == "segment" else name for name in by if name not in TIMES]
    needed = sorted({*dimensions, *allowed})
    cut = find_cut(needed)
    marked = {*list_marked(panel_ids=scope.panel_ids, from_on=scope.from_on, until_on=scope.until_on)}
    months: set[tuple[int, date]] = set()
    whole: set[tuple[int, date]] = set()
    open_pieces: dict[Piece, list[int]] = {}
    for month, in_month in pieces.pieces_by_month(scope.from_on, scope.until_on):
        for panel_id in scope.panel_ids:
            is_marked = bool(marked) and any(
                (panel_id, pieces.piece_of(each.starts_on).starts_on) in marked for each in in_month
            )
            if cut is not None and month is not None and not is_marked and not {"piece", "week"} & {*by}:
                months.add((panel_id, month))
                continue
            for piece in in_month:
                if cut is None or not pieces.is_whole(piece) or (panel_id, piece.starts_on) in marked:
                    open_pieces.setdefault(piece, []).append(panel_id)
                else:
                    whole.add((panel_id, piece.starts_on))
    if cut is not None:
        yield from _counted_ahead("month", months, cut)
        yield from _counted_ahead("piece", whole, cut)
    unnamed = Unnamed()
    wanted = ["panel", *(name for name in needed if name not in ("panel", *ALWAYS))]
    for piece, panel_ids in open_pieces.items():
        texts = list_texts(
            panel_ids, starts_at=piece.starts_at, ends_at=piece.ends_at, unnamed=unnamed, narrowed=allowed
        )
        (cells,) = count(texts, [wanted])
        yield _Part(piece.starts_on, {}, names_of(wanted), cells.items())


def _counted_ahead(span: str, wanted: Collection[tuple[int, date]], cut: int) -> Iterator[_Part]:
    if not wanted:
        return
    rows = db.session.execute(
        select(RollupBlock.panel_id, RollupBlock.starts_on, RollupBlock.cells).where(
            RollupBlock.cut == cut,
            RollupBlock.panel_id.in_({panel_id for panel_id, _day in wanted}),
            RollupBlock.span == span,
            RollupBlock.starts_on.in_({starts_on for _panel_id, starts_on in wanted}),
        ),
        execution_options={"yield_per": _BLOCKS},
    )
    for panel_id, starts_on, packed in rows:
        if (panel_id, starts_on) in wanted:
            yield _Part(starts_on, {"panel": panel_id}, names_of(CUTS[cut]), unpack(packed, CUTS[cut]))


def _keys_of(
    part: _Part, by: Sequence[Dimension], segments: Mapping[int, tuple[int, ...]]
) -> Callable[[Key], Iterable[Key]]:
    """What gives the groups that a cell of the part belongs to: several only if its segments overlap."""
    fixed = {**part.fixed, **{name: find(part.starts_on) for name, find in TIMES.items()}}
    takers: list[tuple[int | None, Any]] = [
        (None, fixed[name])
        if name in fixed
        else (part.names.index("stratum" if name == "segment" else name), None)
        for name in by
    ]
    if "segment" not in by:
        return lambda key: (tuple([value if place is None else key[place] for place, value in takers]),)
    at = by.index("segment")

    def in_each(key: Key) -> list[Key]:
        group = [value if place is None else key[place] for place, value in takers]
        return [(*group[:at], segment, *group[at + 1 :]) for segment in segments.get(group[at], ())]

    return in_each


def _group(key: Key, cell: Cell) -> Group:
    sums = cell.sums
    counts = [int(number) for number in sums]
    return Group(
        key=key,
        items=counts[0],
        told=counts[1],
        score_count=counts[2],
        score_sum=float(sums[3]),
        score_square_sum=float(sums[4]),
        rating_count=counts[5],
        rating_sum=float(sums[6]),
        rating_square_sum=float(sums[7]),
        people=cell.people_count,
    )


def _sortable(key: Key) -> tuple[tuple[bool, Any], ...]:
    """What keys are ordered by; what is missing comes first."""
    return tuple((part is not None, part) for part in key)


def _deviation(n: int, total: float, squares: float) -> float | None:
    if n < 2:
        return None
    return math.sqrt(max(0.0, squares - total * total / n) / (n - 1))
