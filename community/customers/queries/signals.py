"""Reading what members did and wrote, for many members at once: what is learned from."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, String, and_, bindparam, cast, literal, select, union_all

from community.customers.learning import Deed, Known, Subject, Text
from community.feedback.models import FeedbackItem, Topic
from community.ideas.models import Comment, Follow, Idea, IdeaTag, Tag, Vote
from community.ideas.tagging import fold_tag
from community.infra import clock
from community.infra.db import db
from community.infra.language import text_in
from community.members.models import Member

# What is older says little about today.
LOOKED_BACK = timedelta(days=365)
_HOW = {"idea": "wrote", "comment": "commented", "survey": "answered"}

# A text is what was read of an idea; and a topic, that is still in use, is the text's main one.
IS_READ_AS = and_(
    FeedbackItem.panel_id == Idea.panel_id,
    FeedbackItem.source == "idea",
    FeedbackItem.source_name == "",
    FeedbackItem.source_id == cast(Idea.id, String),
    FeedbackItem.state == "read",
)
IS_ITS_TOPIC = and_(Topic.id == FeedbackItem.topic_id, Topic.archived_at.is_(None))

_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_SINCE = bindparam("since", type_=Idea.published_at.type)

_touched = union_all(
    select(Idea.author_id.label("member_id"), Idea.id.label("idea_id"), literal("wrote").label("how"),
           Idea.published_at.label("at"))
    .where(Idea.author_id.in_(_IDS), Idea.published_at >= _SINCE),
    select(Vote.member_id, Vote.idea_id, literal("supported"), Vote.cast_at)
    .where(Vote.member_id.in_(_IDS), Vote.cast_at >= _SINCE, Vote.is_counted),
    select(Comment.author_id, Comment.idea_id, literal("commented"), Comment.published_at)
    .where(Comment.author_id.in_(_IDS), Comment.published_at >= _SINCE, Comment.state == "published"),
    select(Follow.member_id, Follow.idea_id, literal("followed"), Follow.since)
    .where(Follow.member_id.in_(_IDS), Follow.since >= _SINCE),
).cte("touched")  # fmt: skip

_TAGGED = (
    select(_touched.c.member_id, _touched.c.idea_id, _touched.c.how, _touched.c.at, Tag.folded, Tag.name)
    .join(Idea, and_(Idea.id == _touched.c.idea_id, Idea.state == "published"))
    .join(IdeaTag, IdeaTag.idea_id == Idea.id)
    .join(Tag, Tag.id == IdeaTag.tag_id)
)
# What others wrote and the member supports or follows; own texts speak for themselves.
_ABOUT_TOPICS = (
    select(_touched.c.member_id, _touched.c.idea_id, _touched.c.how, _touched.c.at, Topic.id, Topic.name)
    .join(Idea, and_(Idea.id == _touched.c.idea_id, Idea.state == "published"))
    .join(FeedbackItem, IS_READ_AS)
    .join(Topic, IS_ITS_TOPIC)
    .where(_touched.c.how.in_(("supported", "followed")))
)
_WRITTEN = (
    select(
        FeedbackItem.author_id,
        FeedbackItem.id,
        FeedbackItem.source,
        FeedbackItem.said_at,
        FeedbackItem.language,
        FeedbackItem.preferences,
        FeedbackItem.title,
        FeedbackItem.text,
        Topic.id,
        Topic.name,
    )
    .outerjoin(Topic, IS_ITS_TOPIC)
    .where(
        FeedbackItem.author_id.in_(_IDS),
        FeedbackItem.state == "read",
        FeedbackItem.said_at >= _SINCE,
    )
)
_PEOPLE = select(Member.id, Member.joined_at, Member.last_active_at).where(Member.id.in_(_IDS))


def know(member_ids: Collection[int]) -> Mapping[int, Known]:
    """What is known of each of these members, in five statements however many they are."""
    asked = {"ids": list(member_ids), "since": clock.now() - LOOKED_BACK}
    topics = _topics_by_name()
    deeds: dict[int, list[Deed]] = defaultdict(list)
    texts: dict[int, list[Text]] = defaultdict(list)
    for member_id, idea_id, how, at, folded, name in db.session.execute(_TAGGED, asked):
        deeds[member_id].append(
            Deed("idea", idea_id, how, at, (topics.get(folded) or Subject(f"tag:{folded}", name),))
        )
    for member_id, idea_id, how, at, topic_id, names in db.session.execute(_ABOUT_TOPICS, asked):
        deeds[member_id].append(Deed("idea", idea_id, how, at, (_topic(topic_id, names),)))
    for row in db.session.execute(_WRITTEN, asked):
        member_id, item_id, source, at, language, preferences, title, text, topic_id, names = row
        how = _HOW.get(source, "said")
        texts[member_id].append(Text(item_id, how, at, language, _wishes(preferences, title, text)))
        if topic_id is not None:
            deeds[member_id].append(Deed("item", item_id, how, at, (_topic(topic_id, names),)))
    return {
        row.id: Known(row.joined_at, _latest(row.last_active_at, deeds[row.id]), deeds[row.id], texts[row.id])
        for row in db.session.execute(_PEOPLE, asked)
    }


def _latest(last_active_at: datetime, deeds: Collection[Deed]) -> datetime:
    return max([last_active_at, *(deed.at for deed in deeds)])


def _topics_by_name() -> Mapping[str, Subject]:
    """A tag that is called like a topic, in any language, means the topic."""
    rows = db.session.execute(
        select(Topic.id, Topic.name).where(Topic.archived_at.is_(None)).order_by(Topic.id)
    )
    return {fold_tag(name): _topic(topic_id, names) for topic_id, names in rows for name in names.values()}


def _topic(topic_id: int, names: dict[str, str]) -> Subject:
    return Subject(f"topic:{topic_id}", text_in(names, "en"))


def _wishes(preferences: list[list[Any]], title: str, text: str) -> tuple[tuple[str, str], ...]:
    whole = f"{title}\n{text}" if title else text
    return tuple((str(kind), whole[start:end]) for start, end, kind in preferences)
