"""What is held about a member among the panels: where they are in, asked to come in, or were invited to."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select

from community.activity.personal_data import forget_data
from community.infra import clock
from community.infra.db import db, get_row, lock
from community.infra.language import current_locale, show_date, show_moment
from community.infra.own_data import OwnFile, Part, change, filled, lines, remove, rows
from community.members.models import Member
from community.panels.actions import places
from community.panels.models import Invitation, JoinRequest, Membership, Panel

HOLDS: Mapping[str, str] = {
    "memberships.member_id": "nameless",
    "join_requests.member_id": "deleted",
    "join_requests.decided_by_id": "nameless",
    "invitations.email": "deleted",
    "invitations.used_by_id": "deleted",
    "invitations.invited_by_id": "nameless",
}


def export(member: Member) -> Mapping[str, Part]:
    """Memberships, requests with what was answered at the door, and invitations to the member's address."""
    return filled(
        {
            "memberships": Part(
                _("Panels you are in, or were"),
                lines(rows(Membership, Membership.member_id == member.id), _membership),
            ),
            "requests": Part(
                _("Panels you asked to join"),
                lines(rows(JoinRequest, JoinRequest.member_id == member.id), _request, said="note"),
            ),
            "invitations": Part(
                _("Invitations to you"),
                lines(rows(Invitation, _is_to(member)), _invitation, leave_out=("token_hash",)),
            ),
        }
    )


def files(member: Member) -> list[OwnFile]:
    """There are none."""
    return []


def erase(member: Member, *, keeps_texts: bool) -> Mapping[str, int]:
    """Leave all panels; that somebody without a name was in them stays for their history."""
    standing = rows(Membership, Membership.member_id == member.id, Membership.left_at.is_(None))
    for known in sorted(standing, key=lambda row: row.panel_id):
        panel = lock(Panel, known.panel_id)
        places.give_back(known)
        known.left_at, known.left_by = clock.now(), "self"
        panel.member_count -= 1
    db.session.flush()
    change(Membership, Membership.member_id == member.id, paused_until=None)
    # What was answered them often begins with a name.
    forget_data("joinrequest", select(JoinRequest.id).where(JoinRequest.member_id == member.id))
    return {
        "memberships": len(standing),
        "join_requests": remove(JoinRequest, JoinRequest.member_id == member.id),
        "invitations": remove(Invitation, _is_to(member)),
    }


def _is_to(member: Member) -> ColumnElement[bool]:
    # Only an address that is shown to be theirs: else whoever claims one would learn who was invited.
    return or_(Invitation.used_by_id == member.id, Invitation.email_folded == (member.email_folded or ""))


def _panel_name(row: Any) -> str:
    return get_row(Panel, row.panel_id).name_in(current_locale())


def _membership(row: Membership) -> str:
    if row.left_at is None:
        return str(_("%(panel)s, since %(date)s", panel=_panel_name(row), date=show_date(row.joined_at)))
    return str(
        _(
            "%(panel)s, from %(date)s until %(end)s",
            panel=_panel_name(row),
            date=show_date(row.joined_at),
            end=show_date(row.left_at),
        )
    )


def _request(row: JoinRequest) -> str:
    return str(_("%(panel)s, asked on %(date)s", panel=_panel_name(row), date=show_moment(row.asked_at)))


def _invitation(row: Invitation) -> str:
    return str(_("%(panel)s, sent on %(date)s", panel=_panel_name(row), date=show_moment(row.sent_at)))
