"""Ideas of a scope for reports: who met and who supports them, what became of them, how they are tagged.

An idea and all that was merged into it count as one, at its root. Whoever opened an idea or supports it has
met it; support that a person found not to be honest is not counted. The scope's segments narrow whose support
is looked at, never which ideas.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union,
    union_all,
)

from community.feedback.models import FeedbackItem
from community.ideas.models import Idea, IdeaTag, Sighting, StatusChange, Tag, Vote
from community.infra.db import db
from community.infra.language import current_locale
from community.insights.queries.scoping import topics_below
from community.insights.scope import Scope
from community.members.models import AttributeAnswer, Member, ProfileAttribute
from community.panels import queries as panels
from community.panels.models import Membership, Panel, Segment
from community.surveys.models import WeightTargets


class Line(NamedTuple):
    """An idea as reports know it."""

    id: int
    title: str
    panel_id: int
    author_id: int
    status: str
    published_at: datetime
    answered_at: datetime | None


class Met(NamedTuple):
    """How many people have met an idea, and how many of them support it."""

    people: int
    supporters: int


class Worth(NamedTuple):
    """What the supporters of an idea are worth together, and how many of them told."""

    told: int
    total: float


class Tagged(NamedTuple):
    """The ideas that carry a tag, in whatever panel, and the people who wrote or support them."""

    name: str
    idea_ids: tuple[int, ...]
    people: int


class Sized(NamedTuple):
    """A segment, and how many members of the scope's panels are in it."""

    id: int
    name: str
    people: int


def list_ideas(scope: Scope) -> list[Line]:
    """The ideas of the scope that stand on boards, in order of their numbers."""
    rows = db.session.execute(
        select(
            Idea.id,
            Idea.title,
            Idea.panel_id,
            Idea.author_id,
            Idea.status,
            Idea.published_at,
            Idea.answered_at,
        )
        .where(*_conditions(scope))
        .order_by(Idea.id)
    )
    return [Line._make(row) for row in rows]


def count_merged(scope: Scope) -> int:
    """How many ideas were merged into those of the scope."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Idea)
            .where(Idea.root_id.in_(_ids(scope)), Idea.root_id != Idea.id, Idea.state == "published")
        )
        or 0
    )


def count_people(scope: Scope) -> int:
    """How many people wrote, met or support the ideas of the scope."""
    met = _met(scope)
    authors = select(Idea.author_id.label("member_id")).where(Idea.root_id.in_(_ids(scope)))
    people = union(authors, select(met.c.member_id)).subquery()
    return db.session.scalar(select(func.count()).select_from(people)) or 0


def count_met(scope: Scope) -> dict[int, Met]:
    """How many people met and support each idea."""
    met = _met(scope)
    rows = db.session.execute(
        select(met.c.idea_id, func.count(), func.sum(met.c.supports)).group_by(met.c.idea_id)
    )
    return {idea_id: Met(people, int(supporters)) for idea_id, people, supporters in rows}


def count_met_by_option(scope: Scope, key: str, options: Collection[str]) -> dict[int, dict[str, Met]]:
    """The same by what people answered to a profile question, or by the one of these panels they are in.

    Whoever did not answer, or is in several of the panels, is in none.
    """
    met, chosen = _met(scope), _panel_of(options) if key == "panel" else _answer_to(key)
    rows = db.session.execute(
        select(met.c.idea_id, chosen.c.category, func.count(), func.sum(met.c.supports))
        .join(chosen, chosen.c.member_id == met.c.member_id)
        .group_by(met.c.idea_id, chosen.c.category)
    )
    found: defaultdict[int, dict[str, Met]] = defaultdict(dict)
    for idea_id, category, people, supporters in rows:
        found[idea_id][category] = Met(people, int(supporters))
    return dict(found)


def count_met_by_segment(scope: Scope, segment_ids: Collection[int]) -> dict[int, dict[int, Met]]:
    """The same by segment; whoever is in several counts in each."""
    met = _met(scope)
    found: defaultdict[int, dict[int, Met]] = defaultdict(dict)
    for segment_id, rule in _rules(segment_ids):
        rows = db.session.execute(
            select(met.c.idea_id, func.count(), func.sum(met.c.supports))
            .where(met.c.member_id.in_(panels.ids_of_members_who(rule)))
            .group_by(met.c.idea_id)
        )
        for idea_id, people, supporters in rows:
            found[idea_id][segment_id] = Met(people, int(supporters))
    return dict(found)


def sum_worth(scope: Scope) -> dict[int, Worth]:
    """What the supporters of each idea are worth, by the number they gave as the scope's value."""
    met = _met(scope)
    rows = db.session.execute(
        select(met.c.idea_id, func.count(), func.sum(AttributeAnswer.number))
        .join(AttributeAnswer, AttributeAnswer.member_id == met.c.member_id)
        .join(ProfileAttribute, ProfileAttribute.id == AttributeAnswer.attribute_id)
        .where(
            met.c.supports == 1,
            AttributeAnswer.number.is_not(None),
            ProfileAttribute.key == scope.value_attribute,
            ProfileAttribute.visible_to != "self",
        )
        .group_by(met.c.idea_id)
    )
    return {idea_id: Worth(told, float(total)) for idea_id, told, total in rows}


