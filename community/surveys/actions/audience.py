"""Whom a survey asks: a segment of its panels' members, everyone or a sample, and places per cell."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from community.activity import actions as activity
from community.activity.changes import columns_of, compare
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.members.models import Member
from community.panels import criteria
from community.panels.criteria import Rule
from community.surveys import states
from community.surveys.models import SAMPLINGS, Survey, SurveyCell
from community.surveys.queries import cells

MOST_CELLS = 50
# What the log tells of a cell.
_TOLD = ("name", "rule", "target_count")


def set_audience(
    survey: Survey, *, by: Member, segment_id: int | None, sampling: str, sample_size: int | None
) -> None:
    """Say who is asked; once the survey has opened this stays, or its draw would not be what it was."""
    if sampling not in SAMPLINGS:
        raise Invalid(_l("Please choose one of the options."), field="sampling")
    if sampling == "random" and not sample_size:
        raise Invalid(_l("Say how many members are to be drawn."), field="sample_size")
    with unit_of_work():
        survey = lock(Survey, survey.id)
        _check_building(survey)
        if survey.kind == "poll" and sampling != "everyone":
            raise Invalid(_l("A quick poll stands above the board for everyone."), field="sampling")
        before = columns_of(survey, "segment_id", "sampling", "sample_size")
        survey.segment_id, survey.sampling = segment_id, sampling
        survey.sample_size = sample_size if sampling == "random" else None
        _record(survey, by, before, columns_of(survey, *before))


def add_cell(survey: Survey, *, by: Member, name: str, rule: Rule, target_count: int) -> SurveyCell:
    """Hold places for one more kind of member, also while the survey is open."""
    with unit_of_work() as session:
        survey = lock(Survey, survey.id)
        _check_not_over(survey)
        there = cells.list_cells(survey)
        if len(there) >= MOST_CELLS:
            raise Conflict(_l("There are enough cells. Change one of them instead."))
        cell = SurveyCell(
            survey_id=survey.id,
            name=name,
            rule=rule,
            target_count=target_count,
            position=there[-1].position + 1 if there else 1,
        )
        session.add(cell)
        _record(survey, by, {}, columns_of(cell, *_TOLD))
    return cell


def edit_cell(
    survey: Survey, cell: SurveyCell, *, by: Member, name: str, rule: Rule, target_count: int
) -> None:
    """Change the number of places; once the survey has opened, no longer for whom they are.

    Whoever has a place keeps it, also if there are fewer from now on.
    """
    with unit_of_work():
        survey = lock(Survey, survey.id)
        _check_not_over(survey)
        locked = lock(SurveyCell, cell.id)
        if rule != locked.rule:
            _check_building(survey)
        before = columns_of(locked, *_TOLD)
        locked.name, locked.rule, locked.target_count = name, rule, target_count
        _record(survey, by, before, columns_of(locked, *_TOLD))


def remove_cell(survey: Survey, cell: SurveyCell, *, by: Member) -> None:
    """Give a cell up, before the survey opens."""
    with unit_of_work():
        survey = lock(Survey, survey.id)
        _check_building(survey)
        locked = lock(SurveyCell, cell.id)
        before = columns_of(locked, *_TOLD)
        db.session.delete(locked)
        _record(survey, by, before, {})


def rename_panel(old_slug: str, slug: str) -> None:
    """Let the rules of cells go on speaking of a panel whose address has changed."""
    with unit_of_work():
        for cell in cells.list_speaking_of(old_slug):
            cell.rule = criteria.with_panel_renamed(cell.rule, old_slug, slug)


def _check_building(survey: Survey) -> None:
    if not states.is_building(survey.state):
        raise Conflict(_l("It has been opened: whom it asks stays as it is."))


def _check_not_over(survey: Survey) -> None:
    if survey.state not in (*states.BUILDING, "open"):
        raise Conflict(_l("It is closed: whom it asked stays as it was."))


def _record(survey: Survey, by: Member, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    activity.record(
        "survey.changed",
        subject=survey,
        actor=by,
        panel_id=survey.only_panel_id,
        title=survey.title,
        what="audience",
        **compare(before, after),
    )
