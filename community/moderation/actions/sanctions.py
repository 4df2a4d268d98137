"""Warning members, having them pause or shutting them out, and ending that; each rests on a decision.

Called inside the unit of work of the decision. Members are locked last, as everywhere.
"""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Forbidden, Invalid
from community.members import actions as members
from community.members.models import Member
from community.moderation import policy
from community.moderation.models import Decision, Sanction
from community.moderation.queries import sanctions as queries
from community.panels.models import Membership, Panel

LONGEST_PAUSE = timedelta(days=366)


def warn(member: Member, *, decision: Decision, by: Member) -> Sanction:
    """Tell a member that they went too far; it stands in their record."""
    with unit_of_work() as session:
        _check(by, member, panel_id=decision.panel_id)
        sanction = Sanction(member_id=member.id, kind="warning", panel_id=decision.panel_id)
        sanction.decision_id, sanction.given_at = decision.id, clock.now()
        session.add(sanction)
        session.flush()
        record(
            "member.warned", subject=member, actor=by, panel_id=decision.panel_id,
            decision_id=decision.id, reason=decision.reason,
        )  # fmt: skip
    return sanction


def pause(
    member: Member, *, decision: Decision, by: Member, until: datetime, panel: Panel | None = None
) -> Sanction:
    """Let a member read but not write until then, in one panel or (None) everywhere."""
    panel_id = panel.id if panel is not None else None
    now = clock.now()
    if until <= now:
        raise Invalid(_l("Please choose a moment that is still to come."), field="until")
    if until > now + LONGEST_PAUSE:
        raise Invalid(_l("A pause lasts a year at most."), field="until")
    with unit_of_work() as session:
        _check(by, member, panel_id=panel_id)
        before = _paused_until(member.id, panel_id)
        sanction = Sanction(
            member_id=member.id,
            kind="pause",
            panel_id=panel_id,
            decision_id=decision.id,
            given_at=now,
            until=until,
        )
        session.add(sanction)
        session.flush()
        after = _settle_pauses(member.id, panel_id)
        record(
            "member.paused", subject=member, actor=by, panel_id=panel_id, decision_id=decision.id,
            reason=decision.reason, before={"until": before}, after={"until": after},
        )  # fmt: skip
    return sanction


def suspend(member: Member, *, decision: Decision, by: Member) -> Sanction:
    """Shut a member out until somebody lets them in again."""
    with unit_of_work() as session:
        if not policy.can_suspend(by, member):
            raise Forbidden()
        sanction = Sanction(member_id=member.id, kind="suspension", decision_id=decision.id)
        sanction.given_at = clock.now()
        session.add(sanction)
        members.shut_out(member, by=by)
    return sanction


def end(sanction: Sanction, *, by: Member) -> None:
    """End what still stands of a sanction; whoever may impose it may end it, and so may an appeal's judge."""
    with unit_of_work():
        sanction = lock(Sanction, sanction.id)
        if sanction.ended_at is not None:
            return
        member = db.session.get_one(Member, sanction.member_id)
        now = clock.now()
        sanction.ended_at, sanction.ended_by_id = now, by.id
        db.session.flush()
        if sanction.kind == "pause":
            before = _paused_until(member.id, sanction.panel_id)
            after = _settle_pauses(member.id, sanction.panel_id)
            if sanction.until is not None and sanction.until > now:
                record(
                    "member.pause_ended", subject=member, actor=by, panel_id=sanction.panel_id,
                    decision_id=sanction.decision_id, before={"until": before}, after={"until": after},
                )  # fmt: skip
        elif (
            sanction.kind == "suspension"
            and member.state == "suspended"
            and not queries.list_standing_suspensions(member.id)
        ):
            members.let_back_in(member, by=by)


def end_of(decision: Decision, *, by: Member) -> None:
    """End all that rests on a decision, because it is undone."""
    with unit_of_work():
        for sanction in queries.list_of_decision(decision.id):
            end(sanction, by=by)


def end_early(sanction: Sanction, *, by: Member) -> None:
    """Let a moderator end a pause or a suspension before its time."""
    with unit_of_work():
        sanction = lock(Sanction, sanction.id)
        member = db.session.get_one(Member, sanction.member_id)
        if not policy.can_sanction(by, member, panel_id=sanction.panel_id):
            raise Forbidden()
        if sanction.ended_at is not None or sanction.kind == "warning":
            raise Conflict()
        end(sanction, by=by)


def follow_reinstated(member_id: int, *, by_id: int | None) -> None:
    """Note that suspensions are over when an administrator has let the member in by another door."""
    with unit_of_work():
        for sanction in queries.list_standing_suspensions(member_id):
            sanction.ended_at, sanction.ended_by_id = clock.now(), by_id


def _check(by: Member, member: Member, *, panel_id: int | None) -> None:
    if not policy.can_sanction(by, member, panel_id=panel_id):
        raise Forbidden()


def _paused_until(member_id: int, panel_id: int | None) -> str | None:
    until = queries.paused_until(member_id, panel_id=panel_id, now=clock.now())
    return until.isoformat() if until is not None else None


def _settle_pauses(member_id: int, panel_id: int | None) -> str | None:
    """Write the longest pause that stands to where it is asked for, and return it for the log."""
    until = queries.paused_until(member_id, panel_id=panel_id, now=clock.now())
    if panel_id is None:
        lock(Member, member_id).paused_until = until
    else:
        _place(panel_id, member_id).paused_until = until
    return until.isoformat() if until is not None else None


def _place(panel_id: int, member_id: int) -> Membership:
    """The member's row in the panel; who was never in gets one that has ended, so that the pause is kept."""
    lock(Panel, panel_id)
    session = db.session()
    membership = session.get(Membership, (panel_id, member_id), populate_existing=True)
    if membership is None:
        membership = Membership(panel_id=panel_id, member_id=member_id, left_at=clock.now(), left_by="self")
        session.add(membership)
    return membership
