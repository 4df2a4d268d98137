"""What a report would have in it, before it is asked for, and what its readers are to keep in mind."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, or_, select

from community.feedback import wording
from community.feedback.models import Topic
from community.ideas.models import Idea
from community.infra import clock
from community.infra.db import db
from community.insights import suppression
from community.insights.kinds.contract import Kind
from community.insights.queries import cube, scopes
from community.insights.queries.cube import Dimension, Group
from community.insights.scope import Scope
from community.panels.models import Membership

# Below so many people intervals are so wide that little can be said.
FEW = 30


@dataclass(frozen=True)
class Part:
    """A group of the scope; without numbers if too few people are in it."""

    name: str
    items: int | None
    people: int | None


@dataclass(frozen=True)
class Look:
    """What a scope has in it now."""

    items: int
    people: int
    unread: int
    # People of the panels today, and what else the kind is about: (label, number).
    besides: Sequence[tuple[str, int]]
    # The days of the first and the last text that the panels have at all.
    first_on: date | None
    last_on: date | None
    week_count: int
    weeks_with_texts: int
    by_panel: Sequence[Part]
    by_segment: Sequence[Part]
    by_language: Sequence[Part]
    warnings: Sequence[str]

    @property
    def is_too_small(self) -> bool:
        """Whether the report would only say that too few people are in it."""
        return suppression.is_few(self.people) or not self.people


def look(scope: Scope, kind: Kind) -> Look:
    """What a report of this kind about the scope would rest on if it were made now."""
    total = cube.count_all(scope)
    weeks = {group.key[0] for group in cube.read(scope, ("week",))}
    # Without segments chosen all of them are shown in the report; here those that were chosen are enough.
    segments = cube.read(scope, ("segment",)) if scope.segment_ids else []
    days = cube.find_first_and_last_day(scope.panel_ids)
    panel_names = scopes.list_panel_names(scope.panel_ids)
    segment_names = scopes.list_segment_names(scope.segment_ids)
    return Look(
        items=total.items,
        people=total.people,
        unread=cube.count_all(scope, also={"is_read": (False,)}).items,
        besides=_besides(scope, kind),
        first_on=days[0] if days else None,
        last_on=days[1] if days else None,
        week_count=_week_count(scope),
        weeks_with_texts=len(weeks),
        by_panel=_parts(scope, "panel", panel_names),
        by_segment=_overlapping_parts(
            [group for group in segments if group.key[0] in segment_names], segment_names, of=total.people
        ),
        by_language=_parts(
            scope,
            "language",
            {each: str(name) for each, name in wording.LANGUAGES.items()} | {None: _("Not known")},
        ),
        warnings=list_warnings(scope, kind, total=total),
    )


def list_warnings(scope: Scope, kind: Kind, *, total: Group | None = None) -> list[str]:
    """What whoever reads a report of this scope is to keep in mind."""
    warnings = []
    if scope.until_on >= clock.today():
        warnings.append(_("The period is not over: what is still said in it is missing."))
    if "topics" in kind.heeds:
        total = total or cube.count_all(scope)
        unread = cube.count_all(scope, also={"is_read": (False,)}).items
        warnings += _of_people(total.people)
        if unread:
            warnings.append(
                ngettext(
                    "%(num)d text waits to be read: it has no sentiment and no topic yet.",
                    "%(num)d texts wait to be read: they have no sentiment and no topic yet.",
                    unread,
                )
            )
        if not cube.count_all(scope.before).items:
            warnings.append(_("Nothing was said in the period before: nothing can be compared with it."))
        warnings += _of_topics(scope)
    return warnings


def _of_people(people: int) -> list[str]:
    if suppression.is_few(people) or not people:
        return [suppression.too_few()]
    if people < FEW:
        return [
            ngettext(
                "Only %(num)d person is in it: the intervals are wide.",
                "Only %(num)d people are in it: the intervals are wide.",
                people,
            )
        ]
    return []


def _of_topics(scope: Scope) -> list[str]:
    """A share of texts can move because there are other topics to choose from."""
    since, until = scope.before.starts_at, min(scope.ends_at, clock.now())
    changed = db.session.scalar(
        select(func.count())
        .select_from(Topic)
        .where(or_(Topic.created_at.between(since, until), Topic.archived_at.between(since, until)))
    )
    if not changed:
        return []
    return [
        ngettext(
            "%(num)d topic was added or put away in this period or the one before: shares of topics may have "
            "moved for that alone.",
            "%(num)d topics were added or put away in this period or the one before: shares of topics may "
            "have moved for that alone.",
            changed,
        )
    ]


def _besides(scope: Scope, kind: Kind) -> list[tuple[str, int]]:
    members = select(func.count(Membership.member_id.distinct())).where(
        Membership.panel_id.in_(scope.panel_ids), Membership.left_at.is_(None)
    )
    said = [(_("Members of the panels today"), db.session.scalar(members) or 0)]
    if kind.key == "ideas":
        ideas = (
            select(func.count())
            .select_from(Idea)
            .where(
                Idea.panel_id.in_(scope.panel_ids),
                Idea.is_listed,
                Idea.published_at >= scope.starts_at,
                Idea.published_at < scope.ends_at,
            )
        )
        said.append((_("Ideas of the period"), db.session.scalar(ideas) or 0))
    if "survey" in kind.needs:
        survey = scopes.find_survey(scope.survey_id)
        said.append((_("Completed responses"), survey.completed_count if survey is not None else 0))
    return said


def _parts(scope: Scope, dimension: Dimension, names: Mapping[Any, str]) -> list[Part]:
    groups = cube.read(scope, (dimension,))
    hidden = suppression.kept_back(
        [group.people for group in groups],
        # Somebody can be in several of them.
        together=lambda some: (
            cube.count_all(scope, also={dimension: [groups[at].key[0] for at in some]}).people
        ),
    )
    return _shown(groups, hidden, names)


def _overlapping_parts(groups: Sequence[Group], names: Mapping[Any, str], *, of: int) -> list[Part]:
    hidden = suppression.kept_back_overlapping([group.people for group in groups], of=of)
    return _shown(groups, hidden, names)


def _shown(groups: Sequence[Group], hidden: Collection[int], names: Mapping[Any, str]) -> list[Part]:
    parts = [
        Part(names[group.key[0]], None, None)
        if at in hidden
        else Part(names[group.key[0]], group.items, group.people)
        for at, group in enumerate(groups)
    ]
    return sorted(parts, key=lambda part: (part.items is None, -(part.items or 0), part.name))


def _week_count(scope: Scope) -> int:
    last = min(scope.until_on, clock.today())
    first_monday, last_monday = (day.toordinal() - day.weekday() for day in (scope.from_on, last))
    return max(0, (last_monday - first_monday) // 7 + 1)
