"""Reading what happened to an idea: its moves, with what was said at each."""

from datetime import date, datetime
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import bindparam, select

from community.ideas.models import StatusChange
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
        """The message as HTML."""
        return Markup(self.message_html)  # noqa: S704 - cleaned when it was stored


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


def list_steps(idea_id: int) -> list[Step]:
    """The moves of the idea, the latest first."""
    return [Step(*row) for row in db.session.execute(_STEPS, {"idea_id": idea_id})]
