"""Reading what texts are screened by, and what is known of who wrote them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, exists, func, or_, select

from community.activity.models import Activity
from community.infra.db import db, table_of
from community.moderation import rules
from community.moderation.folding import Blocked
from community.moderation.models import BlockedWord, QueueItem, ScreeningRules, TrustStanding
from community.moderation.rules import Rules
from community.moderation.why_held import can_be_mended, told_to_author

# A text that others see was shown, by itself or by a moderator; one that waits was held.
SHOWN = ("idea.published", "comment.added", "survey.statement_added")
HELD = ("idea.held", "comment.held", "statement.held")

# The tables themselves: each text is screened, and rows of entities' columns take twice as long to ask for.
_RULES, _BLOCKED, _TRUST, _LOG = map(table_of, (ScreeningRules, BlockedWord, TrustStanding, Activity))
_FLOORS = (
    select(_RULES.c.settings)
    .where(or_(_RULES.c.panel_id.is_(None), _RULES.c.panel_id == bindparam("panel_id")))
    # The site's first: a panel's settings stand over it.
    .order_by(_RULES.c.panel_id.is_not(None))
)
_WORDS = (
    select(_BLOCKED.c.term, _BLOCKED.c.folded, _BLOCKED.c.effect)
    .where(or_(_BLOCKED.c.panel_id.is_(None), _BLOCKED.c.panel_id == bindparam("panel_id")))
    .order_by(_BLOCKED.c.id)
)
_LEVEL = select(_TRUST.c.level).where(_TRUST.c.member_id == bindparam("member_id"))
_SHOWN = (
    select(_LOG.c.id)
    .where(
        _LOG.c.actor_id == bindparam("member_id"),
        _LOG.c.panel_id == bindparam("panel_id"),
        _LOG.c.kind.in_(SHOWN),
    )
    .limit(bindparam("most_shown"))
    .subquery()
)
_held = _LOG.alias()
# What was held and shown later was written once, when it was held.
_RECENT = select(func.count(_LOG.c.id)).where(
    _LOG.c.actor_id == bindparam("member_id"),
    _LOG.c.occurred_at > bindparam("since"),
    or_(
        _LOG.c.kind.in_(HELD),
        and_(
            _LOG.c.kind.in_(SHOWN),
            ~exists().where(
                _held.c.subject_type == _LOG.c.subject_type,
                _held.c.subject_id == _LOG.c.subject_id,
                _held.c.kind.in_(HELD),
            ),
        ),
    ),
)
_RECORD = select(
    func.coalesce(_LEVEL.scalar_subquery(), 0),
    select(func.count(_SHOWN.c.id)).scalar_subquery(),
    _RECENT.scalar_subquery(),
)

_WAITING = (
    select(QueueItem.subject_type, QueueItem.subject_id, QueueItem.kind, QueueItem.reasons, QueueItem.due_at)
    .where(QueueItem.kind.in_(("held", "edit")), QueueItem.state != "closed")
    # Of a text that waits and a change of it, the text itself is told of.
    .order_by(QueueItem.kind)
)


class Record(NamedTuple):
    """What is known of an author: trust, texts shown in the panel as far as asked for, texts of late."""

    trust_level: int
    shown_count: int
    recent_count: int


class Wait(NamedTuple):
    """Until when a text, or a change of it, waits, and for what."""

    kind: str
    reasons: Sequence[Mapping[str, Any]]
    due_at: datetime

    @property
    def is_edit(self) -> bool:
        """Whether only a change of it waits; what it said before is shown."""
        return self.kind == "edit"

    @property
    def told(self) -> list[str]:
        """Why it waits, as its author is told."""
        return told_to_author(self.reasons)

    @property
    def can_be_mended(self) -> bool:
        """Whether other words would let it out at once."""
        return can_be_mended(self.reasons)


def find_rules(panel_id: int | None) -> Rules:
    """The rules as they hold in the panel, or on the site."""
    return rules.merged(*db.session.scalars(_FLOORS, {"panel_id": panel_id}))


def list_blocked(panel_id: int | None) -> list[Blocked]:
    """The words that are not said in the panel: its own and the site's."""
    return [Blocked(*row) for row in db.session.execute(_WORDS, {"panel_id": panel_id})]


def get_record(member_id: int, *, panel_id: int | None, most_shown: int, since: datetime) -> Record:
    """What is known of the author, in one statement."""
    values = {"member_id": member_id, "panel_id": panel_id, "most_shown": most_shown, "since": since}
    return Record(*db.session.execute(_RECORD, values).one())


def list_waiting(subjects: Mapping[str, Collection[int]]) -> dict[str, Wait]:
    """What of these subjects, numbers by type, waits, or a change of it: "idea:12" → what is told of it."""
    asked = [
        and_(QueueItem.subject_type == subject_type, QueueItem.subject_id.in_(ids))
        for subject_type, ids in subjects.items()
        if ids
    ]
    if not asked:
        return {}
    rows = db.session.execute(_WAITING.where(or_(*asked)))
    return {f"{row.subject_type}:{row.subject_id}": Wait(row.kind, row.reasons, row.due_at) for row in rows}
