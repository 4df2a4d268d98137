"""Reading what could be shown, and what members did with ideas: what picks are made from."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    and_,
    bindparam,
    func,
    literal,
    select,
    true,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased

from community.analysis import tokens
from community.analysis.script import has_han
from community.customers.queries.signals import IS_ITS_TOPIC, IS_READ_AS
from community.digests.models import Digest, DigestOpinion, IdeaNeighbour
from community.digests.picking import LIKING, Candidate, Liked, Pool
from community.feedback.models import FeedbackItem, Topic
from community.ideas import statuses
from community.ideas.models import Follow, Idea, IdeaTag, Sighting, Tag, Vote
from community.infra import clock
from community.infra.db import BigId, db
from community.members.models import Member
from community.panels.models import Panel
from community.panels.queries import readable_panel_ids

# Of each panel the ideas that move most people at present.
MOST_IN_PANEL = 500
# The last things a member did say most about what they like now.
MOST_LIKED = 60
# What was shown so lately is not shown again.
NOT_AGAIN_DAYS = 60
# Ideas whose neighbours are counted at once.
AT_ONCE = 100
LEAST_SHARED = 2


class Shared(NamedTuple):
    """Two ideas, and how many support both."""

    idea_id: int
    other_id: int
    shared_count: int


_place = (
    func.row_number().over(partition_by=Idea.panel_id, order_by=(Idea.trend.desc(), Idea.id.desc()))
).label("place")
_OPEN = (
    select(Idea.id, Idea.panel_id, Idea.title, Idea.excerpt, Idea.support_count, Idea.seen_count,
           Idea.published_at, _place)
    .join(Panel, Panel.id == Idea.panel_id)
    .where(
        Idea.is_listed == true(), Idea.is_locked.is_(False), Panel.archived_at.is_(None),
        Idea.status.not_in(statuses.FINAL),
    )
    .subquery()
)  # fmt: skip
_CANDIDATES = select(_OPEN).where(_OPEN.c.place <= MOST_IN_PANEL)

_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_TAGS = (
    select(IdeaTag.idea_id, Tag.folded).join(Tag, Tag.id == IdeaTag.tag_id).where(IdeaTag.idea_id.in_(_IDS))
)
_TOPICS = (
    select(Idea.id, FeedbackItem.topic_id)
    .join(FeedbackItem, IS_READ_AS)
    .join(Topic, IS_ITS_TOPIC)
    .where(Idea.id.in_(_IDS))
)

_root = func.coalesce(Idea.root_id, Idea.id)
_did = union_all(
    select(
        Vote.member_id, _root.label("idea_id"), Vote.cast_at.label("at"), literal("supported").label("how")
    )
    .join(Idea, Idea.id == Vote.idea_id)
    .where(Vote.member_id.in_(_IDS)),
    select(Idea.author_id, _root, Idea.published_at, literal("wrote")).where(
        Idea.author_id.in_(_IDS), Idea.state == "published"
    ),
    select(Follow.member_id, _root, Follow.since, literal("followed"))
    .join(Idea, Idea.id == Follow.idea_id)
    .where(Follow.member_id.in_(_IDS)),
    select(DigestOpinion.member_id, DigestOpinion.idea_id, DigestOpinion.at, DigestOpinion.opinion).where(
        DigestOpinion.member_id.in_(_IDS)
    ),
).subquery()  # fmt: skip
_DID = select(_did).order_by(_did.c.at.desc(), _did.c.idea_id.desc())
_SEEN = select(Sighting.member_id, Sighting.idea_id).where(Sighting.member_id.in_(_IDS))
_SHOWN = select(Digest.member_id, Digest.parts).where(
    Digest.member_id.in_(_IDS), Digest.composed_at >= bindparam("since", type_=Digest.composed_at.type)
)
_NEIGHBOURS = select(IdeaNeighbour.idea_id, IdeaNeighbour.other_id, IdeaNeighbour.strength).where(
    IdeaNeighbour.idea_id.in_(_IDS)
)


class Done(NamedTuple):
    """What members did with ideas: (idea, how) the latest first, and what is not to be shown to them."""

    liked: Mapping[int, Sequence[tuple[int, str]]]
    known: Mapping[int, set[int]]


def read_pool() -> tuple[Pool, Mapping[int, set[int]]]:
    """All candidates of this moment, and which of them stand in which panel."""
    rows = db.session.execute(_CANDIDATES).all()
    about = list_about([row.id for row in rows])
    pool = Pool(
        [
            Candidate(
                row.id,
                row.panel_id,
                about.get(row.id, frozenset()),
                terms_of(f"{row.title} {row.excerpt}"),
                row.support_count,
                row.seen_count,
                row.published_at,
                has_han(row.title),
            )
            for row in rows
        ],
        now=clock.now(),
    )
    in_panel: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        in_panel[row.panel_id].add(row.id)
    return pool, in_panel


def terms_of(text: str) -> frozenset[str]:
    """The telling words of a text."""
    return frozenset(term.value for term in tokens.query_terms(text) if not term.is_prefix)


def list_about(idea_ids: Collection[int]) -> Mapping[int, frozenset[str]]:
    """What each of these ideas is about: its tags and its topic."""
    about: dict[int, set[str]] = defaultdict(set)
    ids = list(idea_ids)
    for start in range(0, len(ids), 1000):
        some = {"ids": ids[start : start + 1000]}
        for idea_id, folded in db.session.execute(_TAGS, some):
            about[idea_id].add(f"tag:{folded}")
        for idea_id, topic_id in db.session.execute(_TOPICS, some):
            about[idea_id].add(f"topic:{topic_id}")
    return {idea_id: frozenset(keys) for idea_id, keys in about.items()}


def list_done(member_ids: Collection[int]) -> Done:
    """What each of these members did with ideas, and which they know already."""
    asked = {"ids": list(member_ids)}
    liked: dict[int, dict[int, str]] = defaultdict(dict)
    known: dict[int, set[int]] = defaultdict(set)
    for member_id, idea_id, _at, how in db.session.execute(_DID, asked):
        known[member_id].add(idea_id)
        before = liked[member_id].get(idea_id)
        # What was said about an idea in a digest counts more than what was done with it.
        if before is None or (before not in ("more", "less") and abs(LIKING[how]) > abs(LIKING[before])):
            liked[member_id][idea_id] = how
    for member_id, idea_id in db.session.execute(_SEEN, asked):
        known[member_id].add(idea_id)
    since = clock.ago(days=NOT_AGAIN_DAYS)
    for member_id, parts in db.session.execute(_SHOWN, {**asked, "since": since}):
        known[member_id].update(part["id"] for part in parts if part["part"] == "pick")
    return Done(
        {member_id: list(ideas.items())[:MOST_LIKED] for member_id, ideas in liked.items()},
        known,
    )


def list_neighbours(idea_ids: Collection[int]) -> Mapping[int, Mapping[int, float]]:
    """For each of these ideas those with the same supporters, and how much so."""
    neighbours: dict[int, dict[int, float]] = defaultdict(dict)
    ids = list(idea_ids)
    for start in range(0, len(ids), 1000):
        for row in db.session.execute(_NEIGHBOURS, {"ids": ids[start : start + 1000]}):
            neighbours[row.idea_id][row.other_id] = row.strength
    return neighbours


def as_liked(done: Sequence[tuple[int, str]], about: Mapping[int, frozenset[str]]) -> list[Liked]:
    """What a member did, with what it is about."""
    return [Liked(idea_id, how, about.get(idea_id, frozenset())) for idea_id, how in done]


def list_readable_panel_ids(member: Member) -> list[int]:
    """The panels the member may read at this moment."""
    return list(db.session.scalars(readable_panel_ids(member)))


def list_supported_ids(*, after: int) -> list[int]:
    """Ideas that anybody supports, some at a time, by id."""
    return list(
        db.session.scalars(
            select(Idea.id)
            .where(Idea.id > after, Idea.is_listed == true(), Idea.support_count >= LEAST_SHARED)
            .order_by(Idea.id)
            .limit(AT_ONCE)
        )
    )


def count_shared(idea_ids: Collection[int]) -> tuple[list[Shared], Mapping[int, int]]:
    """With which listed ideas these share supporters, and how many support each idea that occurs."""
    one, other = aliased(Vote), aliased(Vote)
    idea, neighbour = aliased(Idea), aliased(Idea)
    shared_count = func.count(one.member_id.distinct())
    rows = db.session.execute(
        select(
            type_coerce(idea.root_id, BigId).label("idea_id"),
            type_coerce(neighbour.root_id, BigId).label("other_id"),
            shared_count,
        )
        .select_from(idea)
        .join(one, one.idea_id == idea.id)
        .join(other, and_(other.member_id == one.member_id, other.is_counted))
        .join(neighbour, and_(neighbour.id == other.idea_id, neighbour.root_id != idea.root_id))
        .where(idea.root_id.in_(idea_ids), one.is_counted)
        .group_by(idea.root_id, neighbour.root_id)
        .having(shared_count >= LEAST_SHARED)
    )
    shared = [Shared(*row) for row in rows]
    occurring = list({*idea_ids, *(pair.other_id for pair in shared)})
    counts: dict[int, int] = {}
    for start in range(0, len(occurring), 1000):
        found = db.session.execute(
            select(Idea.id, Idea.support_count).where(
                Idea.id.in_(occurring[start : start + 1000]), Idea.is_listed == true()
            )
        )
        counts.update({row.id: row.support_count for row in found})
    return shared, counts
