"""Reading what opening, changing and shrinking cases has to know, and locking it in the one order."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import exists, func, or_, select, tuple_

from community.cases.models import Case, CaseEvent, CaseItem, CaseMessage
from community.feedback.models import Correction, FeedbackItem, ReadingBatch
from community.infra.db import db

# Steps that the site makes by itself, or that come with saying what a text is.
UNTOUCHED = ("opened", "item_added", "item_removed", "assigned", "reminded", "escalated", "corrected")


def list_items(item_ids: Collection[int]) -> list[FeedbackItem]:
    """These items, if they are read or could not be read, in the order of their ids."""
    return list(
        db.session.scalars(
            select(FeedbackItem)
            .where(FeedbackItem.id.in_(item_ids), FeedbackItem.state.in_(("read", "failed")))
            .order_by(FeedbackItem.id)
        )
    )


def list_batch_ids(batch_id: int) -> list[int]:
    """The items that were read, or were to be read, in a batch."""
    return list(
        db.session.scalars(
            select(FeedbackItem.id).where(FeedbackItem.batch_id == batch_id).order_by(FeedbackItem.id)
        )
    )


def ids_dealt_before(item_ids: Collection[int]) -> set[int]:
    """Of these items, which were dealt out at an earlier reading, or before a person corrected them."""
    is_corrected = exists().where(Correction.item_id == FeedbackItem.id)
    return set(
        db.session.scalars(
            select(FeedbackItem.id)
            .outerjoin(ReadingBatch, ReadingBatch.id == FeedbackItem.batch_id)
            # `read_at` stays what it was at the first reading.
            .where(
                FeedbackItem.id.in_(item_ids), or_(FeedbackItem.read_at < ReadingBatch.read_at, is_corrected)
            )
        )
    )


def own_cases_of(item_ids: Collection[int]) -> dict[int, int]:
    """Item → the case of its author that it is in."""
    rows = db.session.execute(
        select(CaseItem.item_id, CaseItem.case_id).where(CaseItem.item_id.in_(item_ids), CaseItem.is_own)
    )
    return {row[0]: row[1] for row in rows}


def open_cases_of_authors(items: Iterable[FeedbackItem]) -> dict[tuple[str, int], int]:
    """(thread, author) → the newest open case in which that author already says something in that thread."""
    wanted = {(item.thread, item.author_id) for item in items if item.thread and item.author_id is not None}
    if not wanted:
        return {}
    rows = db.session.execute(
        select(FeedbackItem.thread, FeedbackItem.author_id, func.max(Case.id))
        .join(CaseItem, (CaseItem.item_id == FeedbackItem.id) & CaseItem.is_own)
        .join(Case, (Case.id == CaseItem.case_id) & Case.is_open)
        .where(tuple_(FeedbackItem.thread, FeedbackItem.author_id).in_(sorted(wanted)))
        .group_by(FeedbackItem.thread, FeedbackItem.author_id)
    )
    return {(thread, author_id): case_id for thread, author_id, case_id in rows if author_id is not None}


def lock_cases(case_ids: Collection[int]) -> dict[int, Case]:
    """These cases as they are now, locked in one order until the unit of work ends."""
    if not case_ids:
        return {}
    rows = db.session.scalars(
        select(Case)
        .where(Case.id.in_(case_ids))
        .order_by(Case.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {case.id: case for case in rows}


def list_case_ids_with(item_id: int) -> list[int]:
    """All cases, also of themes, that an item is in."""
    return list(
        db.session.scalars(
            select(CaseItem.case_id).where(CaseItem.item_id == item_id).order_by(CaseItem.case_id)
        )
    )


def list_items_in(case_id: int) -> list[FeedbackItem]:
    """The items of a case, the first said first."""
    return list(
        db.session.scalars(
            select(FeedbackItem)
            .join(CaseItem, CaseItem.item_id == FeedbackItem.id)
            .where(CaseItem.case_id == case_id)
            .order_by(FeedbackItem.said_at, FeedbackItem.id)
        )
    )


def is_touched(case_id: int) -> bool:
    """Whether any person has worked on the case: written, assigned, promised, resolved."""
    has_message = exists().where(CaseMessage.case_id == case_id)
    has_step = exists().where(
        CaseEvent.case_id == case_id,
        or_(
            CaseEvent.kind.not_in(UNTOUCHED),
            (CaseEvent.kind == "assigned") & CaseEvent.actor_id.is_not(None),
        ),
    )
    return bool(db.session.scalar(select(or_(has_message, has_step))))


def author_ids_in(case_ids: Sequence[int]) -> set[int | None]:
    """Who wrote what is in these cases; None stands for people without an account."""
    return set(
        db.session.scalars(
            select(FeedbackItem.author_id)
            .join(CaseItem, CaseItem.item_id == FeedbackItem.id)
            .where(CaseItem.case_id.in_(case_ids))
        )
    )


def has_conversation(case_ids: Sequence[int]) -> bool:
    """Whether anything but notes was written, or promised, in one of these cases."""
    is_written = exists().where(CaseMessage.case_id.in_(case_ids), CaseMessage.is_note.is_(False))
    is_promised = exists().where(Case.id.in_(case_ids), Case.promise_state.is_not(None))
    return bool(db.session.scalar(select(or_(is_written, is_promised))))
