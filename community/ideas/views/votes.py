"""Supporting an idea and taking it back."""

from typing import NamedTuple

from flask import request
from werkzeug.wrappers import Response as BaseResponse

from community.ideas.actions.votes import support_idea, withdraw_support
from community.ideas.models import IMPORTANCES, Idea
from community.ideas.queries.ideas import get_idea
from community.ideas.views import blueprint
from community.infra import limits
from community.infra.web import page, see_other, viewer, wants_fragment


class Supported(NamedTuple):
    """What the support button shows."""

    id: int
    slug: str
    title: str
    support_count: int
    is_supported: bool


@blueprint.post("/ideas/<int:idea_id>/vote")
@limits.by_member(limits.VOTE)
def vote(idea_id: int) -> BaseResponse:
    """Support the idea, or say how important it is."""
    importance = request.form.get("importance", "")
    root = support_idea(
        get_idea(idea_id, viewer()).idea,
        viewer(),
        importance=importance if importance in IMPORTANCES else None,
    )
    return _answer(root, is_supported=True)


@blueprint.post("/ideas/<int:idea_id>/vote/withdraw")
@limits.by_member(limits.VOTE)
def withdraw_vote(idea_id: int) -> BaseResponse:
    """Take the support back."""
    return _answer(withdraw_support(get_idea(idea_id, viewer()).idea, viewer()), is_supported=False)


def _answer(root: Idea, *, is_supported: bool) -> BaseResponse:
    if not wants_fragment():
        return see_other("ideas.show", idea_id=root.id, slug=root.slug or None)
    button = Supported(root.id, root.slug, root.title, root.support_count, is_supported)
    return page("ideas/_support.html", idea=button)
