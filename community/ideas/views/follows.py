"""Follow an idea, and stop following it."""

from flask import request
from werkzeug.wrappers import Response as BaseResponse

from community.ideas.actions import follows as actions
from community.ideas.queries import ideas as queries
from community.ideas.views import blueprint
from community.infra import limits, web
from community.infra.errors import Forbidden


@blueprint.post("/ideas/<int:idea_id>/follow")
@limits.by_member(limits.VOTE)
def follow(idea_id: int) -> BaseResponse:
    """Have me told what becomes of it."""
    seen = queries.get_idea(idea_id, web.viewer())
    if not seen.can_speak:
        raise Forbidden()
    actions.follow(seen.idea, web.viewer())
    return _back(idea_id)


@blueprint.post("/ideas/<int:idea_id>/unfollow")
@limits.by_member(limits.VOTE)
def unfollow(idea_id: int) -> BaseResponse:
    """Tell me no more of it."""
    actions.unfollow(queries.get_idea(idea_id, web.viewer()).idea, web.viewer())
    return _back(idea_id)


def _back(idea_id: int) -> BaseResponse:
    return web.back_to(request.form.get("next"), "ideas.show", idea_id=idea_id)
