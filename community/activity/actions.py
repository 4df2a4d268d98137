"""Record what happened, and do what is to follow: each reaction once, in a transaction of its own."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any, NamedTuple

from flask import Flask, current_app
from sqlalchemy import Insert, String, bindparam, delete, insert, literal, select, union_all, update

from community.activity.models import LEASE_SECONDS, Activity, OwedReaction
from community.infra import clock, jobs, logs
from community.infra.db import Base, BigId, UtcDateTime, after_commit, db, id_of, lock, table_of, unit_of_work
from community.infra.together import Change, do_together, fixed_values, next_id

logger = logging.getLogger(__name__)

Reaction = Callable[[Activity], None]

# Seconds until the next try; after the last one the reaction is set aside for staff to see.
PAUSES = (30, 120, 600, 3600, 4 * 3600, 12 * 3600)
BATCH = 20
# Long enough to see what became of something last month.
DONE_KEPT_FOR = timedelta(days=30)
# On the tables themselves: nobody needs these rows as entities before a worker reads them.
_LOG, _OWED = table_of(Activity), table_of(OwedReaction)
_NOTED = ("kind", "actor_id", "subject_type", "subject_id", "panel_id", "data", "occurred_at")
_NOTE = insert(_LOG).values({name: bindparam(f"log_{name}") for name in _NOTED})
_NUMBERED = insert(_LOG).values({name: bindparam(f"log_{name}") for name in ("id", *_NOTED)})
_NUMBER = select(next_id(Activity))


class Note(NamedTuple):
    """One activity and what is owed to it, as changes to make together with those it tells of."""

    changes: Sequence[Change]
    values: Mapping[str, Any]


def use_reactions(app: Flask, reactions: Mapping[str, Sequence[Reaction]]) -> None:
    """Give the app its table: activity kind → functions that follow it."""
    app.extensions["reactions"] = reactions
    app.extensions["reaction_functions"] = {
        jobs.name_of(function): function for functions in reactions.values() for function in functions
    }


def record(
    kind: str, /, *, subject: Base, actor: Base | None, panel_id: int | None = None, **data: Any
) -> Activity:
    """Write one activity in the action's transaction, and what is owed to it; workers follow after it."""
    reactions = current_app.extensions["reactions"][kind]
    with unit_of_work() as session:
        session.flush()
        activity = Activity(
            kind=kind,
            actor_id=id_of(actor) if actor is not None else None,
            subject_type=type(subject).__name__.lower(),
            subject_id=subject.id,  # type: ignore[attr-defined]
            panel_id=panel_id,
            data=data,
            occurred_at=clock.now(),
        )
        session.add(activity)
        session.flush()
        if reactions:
            owing = _owing(activity.id, reactions)
            do_together(*owing.changes, **owing.values)
    return activity


def note(
    kind: str,
    subject: tuple[str, int],
    actor_id: int,
    /,
    *,
    number: int | None = None,
    panel_id: int | None = None,
    **data: Any,
) -> Note:
    """The same for actions that write rows, for `do_together` in the same unit of work.

    `subject` is the word for it and its number, ("idea", 12). `number` is the activity's own, where it was
    asked for along with others (`next_id`); else what is owed to it costs a look.
    """
    values = {
        "log_kind": kind,
        "log_actor_id": actor_id,
        "log_subject_type": subject[0],
        "log_subject_id": subject[1],
        "log_panel_id": panel_id,
        "log_data": data,
        "log_occurred_at": clock.now(),
    }
    reactions = current_app.extensions["reactions"][kind]
    if not reactions:
        return Note((_NOTE,), values)
    owing = _owing(db.session.scalars(_NUMBER).one() if number is None else number, reactions)
    return Note((_NUMBERED, *owing.changes), {**values, **owing.values})


def _owing(activity_id: int, reactions: Sequence[Reaction]) -> Note:
    """What is owed to an activity with that number."""
    after_commit(jobs.wake)
    names = {f"log_reaction_{place}": jobs.name_of(each) for place, each in enumerate(reactions)}
    return Note((_owed(len(reactions)),), {"log_id": activity_id, "log_occurred_at": clock.now(), **names})


