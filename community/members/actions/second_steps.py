"""The second step at sign-in: an authenticator app, passkeys, and codes for when both are lost."""

import logging

from flask_babel import gettext as _
from sqlalchemy import delete, update

from community.activity import actions as activity
from community.infra import clock, keys, limits
from community.infra.db import lock, unit_of_work
from community.infra.errors import Conflict, Forbidden, Invalid, NotFound
from community.members import one_time_codes, passkeys, policy, queries, recovery
from community.members.actions import throttle
from community.members.actions.outside import part_from_all
from community.members.actions.sessions import end_sessions
from community.members.actions.sureness import must_be_sure
from community.members.actions.telling import tell
from community.members.actions.throttle import Guard
from community.members.models import Authenticator, Member, Passkey, RecoveryCode

logger = logging.getLogger(__name__)

SEALED_FOR = "authenticator"


def begin_app(member: Member) -> None:
    """Make a secret for an app; it guards nothing until a code of that app has been typed in."""
    must_be_sure(member)
    sealed = keys.seal(one_time_codes.new_secret().encode(), purpose=SEALED_FOR)
    with unit_of_work() as session:
        locked = lock(Member, member.id)
        app = queries.find_authenticator(locked.id)
        if app is None:
            session.add(Authenticator(member_id=locked.id, sealed_secret=sealed))
        elif app.confirmed_at is not None:
            raise Conflict(_("You have set up an app already. Remove it first."))
        else:
            app.sealed_secret, app.begun_at = sealed, clock.now()


def secret_of(app: Authenticator) -> str:
    """The secret that the app was given."""
    return keys.open_sealed(app.sealed_secret, purpose=SEALED_FOR).decode()


def confirm_app(member: Member, *, code: str) -> list[str]:
    """Let the app guard the account from now on; gives back recovery codes if it is the first to do so."""
    must_be_sure(member)
    noted = throttle.note(Guard("second_step", str(member.id), limits.SECOND_STEP))
    with unit_of_work():
        locked = lock(Member, member.id)
        app = queries.find_authenticator(locked.id)
        if app is None or app.confirmed_at is not None:
            raise NotFound()
        if not _is_code_of(app, code):
            raise Invalid(
                _("This is not what the app shows now. Is the clock of your device right?"), field="code"
            )
        app.confirmed_at = clock.now()
        codes = _add(locked, keep=member.session_token, what="app_added")
    throttle.forget(noted)
    return codes


def remove_app(member: Member) -> None:
    """Ask for no codes of the app any more."""
    must_be_sure(member)
    with unit_of_work() as session:
        locked = lock(Member, member.id)
        app = queries.find_authenticator(locked.id)
        if app is None:
            raise NotFound()
        is_used = app.confirmed_at is not None
        session.delete(app)
        session.flush()
        if is_used:
            _take(locked, keep=member.session_token, what="app_removed")


def add_passkey(member: Member, *, name: str, answer: str, challenge: str, handle: str) -> list[str]:
    """Take a key in that a device has made; recovery codes if it is the first thing to guard the account."""
    must_be_sure(member)
    try:
        made = passkeys.read_new(answer, challenge=challenge)
    except passkeys.NotProved:
        raise Invalid(_("Your device didn’t make a passkey that we can use. Please try again.")) from None
    name = name or str(_("Passkey"))
    with unit_of_work() as session:
        locked = lock(Member, member.id)
        if queries.find_passkey(made.credential_id) is not None:
            raise Conflict(_("This passkey is known here already."))
        session.add(
            Passkey(
                member_id=locked.id,
                name=name,
                credential_id=made.credential_id,
                public_key=made.public_key,
                sign_count=made.sign_count,
                transports=made.transports,
                user_handle=handle,
            )
        )
        session.flush()
        return _add(locked, keep=member.session_token, what="passkey_added", name=name)


def rename_passkey(member: Member, *, passkey_id: int, name: str) -> None:
    """Call one of the member's keys something else."""
    with unit_of_work():
        _own_passkey(member, passkey_id).name = name


def remove_passkey(member: Member, *, passkey_id: int) -> None:
    """Let a key open nothing any more."""
    must_be_sure(member)
    with unit_of_work() as session:
        locked = lock(Member, member.id)
        passkey = _own_passkey(locked, passkey_id)
        name = passkey.name
        session.delete(passkey)
        session.flush()
        _take(locked, keep=member.session_token, what="passkey_removed", name=name)


