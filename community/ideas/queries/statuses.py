"""Reading what happened to an idea: its moves, with what was said at each, and its official answers."""

from datetime import date, datetime
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import Date, Text, bindparam, literal, null, select, true, union_all
from sqlalchemy import cast as sql_cast

from community.ideas.models import Comment, StatusChange
from community.infra.db import table_of
from community.infra.reading import Reading
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


# The tables themselves: rows of entities' columns take twice as long to ask for.
_CHANGES, _SAID, _MEMBERS = map(table_of, (StatusChange, Comment, Member))
_MOVES = (
    select(
        _CHANGES.c.to_status.label("kind"),
        _CHANGES.c.changed_at.label("at"),
        _MEMBERS.c.display_name.label("who"),
        _CHANGES.c.message_html.label("message_html"),
        _CHANGES.c.reason.label("reason"),
        _CHANGES.c.promised_on.label("promised_on"),
        _CHANGES.c.look_again_on.label("look_again_on"),
    )
    .outerjoin(_MEMBERS, _MEMBERS.c.id == _CHANGES.c.changed_by_id)
    .where(_CHANGES.c.idea_id == bindparam("idea_id"))
)
# What an answer says stands pinned on the page or among the comments.
_ANSWERS = (
    select(
        literal(ANSWERED),
        _SAID.c.published_at,
        _MEMBERS.c.display_name,
        literal("", Text),
        literal("", Text),
        sql_cast(null(), Date),
        sql_cast(null(), Date),
    )
    .join(_MEMBERS, _MEMBERS.c.id == _SAID.c.author_id)
    .where(
        _SAID.c.idea_id == bindparam("idea_id"),
        _SAID.c.is_official == true(),
        _SAID.c.state == "published",
    )
)
_ALL = union_all(_MOVES, _ANSWERS).subquery()
_STEPS = Reading(select(_ALL).order_by(_ALL.c.at.desc()).limit(100))


def list_steps(idea_id: int) -> list[Step]:
    """The moves and answers of the idea, the latest first."""
    return [Step._make(row) for row in _STEPS.list(idea_id=idea_id)]
