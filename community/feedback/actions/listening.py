"""How sure a reading has to be, and reading anew what was read before."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from community.activity.actions import record
from community.activity.changes import compare
from community.feedback.actions.knowing import know_more
from community.feedback.models import FeedbackItem, Listening
from community.infra import clock
from community.infra.db import after_commit, lock, unit_of_work
from community.infra.errors import Invalid
from community.infra.jobs import wake
from community.members.models import Member

READ_AGAIN_DAYS = (7, 30, 90)


def set_bars(by: Member, *, person_below: float, topic_above: float) -> None:
    """How sure a reading has to be: below the first a person decides, from the second a topic is taken."""
    for field, value in (("person_below", person_below), ("topic_above", topic_above)):
        if not 0 <= value <= 1:
            raise Invalid(_l("Choose a number between 0 and 1."), field=field)
    with unit_of_work():
        listening = lock(Listening, 1)
        before = {"person_below": listening.person_below, "topic_above": listening.topic_above}
        listening.person_below, listening.topic_above = person_below, topic_above
        record(
            "listening.changed",
            subject=listening,
            actor=by,
            **compare(before, {"person_below": person_below, "topic_above": topic_above}),
        )
        know_more()


def read_again(by: Member, *, days: int) -> int:
    """Let what came in during the last days be read again with what the site knows now; says how much."""
    if days not in READ_AGAIN_DAYS:
        raise Invalid(_l("Please choose one of the options."), field="days")
    with unit_of_work() as session:
        waiting = session.execute(
            update(FeedbackItem)
            .where(
                FeedbackItem.state.in_(("read", "failed")), FeedbackItem.received_at >= clock.ago(days=days)
            )
            .values(state="waiting")
            .execution_options(synchronize_session=False)
        )
        count: int = waiting.rowcount  # type: ignore[attr-defined]
        record("listening.changed", subject=lock(Listening, 1), actor=by, read_again=count, days=days)
        after_commit(wake)
    return count


def try_failed_again(item: FeedbackItem, by: Member) -> None:
    """Let a text whose reading failed be read once more."""
    with unit_of_work():
        item = lock(FeedbackItem, item.id)
        if item.state == "failed":
            item.state, item.error = "waiting", ""
            record("listening.changed", subject=lock(Listening, 1), actor=by, read_again=1, item_id=item.id)
            after_commit(wake)