def list_sizes(scope: Scope) -> list[Sized]:
    """The segments of the scope, else all there are, by the members of its panels who are in them."""
    statement = select(Segment.id, Segment.name, Segment.rule).order_by(Segment.id)
    if scope.segment_ids:
        statement = statement.where(Segment.id.in_(scope.segment_ids))
    inside = select(Membership.member_id).where(
        Membership.panel_id.in_(scope.panel_ids), Membership.left_at.is_(None)
    )
    sized = []
    for segment_id, name, rule in db.session.execute(statement).all():
        meant = panels.ids_of_members_who(rule).where(Member.id.in_(inside)).subquery()
        people = db.session.scalar(select(func.count()).select_from(meant)) or 0
        sized.append(Sized(segment_id, name, people))
    return sized


def find_targets(targets_id: int | None) -> WeightTargets | None:
    """The targets that support is weighted by, if they are still there."""
    return db.session.get(WeightTargets, targets_id) if targets_id is not None else None


def list_panel_names_by_slug(slugs: Collection[str]) -> dict[str, str]:
    """The panels' names in the present locale, by slug."""
    rows = db.session.scalars(select(Panel).where(Panel.slug.in_(slugs)))
    return {panel.slug: panel.name_in(current_locale()) for panel in rows}


def list_reached(scope: Scope) -> set[tuple[int, str]]:
    """Ideas, each with a status that it was once given."""
    rows = db.session.execute(
        select(StatusChange.idea_id, StatusChange.to_status)
        .where(StatusChange.idea_id.in_(_ids(scope)))
        .distinct()
    )
    return {(idea_id, status) for idea_id, status in rows}


def list_tagged(scope: Scope) -> list[Tagged]:
    """The tags of the ideas, with the most ideas first; one word is one tag in all panels."""
    tagged = (
        select(Tag.folded, Tag.name, IdeaTag.idea_id)
        .join(Tag, Tag.id == IdeaTag.tag_id)
        .where(IdeaTag.idea_id.in_(_ids(scope)))
        .cte("tagged")
    )
    ideas: defaultdict[str, set[int]] = defaultdict(set)
    names: dict[str, str] = {}
    for folded, name, idea_id in db.session.execute(select(tagged).order_by(tagged.c.name)):
        ideas[folded].add(idea_id)
        names.setdefault(folded, name)
    met = _met(scope)
    authors = select(tagged.c.folded, Idea.author_id.label("member_id")).join(
        Idea, Idea.id == tagged.c.idea_id
    )
    supporters = select(tagged.c.folded, met.c.member_id).join(
        met, and_(met.c.idea_id == tagged.c.idea_id, met.c.supports == 1)
    )
    people = union(authors, supporters).subquery()
    counted = db.session.execute(select(people.c.folded, func.count()).group_by(people.c.folded))
    found = [Tagged(names[folded], tuple(sorted(ideas[folded])), count) for folded, count in counted]
    return sorted(found, key=lambda tag: (-len(tag.idea_ids), tag.name))


