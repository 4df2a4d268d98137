"""Where a survey stands: what is missing, opening and closing it, and the next wave."""

from collections.abc import Callable

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import clock, language, limits, web
from community.infra.errors import Invalid
from community.infra.forms import Form
from community.surveys import naming, states
from community.surveys.actions import opening, waves
from community.surveys.forms.times import ClosingForm, OpeningForm
from community.surveys.models import Survey
from community.surveys.queries import doors, plans
from community.surveys.queries import surveys as queries
from community.surveys.queries import waves as wave_queries
from community.surveys.staff.access import blueprint


@blueprint.get("/<int:survey_id>")
def show(survey_id: int) -> Response:
    """The survey at a glance, and the next thing to do with it."""
    return _page(survey_id)


@blueprint.post("/<int:survey_id>/preview")
def begin_preview(survey_id: int) -> BaseResponse:
    """Let colleagues go through it before anybody is asked."""
    opening.preview_survey(_survey(survey_id), by=web.viewer())
    web.say(_("Colleagues can go through it now. What they answer counts nowhere."))
    return web.see_other("surveys_staff.show", survey_id=survey_id)


@blueprint.post("/<int:survey_id>/preview/end")
def end_preview(survey_id: int) -> BaseResponse:
    """Make it a draft again."""
    opening.withdraw_preview(_survey(survey_id), by=web.viewer())
    web.say(_("It is a draft again and will not open by itself."))
    return web.see_other("surveys_staff.show", survey_id=survey_id)


@blueprint.post("/<int:survey_id>/open")
@limits.by_member(limits.WRITE)
def open_survey(survey_id: int) -> BaseResponse:
    """Open it now, or at a time to come."""
    survey, form = _survey(survey_id), OpeningForm()
    if form.was_sent():
        try:
            opening.plan_opening(
                survey, by=web.viewer(), opens_at=form.opens_at.data, closes_at=form.closes_at.data
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            is_open = _survey(survey_id).state == "open"
            web.say(_("It is open.") if is_open else _("It will open at its time."))
            return web.see_other("surveys_staff.show", survey_id=survey_id)
    return _page(survey_id, form)


@blueprint.post("/<int:survey_id>/close")
@limits.by_member(limits.WRITE)
def close_survey(survey_id: int) -> BaseResponse:
    """Take no more answers."""
    opening.close_survey(_survey(survey_id), web.viewer())
    web.say(_("It is closed. Now tell those who answered what you heard."))
    return web.see_other("surveys_staff.tell", survey_id=survey_id)


@blueprint.post("/<int:survey_id>/reopen")
@limits.by_member(limits.WRITE)
def reopen_survey(survey_id: int) -> BaseResponse:
    """Take answers again."""
    return _close_later(survey_id, opening.reopen_survey, said=_("It is open again."))


@blueprint.post("/<int:survey_id>/closing")
@limits.by_member(limits.WRITE)
def change_closing(survey_id: int) -> BaseResponse:
    """Give people more time or less."""
    return _close_later(survey_id, opening.change_closing, said=_("Saved."))


@blueprint.post("/<int:survey_id>/waves")
@limits.by_member(limits.WRITE)
def next_wave(survey_id: int) -> BaseResponse:
    """Begin the next wave."""
    wave = waves.copy_as_wave(_survey(survey_id), by=web.viewer())
    web.say(_("The next wave is a draft. Questions and codes are those of the last one."))
    return web.see_other("surveys_staff.show", survey_id=wave.id)


def _survey(survey_id: int) -> Survey:
    return doors.get_built(survey_id, web.viewer())


def _close_later(survey_id: int, change: Callable[..., None], *, said: str) -> BaseResponse:
    survey, form = _survey(survey_id), ClosingForm()
    if form.was_sent():
        try:
            change(survey, by=web.viewer(), closes_at=form.closes_at.data)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            web.say(said)
            return web.see_other("surveys_staff.show", survey_id=survey_id)
    return _page(survey_id, form)


def _page(survey_id: int, sent: Form | None = None) -> Response:
    survey = _survey(survey_id)
    plan = plans.get_plan(survey)
    if sent is None:
        form: Form = _form(survey)
    else:
        form = sent
    return web.page(
        "surveys/staff/show.html",
        status=form.status,
        survey=survey,
        plan=plan,
        form=form,
        panels=queries.list_panels_of(survey),
        waves=wave_queries.list_waves(survey, web.viewer()),
        story=queries.list_story(survey),
        is_building=states.is_building(survey.state),
        is_late=survey.closes_at is not None and survey.closes_at <= clock.now(),
        locale=language.current_locale(),
        naming=naming,
    )


def _form(survey: Survey) -> Form:
    if states.is_building(survey.state):
        return OpeningForm(formdata=None, obj=survey)
    if survey.state == "closed":
        return ClosingForm(formdata=None)
    return ClosingForm(formdata=None, obj=survey)
