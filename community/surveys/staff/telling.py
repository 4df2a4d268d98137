"""Telling back: what we heard and what we do."""

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from community.infra import limits, web
from community.infra.errors import Invalid
from community.infra.forms import answer
from community.infra.unsent import keeps_text
from community.surveys import states
from community.surveys.actions import telling
from community.surveys.forms.telling import heard_form
from community.surveys.queries import doors
from community.surveys.staff.access import blueprint


@blueprint.route("/<int:survey_id>/tell", methods=["GET", "POST"])
@keeps_text
@limits.by_member(limits.WRITE)
def tell(survey_id: int) -> BaseResponse:
    """Write it, look at it, and tell those who answered."""
    viewer = web.viewer()
    survey = doors.get_built(survey_id, viewer)
    form, count = heard_form(survey), survey.completed_count
    if form.was_sent():
        is_telling = request.form.get("tell") == "1"
        try:
            act = telling.tell_back if is_telling else telling.write_heard
            act(
                survey,
                by=viewer,
                heard=form.heard(),
                check=lambda locked: form.must_stand(heard_form(locked)),
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            web.say(
                ngettext("Done. %(num)d person is being told.", "Done. %(num)d people are being told.", count)
                if is_telling
                else _("Saved. Nobody has been told of this.")
            )
            return web.see_other("surveys_staff.tell", survey_id=survey_id)
    survey = doors.get_built(survey_id, viewer)
    return answer(
        "surveys/staff/tell.html",
        form,
        survey=survey,
        can_tell=states.can_move(survey.state, "told_back"),
        # Cleaned when it was stored.
        kept={locale: Markup(html) for locale, html in survey.heard_html.items()},  # noqa: S704
    )
