"""How often members may be asked, over all surveys."""

from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import web
from community.infra.errors import Forbidden
from community.infra.forms import answer
from community.surveys import policy
from community.surveys.actions.budget import set_budget
from community.surveys.forms.audience import budget_form
from community.surveys.queries import reach
from community.surveys.staff.access import blueprint


@blueprint.route("/budget", methods=["GET", "POST"])
def budget() -> BaseResponse:
    """The contact budget; those who ask in some panels read it, those who ask on the site change it."""
    can_set = policy.can_set_budget(web.viewer())
    form = budget_form(reach.get_budget())
    if form.was_sent():
        if not can_set:
            raise Forbidden(
                _("The budget holds for all panels, so it is set by those who ask on the whole site.")
            )
        set_budget(web.viewer(), **form.values())
        web.say(_("Saved. It holds from the next invitation on."))
        return web.see_other("surveys_staff.budget")
    return answer(
        "surveys/staff/budget.html",
        form,
        can_set=can_set,
        budget=reach.get_budget(),
        used=reach.count_budget_use(),
    )
