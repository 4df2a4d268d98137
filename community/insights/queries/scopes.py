"""What a scope means: whether all of it is there, and what it is called in words."""

from datetime import date

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import func, select

from community.feedback import wording
from community.feedback.models import Topic
from community.feedback.queries import topics
from community.infra.db import Base, db
from community.infra.language import current_locale, listed, text_in
from community.insights.scope import Scope
from community.members.models import ProfileAttribute
from community.panels.models import Panel, Segment, told_in
from community.surveys.models import Survey, WeightTargets


def find_survey(survey_id: int | None) -> Survey | None:
    """The survey of a scope, for those who look on nobody's behalf."""
    return db.session.get(Survey, survey_id) if survey_id is not None else None


def has_unknown(scope: Scope) -> bool:
    """Whether the scope speaks of something that is not there, or not any more."""
    return (
        _has_unknown(Panel, scope.panel_ids)
        or _has_unknown(Segment, scope.segment_ids)
        or _has_unknown(Topic, scope.topic_ids)
        or _has_unknown(WeightTargets, () if scope.targets_id is None else (scope.targets_id,))
        or not set(scope.languages) <= wording.LANGUAGES.keys()
        or (bool(scope.value_attribute) and scope.value_attribute not in dict(list_value_choices()))
    )


def list_panel_names(panel_ids: tuple[int, ...]) -> dict[int, str]:
    """The panels' names in the present locale, by name."""
    rows = db.session.execute(
        select(Panel.id, Panel.name, Panel.translations).where(Panel.id.in_(panel_ids)).order_by(Panel.name)
    )
    return {row.id: told_in(current_locale(), row.translations, "name", first=row.name) for row in rows}


def list_segment_names(segment_ids: tuple[int, ...]) -> dict[int, str]:
    """The segments' names, by name."""
    rows = db.session.execute(
        select(Segment.id, Segment.name).where(Segment.id.in_(segment_ids)).order_by(Segment.name)
    )
    return {row.id: row.name for row in rows}


def list_value_choices() -> list[tuple[str, str]]:
    """The profile questions whose answer is a number, which can stand for a customer's value.

    What a member was promised to be seen by nobody else is not among them.
    """
    rows = db.session.execute(
        select(ProfileAttribute.key, ProfileAttribute.label)
        .where(ProfileAttribute.kind == "number", ProfileAttribute.visible_to != "self")
        .order_by(ProfileAttribute.position, ProfileAttribute.id)
    )
    return [(row.key, text_in(row.label)) for row in rows]


def name_of_targets(targets: WeightTargets) -> str:
    """What weighting targets are called, with where they come from."""
    return str(_("%(name)s (%(source)s)", name=targets.name, source=targets.source))


def days_in_words(from_on: date, until_on: date) -> str:
    """A period as it is written in the present locale."""
    if from_on == until_on:
        return str(format_date(from_on, "medium"))
    first, last = format_date(from_on, "medium"), format_date(until_on, "medium")
    return str(_("%(first)s to %(last)s", first=first, last=last))


def in_words(scope: Scope, *, heeds: frozenset[str]) -> list[tuple[str, str]]:
    """What a report is narrowed to, each with its label, in the present locale."""
    said = [
        (_("Panels"), listed(list_panel_names(scope.panel_ids).values())),
        (_("Period"), days_in_words(scope.from_on, scope.until_on)),
    ]
    if "survey" in heeds:
        survey = find_survey(scope.survey_id)
        said.append((_("Survey"), text_in(survey.title) if survey is not None else ""))
    if "segments" in heeds:
        segments = listed(list_segment_names(scope.segment_ids).values())
        said.append((_("Segments"), segments or _("Everybody")))
    if "topics" in heeds:
        names = topics.topic_names() if scope.topic_ids else {}
        said.append((_("Topics"), listed(names[each] for each in scope.topic_ids) or _("All topics")))
    if "languages" in heeds:
        languages = listed(wording.LANGUAGES[each] for each in scope.languages)
        said.append((_("Languages"), languages or _("All languages")))
    if "targets" in heeds and scope.targets_id is not None:
        targets = db.session.get(WeightTargets, scope.targets_id)
        said.append((_("Held against"), name_of_targets(targets) if targets is not None else ""))
    if "value" in heeds and scope.value_attribute:
        # A question that went meanwhile, or that is not for reports any more, has no name here.
        name = dict(list_value_choices()).get(scope.value_attribute, scope.value_attribute)
        said.append((_("Value of a customer"), name))
    return said


def _has_unknown(model: type[Base], ids: tuple[int, ...]) -> bool:
    if not ids:
        return False
    known = select(func.count()).select_from(model).where(model.id.in_(ids))  # type: ignore[attr-defined]
    return db.session.scalar(known) != len(set(ids))
