"""Putting two cases together that are about the same."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.cases import policy
from community.cases.actions import shrinking
from community.cases.forms.combining import CombineForm
from community.cases.models import Case
from community.cases.queries import combining, doors
from community.cases.staff.access import blueprint
from community.infra import limits
from community.infra.errors import Conflict, Forbidden, Invalid, NotFound
from community.infra.forms import answer
from community.infra.web import say, see_other, viewer


@blueprint.get("/<int:case_id>/combine")
def choose_case(case_id: int) -> Response:
    """Other open cases that this one could be put into, those of the same author first."""
    return _page(_case(case_id), CombineForm())


@blueprint.post("/<int:case_id>/combine")
@limits.by_member(limits.WRITE)
def combine(case_id: int) -> BaseResponse:
    """Put the case into another one."""
    case, form = _case(case_id), CombineForm()
    if form.was_sent():
        try:
            target = _case(form.into.data)
            shrinking.combine_cases(case, into=target, by=viewer())
        except (Invalid, Conflict) as refusal:
            form.refuse(refusal)
        except (NotFound, Forbidden):
            form.refuse(Invalid(_("There is no such case that you may work on."), field="into"))
        else:
            say(_("The two are one case now."))
            return see_other("cases_staff.show", case_id=target.id)
    return _page(case, form)


def _case(case_id: int) -> Case:
    case = doors.get_case(case_id, viewer())
    if not policy.can_assign_case(viewer(), case):
        raise Forbidden()
    return case


def _page(case: Case, form: CombineForm) -> Response:
    offered = combining.list_offered(case)
    return answer("cases/staff/combine.html", form, case=case, offered=offered)
