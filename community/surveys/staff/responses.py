"""The responses of a survey with what is odd about them, one of them in full, and a person's decision."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import language, paging, web
from community.infra.errors import Invalid
from community.infra.forms import answer
from community.members.names import first_name
from community.surveys import quality, suspicions
from community.surveys.actions import judging
from community.surveys.forms.judging import judging_form
from community.surveys.models import FLAGS
from community.surveys.queries import doors
from community.surveys.queries import responses as queries
from community.surveys.staff.access import blueprint


@blueprint.get("/<int:survey_id>/responses")
def responses(survey_id: int) -> Response:
    """The completed responses; those that wait for a person first, if there are any."""
    survey = doors.get_built(survey_id, web.viewer())
    waiting = queries.count_waiting(survey)
    asked = web.argument("show")
    shown = asked if asked in queries.SHOWN else "look" if waiting else "all"
    flag = web.argument("flag") if web.argument("flag") in FLAGS else ""
    return web.page(
        "surveys/staff/responses.html",
        survey=survey,
        page=queries.list_responses(
            survey, shown=shown, flag=flag, number=paging.page_number(web.argument("page"))
        ),
        waiting=waiting,
        shown=shown,
        flag=flag,
        flag_names=suspicions.FLAGS,
        meanings=suspicions.MEANINGS,
        decisions=suspicions.DECISIONS,
    )


@blueprint.route("/responses/<int:response_id>", methods=["GET", "POST"])
def response(response_id: int) -> BaseResponse:
    """One response in full, why each flag stands, and the decision."""
    viewer, locale = web.viewer(), language.current_locale()
    found, survey = queries.get_response(response_id, viewer)
    is_odd_enough = found.flag_count >= quality.ENOUGH
    form = judging_form(
        is_excluded=found.excluded_at is not None, has_reply=found.needs_look and is_odd_enough
    )
    if form.was_sent():
        try:
            judging.decide(
                found,
                viewer,
                decision=form.decision.data,
                reason=form.reason.data,
                told=form.told.data or "",
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            web.say(_said(form.decision.data))
            return web.see_other("surveys_staff.response", response_id=response_id)
    texts = queries.list_question_texts(survey, locale=locale)
    flags = queries.list_flags_of(found)
    return answer(
        "surveys/staff/response.html",
        form,
        survey=survey,
        response=found,
        first_name=first_name(found.member.display_name),
        language_name=language.NAMES.get(found.locale, found.locale),
        told=queries.list_told(found, survey, locale=locale),
        flags=[(suspicions.FLAGS[each.kind], suspicions.why(*each, texts)) for each in flags],
        flag_names=suspicions.FLAGS,
        decisions=queries.list_decisions(found),
        decision_names=suspicions.DECISIONS,
        can_decide=found.excluded_at is not None or is_odd_enough,
        next_id=queries.find_next_id(found),
    )


def _said(decision: str) -> object:
    if decision == "excluded":
        return _("The response no longer counts. Its answers stay stored, and results follow in a moment.")
    if decision == "restored":
        return _("The response counts again. Results follow in a moment.")
    return _("The response stays. It comes back here only if something new is found.")
