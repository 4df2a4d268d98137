"""Circles of members whose marks go round: those that wait, and judging one."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import paging
from community.infra.errors import Refusal
from community.infra.forms import answer
from community.infra.unsent import keeps_text
from community.infra.web import argument, page, say, see_other, viewer
from community.loyalty import policy, rings
from community.loyalty.actions import circles as actions
from community.loyalty.forms.circles import CircleForm
from community.loyalty.queries import circles as queries
from community.loyalty.queries.programme import programme
from community.loyalty.staff.access import blueprint, only_who_run_it


@blueprint.get("/circles", endpoint="rings")
def list_circles() -> Response:
    """What waits for a person, and what was decided."""
    only_who_run_it()
    return page(
        "loyalty/staff/rings.html",
        waiting=queries.list_open(),
        page=queries.list_judged(number=paging.page_number(argument("page"))),
        days=rings.DAYS,
        minimum=programme().ring_minimum,
    )


@blueprint.route("/circles/<int:ring_id>", methods=["GET", "POST"], endpoint="ring")
@keeps_text
def judge(ring_id: int) -> BaseResponse:
    """Who gave whom how many marks, and the decision."""
    only_who_run_it()
    ring = queries.get_circle(ring_id)
    form = CircleForm()
    if form.was_sent():
        try:
            actions.judge_circle(ring, viewer(), decision=form.decision.data, note=form.note.data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say(_("Decided. Marks are counted accordingly from now on."))
            return see_other("loyalty_staff.rings")
    people = queries.list_people(ring)
    return answer(
        "loyalty/staff/ring.html",
        form,
        ring=ring,
        people=people,
        names={person.id: person.name for person in people},
        can_judge=policy.can_judge_circle(viewer(), ring),
    )
