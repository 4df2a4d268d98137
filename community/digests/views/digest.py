"""My newest digest, and saying what there should be more or less of, there or by a link in the mail."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.customers.queries.facts import has_agreed
from community.digests.actions import links
from community.digests.actions.opinions import give_opinion
from community.digests.forms import OpinionForm
from community.digests.queries import reading
from community.digests.views import blueprint
from community.infra import language, limits, web
from community.infra.errors import Invalid
from community.infra.forms import Form
from community.infra.web import public


@blueprint.get("/me/digest")
def mine() -> Response:
    """The same as in the last mail, as far as I may still see it."""
    member = web.viewer()
    digest = reading.find_newest(member)
    parts = digest.parts if digest is not None else ()
    return web.page(
        "digests/mine.html",
        digest=digest,
        content=reading.read(parts, member, locale=language.current_locale()),
        has_agreed=has_agreed(member),
    )


@blueprint.post("/me/digest/opinions")
@limits.by_member(limits.VOTE)
def opinion() -> BaseResponse:
    """More or less like this."""
    form = OpinionForm()
    if not form.was_sent():
        raise Invalid()
    give_opinion(web.viewer(), form.idea_id.data, form.opinion.data or "")
    web.say(_said(form.opinion.data or ""))
    return web.see_other("digests.mine", _anchor=f"idea-{form.idea_id.data}")


@blueprint.route("/digest/<token>", methods=["GET", "POST"])
@public
@limits.by_address(limits.VOTE)
def opinion_by_link(token: str) -> BaseResponse:
    """What a link in a mail says; opening it shows a button, for programs open links too."""
    said = links.read_token(token)
    member = reading.get_reader(said.member_id)
    idea = reading.get_shown_idea(said.idea_id, member)
    form = Form()
    if form.was_sent():
        give_opinion(member, idea.id, said.opinion)
        return web.page("digests/said.html", idea=idea, opinion=said.opinion, is_done=True)
    return web.page("digests/said.html", idea=idea, opinion=said.opinion, is_done=False, form=form)


def _said(opinion: str) -> str:
    if opinion == "more":
        return str(_("Thank you. There will be more like this."))
    if opinion == "less":
        return str(_("Thank you. There will be less like this."))
    return str(_("Taken back."))
