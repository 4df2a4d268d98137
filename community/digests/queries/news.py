"""Reading what became of ideas and of what members said, for many members at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, bindparam, func, or_, select, true, union

from community.digests.models import Digest
from community.feedback.models import FeedbackItem
from community.ideas.models import Comment, Follow, Idea, StatusChange, Vote
from community.infra.db import db


class Step(NamedTuple):
    """What became of an idea: a status, or "answered"."""

    idea_id: int
    panel_id: int
    what: str
    at: datetime
    support_count: int


class Told(NamedTuple):
    """What became of something a member said elsewhere than in an idea: "answered" or "decided"."""

    item_id: int
    what: str
    at: datetime


_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_IDEA_IDS: BindParameter[Any] = bindparam("idea_ids", expanding=True)
_SINCE = bindparam("since", type_=StatusChange.changed_at.type)
_MOVES = (
    select(Idea.id, Idea.panel_id, StatusChange.to_status, StatusChange.changed_at, Idea.support_count)
    .join(Idea, Idea.id == StatusChange.idea_id)
    # What was changed back or on since is told by what stands.
    .where(StatusChange.changed_at >= _SINCE, Idea.is_listed == true(), Idea.status == StatusChange.to_status)
)
_ANSWERS = (
    select(Idea.id, Idea.panel_id, Comment.published_at, Idea.support_count)
    .join(Comment, Comment.id == Idea.response_comment_id)
    .where(Comment.published_at >= _SINCE, Comment.state == "published", Idea.is_listed == true())
)
_root = func.coalesce(Idea.root_id, Idea.id).label("idea_id")
_INVOLVED = union(
    select(Idea.author_id.label("member_id"), _root).where(
        Idea.author_id.in_(_IDS), Idea.root_id.in_(_IDEA_IDS)
    ),
    select(Vote.member_id, _root)
    .join(Idea, Idea.id == Vote.idea_id)
    .where(Vote.member_id.in_(_IDS), Idea.root_id.in_(_IDEA_IDS)),
    select(Follow.member_id, _root)
    .join(Idea, Idea.id == Follow.idea_id)
    .where(Follow.member_id.in_(_IDS), Idea.root_id.in_(_IDEA_IDS)),
)
_TOLD = select(
    FeedbackItem.author_id, FeedbackItem.id, FeedbackItem.answered_at, FeedbackItem.decided_at
).where(
    FeedbackItem.author_id.in_(_IDS),
    FeedbackItem.source != "idea",
    FeedbackItem.state != "withdrawn",
    or_(FeedbackItem.answered_at >= _SINCE, FeedbackItem.decided_at >= _SINCE),
)
_LAST = (
    select(Digest.member_id, func.max(Digest.composed_at))
    .where(Digest.member_id.in_(_IDS))
    .group_by(Digest.member_id)
)


def list_steps(*, since: datetime) -> list[Step]:
    """What became of ideas since a moment, the latest first, one step for each idea."""
    steps = [Step(*row) for row in db.session.execute(_MOVES, {"since": since})]
    moved = {step.idea_id for step in steps}
    # A move comes with a message of its own: the answer beside it is not told twice.
    answers = db.session.execute(_ANSWERS, {"since": since})
    steps += [Step(row[0], row[1], "answered", row[2], row[3]) for row in answers if row[0] not in moved]
    latest: dict[int, Step] = {}
    for step in sorted(steps, key=lambda step: (step.at, step.idea_id), reverse=True):
        latest.setdefault(step.idea_id, step)
    return list(latest.values())


def list_involved(member_ids: Collection[int], idea_ids: Collection[int]) -> Mapping[int, set[int]]:
    """Which of these ideas each of these members wrote, supports or follows."""
    involved: dict[int, set[int]] = defaultdict(set)
    rows = db.session.execute(_INVOLVED, {"ids": list(member_ids), "idea_ids": list(idea_ids)})
    for member_id, idea_id in rows if idea_ids else ():
        involved[member_id].add(idea_id)
    return involved


def list_told(member_ids: Collection[int], *, since: datetime) -> Mapping[int, Sequence[Told]]:
    """What became of what each of these members said elsewhere, the latest first."""
    told: dict[int, list[Told]] = defaultdict(list)
    for row in db.session.execute(_TOLD, {"ids": list(member_ids), "since": since}):
        # The last of both is what they have not heard yet.
        at, what = max(
            (at, what)
            for at, what in ((row.answered_at, "answered"), (row.decided_at, "decided"))
            if at is not None
        )
        told[row.author_id].append(Told(row.id, what, at))
    for items in told.values():
        items.sort(key=lambda item: item.at, reverse=True)
    return told


def list_last_composed(member_ids: Collection[int]) -> Mapping[int, datetime]:
    """When each of these members' last digest was composed."""
    rows = db.session.execute(_LAST, {"ids": list(member_ids)})
    return {member_id: at for member_id, at in rows}  # noqa: C416 - rows are no pairs to mypy
