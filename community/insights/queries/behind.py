"""The texts behind a row of a report, as they are now."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from community.feedback import queries as feedback
from community.feedback.models import FeedbackItem
from community.feedback.queries import Line
from community.infra import paging
from community.infra.db import db
from community.infra.errors import NotFound
from community.insights.queries.scoping import in_scope
from community.insights.scope import Scope
from community.members.models import Member

PER_PAGE = 50
# Beyond this nobody counts them for a page.
COUNT_CAP = 10_000

_COLUMNS: Mapping[str, Any] = {
    "topic": FeedbackItem.topic_id,
    "sentiment": FeedbackItem.sentiment,
    "kind": FeedbackItem.kind,
    "panel": FeedbackItem.panel_id,
    "language": FeedbackItem.language,
    "source": FeedbackItem.source,
    "state": FeedbackItem.state,
    "thread": FeedbackItem.thread,
    "path": FeedbackItem.path,
}


def list_behind(
    scope: Scope, texts: Mapping[str, Any], viewer: Member | None, *, number: int = 1
) -> paging.Page[Line]:
    """One page of the texts of the scope that the row's filter finds, the newest first."""
    statement = (
        select(FeedbackItem.id)
        .where(_behind(scope, texts))
        .order_by(FeedbackItem.said_at.desc(), FeedbackItem.id.desc())
        .limit(PER_PAGE + 1)
        .offset(paging.offset(number, PER_PAGE))
    )
    ids = db.session.scalars(statement).all()
    return paging.read_page(feedback.get_items(ids, viewer), number=number, per_page=PER_PAGE)


def count_behind(scope: Scope, texts: Mapping[str, Any]) -> int:
    """How many there are now; beyond COUNT_CAP no more are counted."""
    found = select(FeedbackItem.id).where(_behind(scope, texts)).limit(COUNT_CAP + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(found)) or 0


def _behind(scope: Scope, texts: Mapping[str, Any]) -> ColumnElement[bool]:
    starts_on, ends_on = texts.get("from"), texts.get("until")
    narrowed = replace(
        scope,
        from_on=max(scope.from_on, date.fromisoformat(starts_on)) if starts_on else scope.from_on,
        until_on=min(scope.until_on, date.fromisoformat(ends_on)) if ends_on else scope.until_on,
    )
    if "path" in texts:
        # The results of a survey are of all answers, whenever they were given.
        narrowed = replace(scope, from_on=date(1970, 1, 1), until_on=date(9998, 12, 31))
    conditions = [in_scope(narrowed)]
    if "segment" in texts:
        conditions.append(in_scope(replace(narrowed, segment_ids=(texts["segment"],))))
    for key, value in texts.items():
        if key in ("from", "until", "segment"):
            continue
        column = _COLUMNS.get(key)
        # A filter that is not understood would show more than the row is about.
        if column is None:
            raise NotFound()
        conditions.append(column.in_(value) if isinstance(value, list | tuple) else column == value)
    return and_(*conditions)
