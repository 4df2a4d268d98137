"""Take texts out of cases, and put two cases together; a case without any text left is closed."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, update

from community.activity.actions import record
from community.cases import outcomes, summary
from community.cases.actions import due_times, history
from community.cases.models import Case, CaseItem, CaseMessage
from community.cases.queries import openings
from community.feedback.actions import advance
from community.feedback.models import FeedbackItem
from community.feedback.queries.intake import lock_items
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.members.models import Member


def forget_item(item_id: int) -> None:
    """A text was hidden, deleted or erased: take it out of all cases; nothing happens if it has come back."""
    with unit_of_work():
        cases = openings.lock_cases(openings.list_case_ids_with(item_id))
        for item in lock_items([item_id]):
            if item.state == "withdrawn":
                for case in cases.values():
                    take_out(case, item, why="withdrawn")


def take_out(case: Case, item: FeedbackItem, *, why: str) -> None:
    """Take an item out of a locked case, inside the caller's unit of work; `why`: "withdrawn" or "routed"."""
    with unit_of_work():
        db.session.execute(delete(CaseItem).where(CaseItem.case_id == case.id, CaseItem.item_id == item.id))
        case.item_count -= 1
        left = openings.list_items_in(case.id)
        summary.take_facts(case, left)
        if not case.is_theme:
            # What was taken back may be erased: its words do not stay on as the name of the case.
            case.title = summary.title_of(left[0]) if left else summary.NOTHING
        history.write(case, "item_removed", item_id=item.id, why=why)
        # A theme is there for its cause, also when nobody's words are left in it.
        if case.item_count == 0 and case.is_open and not case.is_theme:
            _close(case, by=None)
        record(
            "case.item_removed", subject=case, actor=None, panel_id=case.panel_id, item_id=item.id, why=why
        )


def combine_cases(case: Case, *, into: Case, by: Member) -> Case:
    """Put all that is in one open case into another, which keeps the earlier due times; the first closes.

    Words that were said in confidence never meet new eyes: if different people wrote, nobody may have been
    answered yet in either.
    """
    with unit_of_work() as session:
        cases = openings.lock_cases([case.id, into.id])
        source, target = cases[case.id], cases[into.id]
        _check(source, target)
        session.execute(update(CaseItem).where(CaseItem.case_id == source.id).values(case_id=target.id))
        session.execute(update(CaseMessage).where(CaseMessage.case_id == source.id).values(case_id=target.id))
        session.expire_all()
        moved, source.item_count = source.item_count, 0
        target.item_count += moved
        target.opened_at = min(source.opened_at, target.opened_at)
        target.first_due_at = min(source.first_due_at, target.first_due_at)
        target.resolve_due_at = min(source.resolve_due_at, target.resolve_due_at)
        summary.take_facts(target, openings.list_items_in(target.id))
        due_times.follow(target)
        _close(source, by=by, into_id=target.id)
        history.write(target, "combined", actor=by, from_id=source.id, moved_count=moved)
        if target.owner_id is not None:
            advance([item.id for item in openings.list_items_in(target.id)], "with_person")
        record(
            "case.combined",
            subject=target,
            actor=by,
            panel_id=target.panel_id,
            title=target.title,
            from_id=source.id,
        )
    return target


def _check(source: Case, target: Case) -> None:
    if source.id == target.id:
        raise Invalid(_l("These two are one already. Choose another case."), field="into")
    if source.panel_id != target.panel_id:
        raise Invalid(_l("Choose a case of the same panel."), field="into")
    if source.is_theme or target.is_theme:
        raise Invalid(_l("The case of a theme stands for itself. Choose a case of one member."), field="into")
    if not (source.is_open and target.is_open):
        raise Conflict(_l("One of the two is closed already."), field="into")
    if source.promise_state == "open":
        raise Conflict(
            _l("Something is promised in this case. Put the other one into it instead."), field="into"
        )
    ids = [source.id, target.id]
    if len(openings.author_ids_in(ids)) > 1 and openings.has_conversation(ids):
        raise Conflict(
            _l("Different people wrote these, and some have been answered already. Answer each of them."),
            field="into",
        )


def _close(case: Case, *, by: Member | None, **data: Any) -> None:
    """Nobody is asked whether it helped: there is nobody left in it, or they stand in the other case."""
    was, case.state = case.state, "resolved"
    case.outcome, case.resolved_at = outcomes.UNTOLD, clock.now()
    due_times.follow(case)
    kind = "combined" if data else "resolved"
    history.write(case, kind, actor=by, from_state=was, outcome=case.outcome, **data)
