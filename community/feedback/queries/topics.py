"""Reading the tree of topics, and who may have some."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased, joinedload

from community.feedback import policy
from community.feedback.models import Correction, FeedbackItem, ItemTopic, Topic
from community.feedback.queries.corrections import STANDING
from community.feedback.queries.items import Line, get_items
from community.infra.db import db, get_row
from community.infra.errors import NotFound
from community.infra.language import text_in
from community.members.models import Member, RoleGrant

# What stands between the names of a topic and of those above it.
BETWEEN = " › "


class TopicNode(NamedTuple):
    """A topic in the tree; `path` names it with those above it, `total_count` counts those below it too."""

    id: int
    parent_id: int | None
    depth: int
    name: str
    path: str
    words: tuple[str, ...]
    item_count: int
    total_count: int
    owner_id: int | None
    owner_name: str | None
    process_owner_id: int | None
    process_owner_name: str | None
    archived_at: datetime | None
    # Itself and all below it.
    ids: tuple[int, ...]
    height: int


class Person(NamedTuple):
    """Somebody who may own feedback."""

    id: int
    name: str


EXAMPLES_SHOWN = 200

_EXAMPLES = select(Correction).where(Correction.field == "topic", STANDING)
_Owner = aliased(Member)
_ProcessOwner = aliased(Member)
_TOPICS = (
    select(
        Topic.id,
        Topic.parent_id,
        Topic.name,
        Topic.words,
        Topic.item_count,
        Topic.owner_id,
        _Owner.display_name.label("owner_name"),
        Topic.process_owner_id,
        _ProcessOwner.display_name.label("process_owner_name"),
        Topic.archived_at,
    )
    .outerjoin(_Owner, _Owner.id == Topic.owner_id)
    .outerjoin(_ProcessOwner, _ProcessOwner.id == Topic.process_owner_id)
    .order_by(Topic.position, Topic.id)
)


def topic_tree(*, with_archived: bool = False) -> list[TopicNode]:
    """All topics, each directly before those below it, in the reader's language; one statement."""
    rows = db.session.execute(_TOPICS).all()
    below: dict[int | None, list[int]] = {}
    by_id = {row.id: row for row in rows}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row.id)
    nodes: list[TopicNode] = []

    def add(topic_id: int, depth: int, above: tuple[str, ...]) -> tuple[tuple[int, ...], int, int]:
        row = by_id[topic_id]
        place = len(nodes)
        path = (*above, text_in(row.name))
        owners = (row.owner_id, row.owner_name, row.process_owner_id, row.process_owner_name)
        named = (row.id, row.parent_id, depth, path[-1], BETWEEN.join(path), tuple(row.words))
        nodes.append(TopicNode(*named, row.item_count, 0, *owners, row.archived_at, (), 1))
        ids, total, height = (row.id,), row.item_count, 1
        for child_id in below.get(topic_id, ()):
            child_ids, child_total, child_height = add(child_id, depth + 1, path)
            ids, total, height = ids + child_ids, total + child_total, max(height, child_height + 1)
        nodes[place] = nodes[place]._replace(ids=ids, total_count=total, height=height)
        return ids, total, height

    for topic_id in below.get(None, ()):
        add(topic_id, 1, ())
    return nodes if with_archived else [node for node in nodes if node.archived_at is None]


def topic_names(nodes: Sequence[TopicNode] | None = None) -> dict[int, str]:
    """The name of each topic with those above it, archived ones too, by id."""
    return {node.id: node.path for node in (topic_tree(with_archived=True) if nodes is None else nodes)}


def get_topic(topic_id: int) -> Topic:
    """The topic; NotFound if there is none."""
    return get_row(Topic, topic_id)


def list_examples(topic: Topic) -> list[Correction]:
    """The texts that people say speak of the topic, with their items if they have any, the newest first."""
    return list(
        db.session.scalars(
            _EXAMPLES.where(Correction.value == str(topic.id))
            .options(joinedload(Correction.item), joinedload(Correction.made_by))
            .order_by(Correction.id.desc())
            .limit(EXAMPLES_SHOWN)
        )
    )


def count_examples() -> dict[int, int]:
    """How many examples each topic has."""
    rows = db.session.execute(
        select(Correction.value, func.count())
        .where(Correction.field == "topic", STANDING, Correction.value != "")
        .group_by(Correction.value)
    )
    return {int(value): count for value, count in rows}


def get_example(topic: Topic, example_id: int) -> Correction:
    """An example of the topic; NotFound if it is none."""
    example = db.session.scalars(
        _EXAMPLES.where(Correction.id == example_id, Correction.value == str(topic.id))
    ).one_or_none()
    if example is None:
        raise NotFound()
    return example


def list_suggested(topic: Topic, viewer: Member | None, *, limit: int = 10) -> list[Line]:
    """Texts that may speak of the topic and wait for somebody to say so, the likeliest first."""
    return [
        line
        for line in get_items(
            db.session.scalars(
                select(ItemTopic.item_id)
                .join(FeedbackItem, FeedbackItem.id == ItemTopic.item_id)
                .where(
                    ItemTopic.topic_id == topic.id,
                    ItemTopic.is_settled.is_(False),
                    FeedbackItem.state == "read",
                )
                .order_by(ItemTopic.confidence.desc(), ItemTopic.item_id.desc())
                .limit(limit)
            ).all(),
            viewer,
        )
        if line.topic_id != topic.id
    ]


def list_people_who_may_own(panel_id: int | None = None) -> list[Person]:
    """Active members onto whose desks feedback of this panel, or of any, may be put, by name."""
    grants = select(RoleGrant.member_id).where(RoleGrant.role.in_((*policy.OWNERS, "admin")))
    if panel_id is not None:
        grants = grants.where(or_(RoleGrant.panel_id.is_(None), RoleGrant.panel_id == panel_id))
    rows = db.session.execute(
        select(Member.id, Member.display_name)
        .where(Member.id.in_(grants), Member.state == "active")
        .order_by(Member.name_folded, Member.id)
    )
    return [Person._make(row) for row in rows]
