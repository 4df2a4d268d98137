"""What owners say on an idea's page: its next step and the official response."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.ideas import policy
from community.ideas.actions import responses
from community.ideas.actions import statuses as actions
from community.ideas.forms.statuses import ResponseForm, StatusForm
from community.ideas.models import Idea
from community.ideas.queries import ideas as queries
from community.ideas.queries.comments import find_row
from community.ideas.views import blueprint
from community.ideas.views.idea_page import show_page
from community.infra import limits, web
from community.infra.errors import Forbidden, Invalid
from community.infra.unsent import keeps_text


@blueprint.post("/ideas/<int:idea_id>/status")
@keeps_text
@limits.by_member(limits.WRITE)
def change_status(idea_id: int) -> Response | BaseResponse:
    """Move the idea and tell those who care."""
    seen = _idea_to_decide(idea_id)
    form = StatusForm().offer(seen.idea.status)
    if form.was_sent():
        try:
            actions.change_status(
                seen.idea,
                web.viewer(),
                status=form["status"].data,
                message=form.message.data,
                reason=form.reason.data or "",
                promised_on=form.promised_on.data,
                look_again_on=form.look_again_on.data,
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            web.say(_("Done. Everybody who supports or follows the idea is being told."))
            return web.see_other("ideas.show", idea_id=idea_id, slug=seen.idea.slug or None)
    return show_page(seen, status=422, status_form=form)


@blueprint.post("/ideas/<int:idea_id>/response")
@keeps_text
@limits.by_member(limits.WRITE)
def respond(idea_id: int) -> Response | BaseResponse:
    """Pin the company's answer."""
    seen = _idea_to_decide(idea_id)
    form = ResponseForm(pinned=seen.idea.response_comment_id)
    if form.was_sent():
        try:
            responses.give_response(
                seen.idea,
                web.viewer(),
                body=form.body.data,
                check=lambda locked: form.must_stand(_pinned(locked)),
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            web.say(_("Your answer is pinned, and everybody who cares is being told."))
            return web.see_other("ideas.show", idea_id=idea_id, slug=seen.idea.slug or None)
    return show_page(seen, status=422, response_form=form)


def _pinned(idea: Idea) -> ResponseForm:
    row = find_row(idea.response_comment_id, panel_id=idea.panel_id)
    return ResponseForm(pinned=idea.response_comment_id, body=row.body if row is not None else "")


def _idea_to_decide(idea_id: int) -> queries.Seen:
    seen = queries.get_idea(idea_id, web.viewer())
    if not policy.can_decide(web.viewer(), seen.panel):
        raise Forbidden()
    return seen
