"""The results of a survey, whole or split into groups, and what it is weighted to."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import web
from community.surveys.actions import weighing
from community.surveys.models import Survey, WeightTargets
from community.surveys.queries import doors, profiles, texts
from community.surveys.queries import results as queries
from community.surveys.queries import targets as target_queries
from community.surveys.showing import numbers
from community.surveys.showing.results import results_of
from community.surveys.showing.words import Words, names_of, words_of
from community.surveys.staff.access import blueprint


class Facts(NamedTuple):
    """What all figures of the page rest on."""

    n: int
    population: int | None
    median_seconds: float | None
    computed_at: datetime | None
    is_waiting: bool


@blueprint.get("/<int:survey_id>/results")
def results(survey_id: int) -> Response:
    """Each question with its figures, their intervals and what they rest on, from stored results alone."""
    survey = doors.get_built(survey_id, web.viewer())
    words = words_of(profiles.list_choice_attributes(), queries.list_panel_names())
    splits = [(way, words.way(way)) for way in survey.summary.get("splits", ())]
    split = web.argument("split") if web.argument("split") in dict(splits) else ""
    questions = queries.list_questions(survey)
    stored = queries.list_stored(survey, split=split)
    targets = target_queries.list_offered(survey.weight_targets_id)
    return web.page(
        "surveys/staff/results.html",
        survey=survey,
        facts=_facts(survey, [each.computed_at for each in stored]),
        splits=splits,
        split=split,
        targets=targets,
        report=_report(survey, targets, words),
        results=results_of(
            questions,
            stored,
            names=names_of(questions, stored, web.viewer()),
            group_names=words.groups(split, [each.cut for each in stored]),
            failed=survey.summary.get("failed", ()),
        ),
        texts_of=texts.texts_of(survey, web.viewer()),
        share_of=numbers.share_of,
    )


@blueprint.post("/<int:survey_id>/weighting")
def weigh(survey_id: int) -> BaseResponse:
    """Choose what the results are weighted to."""
    survey = doors.get_built(survey_id, web.viewer())
    written = request.form.get("targets_id", "") or "0"
    targets_id = int(written) if written.isdecimal() and len(written) < 19 else -1
    targets = target_queries.get_targets(targets_id) if targets_id else None
    weighing.choose_targets(survey, web.viewer(), targets=targets)
    web.say(_("The results are computed anew."))
    return web.see_other("surveys_staff.results", survey_id=survey.id)


def _facts(survey: Survey, computed: Sequence[datetime]) -> Facts:
    summary = survey.summary
    return Facts(
        n=survey.completed_count - survey.excluded_count,
        population=summary.get("population"),
        median_seconds=summary.get("median_seconds"),
        computed_at=max(computed, default=None),
        is_waiting=survey.answers_changed_at is not None and survey.tallied_at != survey.answers_changed_at,
    )


def _report(survey: Survey, targets: Sequence[WeightTargets], words: Words) -> Mapping[str, Any] | None:
    """How the weights came about, with the words of groups for their keys."""
    chosen = next((each for each in targets if each.id == survey.weight_targets_id), None)
    if chosen is None:
        return None
    stored = survey.summary.get("weighting") or {}
    if stored.get("targets_id") != chosen.id:
        stored = {"state": "waiting"}
    return {
        **stored,
        "name": chosen.name,
        "source": chosen.source,
        "as_of": chosen.as_of,
        "has_newer": chosen.archived_at is not None,
        "small": [(words.category(name, key), n) for name, key, n in stored.get("small", ())],
        "unknown": [(words.margin(name), n) for name, n in stored.get("unknown", {}).items() if n],
        "categories": [words.category(name, key) for name, key in stored.get("categories", ())],
    }
