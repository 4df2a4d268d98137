"""Segments: whom a rule means, as a condition on `members`, and how many they are."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from community.infra import clock
from community.infra.db import db, get_row
from community.infra.language import current_locale, text_in
from community.members.models import AttributeAnswer, Member, ProfileAttribute
from community.panels import criteria
from community.panels.criteria import Question, Rule, Vocabulary
from community.panels.models import Membership, Panel, QuotaCell, Segment, told_in
from community.panels.queries.panels import known_panels


class SegmentRow(NamedTuple):
    """A segment in the list: its sentence (empty if it is no longer understood), and whether it is in use."""

    id: int
    name: str
    sentence: str
    member_count: int | None
    is_in_use: bool


class Counted(NamedTuple):
    """How many of all active members a rule means."""

    fitting: int
    all: int


def get_vocabulary() -> Vocabulary:
    """All that rules may speak of, in the reader's language.

    What a member was promised to be seen by nobody else can make no segment: a count would tell it.
    """
    attributes = db.session.execute(
        select(
            ProfileAttribute.id, ProfileAttribute.key, ProfileAttribute.kind, ProfileAttribute.label,
            ProfileAttribute.options,
        )
        .where(ProfileAttribute.visible_to != "self")
        .order_by(ProfileAttribute.position, ProfileAttribute.id)
    )  # fmt: skip
    locale = current_locale()
    panels = db.session.execute(select(Panel.slug, Panel.name, Panel.translations).order_by(Panel.name))
    return Vocabulary(
        questions={
            row.key: Question(
                row.id,
                row.kind,
                text_in(row.label),
                {option["key"]: _option_text(option) for option in row.options},
            )
            for row in attributes
        },
        panels={row.slug: told_in(locale, row.translations, "name", first=row.name) for row in panels},
    )


def members_who(rule: Rule, vocabulary: Vocabulary) -> ColumnElement[bool]:
    """A condition on `members`: those whom the rule means; nobody if it is no longer understood."""
    if not criteria.is_understood(rule, vocabulary):
        return false()
    return and_(Member.state == "active", _condition(rule, vocabulary))


def ids_of_members_who(rule: Rule) -> Select[int]:
    """The ids of the members whom the rule means, to be used inside another statement."""
    return select(Member.id).where(members_who(rule, get_vocabulary()))


def get_vocabulary_for(viewer: Member | None) -> Vocabulary:
    """What this viewer may make rules of: as `get_vocabulary`, without panels they may not know of."""
    vocabulary, known = get_vocabulary(), _known_slugs(viewer)
    panels = {slug: name for slug, name in vocabulary.panels.items() if slug in known}
    return replace(vocabulary, panels=panels)


def words_for(viewer: Member | None, rule: Rule, vocabulary: Vocabulary) -> str:
    """The rule as a sentence for this reader: a panel that they may not know of stays unnamed."""
    return criteria.describe(rule, without_names(viewer, vocabulary))


def without_names(viewer: Member | None, vocabulary: Vocabulary) -> Vocabulary:
    """The vocabulary to tell this reader rules with: panels that they may not know of have no name."""
    known = _known_slugs(viewer)
    panels = {slug: name if slug in known else "…" for slug, name in vocabulary.panels.items()}
    return replace(vocabulary, panels=panels)


def count_members_who(rule: Rule, vocabulary: Vocabulary) -> Counted:
    """How many members the rule means, of how many, in one statement."""
    row = db.session.execute(
        select(func.count().filter(members_who(rule, vocabulary)), func.count())
        .select_from(Member)
        .where(Member.state == "active")
    ).one()
    return Counted(*row)


def is_meant(member: Member, rule: Rule, vocabulary: Vocabulary) -> bool:
    """Whether the rule means this member."""
    return are_meant(member, [rule], vocabulary)[0]


def are_meant(member: Member, rules: Sequence[Rule], vocabulary: Vocabulary) -> list[bool]:
    """For each rule whether it means this member, in one statement."""
    conditions = [members_who(rule, vocabulary).label(f"rule_{number}") for number, rule in enumerate(rules)]
    row = db.session.execute(select(*conditions).select_from(Member).where(Member.id == member.id)).one()
    return [bool(value) for value in row]


def list_segments() -> list[SegmentRow]:
    """All segments by name, each with its sentence and its number of members, counted in one statement."""
    vocabulary = get_vocabulary()
    segments = db.session.execute(
        select(
            Segment.id,
            Segment.name,
            Segment.rule,
            exists().where(Panel.segment_id == Segment.id).label("is_in_use"),
        ).order_by(Segment.name)
    ).all()
    if not segments:
        return []
    counts = db.session.execute(
        select(
            *(
                func.count().filter(members_who(row.rule, vocabulary)).label(f"segment_{row.id}")
                for row in segments
            )
        ).select_from(Member)
    ).one()
    return [
        SegmentRow(row.id, row.name, criteria.describe(row.rule, vocabulary), count, row.is_in_use)
        if criteria.is_understood(row.rule, vocabulary)
        else SegmentRow(row.id, row.name, "", None, row.is_in_use)
        for row, count in zip(segments, counts, strict=True)
    ]


def list_segment_names() -> list[tuple[int, str]]:
    """Id and name of all segments, to choose from."""
    return [
        (row.id, row.name)
        for row in db.session.execute(select(Segment.id, Segment.name).order_by(Segment.name))
    ]


def get_segment(segment_id: int) -> Segment:
    """The segment; NotFound if there is none."""
    return get_row(Segment, segment_id)


def list_panels_of_segment(segment_id: int) -> list[Panel]:
    """The panels whose people the segment decides."""
    return list(db.session.scalars(select(Panel).where(Panel.segment_id == segment_id).order_by(Panel.name)))


def list_following_panel_ids(*, segment_id: int | None = None) -> list[int]:
    """The open panels whose people a segment decides, or this one, in the order in which they are locked."""
    statement = select(Panel.id).where(Panel.admission == "segment", Panel.archived_at.is_(None))
    is_theirs = Panel.segment_id == segment_id if segment_id is not None else Panel.segment_id.is_not(None)
    return list(db.session.scalars(statement.where(is_theirs).order_by(Panel.id)))


def list_rules_speaking_of(slug: str) -> list[Segment | QuotaCell]:
    """The segments and cells whose rule names the panel."""
    rows: list[Segment | QuotaCell] = [
        *db.session.scalars(select(Segment)), *db.session.scalars(select(QuotaCell))
    ]  # fmt: skip
    return [row for row in rows if slug in criteria.panels_in(row.rule)]


def get_dependencies() -> dict[str, set[str]]:
    """For each panel that a segment decides, the panels its rule speaks of."""
    rows = db.session.execute(select(Panel.slug, Segment.rule).join(Segment, Segment.id == Panel.segment_id))
    return {row.slug: criteria.panels_in(row.rule) for row in rows}


def _option_text(option: dict[str, Any]) -> str:
    return text_in({locale: words for locale, words in option.items() if locale != "key"}) or str(
        option["key"]
    )


def _condition(rule: Rule, vocabulary: Vocabulary) -> ColumnElement[bool]:
    match rule:
        case {"all": parts}:
            return and_(*(_condition(part, vocabulary) for part in parts))
        case {"any": parts}:
            return or_(*(_condition(part, vocabulary) for part in parts))
        case {"not": part}:
            return not_(_condition(part, vocabulary))
        case {"attribute": key}:
            return _answered(vocabulary.questions[key], rule)
        case {"panel": slug}:
            inside = select(Membership.member_id).join(Panel, Panel.id == Membership.panel_id)
            return Member.id.in_(inside.where(Panel.slug == slug, Membership.left_at.is_(None)))
        case {"joined_before": day}:
            return Member.joined_at < _midnight(day)
        case {"joined_after": day}:
            return Member.joined_at >= _midnight(day) + timedelta(days=1)
        case {"joined_within_days": days}:
            return Member.joined_at >= clock.ago(days=days)
    return Member.last_active_at >= clock.ago(days=rule["active_within_days"])


def _answered(question: Question, rule: Rule) -> ColumnElement[bool]:
    # Asked without reference to the outer row, so that the database builds each set once, also under OR.
    answers = select(AttributeAnswer.member_id).where(AttributeAnswer.attribute_id == question.id)
    match rule:
        case {"is_set": True}:
            return Member.id.in_(answers)
        case {"is_set": False}:
            return Member.id.not_in(answers)
    return Member.id.in_(answers.where(_compared(question, rule)))


def _compared(question: Question, rule: Rule) -> ColumnElement[bool]:
    ((comparison, value),) = ((name, value) for name, value in rule.items() if name != "attribute")
    column: ColumnElement[Any] = _COLUMNS[question.kind].expression
    if question.kind == "date":
        value = date.fromisoformat(value)
    compared: ColumnElement[bool] = _COMPARED[comparison](column, value)
    return compared


_COLUMNS: Mapping[str, InstrumentedAttribute[Any]] = {
    "single_choice": AttributeAnswer.option,
    "several_choices": AttributeAnswer.option,
    "number": AttributeAnswer.number,
    "date": AttributeAnswer.on,
    "text": AttributeAnswer.text,
}
_COMPARED: Mapping[str, Callable[[Any, Any], Any]] = {
    "is": operator.eq,
    "is_any": lambda column, options: column.in_(options),
    "at_least": operator.ge,
    "at_most": operator.le,
    "before": operator.lt,
    "after": operator.gt,
}


def _midnight(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), UTC)


def _known_slugs(viewer: Member | None) -> set[str]:
    return set(db.session.scalars(select(Panel.slug).where(known_panels(viewer))))
