"""Reading what happened to an idea, from its status changes, answers and merges."""

from datetime import date, datetime
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import bindparam, select

from community.ideas.models import Comment, Idea, StatusChange
from community.infra.db import db
from community.members.models import Member


class Step(NamedTuple):
    """One move of an idea with what its supporters were told."""

    to_status: str
    at: datetime
    who: str | None
    message_html: str
    reason: str
    promised_on: date | None
    look_again_on: date | None

    @property
    def message(self) -> Markup:
        """The message as the Markdown pipeline cleaned it when it was stored."""
        return Markup(self.message_html)


class Answer(NamedTuple):
    """The official response that is pinned."""

    comment_id: int
    body: str
    body_html: str
    at: datetime
    author_id: int
    author_name: str

    @property
    def html(self) -> Markup:
        """The words as the Markdown pipeline cleaned them when they were stored."""
        return Markup(self.body_html)


_STEPS = (
    select(
        StatusChange.to_status,
        StatusChange.changed_at,
        Member.display_name,
        StatusChange.message_html,
        StatusChange.reason,
        StatusChange.promised_on,
        StatusChange.look_again_on,
    )
    .outerjoin(Member, Member.id == StatusChange.changed_by_id)
    .where(StatusChange.idea_id == bindparam("idea_id"))
    .order_by(StatusChange.id.desc())
    .limit(100)
)
_ANSWER = (
    select(
        Comment.id,
        Comment.body,
        Comment.body_html,
        Comment.published_at,
        Comment.author_id,
        Member.display_name,
    )
    .join(Idea, Idea.response_comment_id == Comment.id)
    .join(Member, Member.id == Comment.author_id)
    .where(Idea.id == bindparam("idea_id"), Comment.state == "published")
)


def list_steps(idea_id: int) -> list[Step]:
    """The moves of the idea, the latest first."""
    return [Step(*row) for row in db.session.execute(_STEPS, {"idea_id": idea_id})]


def find_answer(idea_id: int) -> Answer | None:
    """The official response, if one is pinned."""
    row = db.session.execute(_ANSWER, {"idea_id": idea_id}).one_or_none()
    return Answer(*row) if row is not None else None
