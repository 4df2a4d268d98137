"""The texts of a piece of time as counting needs them: of whom, about what, how they were read."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from community.feedback.models import FeedbackItem
from community.infra.db import db
from community.insights.cells import NAMED_FROM, Text
from community.insights.models import RollupName, StratumMember

# Beyond all numbers that names were given.
_UNKNOWN_FROM = 1 << 41
_CHUNK = 5000

TEXTS = (
    select(
        FeedbackItem.panel_id,
        FeedbackItem.topic_id,
        FeedbackItem.language,
        FeedbackItem.sentiment,
        FeedbackItem.kind,
        FeedbackItem.source,
        FeedbackItem.state,
        StratumMember.stratum_id,
        FeedbackItem.author_id,
        FeedbackItem.author_key,
        RollupName.id.label("name_id"),
        FeedbackItem.told_at.is_not(None).label("is_told"),
        FeedbackItem.score,
        FeedbackItem.rating,
    )
    .outerjoin(StratumMember, StratumMember.member_id == FeedbackItem.author_id)
    .outerjoin(RollupName, RollupName.author_key == FeedbackItem.author_key)
    .where(FeedbackItem.state != "withdrawn")
)
_COLUMNS: Mapping[str, ColumnElement[Any]] = {
    "topic": FeedbackItem.topic_id.expression,
    "language": FeedbackItem.language.expression,
    "sentiment": FeedbackItem.sentiment.expression,
    "kind": FeedbackItem.kind.expression,
    "source": FeedbackItem.source.expression,
    "is_read": (FeedbackItem.state == "read").expression,
    "stratum": StratumMember.stratum_id.expression,
}


class Unnamed:
    """Numbers for those whom no block knows yet, the same ones within one question; true if there are any."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __bool__(self) -> bool:
        return bool(self._numbers)

    def number_of(self, author_key: str) -> int:
        """The number of whom an import calls this."""
        return self._numbers.setdefault(author_key, _UNKNOWN_FROM + len(self._numbers))


def list_texts(
    panel_ids: Collection[int],
    *,
    starts_at: datetime,
    ends_at: datetime,
    unnamed: Unnamed,
    narrowed: Mapping[str, Collection[Any]] | None = None,
) -> Iterator[Text]:
    """The texts that were said in the panels from the first moment to before the last, one by one.

    `narrowed` maps a dimension to the values that are wanted.
    """
    statement = TEXTS.where(
        FeedbackItem.panel_id.in_(panel_ids),
        FeedbackItem.said_at >= starts_at,
        FeedbackItem.said_at < ends_at,
    )
    for name, values in (narrowed or {}).items():
        statement = statement.where(_is_one_of(_COLUMNS[name], values))
    with db.session.connection().execute(statement, execution_options={"yield_per": _CHUNK}) as rows:
        for (
            panel, topic, language, sentiment, kind, source, state, stratum, author_id, author_key, name_id,
            is_told, score, rating,
        ) in rows:  # fmt: skip
            person: int | None = author_id
            if author_id is None and author_key:
                person = NAMED_FROM + name_id if name_id is not None else unnamed.number_of(author_key)
            yield Text(
                panel, topic, language, sentiment, kind, source, state == "read", stratum, person,
                bool(is_told), score, rating,
            )  # fmt: skip


def _is_one_of(column: ColumnElement[Any], values: Collection[Any]) -> ColumnElement[bool]:
    present = column.in_([value for value in values if value is not None])
    return or_(present, column.is_(None)) if None in values else present
