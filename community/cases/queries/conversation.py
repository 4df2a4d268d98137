"""Reading what was said in a case, to whom, and whether anybody was told anything."""

from datetime import datetime
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import and_, exists, func, or_, select

from community.cases.models import Case, CaseEvent, CaseItem, CaseMessage
from community.feedback.models import FeedbackItem
from community.infra.db import db
from community.members import pictures
from community.members.models import Member

# A case with more would be one for a theme, whose page shows the newest.
MOST_MESSAGES = 200


class Message(NamedTuple):
    """A message as both sides read it."""

    id: int
    case_id: int
    author_id: int | None
    author_name: str | None
    picture_key: str | None
    body: str
    body_html: str
    is_note: bool
    is_from_member: bool
    written_at: datetime

    @property
    def html(self) -> Markup:
        """What it says, as the Markdown pipeline cleaned it when it was stored."""
        return Markup(self.body_html)  # noqa: S704 - cleaned when it was stored

    @property
    def picture_url(self) -> str | None:
        """Where the picture of its author is, if there is one."""
        return pictures.path_of(self.author_id, self.picture_key) if self.author_id else None


_MESSAGES = (
    select(
        CaseMessage.id,
        CaseMessage.case_id,
        CaseMessage.author_id,
        Member.display_name.label("author_name"),
        Member.picture_key,
        CaseMessage.body,
        CaseMessage.body_html,
        CaseMessage.is_note,
        CaseMessage.is_from_member,
        CaseMessage.written_at,
    )
    .outerjoin(Member, Member.id == CaseMessage.author_id)
    .order_by(CaseMessage.id.desc())
    .limit(MOST_MESSAGES)
)
_STANDING_ITEMS = (
    select(CaseItem.item_id)
    .join(FeedbackItem, FeedbackItem.id == CaseItem.item_id)
    .where(FeedbackItem.state != "withdrawn")
)


def list_messages(case_id: int) -> list[Message]:
    """Everything that was written in a case, notes too, in the order in which it was written."""
    rows = db.session.execute(_MESSAGES.where(CaseMessage.case_id == case_id))
    return [Message._make(row) for row in rows][::-1]


def list_messages_for(member: Member, item_id: int) -> list[Message]:
    """What the author of an item may read in its cases: what they wrote, and what the team told them.

    What was told in a case before any of their words came into it was told to others.
    """
    was_theirs = exists().where(
        CaseItem.case_id == CaseMessage.case_id,
        CaseItem.added_at <= CaseMessage.written_at,
        FeedbackItem.id == CaseItem.item_id,
        FeedbackItem.author_id == member.id,
    )
    rows = db.session.execute(
        _MESSAGES.where(
            CaseMessage.case_id.in_(select(CaseItem.case_id).where(CaseItem.item_id == item_id)),
            CaseMessage.is_note.is_(False),
            or_(and_(CaseMessage.is_from_member.is_(False), was_theirs), CaseMessage.author_id == member.id),
        )
    )
    return [Message._make(row) for row in rows][::-1]


def find_newer(case_id: int, *, after: int, not_by: int) -> Message | None:
    """The newest message of a case behind this one that somebody else wrote, notes left out."""
    row = db.session.execute(
        _MESSAGES.where(
            CaseMessage.case_id == case_id,
            CaseMessage.id > after,
            CaseMessage.is_note.is_(False),
            or_(CaseMessage.author_id.is_(None), CaseMessage.author_id != not_by),
        ).limit(1)
    ).one_or_none()
    return Message._make(row) if row is not None else None


def item_ids(case_id: int) -> list[int]:
    """The items of a case that still stand."""
    statement = _STANDING_ITEMS.where(CaseItem.case_id == case_id).order_by(CaseItem.item_id)
    return list(db.session.scalars(statement))


def has_reachable_author(case_id: int) -> bool:
    """Whether somebody with an account here wrote something in the case that still stands."""
    return bool(
        db.session.scalar(
            select(
                exists()
                .where(CaseItem.case_id == case_id, FeedbackItem.id == CaseItem.item_id)
                .where(FeedbackItem.state != "withdrawn")
                .where(Member.id == FeedbackItem.author_id, Member.state != "erased")
            )
        )
    )


def has_been_told(case_id: int, *, since_reopened: bool = False) -> bool:
    """Whether the authors got a reply or a promise, or once the case was reopened, whether they did since."""
    telling = CaseEvent.kind.in_(("replied", "promised", "promise_kept"))
    statement = select(func.max(CaseEvent.id)).where(CaseEvent.case_id == case_id)
    told = db.session.scalar(statement.where(telling))
    if told is None:
        return False
    reopened = db.session.scalar(statement.where(CaseEvent.kind == "reopened")) if since_reopened else None
    return reopened is None or told > reopened


def find_resolver_name(case_id: int) -> str | None:
    """Who resolved the case last."""
    return db.session.scalar(
        select(Member.display_name)
        .join(CaseEvent, CaseEvent.actor_id == Member.id)
        .where(CaseEvent.case_id == case_id, CaseEvent.kind == "resolved")
        .order_by(CaseEvent.id.desc())
        .limit(1)
    )


def mean_help_rating(case_id: int) -> int | None:
    """What the authors of a case answered to "did this help?" on the whole, as a whole number."""
    mean = db.session.scalar(
        select(func.avg(CaseItem.help_rating)).where(
            CaseItem.case_id == case_id, CaseItem.help_rating.is_not(None)
        )
    )
    return None if mean is None else round(float(mean))


def find_case_of(item_id: int) -> Case | None:
    """The case in which an item is answered: its author's own, else that of its theme, the newest first."""
    return db.session.scalars(
        select(Case)
        .join(CaseItem, and_(CaseItem.case_id == Case.id, CaseItem.item_id == item_id))
        .order_by(CaseItem.is_own.desc(), Case.id.desc())
        .limit(1)
    ).one_or_none()