def _conditions(scope: Scope) -> list[ColumnElement[bool]]:
    conditions = [
        Idea.is_listed == true(),
        Idea.panel_id.in_(scope.panel_ids),
        Idea.published_at >= scope.starts_at,
        Idea.published_at < scope.ends_at,
    ]
    if scope.topic_ids or scope.languages:
        conditions.append(_was_read_as(scope))
    return conditions


def _was_read_as(scope: Scope) -> ColumnElement[bool]:
    """The idea's own text is in one of the languages, and about one of the topics or one below it."""
    text = exists().where(
        FeedbackItem.panel_id == Idea.panel_id,
        FeedbackItem.source == "idea",
        FeedbackItem.source_name == "",
        FeedbackItem.source_id == cast(Idea.id, String),
        FeedbackItem.state != "withdrawn",
    )
    if scope.topic_ids:
        text = text.where(FeedbackItem.topic_id.in_(topics_below(scope.topic_ids)))
    if scope.languages:
        text = text.where(FeedbackItem.language.in_(scope.languages))
    return text


def _ids(scope: Scope) -> Select[int]:
    return select(Idea.id).where(*_conditions(scope))


def _met(scope: Scope) -> CTE:
    """Each person with each idea they met, once, and whether they support it (1 or 0)."""
    support = (
        select(Idea.root_id.label("idea_id"), Vote.member_id, literal(1).label("supports"))
        .join(Idea, Idea.id == Vote.idea_id)
        .where(Vote.is_counted == true())
    )
    seen = select(Idea.root_id, Sighting.member_id, literal(0)).join(Idea, Idea.id == Sighting.idea_id)
    ids = _ids(scope)
    either = union_all(support.where(Idea.root_id.in_(ids)), seen.where(Idea.root_id.in_(ids))).subquery()
    met = select(either.c.idea_id, either.c.member_id, func.max(either.c.supports).label("supports"))
    if scope.segment_ids:
        rules = _rules(scope.segment_ids)
        met = met.where(
            or_(false(), *(either.c.member_id.in_(panels.ids_of_members_who(rule)) for _id, rule in rules))
        )
    return met.group_by(either.c.idea_id, either.c.member_id).cte("met")


def _rules(segment_ids: Collection[int]) -> Sequence[tuple[int, dict[str, object]]]:
    rows = db.session.execute(select(Segment.id, Segment.rule).where(Segment.id.in_(segment_ids)))
    return [(segment_id, rule) for segment_id, rule in rows]


def _answer_to(key: str) -> CTE:
    return (
        select(AttributeAnswer.member_id, AttributeAnswer.option.label("category"))
        .join(ProfileAttribute, ProfileAttribute.id == AttributeAnswer.attribute_id)
        .where(
            ProfileAttribute.key == key,
            ProfileAttribute.kind == "single_choice",
            ProfileAttribute.visible_to != "self",
            AttributeAnswer.option.is_not(None),
        )
        .cte("chosen")
    )


def _panel_of(slugs: Collection[str]) -> CTE:
    return (
        select(Membership.member_id, func.min(Panel.slug).label("category"))
        .join(Panel, Panel.id == Membership.panel_id)
        .where(Panel.slug.in_(slugs), Membership.left_at.is_(None))
        .group_by(Membership.member_id)
        .having(func.count() == 1)
        .cte("chosen")
    )
