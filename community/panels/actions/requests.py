"""What staff decide about wishes to join."""

from flask_babel import gettext as _

from community.activity import actions as activity
from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.infra.errors import Conflict
from community.members.models import Member
from community.panels.actions.membership import let_in
from community.panels.models import JoinRequest, Panel


def admit_request(staff: Member, request: JoinRequest, *, message: str = "") -> None:
    """Let the member in; Conflict if somebody has decided already or no place is free."""
    with unit_of_work():
        panel = lock(Panel, request.panel_id)
        decided = _decide(staff, request, state="admitted", message=message)
        let_in(decided.member, panel, came_by="request")


def refuse_request(staff: Member, request: JoinRequest, *, message: str = "") -> None:
    """Turn the wish down; the member is told with the message, and may ask again."""
    with unit_of_work():
        lock(Panel, request.panel_id)
        _decide(staff, request, state="refused", message=message)


def _decide(staff: Member, request: JoinRequest, *, state: str, message: str) -> JoinRequest:
    locked = lock(JoinRequest, request.id)
    if locked.state != "waiting":
        raise Conflict(_("Somebody has decided about this request already."))
    locked.state, locked.decided_at, locked.decided_by_id = state, clock.now(), staff.id
    locked.message = message
    activity.record(
        "join_request.decided",
        subject=locked,
        actor=staff,
        panel_id=locked.panel_id,
        member_id=locked.member_id,
        decision=state,
        message=message,
    )
    return locked
