"""Forgotten and changed passwords."""

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from community.infra import language, limits, mail
from community.infra.db import lock, unit_of_work
from community.infra.errors import Conflict
from community.members import addresses, passwords, queries
from community.members.actions import throttle, tokens
from community.members.actions.accounts import check_own_password, make_own_if_free
from community.members.actions.outside import part_from_all
from community.members.actions.second_steps import forget_second_step
from community.members.actions.sessions import end_sessions
from community.members.actions.throttle import Guard
from community.members.models import Member

RESETTING = ("reset_password",)


def request_new_password(*, email: str, locale: str) -> None:
    """Mail a link to whoever has this address; nothing tells the asker whether anybody has."""
    email = addresses.clean_email(email)
    throttle.note(Guard("mail", addresses.fold(email), limits.MAIL_BY_EMAIL))
    with unit_of_work() as session:
        member = queries.find_for_new_password(email)
        if member is not None:
            secret = tokens.issue(member, purpose="reset_password", email=str(member.address))
            _post_link(secret, to=str(member.address), locale=member.locale)
            return
        # The same mail, written and taken back: the answer takes as long for an address that nobody has.
        with session.begin_nested() as trial:
            _post_link("", to=email, locale=locale)
            session.flush()
            trial.rollback()


def reset_password(secret: str, *, password: str) -> Member:
    """Set a new password by a mailed link; ends sessions and other links, and parts from the provider.

    It settles a claim, and then leaves the password as the only way in. Who has joined through the provider
    and sets their first password stays connected with it.
    """
    token = queries.find_token(secret, purposes=RESETTING)
    if token is None:
        raise tokens.gone()
    _check_new(token.member, password, field="password")
    new_hash, owner_id = passwords.encode(password), token.member_id
    try:
        with unit_of_work():
            is_claim = not token.member.is_verified
            # Whoever had learned the old password may have connected an account of theirs. App and passkeys
            # stay: without them, whoever reads the mailbox would be in.
            parted_from = part_from_all(owner_id) if is_claim or token.member.password_hash else ""
            member = lock(Member, owner_id)
            if is_claim:
                # Whoever joined need not be who reads the mailbox: what they added opens nothing any more.
                forget_second_step(member)
            token = tokens.use_up(secret, purposes=RESETTING)
            if addresses.fold(token.email) != addresses.fold(member.address or ""):
                raise tokens.gone()
            member.password_hash = new_hash
            make_own_if_free(member, token.email)
            _shut_out_others(member, keep="", parted_from=parted_from)
    except IntegrityError:
        raise Conflict(_("Something else happened to this address just now. Please try again.")) from None
    return member


def change_password(member: Member, *, current: str, new: str) -> None:
    """Set a new password; other browsers are signed out."""
    check_own_password(member, current)
    _check_new(member, new, field="new_password")
    new_hash = passwords.encode(new)
    with unit_of_work():
        locked = lock(Member, member.id)
        locked.password_hash = new_hash
        _shut_out_others(locked, keep=member.session_token)


def _post_link(secret: str, *, to: str, locale: str) -> None:
    link = tokens.link(f"/new-password/{secret}")
    mail.post("members/reset_password", to=to, name="", locale=locale, link=link)


def _check_new(member: Member, password: str, *, field: str) -> None:
    about = (member.display_name, member.address or "", language.site_name())
    passwords.check(password, about=about, field=field)


def _shut_out_others(member: Member, *, keep: str, parted_from: str = "") -> None:
    end_sessions(member, except_token=keep)
    tokens.void(member, purposes=("reset_password", "change_email"))
    if member.email is not None:
        mail.post(
            "members/password_changed",
            to=member.email,
            name=member.display_name,
            locale=member.locale,
            parted_from=parted_from,
            forgotten=tokens.link("/forgotten-password"),
        )
