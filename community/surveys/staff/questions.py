"""The questions of a survey: their list and order, and a page for each."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.ideas.models import STATUSES
from community.infra import limits, unsent, web
from community.infra.errors import Invalid, NotFound
from community.infra.forms import answer
from community.infra.language import text_in
from community.infra.unsent import keeps_text
from community.surveys import checks, conditions, drafting, naming, standards, states
from community.surveys.actions import questions as actions
from community.surveys.forms import settings as settings_forms
from community.surveys.forms import sheets
from community.surveys.forms.questions import QuestionForm, draft_of, question_form
from community.surveys.forms.sheets import Sheet
from community.surveys.kinds.contract import Sent
from community.surveys.models import QUESTION_KINDS, Survey
from community.surveys.queries import doors, plans
from community.surveys.queries import questions as queries
from community.surveys.queries.questions import Standing
from community.surveys.staff.access import blueprint


@blueprint.get("/<int:survey_id>/questions")
def questions(survey_id: int) -> Response:
    """All questions in their order, page by page."""
    survey = doors.get_built(survey_id, web.viewer())
    plan = plans.get_plan(survey)
    return web.page(
        "surveys/staff/questions.html",
        survey=survey,
        standing=plan.standing,
        gaps={gap.question_id for gap in plan.gaps},
        missing={each.question.id: checks.missing_in(each, survey.languages) for each in plan.standing},
        conditions={
            each.question.id: conditions.describe(each.question.condition, _named(plan.standing))
            for each in plan.standing
        },
        is_building=states.is_building(survey.state),
        can_add=states.can_ask_anew(survey.state)
        and len(plan.standing) < (actions.QUESTIONS_MOST if survey.kind == "survey" else 1),
        naming=naming,
    )


@blueprint.get("/<int:survey_id>/questions/choose")
def choose_question(survey_id: int) -> Response:
    """Which kind of question to ask, or which common one."""
    survey = doors.get_built(survey_id, web.viewer())
    allowed = checks.POLL_KINDS if survey.kind == "poll" else QUESTION_KINDS
    return web.page(
        "surveys/staff/choose_question.html",
        survey=survey,
        naming=naming,
        allowed=allowed,
        standards={key: each for key, each in standards.STANDARDS.items() if each.kind in allowed},
    )


@blueprint.route("/<int:survey_id>/questions/new", methods=["GET", "POST"])
@keeps_text
@limits.by_member(limits.WRITE)
def new_question(survey_id: int) -> BaseResponse:
    """Ask one more question."""
    survey = doors.get_built(survey_id, web.viewer())
    kind, standard = web.argument("kind"), standards.STANDARDS.get(web.argument("standard"))
    if standard is not None:
        kind = standard.kind
    if kind not in QUESTION_KINDS or not states.can_ask_anew(survey.state):
        raise NotFound()
    draft = standard.draft(survey.languages) if standard is not None else None
    form = question_form(kind, languages=survey.languages, draft=draft)
    if unsent.opens_anew():
        return _page(survey, kind, form, sheets.new_sheet(kind, draft), standing=None)
    sheet = sheets.read_sheet(kind, _written(), settings={})
    focus = _step(sheet)
    if focus is None and form.was_sent():
        try:
            added = draft_of(kind, form, sheet, languages=survey.languages)
            actions.add_question(survey, by=web.viewer(), kind=kind, draft=added)
        except Invalid as refusal:
            form.refuse_with(sheet, refusal)
        else:
            web.say(_("The question is in."))
            return web.see_other("surveys_staff.questions", survey_id=survey_id)
    return _page(doors.get_built(survey_id, web.viewer()), kind, form, sheet, standing=None, focus=focus)


@blueprint.route("/<int:survey_id>/questions/<int:question_id>", methods=["GET", "POST"])
@keeps_text
@limits.by_member(limits.WRITE)
def question(survey_id: int, question_id: int) -> BaseResponse:
    """Change what a question says."""
    survey = doors.get_built(survey_id, web.viewer())
    standing = queries.get_standing(survey, question_id)
    kind, settings = standing.question.kind, standing.version.settings
    form = question_form(kind, languages=survey.languages, standing=standing)
    if unsent.opens_anew():
        return _page(survey, kind, form, sheets.sheet_of(standing), standing=standing)
    sheet = sheets.read_sheet(kind, _written(), settings=settings)
    focus = _step(sheet)
    if focus is None and form.was_sent():
        try:
            changed = draft_of(
                kind,
                form,
                sheet,
                languages=survey.languages,
                used_keys=queries.list_used_keys(standing.question),
            )
            actions.edit_question(
                survey, question_id, by=web.viewer(), draft=changed, note=form.note.data or ""
            )
        except Invalid as refusal:
            form.refuse_with(sheet, refusal)
        else:
            web.say(_("Saved."))
            return web.see_other(
                "surveys_staff.questions", survey_id=survey_id, _anchor=f"question-{question_id}"
            )
    survey = doors.get_built(survey_id, web.viewer())
    return _page(survey, kind, form, sheet, standing=queries.get_standing(survey, question_id), focus=focus)


@blueprint.post("/<int:survey_id>/questions/<int:question_id>/remove")
def remove_question(survey_id: int, question_id: int) -> BaseResponse:
    """Ask a question no longer."""
    actions.remove_question(doors.get_built(survey_id, web.viewer()), question_id, by=web.viewer())
    web.say(_("The question is no longer asked."))
    return web.see_other("surveys_staff.questions", survey_id=survey_id)


@blueprint.post("/<int:survey_id>/questions/<int:question_id>/move")
def move_question(survey_id: int, question_id: int) -> BaseResponse:
    """Up, down, onto a page of its own, or onto the page before."""
    survey = doors.get_built(survey_id, web.viewer())
    way = request.form.get("way")
    if way in ("up", "down"):
        actions.move_question(survey, question_id, by=web.viewer(), is_up=way == "up")
    elif way == "start_page":
        actions.start_page(survey, question_id, by=web.viewer())
    elif way == "join_page":
        actions.join_page(survey, question_id, by=web.viewer())
    return web.see_other("surveys_staff.questions", survey_id=survey_id, _anchor=f"question-{question_id}")


def _written() -> Sent:
    """The rows as they were sent, or as they were kept while the session ended."""
    kept = unsent.words()
    return request.form if kept is None else kept


def _step(sheet: Sheet) -> str | None:
    """Where the reader goes on after the step that was asked for; None if none was."""
    step = request.form.get("step", "")
    return sheets.change(sheet, step, request.form) if step else None


def _page(
    survey: Survey,
    kind: str,
    form: QuestionForm,
    sheet: Sheet,
    *,
    standing: Standing | None,
    focus: str | None = None,
) -> Response:
    earlier = _earlier(survey, standing)
    values: dict[str, Any] = {
        "survey": survey,
        "kind": kind,
        "words": naming.KINDS[kind],
        "naming": naming,
        "statuses": STATUSES,
        "fixed_together": drafting.FIXED_TOGETHER,
        "sheet": sheet,
        "standing": standing,
        "sheets": sheets,
        "settings": settings_forms.SETTINGS.get(kind, ()),
        "earlier": {each.question.code: each for each in earlier},
        "conditions": conditions,
        "versions": queries.list_versions(standing.question) if standing is not None else [],
        "is_building": states.is_building(survey.state),
        "can_save": states.can_ask_anew(survey.state),
        "focus": focus or "",
    }
    return answer("surveys/staff/question.html", form, **values)


def _earlier(survey: Survey, standing: Standing | None) -> list[Standing]:
    others = queries.list_standing(survey)
    if standing is None:
        return others
    ids = [each.question.id for each in others]
    return others[: ids.index(standing.question.id)]


def _named(standing: Sequence[Standing]) -> dict[str, tuple[str, dict[str, str]]]:
    return {each.question.code: (text_in(each.version.text), each.choices) for each in standing}
