"""A member wants to be forgotten: after some days in which it can be called off, the worker does it."""

import logging
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from community.activity.actions import record
from community.infra import clock, mail
from community.infra.db import db, get_row, lock, unit_of_work
from community.infra.errors import Conflict, NotFound
from community.members.actions.accounts import check_own_password
from community.members.actions.sessions import end_sessions
from community.members.actions.tokens import link
from community.members.models import Member
from community.privacy.actions import erasure_log
from community.privacy.models import Erasure
from community.privacy.queries import wishes as queries
from community.privacy.queries.gathering import personal

logger = logging.getLogger(__name__)

CALLED_OFF_WITHIN = timedelta(days=7)


def ask_to_erase(member: Member, *, password: str, keeps_texts: bool) -> Erasure:
    """Note the wish; the account stays open until the days are over, so that it can be called off."""
    check_own_password(member, password, field="password")
    with unit_of_work() as session:
        locked = lock(Member, member.id)
        if locked.is_staff:
            raise Conflict(
                _l("You hold a role here. Ask an administrator to end it first; then you can be forgotten.")
            )
        erasure = queries.find_waiting_erasure(locked)
        if erasure is not None:
            raise Conflict(_l("You have asked for this already. It can still be called off."))
        erasure = Erasure(
            member_id=locked.id, keeps_texts=keeps_texts, due_at=clock.now() + CALLED_OFF_WITHIN
        )
        session.add(erasure)
        record("erasure.asked", subject=erasure, actor=locked)
        # Whoever finds an open browser must not be able to end an account unseen.
        if locked.email is not None:
            mail.post(
                "privacy/erasure_asked",
                to=locked.email,
                name=locked.display_name,
                locale=locked.locale,
                due_at=erasure.due_at,
                page=link("/me/privacy"),
            )
    return erasure


def call_off(member: Member) -> None:
    """Stay after all."""
    with unit_of_work():
        locked = lock(Member, member.id)
        erasure = queries.find_waiting_erasure(locked)
        if erasure is None:
            raise NotFound()
        erasure.state, erasure.done_at = "called_off", clock.now()
        record("erasure.called_off", subject=erasure, actor=locked)


def erase_due() -> int:
    """Forget those whose days are over; says how many. One that fails is tried again, and holds up none."""
    done = 0
    for erasure_id in queries.list_due_erasure_ids(now=clock.now()):
        try:
            done += _erase(erasure_id)
        except Exception:
            logger.exception("erasure %s was not carried out", erasure_id)
            db.session.rollback()
    return done


def replay() -> int:
    """After a backup was brought back: forget again who was forgotten since it was made; says how many."""
    done = 0
    for entry in erasure_log.read():
        member = queries.find_returned(entry.member_id, joined_at=entry.joined_at)
        if member is None:
            continue
        with unit_of_work() as session:
            erasure = queries.find_waiting_erasure(member)
            if erasure is None:
                erasure = Erasure(
                    member_id=member.id, keeps_texts=entry.keeps_texts, due_at=clock.now(), state="waiting"
                )
                session.add(erasure)
            erasure.keeps_texts, erasure.due_at = entry.keeps_texts, clock.now()
            session.flush()
            erasure_id = erasure.id
        done += _erase(erasure_id, is_replay=True)
    return done


def _erase(erasure_id: int, *, is_replay: bool = False) -> int:
    """In two steps: nobody signs in as the member any more, then all that they left is gathered in."""
    if not _close(erasure_id, is_replay=is_replay):
        return 0
    with unit_of_work() as session:
        erasure = lock(Erasure, erasure_id)
        if erasure.state != "waiting":
            return 0
        member = get_row(Member, erasure.member_id)
        report: dict[str, object] = {}
        for domain, holder in personal().items():
            counts = holder.erase(member, keeps_texts=erasure.keeps_texts)
            report[domain] = {name: count for name, count in counts.items() if count}
            # Domains write whole tables at once: what was read of them before is read anew.
            session.flush()
            session.expire_all()
        erasure.state, erasure.done_at, erasure.report = "done", clock.now(), report
        record("member.erased", subject=member, actor=None, keeps_texts=erasure.keeps_texts)
    return 1


def _close(erasure_id: int, *, is_replay: bool) -> bool:
    """Shut the account and note the erasure where no backup of the database overwrites it."""
    with unit_of_work() as session:
        erasure = lock(Erasure, erasure_id)
        # Against the key too: what they are just writing is waited for, so that it is found and forgotten.
        session.execute(select(Member.id).where(Member.id == erasure.member_id).with_for_update())
        member = lock(Member, erasure.member_id)
        # A role that was given meanwhile has to end first: else the site could lose its last administrator.
        if erasure.state != "waiting" or erasure.due_at > clock.now() or (member.is_staff and not is_replay):
            return False
        member.state = "erased"
        end_sessions(member)
        entry = erasure_log.Entry(member.id, member.joined_at, _day(clock.now()), erasure.keeps_texts)
    if not is_replay:
        erasure_log.add(entry)
    return True


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
