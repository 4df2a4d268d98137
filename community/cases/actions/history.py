"""The history of a case: one row for each step, which the database never lets change."""

from typing import Any

from community.cases.models import Case, CaseEvent
from community.infra import clock
from community.infra.db import unit_of_work
from community.members.models import Member


def write(
    case: Case,
    kind: str,
    *,
    actor: Member | None = None,
    note: str = "",
    from_state: str | None = None,
    **data: Any,
) -> CaseEvent:
    """Add a step to the history of a case; with `from_state` one from there to where the case stands now.

    Belongs inside the unit of work that makes the step; without an actor the site itself did it.
    """
    with unit_of_work() as session:
        if case in session.new:
            session.flush()
        event = CaseEvent(
            case_id=case.id,
            kind=kind,
            from_state=from_state,
            to_state=case.state if from_state is not None else None,
            actor_id=actor.id if actor is not None else None,
            note=note,
            data=data,
            at=clock.now(),
        )
        session.add(event)
    return event
