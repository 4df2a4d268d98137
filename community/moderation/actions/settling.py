"""What became of flags and appeals once somebody has decided about a text."""

from collections.abc import Sequence

from sqlalchemy import update

from community.activity.actions import record
from community.infra import clock
from community.infra.db import unit_of_work
from community.moderation.actions import queue
from community.moderation.models import Appeal, Decision, Flag, QueueItem
from community.moderation.queries import appeals
from community.moderation.queries.queue import find_standing


def settle_flags(subject_type: str, subject_id: int, *, agreed: bool, also_settled: bool = False) -> None:
    """Note whether moderators agree with the open flags on a subject; `also_settled` turns the others too."""
    was = ("open", "agreed", "disagreed") if also_settled else ("open",)
    _set_outcome(subject_type, subject_id, was=was, outcome="agreed" if agreed else "disagreed")


def reopen_flags(subject_type: str, subject_id: int) -> None:
    """Let the flags on a subject wait again, because what was decided about them was a mistake."""
    _set_outcome(subject_type, subject_id, was=("agreed", "disagreed"), outcome="open")


def close_granted(decision: Decision) -> None:
    """Grant the appeals against what moderators have taken back by themselves meanwhile."""
    with unit_of_work():
        for appeal in appeals.list_waiting_appeals(decision.subject_type, decision.subject_id):
            undone_by_id = appeal.decision.undone_by_id
            if appeal.decision.undone_at is None:
                continue
            appeal.state, appeal.decided_at = "overturned", clock.now()
            appeal.decided_by_id = undone_by_id if undone_by_id != appeal.against_id else None
            close_item(appeal)
            note_decided(appeal, decision=appeal.decision)


def describe(item: QueueItem, waiting: Sequence[Appeal]) -> None:
    """Let the queue say which appeals an item stands for; it waits no longer once none is left."""
    if not waiting:
        queue.close(item)
        return
    item.reasons = [{"rule": "appeal", "verb": appeal.decision.verb} for appeal in waiting]
    item.data = {
        "appeal_id": waiting[0].id,
        # Whose decisions they are against: they do not hear them.
        "against_ids": sorted({appeal.against_id for appeal in waiting if appeal.against_id is not None}),
    }


def close_item(appeal: Appeal) -> None:
    """Note in the queue that an appeal waits no longer."""
    with unit_of_work() as session:
        session.flush()
        subject = (appeal.decision.subject_type, appeal.decision.subject_id)
        item = find_standing(*subject, kinds=("appealed",))
        if item is not None:
            describe(item, appeals.list_waiting_appeals(*subject))


def note_decided(appeal: Appeal, *, decision: Decision) -> None:
    """Write into the log what became of an appeal; its author is told of that."""
    record(
        "appeal.decided", subject=appeal, actor=appeal.decided_by, panel_id=decision.panel_id,
        decision_id=decision.id, before={"state": "waiting"}, after={"state": appeal.state},
    )  # fmt: skip


def _set_outcome(subject_type: str, subject_id: int, *, was: tuple[str, ...], outcome: str) -> None:
    with unit_of_work() as session:
        session.flush()
        session.execute(
            update(Flag)
            .where(Flag.subject_type == subject_type, Flag.subject_id == subject_id, Flag.outcome.in_(was))
            .values(outcome=outcome, decided_at=None if outcome == "open" else clock.now())
            .execution_options(synchronize_session=False)
        )
        session.expire_all()
