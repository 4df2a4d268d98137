"""Inviting people by e-mail, and what becomes of the invitations."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from community.activity import actions as activity
from community.activity.queries import count_by
from community.infra import clock, mail
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Forbidden, TooMany
from community.members import addresses, secrets
from community.members.actions import accounts
from community.members.models import Member
from community.panels import policy, queries
from community.panels.actions.membership import Outcome, join_panel
from community.panels.models import Invitation, Panel

VALID_FOR = timedelta(days=14)
# Invitations carry the site's name to strangers: one account must not become a mail cannon.
HOURLY_CAP = 500


class Guest(NamedTuple):
    """Somebody to be invited, and the language to write to them in."""

    email: str
    locale: str


class Report(NamedTuple):
    """Addresses by what was done: invited now, invited before and waiting, in the panel already."""

    sent: list[str]
    waiting: list[str]
    inside: list[str]


def invite(staff: Member, panel: Panel, *, guests: Sequence[Guest]) -> Report:
    """Invite each address once; those that hold an open invitation or are in the panel get no other mail.

    TooMany, and nobody invited, beyond `HOURLY_CAP` mails an hour.
    """
    by_address = {addresses.fold(guest.email): guest for guest in guests}
    with unit_of_work():
        locked = lock(Panel, panel.id)
        _check_open(locked)
        known = queries.get_known_addresses(locked, list(by_address))
        new = [guest for folded, guest in by_address.items() if folded not in known.inside | known.invited]
        _check_cap(staff, len(new))
        for guest in new:
            _send(staff, locked, guest)
    return Report(
        sent=[guest.email for guest in new],
        waiting=[by_address[folded].email for folded in by_address if folded in known.invited - known.inside],
        inside=[by_address[folded].email for folded in by_address if folded in known.inside],
    )


def resend_invitation(staff: Member, invitation: Invitation) -> None:
    """Send a fresh link; the former one opens nothing any more."""
    with unit_of_work():
        panel = lock(Panel, invitation.panel_id)
        _check_open(panel)
        locked = lock(Invitation, invitation.id)
        if locked.used_at is not None:
            raise Conflict(_("This invitation has been used already."))
        _check_cap(staff, 1)
        _send(staff, panel, Guest(locked.email, locked.locale))


def withdraw_invitation(staff: Member, invitation: Invitation) -> None:
    """Make an invitation worthless that has not been used."""
    with unit_of_work():
        locked = lock(Invitation, invitation.id)
        if locked.used_at is not None:
            raise Conflict(_("This invitation has been used already."))
        if locked.withdrawn_at is None:
            locked.withdrawn_at = clock.now()
            activity.record("invitation.withdrawn", subject=locked, actor=staff, panel_id=locked.panel_id)


def accept_invitation(member: Member, token: str, *, answers: Mapping[str, str] | None = None) -> Outcome:
    """Use the invitation up and join its panel; the link shows that the member reads its address.

    Forbidden for members with another address; Conflict once it was used, withdrawn or has expired.
    """
    with unit_of_work():
        found = queries.get_invitation_by_token(token)
        lock(Panel, found.panel_id)
        invitation = lock(Invitation, found.id)
        member = lock(Member, member.id)
        if not is_addressed_to(member, invitation):
            raise _for_another()
        if policy.is_in(queries.find_membership(member, invitation.panel)):
            return "in"
        if not is_open(invitation):
            raise Conflict(_("This invitation is no longer open. Ask whoever invited you for a new one."))
        if not member.is_verified:
            accounts.make_own_if_free(member, invitation.email)
        if member.email_folded != invitation.email_folded:
            raise _for_another()
        return join_panel(member, invitation.panel, answers=answers, invitation=invitation)


def join_by_invitation(token: str, *, display_name: str, password: str, locale: str) -> Member:
    """Open an account for the reader of an invitation; its address counts as theirs, for the link came there.

    The panel itself is joined with `accept_invitation`. Conflict if the address has an account already.
    """
    invitation = queries.get_invitation_by_token(token)
    if not is_open(invitation):
        raise Conflict(_("This invitation is no longer open. Ask whoever invited you for a new one."))
    return accounts.create_member(
        display_name=display_name, email=invitation.email, password=password, locale=locale
    )


def is_open(invitation: Invitation) -> bool:
    """Whether the invitation can still be used."""
    return (
        invitation.used_at is None
        and invitation.withdrawn_at is None
        and invitation.expires_at > clock.now()
        and invitation.panel.archived_at is None
    )


def is_addressed_to(member: Member, invitation: Invitation) -> bool:
    """Whether the member has the invited address, shown to be theirs or claimed."""
    return invitation.email_folded == addresses.fold(member.address or "")


def _for_another() -> Forbidden:
    return Forbidden(_("This invitation is for another address. Sign in with the account it was sent to."))


def _check_open(panel: Panel) -> None:
    if panel.archived_at is not None:
        raise Conflict(_("This panel is closed. Open it again to invite people."))


def _check_cap(staff: Member, count: int) -> None:
    # Mails are counted, not invitations: one that is sent again stays one row.
    left = HOURLY_CAP - count_by(staff.id, "invitation.sent", since=clock.ago(hours=1))
    if count > left:
        raise TooMany(
            ngettext(
                "You can send %(num)d more invitation in this hour.",
                "You can send %(num)d more invitations in this hour.",
                max(0, left),
            ),
            retry_after=3600,
        )


def _send(staff: Member, panel: Panel, guest: Guest) -> None:
    token, folded = secrets.new_secret(), addresses.fold(guest.email)
    invitation = queries.find_invitation_to(panel, folded)
    if invitation is None:
        invitation = Invitation(panel_id=panel.id, email=guest.email, email_folded=folded)
        db.session.add(invitation)
    invitation.token_hash, invitation.locale = secrets.digest(token), guest.locale
    invitation.invited_by_id = staff.id
    invitation.sent_at, invitation.expires_at = clock.now(), clock.now() + VALID_FOR
    invitation.used_at = invitation.used_by_id = invitation.withdrawn_at = None
    # Fixed words only: what staff could write here would reach strangers in the site's name.
    mail.post(
        "panels/invitation",
        to=guest.email,
        name="",
        locale=guest.locale,
        link=f"{current_app.config['BASE_URL']}/panels/invitations/{token}",
        days=VALID_FOR.days,
    )
    activity.record("invitation.sent", subject=invitation, actor=staff, panel_id=panel.id)
