"""Answering a survey: the invitation, one page of questions at a time, thanks, and what we heard."""

import re
from collections.abc import Mapping
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from community.infra import limits, web
from community.infra.errors import Conflict, Invalid
from community.infra.language import text_in
from community.infra.unsent import NOT_SENT, keeps_text, words
from community.surveys import earning, paths, states
from community.surveys.actions import answering as actions
from community.surveys.actions import judging
from community.surveys.actions.answering import Unanswered
from community.surveys.filling import FORM
from community.surveys.forms.judging import ReplyForm
from community.surveys.queries import answering, doors, responses
from community.surveys.queries.doors import Seen
from community.surveys.views import blueprint


@blueprint.get("/surveys/<int:survey_id>")
def show(survey_id: int) -> Response:
    """What it is about, how far I am, thanks, or what was heard."""
    seen = doors.get_survey(survey_id, web.viewer())
    if _stage(seen) == "show" and seen.survey.kind != "survey" and seen.can_answer:
        # A single question needs no introduction.
        return page_with(seen, None)
    return _standing(seen, ReplyForm(formdata=None))


@blueprint.get("/surveys/<int:survey_id>/pages/<int:page>")
def page(survey_id: int, page: int) -> BaseResponse:
    """One page of questions."""
    seen = doors.get_survey(survey_id, web.viewer())
    if not _is_answering(seen):
        return web.see_other("surveys.show", survey_id=survey_id)
    paper = answering.get_paper(seen.survey, seen.response)
    number = paths.reachable(paper.path(), paper.answers, page=page)
    if number is None:
        return web.see_other("surveys.show", survey_id=survey_id)
    if number != page:
        return web.see_other("surveys.page", survey_id=survey_id, page=number)
    return page_with(seen, page)


@blueprint.post("/surveys/<int:survey_id>/start")
@limits.by_member(limits.WRITE)
def start(survey_id: int) -> BaseResponse:
    """Begin, or go on where I stopped."""
    seen = doors.get_survey(survey_id, web.viewer())
    if states.is_building(seen.survey.state):
        response = actions.begin_trial(seen.survey, web.viewer())
    else:
        response = actions.begin(seen.survey, web.viewer())
    return web.see_other("surveys.page", survey_id=survey_id, page=response.page)


@blueprint.post("/surveys/<int:survey_id>/response")
@keeps_text
@limits.by_member(limits.VOTE)
def answer(survey_id: int) -> BaseResponse:
    """Save a page, or all answers at once, and go on."""
    seen = doors.get_survey(survey_id, web.viewer())
    if (unsent := words()) is not None:
        return page_with(seen, _page_of(unsent), sent=unsent, errors={FORM: str(NOT_SENT)})
    page = _page_of(request.form)
    way = request.form.get("go")
    if page is not None and way in ("back", "later"):
        actions.keep(seen.survey, web.viewer(), request.form, page=page)
        previous = _previous(seen, page) if way == "back" else None
        if previous is None:
            return web.see_other("surveys.show", survey_id=survey_id)
        return web.see_other("surveys.page", survey_id=survey_id, page=previous)
    try:
        saved = actions.answer(seen.survey, web.viewer(), request.form, page=page)
    except Unanswered as refusal:
        errors = {name: str(message) for name, message in refusal.errors.items()}
        return page_with(seen, page, status=422, sent=request.form, errors=errors)
    except Conflict as refusal:
        # The place may be gone that was held for so long; what is written stays on the page.
        errors = {FORM: str(refusal.message)}
        return page_with(seen, page, status=409, sent=request.form, errors=errors)
    if saved.next_page is not None:
        return web.see_other("surveys.page", survey_id=survey_id, page=saved.next_page)
    target = request.form.get("next")
    if target:
        web.say(_("Thank you. Your answer has been counted."))
    return web.back_to(target, "surveys.show", survey_id=survey_id)


@blueprint.get("/surveys/<int:survey_id>/response")
def answered(survey_id: int) -> BaseResponse:
    """Back to the survey, for whoever loads a refused page again."""
    doors.get_survey(survey_id, web.viewer())
    return web.see_other("surveys.show", survey_id=survey_id)


