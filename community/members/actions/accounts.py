"""Joining, signing in, and showing that an e-mail address is one's own.

Whether an address is known to the site is told to nobody but the reader of its mailbox: answers are the same,
and so is the work behind them.
"""

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from community.activity import actions as activity
from community.infra import language, limits, mail
from community.infra.db import lock, unit_of_work
from community.infra.errors import Conflict, Forbidden, Invalid, TooMany
from community.members import addresses, names, passwords, queries
from community.members.actions import throttle, tokens
from community.members.actions.aliases import new_alias
from community.members.actions.naming import clean_new_name
from community.members.actions.sessions import begin_session, begin_unless_second_step, end_sessions
from community.members.actions.throttle import Guard
from community.members.models import Member, RoleGrant

CONFIRMING = ("verify_email", "change_email")


def join(
    *,
    display_name: str,
    email: str,
    password: str,
    address: str = "",
    user_agent: str = "",
    locale: str = "en",
    came_by: str = "",
) -> Member:
    """Open an account that claims the address, signed in at once; a mail helps to confirm the claim.

    `came_by` is the code in the link of the member who invited them, for those who follow.
    """
    member = _new_member(display_name=clean_new_name(display_name), email=email, password=password)
    member.locale = locale
    throttle.note(Guard("join", throttle.network(address), limits.JOIN_BY_ADDRESS))
    # Only now: a hash is costly on purpose, and nobody shall have us make them by the hundred.
    member.password_hash = passwords.encode(password)
    is_mail_allowed = _may_mail(email)
    with unit_of_work() as session:
        session.add(member)
        activity.record("member.joined", subject=member, actor=member, came_by=came_by)
        if is_mail_allowed:
            _post_confirmation(member)
        member.session_token = begin_session(member, user_agent=user_agent, address=address)
    return member


def create_member(
    *,
    display_name: str,
    email: str,
    password: str,
    locale: str = "en",
    roles: tuple[str, ...] = (),
    panel_id: int | None = None,
) -> Member:
    """Open an account that the operator vouches for: its address counts as confirmed."""
    member = _new_member(display_name=display_name, email=email, password=password)
    member.password_hash = passwords.encode(password)
    _make_own(member, str(member.claimed_email))
    member.locale = locale
    member.roles = [RoleGrant(role=role, panel_id=panel_id) for role in roles]
    try:
        with unit_of_work() as session:
            session.add(member)
            activity.record("member.joined", subject=member, actor=None)
    except IntegrityError:
        raise Conflict(_("There is an account with this e-mail address already."), field="email") from None
    return member


def sign_in(
    *, email: str, password: str, address: str = "", user_agent: str = "", is_remembered: bool = False
) -> Member:
    """The member whose address and password these are, with a new session; Invalid for everybody else.

    Whoever has a second step gets no session yet: `entering` begins it.
    """
    account, place = addresses.fold(email), throttle.network(address)
    noted = throttle.note(
        Guard("sign_in", f"{account} from {place}", limits.SIGN_IN),
        Guard("sign_in", account, limits.SIGN_IN_BY_ACCOUNT),
        Guard("sign_in", f"from {place}", limits.SIGN_IN_BY_ADDRESS),
    )
    candidates = queries.list_sign_in_candidates(account)
    found = passwords.first_fit(
        [each.password_hash for each in candidates], password, tries=queries.MOST_CANDIDATES
    )
    if found is None:
        raise _not_together()
    fitting = candidates[found].password_hash
    throttle.forget(noted)
    with unit_of_work():
        member = lock(Member, candidates[found].id)
        if member.password_hash != fitting:
            # Changed since it was compared: whoever has only the former one stays out.
            raise _not_together()
        if not member.is_active:
            raise Forbidden(_("This account is suspended. Please write to the people who run this site."))
        if passwords.needs_new_hash(fitting):
            member.password_hash = passwords.encode(password)
        member.session_token = begin_unless_second_step(
            member, user_agent=user_agent, address=address, is_remembered=is_remembered
        )
    return member


def send_confirmation(member: Member) -> None:
    """Send the mail again with which a member shows that their address is theirs."""
    if member.is_verified:
        raise Conflict(_("Your e-mail address is confirmed already."))
    throttle.note(_mail_guard(str(member.claimed_email)))
    with unit_of_work():
        _post_confirmation(member)


def confirm_email(secret: str, *, member: Member | None, password: str = "") -> Member:
    """Make the address of a mailed link the account's own.

    Somebody may have joined with another person's address and wait for that person to follow the link: so it
    takes the account's session or its password too.
    """
    token = queries.find_token(secret, purposes=CONFIRMING)
    if token is None:
        raise tokens.gone()
    if member is None or member.id != token.member_id:
        noted = throttle.note(Guard("confirm", str(token.id), limits.SIGN_IN))
        if not passwords.fits(token.member.password_hash, password):
            raise Invalid(_("This is not the password of the account."), field="password")
        throttle.forget(noted)
    owner_id, keep = token.member_id, member.session_token if member is not None else ""
    try:
        with unit_of_work():
            return _confirm(secret, lock(Member, owner_id), keep=keep)
    except IntegrityError:
        raise _taken() from None


