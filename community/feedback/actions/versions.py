"""Which version of what was learned reads: the site decides, until a person does."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from community.activity.actions import record
from community.feedback.actions.knowing import know_more
from community.feedback.models import LearnedModel, Listening
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict
from community.members.models import Member


def take_live(model: LearnedModel, by: Member) -> None:
    """Read with this version from now on; newer ones wait until a person lets the site decide again."""
    with unit_of_work():
        # Whoever changes what reads does so one after the other.
        lock(Listening, 1)
        model = lock(LearnedModel, model.id)
        if not can_read(model):
            raise Conflict(
                _l("This version reads no better than the lexicon, so there is nothing to take live.")
            )
        if model.state != "live":
            replace_live(model.task, model.language, by)
            make_live(model)
        model.changed_by_id = by.id
        record("model.taken_live", subject=model, actor=by, **named(model))
        know_more()


def switch_off(model: LearnedModel, by: Member) -> None:
    """Read by the lexicon alone until a person decides otherwise."""
    with unit_of_work():
        lock(Listening, 1)
        model = lock(LearnedModel, model.id)
        if model.state != "live":
            raise Conflict(_l("This version reads nothing any more."))
        model.state, model.state_changed_at, model.changed_by_id = "off", clock.now(), by.id
        record("model.switched_off", subject=model, actor=by, **named(model))
        know_more()


def let_site_decide(task: str, language: str, by: Member) -> None:
    """Forget what people chose: the newest version that beats the lexicon reads, or none."""
    with unit_of_work() as session:
        listening = lock(Listening, 1)
        session.execute(
            update(LearnedModel)
            .where(LearnedModel.task == task, LearnedModel.language == language)
            .values(changed_by_id=None)
            .execution_options(synchronize_session="fetch")
        )
        newest = session.scalar(
            select(LearnedModel)
            .where(LearnedModel.task == task, LearnedModel.language == language)
            .order_by(LearnedModel.version.desc())
            .limit(1)
        )
        if newest is not None and newest.state != "live":
            replace_live(task, language, None)
            if can_read(newest):
                make_live(newest)
        record("listening.changed", subject=listening, actor=by, task=task, language=language)
        know_more()


def can_read(model: LearnedModel) -> bool:
    """Whether the version reads better than the lexicon, or the words of topics, do alone."""
    return bool(model.report.get("stage") != "lexicon")


def make_live(model: LearnedModel) -> None:
    """Let the version read; whatever read before must have been replaced."""
    model.state, model.state_changed_at = "live", clock.now()


def find_live(task: str, language: str) -> LearnedModel | None:
    """The version that reads now."""
    return db.session.scalar(
        select(LearnedModel).where(
            LearnedModel.task == task, LearnedModel.language == language, LearnedModel.state == "live"
        )
    )


def replace_live(task: str, language: str, by: Member | None) -> None:
    """Let what reads now read no longer."""
    live = find_live(task, language)
    if live is not None:
        live.state, live.state_changed_at = "replaced", clock.now()
        live.changed_by_id = by.id if by is not None else None
        # Before another one goes live: there is only ever one.
        db.session.flush()


def named(model: LearnedModel) -> dict[str, Any]:
    """What an activity says of a version."""
    return {"task": model.task, "language": model.language, "version": model.version}
