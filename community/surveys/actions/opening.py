"""Showing a survey to staff first, opening it, closing it, and opening it once more."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.activity import actions as activity
from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.members.models import Member
from community.surveys import checks, states
from community.surveys.actions import answering, drawing, preparing
from community.surveys.models import Survey
from community.surveys.queries import plans


def preview_survey(survey: Survey, *, by: Member) -> None:
    """Let staff go through it as members will; what they answer counts nowhere."""
    with unit_of_work():
        survey = _moved(survey, "preview")
        preparing.draw_ideas(survey)
        _record("survey.changed", survey, by, to="preview")


def withdraw_preview(survey: Survey, *, by: Member) -> None:
    """Make it a draft again, which opens only when somebody opens it."""
    with unit_of_work():
        survey = _moved(survey, "draft")
        survey.opens_at = None
        _record("survey.changed", survey, by, to="draft")


def plan_opening(
    survey: Survey, *, by: Member, opens_at: datetime | None, closes_at: datetime | None
) -> None:
    """Open it now, or at a time to come; Invalid if something is missing or the times do not go together."""
    now = clock.now()
    if opens_at is None or opens_at <= now:
        with unit_of_work():
            _set_closing(lock(Survey, survey.id), closes_at, after=now)
            open_survey(survey, by)
        return
    with unit_of_work():
        survey = lock(Survey, survey.id)
        states.check_move(survey.state, "open")
        if survey.state not in states.BUILDING:
            raise Conflict(_l("It was open before: open it again now, not later."))
        _set_closing(survey, closes_at, after=opens_at)
        _check_gaps(survey)
        survey.state, survey.opens_at = "preview", opens_at
        _record("survey.changed", survey, by, to="planned")


def open_survey(survey: Survey, actor: Member | None) -> None:
    """Let members in: trials go, those who are asked are drawn. Invalid tells what is missing.

    `actor` is None when the clock opens it.
    """
    with unit_of_work():
        survey = lock(Survey, survey.id)
        states.check_move(survey.state, "open")
        if survey.state not in states.BUILDING:
            raise Conflict(_l("It was open before: open it again."))
        preparing.draw_ideas(survey)
        _check_gaps(survey)
        answering.forget_trials(survey)
        now = clock.now()
        survey.state, survey.opened_at, survey.opens_at = "open", now, min(survey.opens_at or now, now)
        drawing.draw(survey)
        _record("survey.opened", survey, actor)


def open_on_time(survey: Survey) -> None:
    """Open it by the clock; if something is missing it becomes a draft again and its owner is told."""
    try:
        open_survey(survey, None)
    except Invalid:
        with unit_of_work():
            survey = _moved(survey, "draft")
            survey.opens_at = None
            _record("survey.not_opened", survey, None, title=survey.title)


def close_survey(survey: Survey, actor: Member | None) -> None:
    """Take no more answers; `actor` is None when the clock closes it."""
    with unit_of_work():
        survey = _moved(survey, "closed")
        survey.closed_at = clock.now()
        if survey.completed_count:
            # Whom it asked may have changed since: the results that stay are counted once more.
            survey.answers_changed_at = survey.closed_at
        _record("survey.closed", survey, actor)


def reopen_survey(survey: Survey, *, by: Member, closes_at: datetime | None) -> None:
    """Take answers again, until a new time or until somebody closes it."""
    with unit_of_work():
        survey = lock(Survey, survey.id)
        if survey.state != "closed":
            raise Conflict(_l("Only a closed survey can be opened again."))
        _set_closing(survey, closes_at, after=clock.now())
        survey.state, survey.closed_at = "open", None
        _record("survey.reopened", survey, by)


def change_closing(survey: Survey, *, by: Member, closes_at: datetime | None) -> None:
    """Give members more time or less."""
    with unit_of_work():
        survey = lock(Survey, survey.id)
        if survey.state != "open":
            raise Conflict(_l("It is not open."))
        _set_closing(survey, closes_at, after=clock.now())
        _record("survey.changed", survey, by, closes_at=closes_at.isoformat() if closes_at else None)


def _moved(survey: Survey, to: str) -> Survey:
    survey = lock(Survey, survey.id)
    states.check_move(survey.state, to)
    survey.state = to
    return survey


def _check_gaps(survey: Survey) -> None:
    gaps = plans.list_gaps(survey)
    if gaps:
        raise Invalid(_("It cannot open yet. %(count)s", count=checks.count_said(gaps)))


def _set_closing(survey: Survey, closes_at: datetime | None, *, after: datetime) -> None:
    if closes_at is not None and closes_at <= after:
        raise Invalid(_l("It has to close later than it opens."), field="closes_at")
    survey.closes_at = closes_at


def _record(kind: str, survey: Survey, actor: Member | None, **data: object) -> None:
    activity.record(kind, subject=survey, actor=actor, panel_id=survey.only_panel_id, **data)
