"""What a survey says of itself and whom it asks."""

from functools import partial

from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import language, limits, web
from community.infra.errors import Forbidden, Invalid
from community.infra.forms import answer
from community.infra.unsent import keeps_text
from community.surveys import policy, states
from community.surveys.actions import building
from community.surveys.forms.building import survey_form
from community.surveys.queries import doors
from community.surveys.queries import surveys as queries
from community.surveys.staff.access import blueprint


@blueprint.route("/<int:survey_id>/edit", methods=["GET", "POST"])
@keeps_text
@limits.by_member(limits.WRITE)
def edit(survey_id: int) -> BaseResponse:
    """Title, purpose, panels, languages and the like."""
    viewer = web.viewer()
    survey = doors.get_built(survey_id, viewer)
    make = partial(
        survey_form,
        panels=queries.list_panel_choices(viewer, locale=language.current_locale()),
        owners=queries.list_owner_choices(survey),
        is_fixed=not states.is_building(survey.state),
    )
    form = make(survey)
    if form.was_sent():
        settings = form.settings()
        if not policy.can_ask_panels(viewer, list(settings.get("panel_ids", survey.panel_ids))):
            raise Forbidden()
        try:
            building.edit_survey(
                survey, by=viewer, settings=settings, check=lambda locked: form.must_stand(make(locked))
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            web.say(_("Saved."))
            return web.see_other("surveys_staff.edit", survey_id=survey_id)
    return answer("surveys/staff/edit.html", form, survey=doors.get_built(survey_id, viewer))


@blueprint.post("/<int:survey_id>/delete")
def delete(survey_id: int) -> BaseResponse:
    """Throw a draft away."""
    building.delete_survey(doors.get_built(survey_id, web.viewer()), by=web.viewer())
    web.say(_("The draft is gone."))
    return web.see_other("surveys_staff.index")
