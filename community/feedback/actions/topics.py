"""Keep the tree of topics: add, change, move and archive; whoever changes it holds all of it."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from community.activity.actions import record
from community.activity.changes import columns_of, compare
from community.analysis.language import language_of
from community.feedback import policy, tree
from community.feedback.actions.knowing import know_more
from community.feedback.models import Correction, Topic
from community.feedback.queries.plain import finding_in, read_both
from community.infra import clock
from community.infra.db import db, get_row, lock, unit_of_work
from community.infra.errors import Check, Conflict, Invalid, unchecked
from community.infra.text import clean_line
from community.members.models import Member

NAME_MOST = 60
WORD_MOST = 60
WORDS_MOST = 300
EXAMPLE_MOST = 2000


# What the log tells of a topic.
_TOLD = ("name", "words", "parent_id", "owner_id", "process_owner_id")


class Settings(TypedDict):
    """What staff say of a topic; `name` maps locale to text."""

    name: Mapping[str, str]
    words: Sequence[str]
    parent_id: int | None
    owner_id: int | None
    process_owner_id: int | None


def add_topic(by: Member | None, *, settings: Settings) -> Topic:
    """A new topic, behind those that stand beside it."""
    with unit_of_work() as session:
        topics = _lock_tree()
        topic = Topic(position=max((each.position for each in topics.values()), default=0) + 1)
        _set(topic, settings, topics=topics)
        session.add(topic)
        session.flush()
        _note("topic.added", topic, by, **compare({}, columns_of(topic, *_TOLD)))
    return topic


def change_topic(topic: Topic, by: Member, *, settings: Settings, check: Check[Topic] = unchecked) -> None:
    """Another name, other words, another place or other owners."""
    with unit_of_work():
        topics = _lock_tree()
        topic = topics[topic.id]
        check(topic)
        before = columns_of(topic, *_TOLD)
        _set(topic, settings, topics=topics)
        _note("topic.changed", topic, by, **compare(before, columns_of(topic, *_TOLD)))


def move_topic(topic: Topic, by: Member, *, step: int) -> None:
    """One place up (-1) or down (1) among those that stand beside it; at the end it stays."""
    with unit_of_work():
        topics = _lock_tree()
        topic = topics[topic.id]
        beside = [
            each
            for each in topics.values()
            if each.parent_id == topic.parent_id and (each.archived_at is None) == (topic.archived_at is None)
        ]
        beside.sort(key=lambda each: (each.position, each.id))
        at = beside.index(topic)
        to = at + (1 if step > 0 else -1)
        if 0 <= to < len(beside):
            before = columns_of(topic, "position")
            beside[at], beside[to] = beside[to], beside[at]
            for position, each in enumerate(beside):
                each.position = position
            _note("topic.changed", topic, by, **compare(before, columns_of(topic, "position")))


def archive_topic(topic: Topic, by: Member) -> None:
    """Read nothing as this topic or those below it any more; what was read stays, with its counts."""
    with unit_of_work():
        topics = _lock_tree()
        topic = topics[topic.id]
        now = clock.now()
        for each_id in (topic.id, *tree.ids_below(topic.id, _parents(topics))):
            topics[each_id].archived_at = topics[each_id].archived_at or now
        _note("topic.archived", topic, by)


def bring_back_topic(topic: Topic, by: Member) -> None:
    """Read texts as this topic again; those below it stay archived."""
    with unit_of_work():
        topics = _lock_tree()
        topic = topics[topic.id]
        above = topics.get(topic.parent_id) if topic.parent_id is not None else None
        if above is not None and above.archived_at is not None:
            raise Conflict(_l("Bring back the topic above it first."))
        topic.archived_at = None
        _note("topic.brought_back", topic, by)


def add_example(topic: Topic, by: Member, *, text: str) -> Correction:
    """A text that staff wrote, or brought from elsewhere, as one that speaks of the topic."""
    if not text:
        raise Invalid(_l("Please fill this in."), field="text")
    with unit_of_work() as session:
        topic = lock(Topic, topic.id)
        if topic.archived_at is not None:
            raise Conflict(_l("This topic is archived."))
        example = Correction(
            field="topic",
            value=str(topic.id),
            was=finding_in(read_both(text).plain, "topic"),
            text=text[:EXAMPLE_MOST],
            language=language_of(text),
            made_by_id=by.id,
        )
        session.add(example)
        _note("topic.changed", topic, by, **compare({}, {"example": example.text}))
    return example


def remove_example(example: Correction, by: Member) -> None:
    """Learn from a written example no longer; examples from items are corrections, which are undone."""
    with unit_of_work():
        example = lock(Correction, example.id)
        if example.item_id is not None:
            raise Conflict()
        if example.withdrawn_at is None:
            example.withdrawn_at = clock.now()
            topic = get_row(Topic, int(example.value))
            _note("topic.changed", topic, by, **compare({"example": example.text}, {}))


def _set(topic: Topic, settings: Settings, *, topics: Mapping[int, Topic]) -> None:
    name = {locale: clean_line(text)[:NAME_MOST] for locale, text in settings["name"].items() if text}
    if not name:
        raise Invalid(_l("Name it in at least one language."), field="name_en")
    parent_id = settings["parent_id"]
    if parent_id != topic.parent_id:
        parent = topics.get(parent_id) if parent_id is not None else None
        if parent_id is not None and (parent is None or parent.archived_at is not None):
            raise Invalid(_l("Please choose one of the options."), field="parent_id")
        if not tree.may_stand_below(topic.id, parent_id, _parents(topics)):
            raise Invalid(
                _l("Topics stand on at most %(levels)d levels, and none below itself.", levels=tree.LEVELS),
                field="parent_id",
            )
    topic.name, topic.words, topic.parent_id = name, clean_words(settings["words"]), parent_id
    for column in ("owner_id", "process_owner_id"):
        owner_id = settings[column]
        if owner_id != getattr(topic, column):
            _check_owner(owner_id, field=column)
        setattr(topic, column, owner_id)


def clean_words(lines: Sequence[str]) -> list[str]:
    """The words, each once and none longer than can be looked for, in the order they were given."""
    words: dict[str, str] = {}
    for line in lines:
        word = clean_line(line)[:WORD_MOST]
        if word:
            words.setdefault(word.casefold(), word)
    return list(words.values())[:WORDS_MOST]


def _check_owner(owner_id: int | None, *, field: str) -> None:
    if owner_id is None:
        return
    member = db.session.get(Member, owner_id)
    if member is None or not policy.can_own(member):
        raise Invalid(_l("Choose somebody who may own feedback."), field=field)


def _lock_tree() -> dict[int, Topic]:
    rows = db.session.scalars(
        select(Topic)
        .order_by(Topic.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {topic.id: topic for topic in rows}


def _parents(topics: Mapping[int, Topic]) -> dict[int, int | None]:
    return {topic.id: topic.parent_id for topic in topics.values()}


def _note(kind: str, topic: Topic, by: Member | None, **changed: Any) -> None:
    record(kind, subject=topic, actor=by, name=topic.name, **changed)
    know_more()
