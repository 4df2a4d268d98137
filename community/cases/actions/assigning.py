"""Put a case on a desk by hand, with a word for whoever takes it over."""

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.cases import policy
from community.cases.actions import history
from community.cases.models import Case, CaseEvent
from community.cases.queries import conversation
from community.feedback.actions import advance
from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.members.models import Member


def assign_case(case: Case, owner: Member | None, *, by: Member, note: str = "") -> CaseEvent | None:
    """Hand a case over, or with nobody put it back on the triage desk; None if it lies there already."""
    with unit_of_work():
        locked = lock(Case, case.id)
        if not locked.is_open:
            raise Conflict(_l("This case is closed. Reopen it first."))
        if owner is not None and not policy.can_own_cases(owner, locked.panel_id):
            raise Invalid(_l("Choose somebody who answers for this panel."), field="owner_id")
        if (owner.id if owner is not None else None) == locked.owner_id:
            return None
        locked.routed_by = "by_hand"
        return give(locked, owner, by=by, note=note)


def assign_process_owner(case: Case, owner: Member | None, *, by: Member) -> CaseEvent | None:
    """Say who answers for the process behind a case; None if they do already."""
    with unit_of_work():
        locked = lock(Case, case.id)
        if owner is not None and not (owner.is_active and owner.is_staff):
            raise Invalid(_l("Choose somebody of the staff."), field="owner_id")
        if (owner.id if owner is not None else None) == locked.process_owner_id:
            return None
        was_id, locked.process_owner_id = locked.process_owner_id, owner.id if owner is not None else None
        event = history.write(
            locked, "assigned", actor=by, process_owner_id=locked.process_owner_id, was_id=was_id
        )
        record(
            "case.process_assigned",
            subject=locked,
            actor=by,
            panel_id=locked.panel_id,
            title=locked.title,
            to_id=locked.process_owner_id,
            was_id=was_id,
        )
        return event


def give(case: Case, owner: Member | None, *, by: Member | None, note: str = "") -> CaseEvent:
    """Change the owner of a locked case inside the caller's unit of work, with all that goes with it."""
    with unit_of_work():
        was_id, was_state = case.owner_id, case.state
        case.owner, case.owner_id = owner, owner.id if owner is not None else None
        case.assigned_at = clock.now() if owner is not None else None
        if case.state in ("new", "assigned"):
            case.state = "assigned" if owner is not None else "new"
        event = history.write(
            case,
            "assigned",
            actor=by,
            note=note,
            from_state=was_state,
            owner_id=case.owner_id,
            was_id=was_id,
            routed_by=case.routed_by,
            rule_id=case.rule_id,
            team_id=case.team_id,
        )
        record(
            "case.assigned",
            subject=case,
            actor=by,
            panel_id=case.panel_id,
            title=case.title,
            note=note,
            to_id=case.owner_id,
            was_id=was_id,
        )
        if owner is not None:
            advance(conversation.item_ids(case.id), "with_person")
        return event
