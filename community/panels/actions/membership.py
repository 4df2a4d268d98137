"""Coming into a panel and leaving it; counts and places are kept in the same transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from flask_babel import gettext as _

from community.activity import actions as activity
from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.infra.errors import Forbidden, NotFound
from community.infra.language import show_moment
from community.members.models import Member
from community.panels import policy, queries, screening
from community.panels.actions import places
from community.panels.models import Invitation, JoinRequest, Membership, Panel

Outcome = Literal["in", "waiting", "not_fitting"]


def ensure_taking_part(member: Member, panel: Panel) -> None:
    """Let the member in without a word where anyone may walk in; Forbidden says how to join elsewhere.

    It may lock the panel, so call it before locking anything that hangs on the panel.
    """
    with unit_of_work():
        membership = queries.find_membership(member, panel)
        ensure_not_paused(member, membership)
        if policy.can_take_part(member, panel, membership):
            return
        if panel.archived_at is not None:
            raise Forbidden(_("This panel is closed. You can still read what was said in it."))
        if not policy.can_walk_in(member, panel, membership) or queries.has_door(panel):
            raise Forbidden(_("This is for members of the panel. Join it first, then come back here."))
        let_in(member, panel, came_by="anyone")


def ensure_not_paused(member: Member, membership: Membership | None) -> None:
    """Forbidden, with the day it ends, while moderators have the member pause here or everywhere."""
    refuse_while_paused(policy.paused_until(member, membership, now=clock.now()))


def refuse_while_paused(until: datetime | None) -> None:
    """Forbidden, with the day it ends, if there is a pause until then."""
    if until is not None:
        raise Forbidden(
            _("You are on a pause until %(when)s: you can read, but not write.", when=show_moment(until))
        )


def join_panel(
    member: Member,
    panel: Panel,
    *,
    answers: Mapping[str, str] | None = None,
    note: str = "",
    invitation: Invitation | None = None,
) -> Outcome:
    """Join as the panel admits people; says whether the member is in, waits for staff or does not fit.

    `answers` map ids of questions at the door to keys of their options. Joining again changes nothing.
    """
    with unit_of_work() as session:
        locked = lock(Panel, panel.id)
        membership = queries.find_membership(member, locked)
        if membership is not None and policy.is_in(membership):
            return "in"
        if locked.archived_at is not None:
            raise Forbidden(_("This panel is closed. You can still read what was said in it."))
        invitation = invitation or queries.find_invitation_of(member, locked)
        asked = queries.find_last_request(member, locked)
        if invitation is None and asked is not None and asked.state == "waiting":
            return "waiting"
        way = _way_in(member, locked, membership, invitation=invitation)
        questions = queries.list_questions(locked)
        if questions and invitation is None and screening.rests(asked):
            return "not_fitting"
        given = screening.read_answers(questions, answers or {})
        if not screening.admits(questions, given):
            _note_not_fitting(member, locked, answers=given)
            return "not_fitting"
        if way == "request":
            places.check_place(member, locked)
            request = JoinRequest(panel_id=locked.id, member_id=member.id, answers=given, note=note)
            session.add(request)
            activity.record("join_request.made", subject=request, actor=member, panel_id=locked.id)
            return "waiting"
        if asked is not None and asked.state == "waiting":
            asked.state, asked.decided_at = "admitted", clock.now()
        elif questions:
            session.add(
                JoinRequest(
                    panel_id=locked.id,
                    member_id=member.id,
                    answers=given,
                    state="admitted",
                    decided_at=clock.now(),
                )
            )
        let_in(member, locked, came_by=way)
        if invitation is not None:
            invitation.used_at, invitation.used_by_id = clock.now(), member.id
            activity.record("invitation.used", subject=invitation, actor=member, panel_id=locked.id)
    return "in"


def let_in(member: Member, panel: Panel, *, came_by: str) -> Membership:
    """Put the member into the panel, now or again, in a free place if it has places (else Conflict)."""
    with unit_of_work() as session:
        locked = lock(Panel, panel.id)
        membership = queries.find_membership(member, locked)
        if membership is not None and policy.is_in(membership):
            return membership
        if membership is None:
            membership = Membership(panel_id=locked.id, member_id=member.id)
        membership.cell_id = places.take_place(member, locked)
        membership.joined_at, membership.left_at, membership.left_by = clock.now(), None, None
        membership.came_by = came_by
        session.add(membership)
        locked.member_count += 1
        activity.record("panel.joined", subject=locked, actor=member, panel_id=locked.id, came_by=came_by)
    return membership


def leave_panel(member: Member, panel: Panel) -> None:
    """Leave the panel, or take back a wish to join it; what the member said there stays."""
    with unit_of_work():
        locked = lock(Panel, panel.id)
        asked = queries.find_last_request(member, locked)
        if asked is not None and asked.state == "waiting":
            asked.state, asked.decided_at = "withdrawn", clock.now()
        if _end(locked, member, left_by="self"):
            activity.record("panel.left", subject=locked, actor=member, panel_id=locked.id, left_by="self")


def remove_from_panel(staff: Member, panel: Panel, *, member: Member) -> None:
    """Take a member out of the panel; they come back only if staff let them in."""
    with unit_of_work():
        locked = lock(Panel, panel.id)
        if not _end(locked, member, left_by="staff"):
            raise NotFound()
        activity.record(
            "panel.left",
            subject=locked,
            actor=staff,
            panel_id=locked.id,
            left_by="staff",
            member_id=member.id,
            as_staff=True,
        )


def _way_in(
    member: Member, panel: Panel, membership: Membership | None, *, invitation: Invitation | None
) -> str:
    if invitation is not None:
        return "invitation"
    if policy.was_taken_out(membership) or panel.admission == "request":
        return "request"
    if panel.admission == "invitation":
        raise Forbidden(
            _("One comes into this panel by invitation. If you were invited, use the link in the mail.")
        )
    if panel.admission == "segment":
        _check_segment(member, panel)
    return panel.admission


def _check_segment(member: Member, panel: Panel) -> None:
    if panel.segment is None:
        raise Forbidden(_("Nobody can join this panel at the moment."))
    vocabulary = queries.get_vocabulary()
    if not queries.is_meant(member, panel.segment.rule, vocabulary):
        raise Forbidden(
            _(
                "This panel is for members of whom this is true: %(what)s. "
                "If that is you, complete your profile.",
                what=queries.words_for(member, panel.segment.rule, vocabulary),
            )
        )


def _note_not_fitting(member: Member, panel: Panel, *, answers: Mapping[str, str]) -> None:
    with unit_of_work() as session:
        asked = queries.find_last_request(member, panel)
        if asked is None or asked.state != "waiting":
            asked = JoinRequest(panel_id=panel.id, member_id=member.id)
            session.add(asked)
        asked.answers, asked.state, asked.decided_at = dict(answers), "refused", clock.now()


def _end(panel: Panel, member: Member, *, left_by: str) -> bool:
    membership = queries.find_membership(member, panel)
    if membership is None or membership.left_at is not None:
        return False
    places.give_back(membership)
    membership.left_at, membership.left_by = clock.now(), left_by
    panel.member_count -= 1
    return True
