"""Points given or taken by hand: asked for with a reason, and decided by a second person above the limit."""

from flask_babel import gettext as _
from flask_babel import ngettext

from community.activity import actions as activity
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Forbidden, Invalid
from community.loyalty import adjusting, policy
from community.loyalty.actions import points
from community.loyalty.models import Adjustment
from community.loyalty.queries import adjustments
from community.loyalty.queries.books import balances_of
from community.members.models import Member


def ask_for_adjustment(member: Member, staff: Member, *, amount: int, reason: str) -> Adjustment:
    """Give (or take, below zero) points: at once, or above the limit once a second person agrees.

    The same wish sent again within a minute gives back the first one.
    """
    member_id = member.id
    with unit_of_work() as session:
        if not policy.can_adjust(staff, member_id):
            raise Forbidden(_("Nobody gives points to themselves or takes them. Please ask a colleague."))
        # Locked first: what is free must still be free when it is taken.
        points.open_wallet(member_id)
        now = clock.now()
        again = adjustments.find_same(member_id, staff.id, amount, reason, since=now - adjusting.SENT_TWICE)
        if again is not None:
            return again
        _check_free(member_id, amount)
        adjustment = Adjustment(
            member_id=member_id, amount=amount, reason=reason, asked_by_id=staff.id, asked_at=now
        )
        session.add(adjustment)
        since = now - adjusting.ALONE
        if adjusting.needs_second_person(
            amount,
            alone_before=adjustments.list_alone(member_id, staff.id, since=since),
            limit=adjustments.get_limit_alone(staff.id, since=since),
        ):
            session.flush()
            _record("adjustment.asked", adjustment, staff)
        else:
            adjustment.state = "posted"
            session.flush()
            _post(adjustment, staff)
    return adjustment


def post_adjustment(adjustment: Adjustment, staff: Member) -> None:
    """Agree to what a colleague asked for; the points move now, if they are still there to be taken."""
    with unit_of_work():
        points.open_wallet(adjustment.member_id)
        adjustment = _decide(adjustment, staff)
        _check_free(adjustment.member_id, adjustment.amount)
        adjustment.state = "posted"
        db.session.flush()
        _post(adjustment, staff)


def refuse_adjustment(adjustment: Adjustment, staff: Member) -> None:
    """Say no to what a colleague asked for; no points move."""
    with unit_of_work():
        adjustment = _decide(adjustment, staff)
        adjustment.state = "refused"
        _record("adjustment.refused", adjustment, staff)


def _decide(adjustment: Adjustment, staff: Member) -> Adjustment:
    adjustment = lock(Adjustment, adjustment.id)
    if not policy.can_decide_adjustment(
        staff, asked_by_id=adjustment.asked_by_id, member_id=adjustment.member_id
    ):
        raise Forbidden(
            _("It takes a second person: neither who asked for it nor who it is about can decide.")
        )
    if adjustment.state != "waiting":
        raise Conflict(_("This has been decided meanwhile."))
    adjustment.decided_by_id, adjustment.decided_at = staff.id, clock.now()
    return adjustment


def _check_free(member_id: int, amount: int) -> None:
    free = balances_of(member_id).available
    if amount < 0 and -amount > free:
        raise Invalid(
            ngettext(
                "No more can be taken than is free to spend: %(num)d point.",
                "No more can be taken than is free to spend: %(num)d points.",
                max(free, 0),
            ),
            field="amount",
        )


def _post(adjustment: Adjustment, staff: Member) -> None:
    points.adjust(adjustment, actor=staff)
    _record("points.adjusted", adjustment, staff)


def _record(kind: str, adjustment: Adjustment, staff: Member) -> None:
    activity.record(
        kind,
        subject=adjustment,
        actor=staff,
        member_id=adjustment.member_id,
        amount=adjustment.amount,
        reason=adjustment.reason,
        asked_by_id=adjustment.asked_by_id,
    )
