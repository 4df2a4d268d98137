"""What was learned about me and why; saying that it is wrong, and having it forgotten."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.customers import wording
from community.customers.actions import facts as actions
from community.customers.forms import CorrectionForm
from community.customers.queries import facts
from community.customers.views import blueprint
from community.infra import forms, limits, web
from community.infra.unsent import keeps_text


@blueprint.get("/me/learned", endpoint="learned")
def show() -> Response:
    """Each thing that was learned, in words, with what it rests on."""
    member = web.viewer()
    return web.page(
        "customers/learned.html",
        facts=facts.list_facts(member),
        forgotten_count=facts.count_forgotten(member),
        has_agreed=facts.has_agreed(member),
        wording=wording,
    )


@blueprint.route("/me/learned/<int:fact_id>/correct", methods=["GET", "POST"])
@keeps_text
@limits.by_member(limits.WRITE)
def correct(fact_id: int) -> BaseResponse:
    """Say what is right instead."""
    member = web.viewer()
    fact = facts.get_fact(fact_id, member)
    form = CorrectionForm(words=fact.correction)
    if form.was_sent():
        actions.correct_fact(member, fact, words=form.words.data)
        web.say(_("Thank you. We go by your words now."))
        return web.see_other("customers.learned")
    view = facts.view_fact(fact)
    return forms.answer("customers/correct.html", form, fact=view, wording=wording)


@blueprint.post("/me/learned/<int:fact_id>/forget")
@limits.by_member(limits.WRITE)
def forget(fact_id: int) -> BaseResponse:
    """Have it forgotten for good."""
    member = web.viewer()
    actions.forget_fact(member, facts.get_fact(fact_id, member))
    web.say(_("Forgotten. We will not learn this again."))
    return web.see_other("customers.learned")