def change_email(member: Member, *, email: str, password: str) -> None:
    """Mail a link to the new address and a notice to the old one; other browsers are signed out."""
    email = addresses.clean_email(email)
    check_own_password(member, password)
    if addresses.fold(email) == addresses.fold(member.address or ""):
        raise Invalid(_("This is your address already."), field="email")
    throttle.note(_mail_guard(email))
    with unit_of_work():
        locked = lock(Member, member.id)
        tokens.void(locked, purposes=("verify_email", "change_email"))
        if locked.is_verified:
            _post_change(locked, email)
        else:
            locked.claimed_email, locked.claimed_email_folded = email, addresses.fold(email)
            _post_confirmation(locked)
        end_sessions(locked, except_token=member.session_token)


def check_own_password(member: Member, password: str, *, field: str = "current_password") -> None:
    """Invalid if this is not the member's present password; slows down who guesses on an open browser."""
    if not member.password_hash:
        raise Invalid(
            _("Your account has no password yet. Set one with “Forgotten password” on the sign-in page."),
            field=field,
        )
    noted = throttle.note(Guard("own_password", str(member.id), limits.SIGN_IN))
    if not passwords.fits(member.password_hash, password):
        raise Invalid(_("This is not your present password."), field=field)
    throttle.forget(noted)


def make_own_if_free(member: Member, email: str) -> None:
    """Settle a claim of somebody who reads the mailbox, unless another account has the address."""
    if member.email is None and queries.find_by_email(email) is None:
        _make_own(member, email)
        tokens.void(member, purposes=CONFIRMING)
        activity.record("member.verified", subject=member, actor=member)


def _new_member(*, display_name: str, email: str, password: str) -> Member:
    name, email = names.clean_name(display_name), addresses.clean_email(email)
    passwords.check(password, about=(name, email, language.site_name()))
    return Member(
        display_name=name,
        alias=new_alias(),
        claimed_email=email,
        claimed_email_folded=addresses.fold(email),
    )


def _make_own(member: Member, email: str) -> None:
    member.email, member.email_folded = email, addresses.fold(email)
    member.claimed_email = member.claimed_email_folded = None
    # Whoever followed the link has just shown that mail arrives.
    member.mail_stopped_at, member.mail_stop_reason = None, ""


def _confirm(secret: str, owner: Member, *, keep: str) -> Member:
    token = tokens.use_up(secret, purposes=CONFIRMING)
    is_first = token.purpose == "verify_email"
    if not owner.is_active or is_first is owner.is_verified:
        raise tokens.gone()
    if is_first and addresses.fold(token.email) != owner.claimed_email_folded:
        raise tokens.gone()
    other = queries.find_by_email(token.email)
    if other is not None and other.id != owner.id:
        raise _taken()
    _make_own(owner, token.email)
    # A link that went to the former address must not open the account any more.
    tokens.void(owner, purposes=("reset_password", *CONFIRMING))
    if is_first:
        activity.record("member.verified", subject=owner, actor=owner)
    else:
        end_sessions(owner, except_token=keep)
    return owner


def _post_confirmation(member: Member) -> None:
    email = str(member.claimed_email)
    secret = tokens.issue(member, purpose="verify_email", email=email)
    owner = queries.find_by_email(email)
    if owner is not None:
        _post_already_here(owner)
        return
    # No name in it: whoever typed the address chose the name too, and could write to strangers with it.
    link = tokens.link(f"/confirm-email/{secret}")
    mail.post("members/verify", to=email, name="", locale=member.locale, link=link)


def _post_change(member: Member, email: str) -> None:
    secret = tokens.issue(member, purpose="change_email", email=email)
    owner = queries.find_by_email(email)
    if owner is not None:
        _post_already_here(owner)
    else:
        link = tokens.link(f"/confirm-email/{secret}")
        mail.post("members/change_email", to=email, name="", locale=member.locale, link=link)
    mail.post(
        "members/email_changing",
        to=str(member.email),
        name=member.display_name,
        locale=member.locale,
        forgotten=tokens.link("/forgotten-password"),
    )


def _post_already_here(owner: Member) -> None:
    mail.post(
        "members/already_here",
        to=str(owner.email),
        name=owner.display_name,
        locale=owner.locale,
        sign_in=tokens.link("/sign-in"),
        forgotten=tokens.link("/forgotten-password"),
    )


def _mail_guard(email: str) -> Guard:
    return Guard("mail", addresses.fold(email), limits.MAIL_BY_EMAIL)


def _may_mail(email: str) -> bool:
    try:
        throttle.note(_mail_guard(email))
    except TooMany:
        return False
    return True


def _not_together() -> Invalid:
    return Invalid(_("E-mail address and password do not fit together. Please check both."))


def _taken() -> Conflict:
    return Conflict(
        _("Another account has confirmed this address first. Nothing was changed; you can use another one.")
    )
