"""Reading what happened to an idea: its moves, with what was said at each, and its official answers."""

from datetime import date, datetime
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import Date, Text, bindparam, cast, literal, null, select, true, union_all

from community.ideas.models import Comment, StatusChange
from community.infra.db import db
from community.members.models import Member

ANSWERED = "answered"


class Step(NamedTuple):
    """One move of an idea with what its supporters were told, or (of kind "answered") an official answer."""

    kind: str
    at: datetime
    who: str | None
    message_html: str
    reason: str
    promised_on: date | None
    look_again_on: date | None

    @property
    def message(self) -> Markup:
        """The message as HTML."""
        return Markup(self.message_html)  # noqa: S704 - cleaned when it was stored


_MOVES = (
    select(
        StatusChange.to_status.label("kind"),
        StatusChange.changed_at.label("at"),
        Member.display_name.label("who"),
        StatusChange.message_html.label("message_html"),
        StatusChange.reason.label("reason"),
        StatusChange.promised_on.label("promised_on"),
        StatusChange.look_again_on.label("look_again_on"),
    )
    .outerjoin(Member, Member.id == StatusChange.changed_by_id)
    .where(StatusChange.idea_id == bindparam("idea_id"))
)
# What an answer says stands pinned on the page or among the comments.
_ANSWERS = (
    select(
        literal(ANSWERED),
        Comment.published_at,
        Member.display_name,
        literal("", Text),
        literal("", Text),
        cast(null(), Date),
        cast(null(), Date),
    )
    .join(Member, Member.id == Comment.author_id)
    .where(
        Comment.idea_id == bindparam("idea_id"),
        Comment.is_official == true(),
        Comment.state == "published",
    )
)
_ALL = union_all(_MOVES, _ANSWERS).subquery()
_STEPS = select(_ALL).order_by(_ALL.c.at.desc()).limit(100)


def list_steps(idea_id: int) -> list[Step]:
    """The moves and answers of the idea, the latest first."""
    return [Step._make(row) for row in db.session.execute(_STEPS, {"idea_id": idea_id})]