def renew_codes(member: Member) -> list[str]:
    """New recovery codes; those from before open nothing any more."""
    must_be_sure(member)
    with unit_of_work():
        locked = lock(Member, member.id)
        if locked.second_step_since is None:
            raise Conflict(_("Set up an app or a passkey first."))
        codes = _new_codes(locked)
        tell(locked, "codes_renewed")
    return codes


def reset_second_step(member: Member, *, by: Member) -> None:
    """Let somebody who lost app, passkeys and codes in with the password alone; they are told by mail.

    Whoever had taken the account over may have connected it with an account of theirs: that goes too.
    """
    if not policy.can_reset_second_step(by, member, is_connected=bool(queries.list_issuers(member.id))):
        raise Forbidden()
    must_be_sure(by)
    with unit_of_work():
        parted_from = part_from_all(member.id)
        locked = lock(Member, member.id)
        if not (parted_from or policy.can_reset_second_step(by, locked, is_connected=False)):
            raise Forbidden()
        _reset(locked, by=by, parted_from=parted_from)


def reset_from_outside(member: Member) -> None:
    """The same by whoever runs the machine: when no administrator can sign in, nobody else could do it."""
    with unit_of_work():
        parted_from = part_from_all(member.id)
        _reset(lock(Member, member.id), by=None, parted_from=parted_from)


def _reset(locked: Member, *, by: Member | None, parted_from: str) -> None:
    forget_second_step(locked)
    # Staff are asked anew, with time to do it.
    locked.second_step_due_at = None
    end_sessions(locked)
    activity.record("member.second_step_reset", subject=locked, actor=by)
    tell(locked, "reset", parted_from=parted_from)


def forget_second_step(member: Member) -> None:
    """Take app, passkeys and codes from this locked member."""
    with unit_of_work() as session:
        for model in (Authenticator, Passkey, RecoveryCode):
            session.execute(delete(model).where(model.member_id == member.id))
        member.second_step_since = None


def use_code(member: Member, code: str) -> bool:
    """Whether the code opens the account of this locked member, by the app or as a recovery code; used up."""
    app = queries.find_authenticator(member.id)
    digits = "".join(code.split())
    if app is not None and app.confirmed_at is not None and _is_code_of(app, digits):
        return True
    if not _use_recovery_code(member, code):
        return False
    tell(member, "code_used", left=queries.count_recovery_codes(member.id))
    return True


def _is_code_of(app: Authenticator, code: str) -> bool:
    try:
        secret = secret_of(app)
    except keys.Unreadable:
        # Sealed by a key that was lost, as after a copy came back without it: recovery codes still open.
        logger.error("the secret of an authenticator app cannot be read; see `flask doctor`")
        return False
    step = one_time_codes.step_of(secret, "".join(code.split()), at=clock.now(), after=app.last_step)
    if step is not None:
        app.last_step = step
    return step is not None


def _use_recovery_code(member: Member, code: str) -> bool:
    with unit_of_work() as session:
        used = session.scalar(
            update(RecoveryCode)
            .where(
                RecoveryCode.member_id == member.id,
                RecoveryCode.code_hash == recovery.hash_of(code),
                RecoveryCode.used_at.is_(None),
            )
            .values(used_at=clock.now())
            .returning(RecoveryCode.id)
        )
    return used is not None


def _add(member: Member, *, keep: str, what: str, name: str = "") -> list[str]:
    is_first = member.second_step_since is None
    member.second_step_since = member.second_step_since or clock.now()
    # Other browsers came in without it.
    end_sessions(member, except_token=keep)
    tell(member, what, key=name)
    return _new_codes(member) if is_first else []


def _take(member: Member, *, keep: str, what: str, name: str = "") -> None:
    if not queries.has_second_step(member.id):
        member.second_step_since = None
        _forget_codes(member)
    end_sessions(member, except_token=keep)
    tell(member, what, key=name, is_last=member.second_step_since is None)


def _new_codes(member: Member) -> list[str]:
    codes = recovery.new_codes()
    with unit_of_work() as session:
        _forget_codes(member)
        session.add_all(RecoveryCode(member_id=member.id, code_hash=recovery.hash_of(code)) for code in codes)
    return codes


def _forget_codes(member: Member) -> None:
    with unit_of_work() as session:
        session.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member.id))


def _own_passkey(member: Member, passkey_id: int) -> Passkey:
    passkey = lock(Passkey, passkey_id)
    if passkey.member_id != member.id:
        raise NotFound()
    return passkey
