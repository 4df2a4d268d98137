"""Which pictures are offered to choose from, and what each shows in words."""

from collections.abc import Mapping

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import limits, web
from community.infra.errors import NotFound, Refusal
from community.surveys import states
from community.surveys.actions import pictures as actions
from community.surveys.forms.live import DescriptionForm, PictureForm, description_form, picture_form
from community.surveys.models import Survey
from community.surveys.queries import doors, questions
from community.surveys.queries import pictures as queries
from community.surveys.queries.questions import Standing
from community.surveys.staff.access import blueprint


@blueprint.route("/<int:survey_id>/questions/<int:question_id>/pictures", methods=["GET", "POST"])
@limits.by_member(limits.WRITE)
@limits.by_member(limits.UPLOAD)
def pictures(survey_id: int, question_id: int) -> BaseResponse:
    """The pictures that are offered, and a form to offer another one."""
    survey, standing = _asked(survey_id, question_id)
    form = picture_form(survey)
    if form.was_sent():
        try:
            actions.offer(standing.question, form.image, description=form.description(), staff=web.viewer())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            web.say(_("The picture is offered."))
            return _back(survey_id, question_id)
    return _page(survey_id, question_id, form)


@blueprint.post("/<int:survey_id>/questions/<int:question_id>/pictures/<int:picture_id>")
@limits.by_member(limits.WRITE)
def describe_picture(survey_id: int, question_id: int, picture_id: int) -> BaseResponse:
    """Say anew what a picture shows."""
    survey, _standing = _asked(survey_id, question_id)
    picture = queries.get_offered(question_id, picture_id)
    form = description_form(survey, picture, is_sent=True)
    if form.was_sent():
        try:
            actions.describe(picture, description=form.description(), staff=web.viewer())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            web.say(_("Saved."))
            return _back(survey_id, question_id)
    return _page(survey_id, question_id, described={picture_id: form})


@blueprint.post("/<int:survey_id>/questions/<int:question_id>/pictures/<int:picture_id>/withdraw")
@limits.by_member(limits.WRITE)
def withdraw_picture(survey_id: int, question_id: int, picture_id: int) -> BaseResponse:
    """Offer a picture no longer."""
    _asked(survey_id, question_id)
    actions.withdraw(queries.get_offered(question_id, picture_id), staff=web.viewer())
    web.say(_("The picture is no longer offered."))
    return _back(survey_id, question_id)


def _page(
    survey_id: int,
    question_id: int,
    form: PictureForm | None = None,
    *,
    described: Mapping[int, DescriptionForm] | None = None,
) -> Response:
    survey, standing = _asked(survey_id, question_id)
    form, described = form or picture_form(survey, is_sent=False), described or {}
    pictures = queries.list_offered(question_id)
    return web.page(
        "surveys/staff/pictures.html",
        status=422 if described else form.status,
        form=form,
        survey=survey,
        standing=standing,
        pictures=[(each, described.get(each.id) or description_form(survey, each)) for each in pictures],
        can_change=states.can_ask_anew(survey.state),
    )


def _asked(survey_id: int, question_id: int) -> tuple[Survey, Standing]:
    survey = doors.get_built(survey_id, web.viewer())
    standing = questions.get_standing(survey, question_id)
    if standing.question.kind != "picture":
        raise NotFound()
    return survey, standing


def _back(survey_id: int, question_id: int) -> BaseResponse:
    return web.see_other("surveys_staff.pictures", survey_id=survey_id, question_id=question_id)
