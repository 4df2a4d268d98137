"""Who is in a panel, and who wishes to be."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import paging
from community.infra.errors import Refusal
from community.infra.web import argument, page, say, see_other, viewer
from community.members import queries as members
from community.panels import actions, queries
from community.panels.forms import DecisionForm
from community.panels.models import JoinRequest, Panel
from community.panels.staff.access import blueprint, panel_to_admit_to


@blueprint.get("/<int:panel_id>/members")
def people(panel_id: int) -> Response:
    """The people in the panel."""
    panel, name = panel_to_admit_to(panel_id), argument("name")[:50]
    found = queries.list_people(panel, name=name, page=paging.page_number(argument("page")))
    return page("panels/staff/people.html", panel=panel, page=found, name=name)


@blueprint.post("/<int:panel_id>/members/<int:member_id>/remove")
def remove(panel_id: int, member_id: int) -> BaseResponse:
    """Take somebody out of the panel."""
    panel = panel_to_admit_to(panel_id)
    member = members.get_member(member_id)
    actions.remove_from_panel(viewer(), panel, member=member)
    say(_("%(name)s is no longer in this panel.", name=member.display_name))
    return see_other("panels_staff.people", panel_id=panel_id)


@blueprint.get("/<int:panel_id>/requests")
def requests(panel_id: int) -> Response:
    """Wishes to join that wait for a decision."""
    return _requests_page(panel_to_admit_to(panel_id), DecisionForm())


@blueprint.post("/<int:panel_id>/requests/<int:request_id>/admit")
def admit(panel_id: int, request_id: int) -> BaseResponse:
    """Let somebody in."""
    return _decide(panel_id, request_id, is_admitted=True)


@blueprint.post("/<int:panel_id>/requests/<int:request_id>/refuse")
def refuse(panel_id: int, request_id: int) -> BaseResponse:
    """Turn somebody's wish down."""
    return _decide(panel_id, request_id, is_admitted=False)


def _decide(panel_id: int, request_id: int, *, is_admitted: bool) -> BaseResponse:
    panel = panel_to_admit_to(panel_id)
    request = queries.get_request(panel, request_id)
    form = DecisionForm()
    if form.was_sent():
        decide = actions.admit_request if is_admitted else actions.refuse_request
        try:
            decide(viewer(), request, message=form.message.data or "")
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say(_("They are in.") if is_admitted else _("The request is turned down."))
            return see_other("panels_staff.requests", panel_id=panel_id)
    return _requests_page(panel_to_admit_to(panel_id), form, refused_id=request_id)


def _requests_page(panel: Panel, form: DecisionForm, *, refused_id: int | None = None) -> Response:
    found = queries.list_waiting_requests(panel, page=paging.page_number(argument("page")))
    questions = {str(question.id): question for question in queries.list_questions(panel)}

    def in_words(request: JoinRequest) -> list[tuple[str, str]]:
        return [
            (
                questions[key].text,
                next((o["text"] for o in questions[key].options if o["key"] == option), option),
            )
            for key, option in request.answers.items()
            if key in questions
        ]

    return page(
        "panels/staff/requests.html",
        status=form.status,
        panel=panel,
        page=found,
        form=form,
        refused_id=refused_id,
        answers={request.id: in_words(request) for request in found.items},
    )
