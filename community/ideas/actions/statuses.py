"""Move an idea along the graph of statuses and tell those who care."""

from collections.abc import Iterator
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.cases.queries.owners import company_day
from community.ideas import statuses
from community.ideas.actions.groups import lock_root
from community.ideas.models import Idea, StatusChange
from community.infra import clock
from community.infra.db import unit_of_work
from community.infra.errors import Conflict, Invalid
from community.infra.text import excerpt, render_markdown
from community.members.models import Member

MESSAGE_MOST = 2000
REASON_MOST = 1000


def change_status(
    idea: Idea,
    owner: Member,
    *,
    status: str,
    message: str,
    reason: str = "",
    promised_on: date | None = None,
    look_again_on: date | None = None,
) -> StatusChange:
    """Move the idea with a message to its supporters; declining says why and when it is looked at again."""
    for refusal in list_gaps(
        status, message=message, reason=reason, promised_on=promised_on, look_again_on=look_again_on
    ):
        raise refusal
    with unit_of_work() as session:
        idea = _standing(idea)
        if not statuses.can_move(idea.status, status):
            raise Invalid(_l("That step does not follow from where the idea stands now."), field="status")
        is_no = statuses.needs_reason(status)
        now = clock.now()
        change = StatusChange(
            idea_id=idea.id,
            from_status=idea.status,
            to_status=status,
            message=message,
            message_html=render_markdown(message),
            reason=reason if is_no else "",
            promised_on=statuses.promise_after(status, promised_on=promised_on, standing=idea.promised_on),
            look_again_on=look_again_on if is_no else None,
            changed_by_id=owner.id,
            changed_at=now,
        )
        session.add(change)
        idea.status, idea.status_changed_at, idea.updated_at = status, now, now
        idea.promised_on, idea.look_again_on = change.promised_on, change.look_again_on
        say_for_the_card(idea, owner, html=change.message_html, at=now)
        session.flush()
        record(
            "idea.status_changed",
            subject=idea,
            actor=owner,
            panel_id=idea.panel_id,
            title=idea.title,
            status_change_id=change.id,
            from_status=change.from_status,
            to_status=status,
            message=idea.response_excerpt,
            reason=change.reason,
            promised_on=_day(change.promised_on),
            look_again_on=_day(change.look_again_on),
        )
    return change


def say_for_the_card(idea: Idea, owner: Member, *, html: str, at: datetime) -> None:
    """Keep what the company last said where cards show it, and when the author was first told anything."""
    idea.response_excerpt = excerpt(html, 280)
    idea.response_by_id = owner.id
    idea.answered_at = idea.answered_at or at


def _standing(idea: Idea) -> Idea:
    root = lock_root(idea.id)
    if root.id != idea.id:
        raise Conflict(
            _("This idea was joined to “%(title)s”. What becomes of it is decided there.", title=root.title)
        )
    if root.state != "published":
        raise Conflict()
    return root


def list_gaps(
    status: str, *, message: str, reason: str, promised_on: date | None, look_again_on: date | None
) -> Iterator[Invalid]:
    """All that is missing or wrong in what a move says, each with its field."""
    if not message.strip():
        yield Invalid(_l("Tell the supporters what this means."), field="message")
    if len(message) > MESSAGE_MOST:
        yield Invalid(_l("Please use at most %(max)d characters.", max=MESSAGE_MOST), field="message")
    if len(reason) > REASON_MOST:
        yield Invalid(_l("Please use at most %(max)d characters.", max=REASON_MOST), field="reason")
    if statuses.needs_reason(status):
        if not reason.strip():
            yield Invalid(_l("Say why, so that people can understand it."), field="reason")
        if look_again_on is None or look_again_on <= company_day():
            yield Invalid(
                _l("Name a day in the future on which you look at it again."), field="look_again_on"
            )
    if promised_on is not None and statuses.may_promise(status) and promised_on < company_day():
        yield Invalid(_l("Promise a day that is still to come."), field="promised_on")


def _day(value: date | None) -> str | None:
    return value.isoformat() if value is not None else None