@cache
def _owed(count: int) -> Insert:
    # Selected, since SQLAlchemy builds an insert of several rows anew each time.
    fixed = fixed_values(OwedReaction)
    rows = [
        select(
            bindparam("log_id", type_=BigId),
            bindparam(f"log_reaction_{place}", type_=String),
            bindparam("log_occurred_at", type_=UtcDateTime),
            *map(literal, fixed.values()),
        )
        for place in range(count)
    ]
    columns = ("activity_id", "reaction", "due_at", *fixed)
    return insert(_OWED).from_select(columns, union_all(*rows), include_defaults=False)


def follow_due() -> int:
    """Run the reactions that are due and say how many were tried."""
    tried = 0
    while taken := _take():
        for owed_id in taken:
            tried += _follow(owed_id)
    return tried


def try_again(owed_id: int, *, by: Base) -> None:
    """Owe a reaction anew that had been set aside."""
    with unit_of_work():
        owed = lock(OwedReaction, owed_id)
        if owed.state == "set_aside":
            owed.state, owed.attempts, owed.due_at = "owed", 0, clock.now()
            record("owed.retried", subject=owed, actor=by, what=owed.reaction)
            after_commit(jobs.wake)


def mind_the_clock() -> None:
    """Take up what waits for a time that only a clock which was ahead has ever shown."""
    now = clock.now()
    was_never_tried = (OwedReaction.attempts == 0) & (OwedReaction.due_at > now + timedelta(minutes=1))
    with unit_of_work() as session:
        session.execute(
            update(OwedReaction)
            .where(
                OwedReaction.state == "owed",
                was_never_tried | (OwedReaction.due_at > now + timedelta(seconds=max(PAUSES) + 60)),
            )
            .values(due_at=now)
            .execution_options(synchronize_session=False)
        )


def tidy() -> None:
    """Forget reactions that were done long ago; the activities themselves stay."""
    with unit_of_work() as session:
        session.execute(
            delete(OwedReaction).where(
                OwedReaction.state == "done", OwedReaction.finished_at < clock.now() - DONE_KEPT_FOR
            )
        )


def _take() -> list[int]:
    """Note a try before it is made, so that what kills its worker is not tried for ever."""
    now = clock.now()
    due = (OwedReaction.state == "owed", OwedReaction.due_at <= now)
    if db.session.scalar(select(OwedReaction.id).where(*due).limit(1)) is None:
        return []
    taken: list[int] = []
    with unit_of_work() as session:
        rows = session.scalars(
            select(OwedReaction)
            .where(*due)
            .order_by(OwedReaction.due_at, OwedReaction.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True, of=OwedReaction)
        )
        for owed in rows:
            if owed.attempts > len(PAUSES):
                _set_aside(owed, owed.error or "the worker did not outlive it")
                continue
            was_tried = owed.attempts > 0
            # What was tried before may be what kills its worker: those beside it would be blamed for it too.
            if was_tried and taken:
                break
            owed.attempts += 1
            owed.due_at = now + timedelta(seconds=LEASE_SECONDS)
            taken.append(owed.id)
            if was_tried:
                break
    return taken


def _follow(owed_id: int) -> int:
    with unit_of_work() as session:
        # The row's lock is held while the function runs: no other worker can run it at the same time,
        # and a killed worker's lock is let go by the database together with all that the function wrote.
        owed = session.scalar(
            select(OwedReaction)
            .where(OwedReaction.id == owed_id, OwedReaction.state == "owed")
            .with_for_update(skip_locked=True, of=OwedReaction)
        )
        if owed is None:
            return 0
        try:
            with session.begin_nested():
                current_app.extensions["reaction_functions"][owed.reaction](owed.activity)
                session.flush()
        except Exception as error:
            logger.exception("%s did not follow activity %s", owed.reaction, owed.activity_id)
            _note_failure(owed, error)
        else:
            owed.state, owed.finished_at, owed.error = "done", clock.now(), ""
    return 1


def _note_failure(owed: OwedReaction, error: Exception) -> None:
    message = logs.told_safely(error)[:1000]
    if owed.attempts > len(PAUSES):
        _set_aside(owed, message)
    else:
        owed.error = message
        owed.due_at = clock.ahead(seconds=PAUSES[owed.attempts - 1])


def _set_aside(owed: OwedReaction, message: str) -> None:
    owed.state, owed.error, owed.finished_at = "set_aside", message, clock.now()
