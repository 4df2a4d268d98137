"""Putting notices into mails: one mail for all that is due to a member, written by the worker."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from community.infra import clock
from community.infra.db import unit_of_work
from community.members.models import Member
from community.notifications import bundling
from community.notifications.actions.writing import write_mail
from community.notifications.models import Notice
from community.notifications.queries import mailing, preferences
from community.notifications.queries.mailing import Owed

logger = logging.getLogger(__name__)

# So many members in one transaction: short enough that nobody who clicks waits for it.
BATCH = 20
AGAIN_IN = timedelta(hours=1)


def mail_due() -> int:
    """Write the mails that are due, and say for how many members was looked."""
    looked = 0
    while ids := mailing.list_due_members(clock.now(), limit=BATCH):
        done = _mail(ids)
        looked += done
        if not done:
            # Another worker has all of them.
            break
    return looked


def _mail(member_ids: Sequence[int]) -> int:
    """The mails and the marks that they are written stand or fall together."""
    with unit_of_work() as session:
        members = list(
            session.scalars(
                select(Member)
                .where(Member.id.in_(member_ids))
                .order_by(Member.id)
                .with_for_update(skip_locked=True, key_share=True, of=Member)
                .execution_options(populate_existing=True)
            )
        )
        ids = [member.id for member in members]
        owed, chosen = mailing.list_owed(ids), preferences.list_chosen(ids)
        readers = mailing.list_who_read_since(ids)
        marks: list[dict[str, Any]] = []
        for member in members:
            reader = bundling.Reader(
                zone=member.time_zone,
                quiet_from=member.quiet_from,
                quiet_until=member.quiet_until,
                is_reachable=member.is_active and member.is_verified and member.mail_stopped_at is None,
                mailed_at=member.notices_mailed_at,
                has_read_since=member.id in readers,
                chosen=chosen[member.id],
            )
            marks += _mail_one(member, reader, owed.get(member.id, []))
        if marks:
            session.execute(update(Notice), marks)
    return len(members)


def _mail_one(member: Member, reader: bundling.Reader, owed: Sequence[Owed]) -> list[dict[str, Any]]:
    now = clock.now()
    planned = bundling.plan([_as_waiting(each) for each in owed], reader, now=now)
    chosen = [each for each in owed if each.told.id in planned.now]
    state, due_at = "sent", now
    if chosen:
        try:
            is_written = write_mail(member, chosen, paces=_paces(chosen, reader))
        except Exception:
            # One that cannot be written must not hold up the mails of all others.
            logger.exception("no mail could be written to member %s", member.id)
            state, due_at = "owed", now + AGAIN_IN
        else:
            state = "sent" if is_written else "skipped"
            member.notices_mailed_at = now
    return [
        *({"id": key, "mail_state": state, "mail_due_at": due_at} for key in planned.now),
        *({"id": key, "mail_state": "skipped", "mail_due_at": now} for key in planned.skipped),
        *({"id": key, "mail_state": "owed", "mail_due_at": due} for key, due in planned.later.items()),
    ]


def _as_waiting(owed: Owed) -> bundling.Waiting:
    told = owed.told
    return bundling.Waiting(
        id=told.id,
        kind=told.kind,
        panel_id=owed.panel_id,
        told_at=told.created_at,
        is_read=told.read_at is not None,
        is_readable=owed.is_readable,
    )


def _paces(chosen: Sequence[Owed], reader: bundling.Reader) -> set[str]:
    return {bundling.pace_of(each.told.kind, each.panel_id, reader.chosen) for each in chosen}
