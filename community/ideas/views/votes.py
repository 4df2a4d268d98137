"""Supporting an idea and taking it back."""

from flask import redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.ideas.actions import vote_care
from community.ideas.actions.votes import Supported, support_idea, withdraw_support
from community.ideas.models import IMPORTANCES
from community.ideas.queries.ideas import get_idea
from community.ideas.views import blueprint
from community.infra import limits
from community.infra.web import came_from_page, page, say, see_other, viewer, wants_fragment
from community.members.actions.throttle import network

PAGES_WITH_CARDS = ("ideas.board", "home.index", "digests.mine")


@blueprint.post("/ideas/<int:idea_id>/vote")
@limits.by_member(limits.VOTE)
def vote(idea_id: int) -> BaseResponse:
    """Support the idea, or say how important it is."""
    importance = request.form.get("importance", "")
    supported = support_idea(
        idea_id,
        viewer(),
        importance=importance if importance in IMPORTANCES else None,
        seen_from=_seen_from(),
    )
    return _answer(supported)


@blueprint.post("/ideas/<int:idea_id>/vote/withdraw")
@limits.by_member(limits.VOTE)
def withdraw_vote(idea_id: int) -> BaseResponse:
    """Take the support back."""
    return _answer(withdraw_support(idea_id, viewer()))


@blueprint.post("/ideas/<int:idea_id>/vote/objection")
@limits.by_member(limits.VOTE)
def object_to_exclusion(idea_id: int) -> BaseResponse:
    """Say that a vote that is not counted is one's own."""
    idea = get_idea(idea_id, viewer()).idea
    vote_care.object_to_exclusion(idea, viewer())
    say(_("Somebody looks at it again."))
    return see_other("ideas.show", idea_id=idea.id, slug=idea.slug or None)


def _seen_from() -> str:
    """The network and browser of this request, as one text."""
    return f"{network(request.remote_addr or '')} {request.headers.get('User-Agent', '')[:200]}"


def _answer(idea: Supported) -> BaseResponse:
    if wants_fragment():
        return page("ideas/_support.html", idea=idea)
    # Back to the card on which it was pressed, wherever that stood.
    if (came_from := came_from_page(PAGES_WITH_CARDS)) is not None:
        return redirect(f"{came_from}#idea-{idea.id}", code=303)
    return see_other("ideas.show", idea_id=idea.id, slug=idea.slug or None)
