"""Waves of a survey and what changed between them: claims written down, frozen, measured."""

from collections.abc import Sequence
from typing import Any

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import language, web
from community.infra.errors import Invalid, NotFound
from community.infra.forms import answer
from community.surveys import findings, measuring
from community.surveys.actions import comparing
from community.surveys.forms.comparing import EXPECTS, METRICS, ClaimForm, claim_form
from community.surveys.models import Survey
from community.surveys.queries import comparing as queries
from community.surveys.queries import doors, waves
from community.surveys.queries.comparing import Cut, Tracked
from community.surveys.staff.access import blueprint


@blueprint.get("/<int:survey_id>/tracking")
def tracking(survey_id: int) -> Response:
    """The waves of the series, what changed since the one before, and what is claimed of the next."""
    viewer = web.viewer()
    survey = doors.get_built(survey_id, viewer)
    locale = language.current_locale()
    series = waves.list_waves(survey, viewer)
    readable = {wave.id for wave in series}
    previous = waves.find_wave_before(survey)
    if previous is not None and previous.id not in readable:
        previous = None
    tracked = queries.list_tracked(survey, locale=locale)
    return web.page(
        "surveys/staff/tracking.html",
        survey=survey,
        waves=series,
        readable=readable,
        may_compare=queries.may_compare(survey, viewer),
        previous=previous,
        upcoming=waves.find_next_wave(survey),
        from_previous=queries.list_comparisons(previous) if previous is not None else [],
        to_next=queries.list_comparisons(survey),
        tracked=tracked,
        questions={each.asked.code: each.asked.text for each in tracked},
        choices={each.asked.code: dict(measuring.choices_of(each.asked)) for each in tracked},
        cuts={cut.key: cut.name for cut in queries.list_cuts(survey, locale=locale)},
        metrics=METRICS,
        expects=EXPECTS,
        findings=findings,
    )


@blueprint.route("/<int:survey_id>/tracking/<code>/new", methods=["GET", "POST"])
def write_claim(survey_id: int, code: str) -> BaseResponse:
    """Write down what should change until the next wave."""
    viewer = web.viewer()
    survey = doors.get_built(survey_id, viewer)
    if not queries.may_compare(survey, viewer):
        raise NotFound()
    tracked, cuts = _asked_about(survey, code)
    form = claim_form(tracked, cuts=cuts)
    if form.was_sent():
        try:
            comparing.write_down(survey, viewer, form.claim(code))
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            web.say(_("Written down. Freeze it before the change ships, so that it counts."))
            return web.see_other("surveys_staff.tracking", survey_id=survey_id)
    return answer(
        "surveys/staff/edit_comparison.html", form, comparison=None, **_values(survey, tracked, form)
    )


@blueprint.route("/comparisons/<int:comparison_id>/edit", methods=["GET", "POST"])
def edit_claim(comparison_id: int) -> BaseResponse:
    """Change what was written down, until it is frozen."""
    comparison, survey = queries.get_comparison(comparison_id, web.viewer())
    if comparison.frozen_at is not None:
        return web.see_other("surveys_staff.tracking", survey_id=survey.id)
    code = comparison.question_code
    tracked, cuts = _asked_about(survey, code)
    form = claim_form(tracked, cuts=cuts, written=comparison)
    if form.was_sent():
        try:
            comparing.rewrite(comparison, form.claim(code), by=web.viewer())
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            web.say(_("Changed."))
            return web.see_other("surveys_staff.tracking", survey_id=survey.id)
    return answer(
        "surveys/staff/edit_comparison.html", form, comparison=comparison, **_values(survey, tracked, form)
    )


@blueprint.post("/comparisons/<int:comparison_id>/freeze")
def freeze_claim(comparison_id: int) -> BaseResponse:
    """Freeze what was written down."""
    viewer = web.viewer()
    comparison, survey = queries.get_comparison(comparison_id, viewer)
    comparing.freeze(comparison, viewer)
    web.say(_("Frozen. It is measured when the next wave is closed."))
    return web.see_other("surveys_staff.tracking", survey_id=survey.id)


@blueprint.post("/comparisons/<int:comparison_id>/forget")
def forget_claim(comparison_id: int) -> BaseResponse:
    """Drop what was written down and not frozen."""
    comparison, survey = queries.get_comparison(comparison_id, web.viewer())
    comparing.forget(comparison, by=web.viewer())
    web.say(_("Dropped."))
    return web.see_other("surveys_staff.tracking", survey_id=survey.id)


def _asked_about(survey: Survey, code: str) -> tuple[Tracked, Sequence[Cut]]:
    locale = language.current_locale()
    for tracked in queries.list_tracked(survey, locale=locale):
        if tracked.asked.code == code:
            return tracked, queries.list_cuts(survey, locale=locale)
    raise NotFound()


def _values(survey: Survey, tracked: Tracked, form: ClaimForm) -> dict[str, Any]:
    """What the page tells beside the form: how large waves have to be, going by this one's answers."""
    chosen = form.chosen()
    scores = {
        metric: queries.list_scores(survey.id, tracked.asked.code, metric=metric, options=chosen)
        if chosen or metric != "share"
        else []
        for metric in tracked.metrics
    }
    return {
        "survey": survey,
        "tracked": tracked,
        "sizes": {metric: measuring.sizes(each, metric) for metric, each in scores.items()},
        "smallest": {metric: measuring.smallest_change(each, metric) for metric, each in scores.items()},
        "answered": survey.completed_count - survey.excluded_count,
        "metrics": METRICS,
        "findings": findings,
    }
