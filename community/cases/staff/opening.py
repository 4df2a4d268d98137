"""Making a case of a text that the rules left alone."""

from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.cases import policy
from community.cases.actions import opening
from community.cases.forms.opening import OpenForm
from community.cases.staff.access import blueprint
from community.feedback import queries as feedback
from community.infra import limits
from community.infra.errors import Forbidden, NotFound
from community.infra.web import say, see_other, viewer


@blueprint.post("/open")
@limits.by_member(limits.WRITE)
def open_case() -> BaseResponse:
    """Put a text on one's own desk."""
    form = OpenForm()
    if not form.was_sent():
        raise NotFound()
    item = feedback.get_item(form.item_id.data, viewer())
    if not policy.can_own_cases(viewer(), item.panel_id):
        raise Forbidden()
    case = opening.open_by_hand(item, by=viewer(), owner=viewer())
    say(_("It is a case on your desk now."))
    return see_other("cases_staff.show", case_id=case.id)
