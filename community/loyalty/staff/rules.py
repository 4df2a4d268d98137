"""The rules that give points, and what each of them has said so far."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import paging
from community.infra.errors import Conflict
from community.infra.forms import answer
from community.infra.web import argument, page, say, see_other, viewer
from community.loyalty import rule_book
from community.loyalty.actions.rules import change_rule
from community.loyalty.contributions import CONTRIBUTIONS, settings_of
from community.loyalty.forms.rules import rule_form
from community.loyalty.queries import rules as queries
from community.loyalty.queries.programme import programme
from community.loyalty.staff.access import blueprint, only_who_run_it


@blueprint.get("/rules")
def rules() -> Response:
    """What gives points, in the words that members read."""
    only_who_run_it()
    return page(
        "loyalty/staff/rules.html",
        lines=[(version, rule_book.chapter(version)) for version in queries.list_standing()],
        settings=programme(),
    )


@blueprint.route("/rules/<rule>", methods=["GET", "POST"])
def edit_rule(rule: str) -> BaseResponse:
    """Let a rule say something else from now on, and look at what it said before."""
    only_who_run_it()
    version = queries.standing(rule)
    form = rule_form(version)
    if form.was_sent():
        try:
            made = change_rule(rule, form.values(), by=viewer(), seen=form.seen.data)
        except Conflict as refusal:
            form.refuse(refusal)
        else:
            if made.number == version.number:
                say(_("Nothing has changed."))
            else:
                say(_("Saved. It counts from now on; what was earned before stays as it is."))
            return see_other("loyalty_staff.rules", _anchor=rule)
    return answer(
        "loyalty/staff/edit_rule.html",
        form,
        rule=rule,
        contribution=CONTRIBUTIONS[rule],
        version=version,
        settings=settings_of(rule),
        history=queries.list_history(rule, number=paging.page_number(argument("page"))),
    )
