"""Remind owners before a case is due, and bring in a second person once it is overdue."""

from community.activity.actions import record
from community.cases.actions import history
from community.cases.dealing import Hands
from community.cases.models import Case
from community.cases.queries import deadlines, owners
from community.infra import clock
from community.infra.db import lock, unit_of_work


def remind_owners() -> int:
    """Remind of every case whose time is nearly used up, once for each due time; says of how many."""
    return sum(_remind(case_id) for case_id in deadlines.list_case_ids_to_remind(clock.now()))


def escalate_overdue() -> int:
    """Bring a second person into every overdue case, once for each due time; says into how many."""
    return sum(_escalate(case_id) for case_id in deadlines.list_overdue_case_ids(clock.now()))


def _remind(case_id: int) -> int:
    with unit_of_work():
        case, now = lock(Case, case_id), clock.now()
        # Asked again under the lock: another worker, or an answer, may have come first.
        if not case.is_open or case.due_at is None or case.remind_at is None or case.remind_at > now:
            return 0
        case.remind_at = None
        if case.due_at <= now:
            # Too late to remind of: it is escalated, and its owner hears that.
            return 0
        case.reminded_at = now
        history.write(case, "reminded", due_at=case.due_at.isoformat())
        record(
            "case.reminded",
            subject=case,
            actor=None,
            panel_id=case.panel_id,
            title=case.title,
            to_id=case.owner_id,
            due_at=case.due_at.isoformat(),
        )
    return 1


def _escalate(case_id: int) -> int:
    with unit_of_work():
        case, now = lock(Case, case_id), clock.now()
        if not case.is_open or case.due_at is None or case.due_at > now or case.escalated_at is not None:
            return 0
        second_id = _find_second(case, owners.get_hands())
        case.escalated_at, case.escalated_to_id = now, second_id
        history.write(case, "escalated", to_id=second_id, due_at=case.due_at.isoformat())
        record(
            "case.escalated",
            subject=case,
            actor=None,
            panel_id=case.panel_id,
            title=case.title,
            to_id=second_id,
            owner_id=case.owner_id,
        )
    return 1


def _find_second(case: Case, hands: Hands) -> int | None:
    """Whom the service level names, else who answers for the process, else an administrator."""
    of_topic, process_of_topic = hands.owners_of(case.topic_id)
    named_id = case.service_level.escalate_to_id if case.service_level is not None else None
    administrators = deadlines.list_administrators(case.panel_id)
    for member_id in (named_id, case.process_owner_id, process_of_topic, of_topic, *administrators):
        second = hands.present(member_id, case.panel_id)
        if second is not None and second.id != case.owner_id:
            return second.id
    return None