@blueprint.post("/surveys/<int:survey_id>/response/keep")
@limits.by_member(limits.VOTE)
def keep(survey_id: int) -> BaseResponse:
    """Keep what is written on a page while it is still being filled in."""
    seen = doors.get_survey(survey_id, web.viewer())
    actions.keep(seen.survey, web.viewer(), request.form, page=_page_of(request.form) or 1)
    return BaseResponse(status=204)


@blueprint.post("/surveys/<int:survey_id>/response/withdraw")
@limits.by_member(limits.WRITE)
def withdraw(survey_id: int) -> BaseResponse:
    """Take my answers back."""
    seen = doors.get_survey(survey_id, web.viewer())
    actions.withdraw(seen.survey, web.viewer())
    web.say(_("Your answers have been withdrawn and deleted."))
    return web.see_other("surveys.show", survey_id=survey_id)


@blueprint.post("/surveys/<int:survey_id>/response/reply")
@keeps_text
@limits.by_member(limits.WRITE)
def reply(survey_id: int) -> BaseResponse:
    """Say something to my answers not counting."""
    seen = doors.get_survey(survey_id, web.viewer())
    form = ReplyForm()
    if form.was_sent():
        try:
            judging.reply(seen.survey, web.viewer(), text=form.reply.data)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            web.say(_("Thank you. A colleague will look at your answers again."))
            return web.see_other("surveys.show", survey_id=survey_id)
    return _standing(seen, form)


def page_with(
    seen: Seen, page: int | None, *, status: int = 200, sent: Any = None,
    errors: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """One page of questions, or all of them, filled in with what was sent if that was refused."""
    survey, response = seen.survey, answering.find_response(seen.survey, web.viewer())
    paper = answering.get_paper(survey, response)
    if page is not None and page not in paths.pages_of(paper.path()):
        # An earlier answer, given on another device, has taken the page away.
        page, sent = paths.reachable(paper.path(), paper.answers, page=page), None
    return web.page(
        "surveys/page.html",
        status=status,
        survey=survey,
        response=response,
        sheet=paper.sheet(page, sent=sent, errors=errors),
        errors=errors or {},
        progress=answering.progress_at(paper, page) if page is not None else None,
        # What has pages has told of them before.
        points=earning.points_of(survey, web.viewer()) if page is None else 0,
        next_path=web.safe_path(request.form.get("next")) or "",
    )


def _standing(seen: Seen, form: ReplyForm) -> Response:
    """Where the member stands with the survey; the form is for those whose answers do not count."""
    response = seen.response
    return web.page(
        f"surveys/{_stage(seen)}.html",
        status=form.status,
        seen=seen,
        survey=seen.survey,
        response=response,
        form=form,
        points=earning.points_of(seen.survey, web.viewer()),
        award=earning.find_award(response) if response is not None and response.completed_at else None,
        is_award_due=response is not None and earning.is_due(response),
        told=responses.find_told(response) if response is not None and response.excluded_at else "",
        heard=Markup(text_in(seen.survey.heard_html)),  # noqa: S704 - cleaned when it was stored
    )


def _stage(seen: Seen) -> str:
    """Which page tells the member where they stand with the survey."""
    response = seen.response
    if response is not None and response.completed_at is not None:
        return "thanks"
    return "closed" if seen.why == "closed" else "show"


def _is_answering(seen: Seen) -> bool:
    """Whether the member is in the middle of answering, or of a trial."""
    response = seen.response
    if response is None or response.completed_at is not None:
        return False
    if states.is_building(seen.survey.state):
        return response.state == "trial"
    return response.state == "started" and seen.why in ("", "full")


def _page_of(sent: MultiDict[str, str]) -> int | None:
    written = sent.get("page", "")
    return int(written) if re.fullmatch("[0-9]{1,6}", written) else None


def _previous(seen: Seen, page: int) -> int | None:
    paper = answering.get_paper(seen.survey, answering.find_response(seen.survey, web.viewer()))
    return paths.page_before(paper.path(), page)
