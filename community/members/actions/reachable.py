"""Addresses to which nothing can be delivered: mail to them stops until their owner says that they work."""

from itsdangerous import BadSignature

from community.activity import actions as activity
from community.infra import clock, keys, limits, mail
from community.infra.db import lock, unit_of_work
from community.infra.errors import Conflict
from community.members import addresses, queries
from community.members.actions import throttle, tokens
from community.members.actions.throttle import Guard
from community.members.models import Member

LINK_SECONDS = 3 * 24 * 60 * 60
LONGEST_REASON = 300


def stop_mail_to(address: str, reason: str) -> None:
    """Send no more notices to whoever confirmed this address: a server says that nothing reaches it."""
    owner = queries.find_by_email(address)
    if owner is None or owner.mail_stopped_at is not None:
        return
    with unit_of_work():
        member = lock(Member, owner.id)
        if member.email_folded != addresses.fold(address) or member.mail_stopped_at is not None:
            return
        member.mail_stopped_at, member.mail_stop_reason = clock.now(), reason[:LONGEST_REASON]
        activity.record("member.mail_stopped", subject=member, actor=None)


def try_address(member: Member) -> None:
    """Send a mail to an address that was given up, with a link that starts mail again."""
    if member.mail_stopped_at is None or member.email is None:
        raise Conflict()
    throttle.note(Guard("mail", addresses.fold(member.email), limits.MAIL_BY_EMAIL))
    token = keys.timed_signer("mail-again").dumps([member.id, member.email_folded])
    mail.post(
        "members/mail_again",
        to=member.email,
        name=member.display_name,
        locale=member.locale,
        link=tokens.link(f"/me/notifications/address/{token}"),
    )


def start_mail(token: str) -> Member:
    """Send mail to the address of this link again; NotFound if it is old or their address is another now."""
    try:
        member_id, folded = keys.timed_signer("mail-again").loads(token, max_age=LINK_SECONDS)
    except BadSignature:
        raise tokens.gone() from None
    with unit_of_work():
        member = lock(Member, member_id)
        if member.email_folded != folded:
            raise tokens.gone()
        if member.mail_stopped_at is not None:
            member.mail_stopped_at, member.mail_stop_reason = None, ""
            activity.record("member.mail_started", subject=member, actor=member)
    return member
