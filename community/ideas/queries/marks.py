"""Who gave marks (votes for ideas, thanks for comments) to whose words: what points and circles rest on."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import CTE, and_, exists, func, literal, select, union_all
from sqlalchemy.orm import aliased

from community.activity.models import Activity
from community.ideas.models import Comment, HelpfulMark, Idea, Vote, VoteEvent
from community.infra.db import db
from community.loyalty.givers import Mark
from community.loyalty.models import Award, RuleVersion
from community.loyalty.rings import Exchange
from community.members.models import Member, RoleGrant

# Rows of pairs that are held at once.
AT_ONCE = 2000
# Whoever took a mark back so often moves no more points by giving it again.
MOST_WITHDRAWALS = 2


class Author(NamedTuple):
    """An idea and who wrote it."""

    idea_id: int
    author_id: int
    title: str


class Marked(NamedTuple):
    """An idea that a member supports (its root), or a comment that they found helpful, and who wrote it."""

    author_id: int
    idea_id: int | None
    comment_id: int | None


class Between(NamedTuple):
    """Marks from one member to another: votes, thanks for comments, and when the last was given."""

    giver_id: int
    receiver_id: int
    vote_count: int
    helpful_count: int
    last_at: datetime


_root = aliased(Idea)
_group_id = func.coalesce(Idea.root_id, Idea.id)


def list_supported_waiting() -> list[int]:
    """Ideas whose points wait for supporters and that have as many as that, whoever they are."""
    return list(
        db.session.scalars(
            select(Award.source_id)
            .join(RuleVersion, RuleVersion.id == Award.rule_version_id)
            .join(Idea, Idea.id == Award.source_id)
            .where(
                Award.state == "pending",
                Award.rule == "idea_accepted",
                Award.source_type == "idea",
                Idea.support_count >= RuleVersion.supporters_needed,
            )
            .order_by(Award.source_id)
        )
    )


def list_votes(root_id: int) -> list[Mark]:
    """The votes that count for an idea and all joined to it: each member's first, the oldest first."""
    first_at = func.min(Vote.cast_at)
    rows = db.session.execute(
        select(Vote.member_id, first_at)
        .join(Idea, Idea.id == Vote.idea_id)
        .where(Idea.root_id == root_id, Vote.is_counted)
        .group_by(Vote.member_id)
        .order_by(first_at, Vote.member_id)
    )
    return [Mark(member_id, root_id, at) for member_id, at in rows]


def list_votes_elsewhere(giver_ids: Collection[int], *, receiver_id: int, root_id: int) -> list[Mark]:
    """What else of the receiver's these members ever voted for, also where they took it back."""
    rows = db.session.execute(
        select(VoteEvent.member_id, _group_id, func.min(VoteEvent.at))
        .join(Idea, Idea.id == VoteEvent.idea_id)
        .where(
            VoteEvent.member_id.in_(giver_ids),
            VoteEvent.change == "cast",
            Idea.author_id == receiver_id,
            _group_id != root_id,
        )
        .group_by(VoteEvent.member_id, _group_id)
    )
    return [Mark(*row) for row in rows]


def list_thanks(comment_id: int) -> list[Mark]:
    """The standing marks on a comment, the oldest first, without those of members who keep changing them."""
    unsteady = (
        select(Activity.actor_id)
        .where(
            Activity.subject_type == "comment",
            Activity.subject_id == comment_id,
            Activity.kind == "comment.help_withdrawn",
            Activity.actor_id.is_not(None),
        )
        .group_by(Activity.actor_id)
        .having(func.count() >= MOST_WITHDRAWALS)
    )
    rows = db.session.execute(
        select(HelpfulMark.member_id, HelpfulMark.comment_id, HelpfulMark.at)
        .where(HelpfulMark.comment_id == comment_id, HelpfulMark.member_id.not_in(unsteady))
        .order_by(HelpfulMark.at, HelpfulMark.member_id)
    )
    return [Mark(*row) for row in rows]


