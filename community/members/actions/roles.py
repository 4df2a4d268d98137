"""Giving and taking roles, and shutting people out."""

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from community.activity import actions as activity
from community.infra.db import lock, unit_of_work
from community.infra.errors import Conflict, Forbidden, Invalid, NotFound
from community.members import policy, queries
from community.members.actions.sessions import end_sessions
from community.members.models import ROLES, Member, RoleGrant


def grant_role(member: Member, *, role: str, panel_id: int | None, by: Member) -> None:
    """Give a role on the site or on one panel; it holds from the next request on."""
    if role not in ROLES:
        raise Invalid(_("Please choose one of the options."), field="role")
    try:
        with unit_of_work() as session:
            locked = lock(Member, member.id)
            if not policy.can_grant_role(by, locked):
                raise Forbidden()
            session.add(RoleGrant(member_id=locked.id, role=role, panel_id=panel_id, granted_by_id=by.id))
            activity.record("member.role_granted", subject=locked, actor=by, panel_id=panel_id, role=role)
    except IntegrityError:
        raise Conflict(_("This person holds the role already."), field="role") from None


def end_role(member: Member, *, grant_id: int, by: Member) -> None:
    """Take a role back, at once; the last administrator stays one."""
    with unit_of_work() as session:
        grants = queries.list_admin_grants(locked=True)
        grant = session.get(RoleGrant, grant_id)
        if grant is None or grant.member_id != member.id:
            raise NotFound()
        if not policy.can_manage_members(by):
            raise Forbidden()
        if [one.id for one in grants] == [grant.id]:
            raise _last_one()
        activity.record(
            "member.role_ended", subject=member, actor=by, panel_id=grant.panel_id, role=grant.role
        )
        session.delete(grant)
        session.flush()
        session.expire(member, ["roles"])


def suspend_member(member: Member, *, by: Member) -> None:
    """Shut a member out at once; what they said stays."""
    with unit_of_work():
        if not policy.can_suspend_member(by, member):
            raise Forbidden()
        shut_out(member, by=by)


def reinstate_member(member: Member, *, by: Member) -> None:
    """Let a suspended member sign in again."""
    with unit_of_work():
        if not policy.can_reinstate_member(by, member):
            raise Forbidden()
        let_back_in(member, by=by)


def shut_out(member: Member, *, by: Member) -> None:
    """Suspend an active member; whether that is for this person to do was asked by the caller."""
    with unit_of_work():
        grants = queries.list_admin_grants(locked=True)
        locked = lock(Member, member.id)
        if locked.state != "active":
            raise Conflict()
        if {grant.member_id for grant in grants} == {locked.id}:
            raise _last_one()
        locked.state = "suspended"
        end_sessions(locked)
        _record("member.suspended", locked, by=by, was="active")


def let_back_in(member: Member, *, by: Member) -> None:
    """End a suspension; whether that is for this person to do was asked by the caller."""
    with unit_of_work():
        locked = lock(Member, member.id)
        if locked.state != "suspended":
            raise Conflict()
        locked.state = "active"
        _record("member.reinstated", locked, by=by, was="suspended")


def _record(kind: str, member: Member, *, by: Member, was: str) -> None:
    activity.record(kind, subject=member, actor=by, before={"state": was}, after={"state": member.state})


def _last_one() -> Conflict:
    return Conflict(_("This is the last administrator. Make somebody else one first."))
