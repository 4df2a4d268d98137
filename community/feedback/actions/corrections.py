"""A person says what a text is; the site learns from it at once, and more from many."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update

from community.activity.actions import record
from community.analysis.language import language_of
from community.feedback.actions.knowing import know_more, recount_topics
from community.feedback.models import (
    FIELDS,
    KINDS,
    SENTIMENTS,
    Correction,
    FeedbackItem,
    ItemTopic,
    Topic,
)
from community.feedback.queries.plain import finding_in, read_both
from community.infra import clock
from community.infra.db import after_commit, db, lock, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.infra.jobs import wake
from community.members.models import Member


def correct(item: FeedbackItem, by: Member, *, field: str, value: str) -> Correction:
    """Say what the item's sentiment, kind or topic (its id, "" for none) is; like texts follow at once.

    Saying what the item already is confirms it: that is a label to learn from too.
    """
    with unit_of_work() as session:
        item = lock(FeedbackItem, item.id)
        if item.state == "withdrawn":
            raise Conflict(_l("This text was taken back meanwhile."))
        _check(field, value)
        said = finding_of(item, field)
        standing = _withdraw_standing(item, field)
        was = standing.was if standing is not None else _read_as(item, field)
        correction = Correction(
            item_id=item.id,
            panel_id=item.panel_id,
            field=field,
            value=value,
            was=was,
            text=item.full_text,
            language=item.language or language_of(item.full_text),
            is_random=field == "sentiment" and item.ask_reason == "random",
            made_by_id=by.id,
        )
        session.add(correction)
        take_as_said(item, field, value)
        if field == "sentiment":
            item.ask_reason = None
        _note(item, by, field=field, value=value, was=said)
    return correction


def undo_correction(correction: Correction, by: Member) -> FeedbackItem:
    """Forget a correction: the item is what it was, until it is read again to say how sure that is."""
    with unit_of_work():
        item_id = correction.item_id
        if item_id is None:
            raise Conflict()
        item = lock(FeedbackItem, item_id)
        correction = lock(Correction, correction.id)
        if correction.withdrawn_at is None and item.state != "withdrawn":
            correction.withdrawn_at = clock.now()
            said = finding_of(item, correction.field)
            # A topic that was only suggested is none before the next reading has looked.
            was = correction.was if correction.field != "topic" else ""
            take_as_said(item, correction.field, was)
            # The next reading says how sure that is, and why.
            item.state = "waiting"
            after_commit(wake)
            _note(item, by, field=correction.field, value=was, was=said)
    return item


def take_as_said(item: FeedbackItem, field: str, value: str) -> None:
    """Let the item's finding be what a person said; the words that spoke for another one stay marked."""
    if field == "sentiment":
        item.sentiment, item.confidence, item.method = value or None, 1.0, "person"
        item.is_unsure = False
    elif field == "kind":
        item.kind, item.kind_confidence = value or None, 1.0
    else:
        topic_id = int(value) if value else None
        _settle_topic(item, topic_id)


def finding_of(item: FeedbackItem, field: str) -> str:
    """What the item is taken for now, as a correction would say it; "" for nothing."""
    if field == "topic":
        return str(item.topic_id) if item.topic_id is not None else ""
    return str(getattr(item, field) or "")


def _settle_topic(item: FeedbackItem, topic_id: int | None) -> None:
    recount_topics([(item.topic_id, topic_id)])
    item.topic_id = topic_id
    db.session.execute(update(ItemTopic).where(ItemTopic.item_id == item.id).values(is_settled=False))
    if topic_id is not None:
        db.session.execute(
            delete(ItemTopic).where(ItemTopic.item_id == item.id, ItemTopic.topic_id == topic_id)
        )
        db.session.add(ItemTopic(item_id=item.id, topic_id=topic_id, confidence=1.0, is_settled=True))


def _check(field: str, value: str) -> None:
    if field not in FIELDS:
        raise Invalid(_l("Please choose one of the options."), field="value")
    if field != "topic":
        known = value in (SENTIMENTS if field == "sentiment" else KINDS)
    elif value:
        known = value.isascii() and value.isdigit() and len(value) < 19
        known = known and bool(
            db.session.scalar(select(Topic.id).where(Topic.id == int(value), Topic.archived_at.is_(None)))
        )
    else:
        known = True
    if not known:
        raise Invalid(_l("Please choose one of the options."), field="value")


def _read_as(item: FeedbackItem, field: str) -> str:
    """What the reading says of the text by itself: a correction holds for texts that are read like that.

    What stands on the item may itself come from a correction of a like text.
    """
    stands = finding_of(item, field)
    if item.state != "read" or (field == "sentiment" and item.method in ("lexicon", "learned")):
        return stands
    today, plain = read_both(item.full_text)
    is_of_today = field == "topic" or finding_in(today, field) == stands
    return finding_in(plain, field) if is_of_today else stands


def _withdraw_standing(item: FeedbackItem, field: str) -> Correction | None:
    """What is said later counts instead of what was said before: that, if it was of this very text."""
    standing = db.session.scalars(
        select(Correction).where(
            Correction.item_id == item.id, Correction.field == field, Correction.withdrawn_at.is_(None)
        )
    ).all()
    for correction in standing:
        correction.withdrawn_at = clock.now()
    return next((each for each in standing if each.text == item.full_text), None)


def _note(item: FeedbackItem, by: Member, *, field: str, value: str, was: str) -> None:
    record(
        "feedback.corrected",
        subject=item,
        actor=by,
        panel_id=item.panel_id,
        field=field,
        value=value,
        was=was,
    )
    # Last: whoever corrects something waits here for whoever is correcting something else.
    know_more()