def list_thanks_elsewhere(giver_ids: Collection[int], *, receiver_id: int, comment_id: int) -> list[Mark]:
    """Which other comments of the receiver these members ever found helpful, also where they took it back."""
    rows = db.session.execute(
        select(Activity.actor_id, Activity.subject_id, func.min(Activity.occurred_at))
        .join(Comment, Comment.id == Activity.subject_id)
        .where(
            Activity.actor_id.in_(giver_ids),
            Activity.kind == "comment.found_helpful",
            Comment.author_id == receiver_id,
            Comment.id != comment_id,
        )
        .group_by(Activity.actor_id, Activity.subject_id)
    )
    return [Mark(giver_id, comment_id, at) for giver_id, comment_id, at in rows if giver_id is not None]


def list_authors(idea_ids: Sequence[int], *, first_id: int) -> list[Author]:
    """Who wrote these ideas: the one named first, then the oldest."""
    rows = db.session.execute(
        select(Idea.id, Idea.author_id, Idea.title)
        .where(Idea.id.in_(idea_ids), Idea.state == "published")
        .order_by(Idea.id != first_id, Idea.id)
    )
    return [Author(*row) for row in rows]


def list_supporters(idea_ids: Sequence[int], *, until: datetime) -> dict[int, list[int]]:
    """Who had voted by a moment, by the idea they voted for: each member once, where they did so first."""
    rows = db.session.execute(
        select(Vote.member_id, Vote.idea_id)
        .where(Vote.idea_id.in_(idea_ids), Vote.cast_at <= until, Vote.is_counted)
        .order_by(Vote.cast_at, Vote.idea_id)
    )
    by_idea: defaultdict[int, list[int]] = defaultdict(list)
    known: set[int] = set()
    for member_id, idea_id in rows:
        if member_id not in known:
            known.add(member_id)
            by_idea[idea_id].append(member_id)
    return dict(by_idea)


def list_idea_ids_of(author_id: int, *, since: datetime, most: int) -> list[int]:
    """The ideas that a member published since a moment, the oldest first."""
    ideas = select(Idea.id).where(
        Idea.author_id == author_id, Idea.published_at > since, Idea.state == "published"
    )
    return list(db.session.scalars(ideas.order_by(Idea.id).limit(most)))


def list_thanked_ids_of(author_id: int, *, since: datetime, most: int) -> list[int]:
    """The comments that a member wrote since a moment and somebody found helpful, the oldest first."""
    comments = select(Comment.id).where(
        Comment.author_id == author_id,
        Comment.published_at > since,
        Comment.state == "published",
        Comment.helpful_count > 0,
    )
    return list(db.session.scalars(comments.order_by(Comment.id).limit(most)))


def list_marked(giver_id: int, *, most: int) -> list[Marked]:
    """What a member supports and found helpful, the last of each."""
    votes = db.session.execute(
        select(_root.author_id, _root.id)
        .join(Idea, Idea.root_id == _root.id)
        .join(Vote, Vote.idea_id == Idea.id)
        .where(Vote.member_id == giver_id)
        .order_by(Vote.cast_at.desc())
        .limit(most)
    )
    thanks = db.session.execute(
        select(Comment.author_id, Comment.id)
        .join(HelpfulMark, HelpfulMark.comment_id == Comment.id)
        .where(HelpfulMark.member_id == giver_id)
        .order_by(HelpfulMark.at.desc())
        .limit(most)
    )
    return [
        *(Marked(author_id, idea_id, None) for author_id, idea_id in votes),
        *(Marked(author_id, None, comment_id) for author_id, comment_id in thanks),
    ]


def has_vote_of(giver_ids: Collection[int], *, root_id: int) -> bool:
    """Whether one of these members supports an idea or what was joined to it."""
    vote = select(Vote.member_id).join(Idea, Idea.id == Vote.idea_id)
    vote = vote.where(Idea.root_id == root_id, Vote.member_id.in_(giver_ids))
    return db.session.scalar(vote.limit(1)) is not None


