"""Texts counted the plain way, one by one in Python, to hold what was counted ahead against."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from community.feedback.models import FeedbackItem, Topic
from community.infra.db import db
from community.insights.pieces import month_of, piece_of, week_of
from community.insights.queries.cube import Group
from community.insights.scope import Scope
from community.panels.models import Segment
from community.panels.queries import ids_of_members_who

COMBINATIONS: tuple[tuple[Any, ...], ...] = (
    (), ("panel",), ("topic", "sentiment"), ("language",), ("kind", "sentiment"), ("source", "is_read"),
    ("week", "sentiment"), ("month", "topic"), ("piece", "panel", "kind"), ("segment",),
    ("segment", "topic"), ("panel", "segment", "month", "language"), ("topic", "kind", "language"),
    ("segment", "source"), ("topic", "kind", "language", "segment"),
)  # fmt: skip


class Plain:
    """All texts as they are now, to be counted by any groups."""

    def __init__(self) -> None:
        self._segments = {
            row.id: set(db.session.scalars(ids_of_members_who(row.rule)))
            for row in db.session.execute(select(Segment.id, Segment.rule)).all()
        }
        self._parents = {
            row.id: row.parent_id for row in db.session.execute(select(Topic.id, Topic.parent_id))
        }
        self._items = db.session.scalars(select(FeedbackItem).where(FeedbackItem.state != "withdrawn")).all()

    def count(self, scope: Scope, by: Sequence[str]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
        """For each group its texts, told, scored, sum of scores, rated, sum of ratings, and people."""
        found: dict[tuple[Any, ...], list[FeedbackItem]] = {}
        for item in self._items:
            inside = {segment for segment, members in self._segments.items() if item.author_id in members}
            if not self._is_in(scope, item, inside):
                continue
            day = item.said_at.date()
            values = {
                "panel": item.panel_id, "topic": item.topic_id, "language": item.language, "kind": item.kind,
                "sentiment": item.sentiment, "source": item.source, "is_read": item.state == "read",
                "piece": piece_of(day).starts_on, "week": week_of(day), "month": month_of(day),
            }  # fmt: skip
            each_of = (inside & set(scope.segment_ids or inside)) if "segment" in by else {None}
            for segment in each_of:
                key = tuple(segment if name == "segment" else values[name] for name in by)
                found.setdefault(key, []).append(item)
        return {key: _summed(items) for key, items in found.items()}

    def _is_in(self, scope: Scope, item: FeedbackItem, inside: set[int]) -> bool:
        above, topic_id = set(), item.topic_id
        while topic_id is not None:
            above.add(topic_id)
            topic_id = self._parents[topic_id]
        return (
            item.panel_id in scope.panel_ids
            and scope.from_on <= item.said_at.date() <= scope.until_on
            and (not scope.segment_ids or bool(inside.intersection(scope.segment_ids)))
            and (not scope.topic_ids or bool(above.intersection(scope.topic_ids)))
            and (not scope.languages or item.language in scope.languages)
        )


def as_counted(groups: Sequence[Group]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """What the cube says, in the same form."""
    return {
        group.key: (
            group.items, group.told, group.score_count, round(group.score_sum, 6), group.rating_count,
            round(group.rating_sum, 6), group.people,
        )
        for group in groups
    }  # fmt: skip


def _summed(items: list[FeedbackItem]) -> tuple[Any, ...]:
    scores = [item.score for item in items if item.score is not None]
    ratings = [item.rating for item in items if item.rating is not None]
    people = {item.author_id or item.author_key or ("nobody", item.id) for item in items}
    told = sum(item.told_at is not None for item in items)
    scored, rated = (len(scores), round(sum(scores), 6)), (len(ratings), round(sum(ratings), 6))
    return (len(items), told, *scored, *rated, len(people))
