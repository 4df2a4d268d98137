"""The second step of signing in, and signing in with a passkey alone."""

import logging
from typing import NamedTuple

from flask_babel import gettext as _

from community.infra import clock, keys, limits
from community.infra.db import insert_new, lock, unit_of_work
from community.infra.errors import Conflict, Forbidden, Invalid
from community.members import passkeys, queries, secrets
from community.members.actions import throttle
from community.members.actions.second_steps import use_code
from community.members.actions.sessions import begin_session
from community.members.actions.throttle import Guard
from community.members.models import Member, Passkey, UsedChallenge

logger = logging.getLogger(__name__)


class FirstStep(NamedTuple):
    """What a browser has shown by the first step; `proof` is worth nothing once the password is another."""

    member_id: int
    proof: str
    came_by: str
    is_remembered: bool


def first_step(member: Member, *, came_by: str, is_remembered: bool) -> FirstStep:
    """What to keep of a first step until the second one."""
    return FirstStep(member.id, _proof(member), came_by, is_remembered)


def find_half_way(step: FirstStep) -> Member | None:
    """Who has taken this first step, if it still counts."""
    member = queries.find_member(step.member_id)
    is_good = (
        member is not None
        and member.is_active
        and member.second_step_since is not None
        and secrets.same(_proof(member), step.proof)
    )
    return member if is_good else None


def finish_with_code(step: FirstStep, *, code: str, address: str = "", user_agent: str = "") -> Member:
    """Sign in by a code of the app or a recovery code."""
    place = throttle.network(address)
    noted = throttle.note(
        Guard("second_step", f"{step.member_id} from {place}", limits.SECOND_STEP),
        Guard("second_step", str(step.member_id), limits.SECOND_STEP_BY_ACCOUNT),
    )
    with unit_of_work():
        member = _still_half_way(step)
        if not use_code(member, code):
            raise Invalid(
                _("This code is not right, or it has been used. Wait for the next one."), field="code"
            )
        _begin(member, step, address=address, user_agent=user_agent)
    throttle.forget(noted)
    return member


def finish_with_passkey(
    step: FirstStep, *, answer: str, challenge: str, address: str = "", user_agent: str = ""
) -> Member:
    """Sign in by one of the member's passkeys."""
    with unit_of_work():
        member = _still_half_way(step)
        _use_passkey(answer, challenge=challenge, of=member.id)
        _begin(member, step, address=address, user_agent=user_agent)
    return member


def sign_in_with_passkey(
    *, answer: str, challenge: str, address: str = "", user_agent: str = "", is_remembered: bool = False
) -> Member:
    """The member whose passkey this is, signed in: holding the device and opening it are two steps."""
    noted = throttle.note(Guard("passkey", f"from {throttle.network(address)}", limits.SIGN_IN_BY_ADDRESS))
    with unit_of_work():
        passkey = _use_passkey(answer, challenge=challenge)
        member = lock(Member, passkey.member_id)
        if not member.is_active:
            raise Forbidden(_("This account is suspended. Please write to the people who run this site."))
        member.session_token = begin_session(
            member, address=address, user_agent=user_agent, is_remembered=is_remembered, came_by="passkey"
        )
    throttle.forget(noted)
    return member


def _still_half_way(step: FirstStep) -> Member:
    lock(Member, step.member_id)
    member = find_half_way(step)
    if member is None:
        raise Conflict(_("That took too long. Please sign in from the beginning."))
    return member


def _begin(member: Member, step: FirstStep, *, address: str, user_agent: str) -> None:
    member.session_token = begin_session(
        member,
        address=address,
        user_agent=user_agent,
        is_remembered=step.is_remembered,
        came_by=step.came_by,
    )


def _use_passkey(answer: str, *, challenge: str, of: int | None = None) -> Passkey:
    # One sentence for all that can be wrong: nobody learns which keys are known here.
    refusal = Invalid(_("This passkey does not open an account here."))
    try:
        known = queries.find_passkey(passkeys.id_in(answer))
        if known is None or not challenge or of not in (None, known.member_id):
            raise refusal
        passkey = lock(Passkey, known.id)
        count = passkeys.new_count(answer, passkey, challenge=challenge)
    except passkeys.NotProved as error:
        logger.info("a passkey was refused: %s", error)
        raise refusal from None
    if not insert_new(UsedChallenge, [{"challenge_hash": secrets.digest(challenge), "at": clock.now()}]):
        raise refusal
    passkey.sign_count, passkey.last_used_at = count, clock.now()
    return passkey


def _proof(member: Member) -> str:
    return secrets.keyed(f"{member.id} {member.password_hash}", keys.derived("first step"))
