"""How the programme runs: limits for all rules, how long points last, and what they cost."""

from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra.forms import answer
from community.infra.web import say, see_other, viewer
from community.loyalty.actions.programme import change_programme
from community.loyalty.forms.programme import programme_form
from community.loyalty.queries.programme import programme as settings
from community.loyalty.staff.access import blueprint, only_who_run_it


@blueprint.route("/settings", methods=["GET", "POST"])
def programme() -> BaseResponse:
    """Look at the settings, and change them."""
    only_who_run_it()
    form = programme_form(settings())
    if form.was_sent():
        change_programme(form.values(), by=viewer())
        say(_("Saved."))
        return see_other("loyalty_staff.programme")
    return answer("loyalty/staff/programme.html", form)
