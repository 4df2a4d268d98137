"""What portraits of groups of members are drawn from: profiles, words and votes, theirs and all others'."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, not_, or_, select, union

from community.feedback.models import FeedbackItem
from community.ideas.models import Idea, Sighting, Vote
from community.infra.db import db
from community.insights.queries.scoping import in_scope
from community.insights.scope import Scope
from community.members.models import AttributeAnswer, Member, ProfileAttribute

# A sample of so many texts tells which words a group uses; more would take long and say the same.
MOST_TEXTS = 4000
# Spreads ids evenly and alike on every database, so that the sample is drawn and yet always the same.
_PRIME, _FACTOR = 1_000_003, 7919


class Chosen(NamedTuple):
    """How many chose an option, in the group (`is_inside`) or among the others."""

    attribute_id: int
    option: str
    is_inside: bool
    people: int


class Told(NamedTuple):
    """How many answered a profile question at all."""

    attribute_id: int
    is_inside: bool
    people: int


class Here(NamedTuple):
    """A member: since when, when last here, and whether they are in the group."""

    is_inside: bool
    joined_at: datetime
    last_active_at: datetime


class Said(NamedTuple):
    """A text and who said it; a text of whom nothing is known is a person of its own."""

    person: str
    text: str


class Liked(NamedTuple):
    """An idea: how many of each side have seen it, and how many of these support it."""

    idea_id: int
    title: str
    seen: int
    support: int
    seen_elsewhere: int
    support_elsewhere: int


def count_members(everybody: ColumnElement[bool], inside: ColumnElement[bool]) -> tuple[int, int]:
    """How many of everybody are in the group, and how many are not."""
    row = db.session.execute(
        select(func.count().filter(inside), func.count()).select_from(Member).where(everybody)
    ).one()
    return row[0], row[1] - row[0]


def list_attributes() -> list[ProfileAttribute]:
    """The profile questions with options or numbers that staff may know the answers to, in their order."""
    return list(
        db.session.scalars(
            select(ProfileAttribute)
            .where(
                ProfileAttribute.kind.in_(("single_choice", "several_choices", "number")),
                ProfileAttribute.visible_to != "self",
            )
            .order_by(ProfileAttribute.position, ProfileAttribute.id)
        )
    )


def list_chosen(
    everybody: ColumnElement[bool], inside: ColumnElement[bool], attribute_ids: Collection[int]
) -> list[Chosen]:
    """How many chose each option, in the group and outside of it."""
    rows = db.session.execute(
        select(AttributeAnswer.attribute_id, AttributeAnswer.option, inside.label("is_inside"), func.count())
        .join(Member, Member.id == AttributeAnswer.member_id)
        .where(
            everybody, AttributeAnswer.attribute_id.in_(attribute_ids), AttributeAnswer.option.is_not(None)
        )
        .group_by(AttributeAnswer.attribute_id, AttributeAnswer.option, inside)
    )
    return [Chosen(attribute, str(option), bool(side), count) for attribute, option, side, count in rows]


def list_told(
    everybody: ColumnElement[bool], inside: ColumnElement[bool], attribute_ids: Collection[int]
) -> list[Told]:
    """How many answered each of the questions, in the group and outside of it."""
    rows = db.session.execute(
        select(
            AttributeAnswer.attribute_id,
            inside.label("is_inside"),
            func.count(AttributeAnswer.member_id.distinct()),
        )
        .join(Member, Member.id == AttributeAnswer.member_id)
        .where(everybody, AttributeAnswer.attribute_id.in_(attribute_ids))
        .group_by(AttributeAnswer.attribute_id, inside)
    )
    return [Told(attribute, bool(side), count) for attribute, side, count in rows]


def list_numbers(
    everybody: ColumnElement[bool], inside: ColumnElement[bool], attribute_id: int
) -> tuple[list[float], list[float]]:
    """The numbers that were answered to a question, in the group and outside of it."""
    rows = db.session.execute(
        select(inside.label("is_inside"), AttributeAnswer.number)
        .join(Member, Member.id == AttributeAnswer.member_id)
        .where(
            everybody,
            AttributeAnswer.attribute_id == attribute_id,
            AttributeAnswer.number.is_not(None),
        )
        .order_by(AttributeAnswer.number)
    ).all()
    return (
        [float(number) for side, number in rows if side and number is not None],
        [float(number) for side, number in rows if not side and number is not None],
    )


def list_here(everybody: ColumnElement[bool], inside: ColumnElement[bool]) -> list[Here]:
    """Since when and until when each of everybody is here."""
    rows = db.session.execute(
        select(inside.label("is_inside"), Member.joined_at, Member.last_active_at).where(everybody)
    )
    return [Here(bool(side), joined_at, last_active_at) for side, joined_at, last_active_at in rows]


def list_said(scope: Scope, *, but: ColumnElement[bool] | None = None) -> list[Said]:
    """Texts of the scope that were read, a sample of MOST_TEXTS if they are more.

    `but` is a condition on `members`: whose texts are left out.
    """
    conditions = [in_scope(scope), FeedbackItem.state == "read"]
    if but is not None:
        theirs = select(Member.id).where(but)
        conditions.append(or_(FeedbackItem.author_id.is_(None), FeedbackItem.author_id.not_in(theirs)))
    rows = db.session.execute(
        select(
            FeedbackItem.id,
            FeedbackItem.author_id,
            FeedbackItem.author_key,
            FeedbackItem.title,
            FeedbackItem.text,
        )
        .where(*conditions)
        .order_by((FeedbackItem.id % _PRIME) * _FACTOR % _PRIME, FeedbackItem.id)
        .limit(MOST_TEXTS)
    )
    return [
        Said(_person(item_id, author_id, author_key), f"{title}\n{text}" if title else text)
        for item_id, author_id, author_key, title, text in rows
    ]


def list_liked(scope: Scope, everybody: ColumnElement[bool], inside: ColumnElement[bool]) -> list[Liked]:
    """The listed ideas of the panels with who saw and who supports them until the end of the period, by id.

    Who supports an idea that was joined to another supports that one; whoever supports one has seen it.
    """
    supported = _by_root(
        select(Vote.idea_id, Vote.member_id).where(Vote.is_counted, Vote.cast_at < scope.ends_at), scope
    )
    seen = _by_root(
        union(
            select(Sighting.idea_id, Sighting.member_id).where(Sighting.at < scope.ends_at),
            select(Vote.idea_id, Vote.member_id).where(Vote.is_counted, Vote.cast_at < scope.ends_at),
        ),
        scope,
    )
    found = []
    support, saw = _by_side(supported, everybody, inside), _by_side(seen, everybody, inside)
    titles = db.session.execute(
        select(Idea.id, Idea.title)
        .where(Idea.panel_id.in_(scope.panel_ids), Idea.is_listed, Idea.published_at < scope.ends_at)
        .order_by(Idea.id)
    )
    for idea_id, title in titles:
        seen_here, seen_elsewhere = saw.get(idea_id, (0, 0))
        here, elsewhere = support.get(idea_id, (0, 0))
        found.append(Liked(idea_id, title, seen_here, here, seen_elsewhere, elsewhere))
    return found


def _by_root(pairs: Any, scope: Scope) -> Select[Any]:
    """Pairs of idea and member, each idea by the one that it was joined to, each pair once."""
    inner = pairs.subquery()
    return (
        select(func.coalesce(Idea.root_id, Idea.id).label("idea_id"), inner.c.member_id)
        .join(Idea, Idea.id == inner.c.idea_id)
        .where(Idea.panel_id.in_(scope.panel_ids), Idea.state == "published")
        .distinct()
    )


def _by_side(
    pairs: Select[Any], everybody: ColumnElement[bool], inside: ColumnElement[bool]
) -> dict[int, tuple[int, int]]:
    """How many members of the group and how many others there are for each idea."""
    inner = pairs.subquery()
    rows = db.session.execute(
        select(
            inner.c.idea_id,
            func.count().filter(inside),
            func.count().filter(not_(inside)),
        )
        .select_from(inner)
        .join(Member, Member.id == inner.c.member_id)
        .where(everybody)
        .group_by(inner.c.idea_id)
    )
    return {idea_id: (here, elsewhere) for idea_id, here, elsewhere in rows}


def _person(item_id: int, author_id: int | None, author_key: str) -> str:
    if author_id is not None:
        return f"m{author_id}"
    return f"k{author_key}" if author_key else f"t{item_id}"