def has_thanks_of(giver_ids: Collection[int], *, comment_id: int) -> bool:
    """Whether one of these members found a comment helpful."""
    mark = select(HelpfulMark.member_id).where(
        HelpfulMark.comment_id == comment_id, HelpfulMark.member_id.in_(giver_ids)
    )
    return db.session.scalar(mark.limit(1)) is not None


def walk_exchanges(*, since: datetime, minimum: int) -> Iterator[list[Exchange]]:
    """For each member who gave enough marks since a moment: to whom how many, and how many came back.

    Staff are left out: their marks count for nobody's points.
    """
    pairs = _pairs(since)
    back = aliased(pairs)
    busy = select(pairs.c.giver_id).group_by(pairs.c.giver_id).having(func.sum(pairs.c.given) >= minimum)
    rows = db.session.execute(
        select(pairs.c.giver_id, pairs.c.receiver_id, pairs.c.given, func.coalesce(back.c.given, 0))
        .outerjoin(back, and_(back.c.giver_id == pairs.c.receiver_id, back.c.receiver_id == pairs.c.giver_id))
        .where(pairs.c.giver_id.in_(busy))
        .order_by(pairs.c.giver_id, pairs.c.receiver_id),
        execution_options={"yield_per": AT_ONCE},
    )
    for _giver_id, given in groupby((Exchange(*row) for row in rows), key=lambda each: each.giver_id):
        yield list(given)


def list_between(member_ids: Collection[int], *, since: datetime) -> list[Between]:
    """The marks that members gave one another since a moment, the most first."""
    marks = _marks(since, among=member_ids)
    votes = func.count().filter(marks.c.kind == "vote")
    rows = db.session.execute(
        select(
            marks.c.giver_id,
            marks.c.receiver_id,
            votes,
            func.count() - votes,
            func.max(marks.c.at),
        )
        .group_by(marks.c.giver_id, marks.c.receiver_id)
        .order_by(func.count().desc(), marks.c.giver_id, marks.c.receiver_id)
    )
    return [Between(*row) for row in rows]


def _pairs(since: datetime) -> CTE:
    marks = _marks(since)
    given = func.count().label("given")
    return (
        select(marks.c.giver_id, marks.c.receiver_id, given)
        .group_by(marks.c.giver_id, marks.c.receiver_id)
        .cte("pairs")
    )


def _marks(since: datetime, *, among: Collection[int] | None = None) -> CTE:
    """Each mark once, also one that was taken back: whoever covers their tracks has left them."""
    is_member = and_(Member.state == "active", ~exists().where(RoleGrant.member_id == Member.id))
    votes = (
        select(
            VoteEvent.member_id.label("giver_id"),
            Idea.author_id.label("receiver_id"),
            literal("vote").label("kind"),
            VoteEvent.idea_id.label("source_id"),
            func.min(VoteEvent.at).label("at"),
        )
        .join(Idea, Idea.id == VoteEvent.idea_id)
        .join(Member, Member.id == VoteEvent.member_id)
        .where(
            VoteEvent.change == "cast", VoteEvent.at > since, VoteEvent.member_id != Idea.author_id, is_member
        )
        .group_by(VoteEvent.member_id, Idea.author_id, VoteEvent.idea_id)
    )
    thanks = (
        select(
            Activity.actor_id,
            Comment.author_id,
            literal("helpful"),
            Activity.subject_id,
            func.min(Activity.occurred_at),
        )
        .join(Comment, Comment.id == Activity.subject_id)
        .join(Member, Member.id == Activity.actor_id)
        .where(Activity.kind == "comment.found_helpful", Activity.occurred_at > since, is_member)
        .group_by(Activity.actor_id, Comment.author_id, Activity.subject_id)
    )
    if among is not None:
        votes = votes.where(VoteEvent.member_id.in_(among), Idea.author_id.in_(among))
        thanks = thanks.where(Activity.actor_id.in_(among), Comment.author_id.in_(among))
    return union_all(votes, thanks).cte("marks")
