"""The page of one idea."""

from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.ideas import policy
from community.ideas.actions.sightings import note_sighting
from community.ideas.forms.comments import CommentForm
from community.ideas.models import IMPORTANCES
from community.ideas.queries import comments as comment_queries
from community.ideas.queries import ideas as queries
from community.ideas.views import blueprint
from community.infra import clock
from community.infra.forms import answer
from community.infra.paging import after_id
from community.infra.web import argument, public, say, see_other, viewer
from community.members.models import Member


@blueprint.get("/ideas/<int:idea_id>")
@blueprint.get("/ideas/<int:idea_id>-<slug>")
@public
def show(idea_id: int, slug: str = "") -> BaseResponse:
    """The idea, what became of it and what is said about it; merged ideas lead to where they were merged into."""
    member = viewer()
    seen = queries.get_idea(idea_id, member)
    idea = seen.idea
    if idea.root_id != idea.id:
        root = queries.get_idea(idea.root_id, member).idea
        say(_("“%(title)s” was joined to this idea. Its support counts here.", title=idea.title))
        return see_other("ideas.show", idea_id=root.id, slug=root.slug or None)
    if slug != idea.slug:
        arguments: dict[str, Any] = request.args.to_dict()
        return redirect(url_for("ideas.show", idea_id=idea.id, slug=idea.slug or None, **arguments), code=301)
    response = idea_page(seen, member, CommentForm(formdata=None))
    # After the page is made: writing makes everything that was read stale.
    if member is not None and not queries.has_seen(idea.id, member.id):
        note_sighting(idea, member)
    return response


def idea_page(seen: queries.Seen, member: Member | None, form: CommentForm) -> BaseResponse:
    """The page of an idea with its comment form, filled in if it was refused."""
    idea, room = seen.idea, seen.room
    mine = queries.find_mine(idea, member)
    return answer(
        "ideas/show.html",
        form,
        idea=idea,
        panel=room.panel,
        room=room,
        mine=mine,
        can_speak=member is not None
        and idea.state == "published"
        and (room.can_take_part or room.can_walk_in),
        can_edit=policy.can_edit_idea(member, idea, panel=room.panel, membership=room.membership),
        can_moderate=policy.can_moderate(member, room.panel),
        importances=IMPORTANCES,
        pictures=queries.list_pictures(idea.id),
        tags=queries.list_tags(idea.id),
        response=comment_queries.find_row(idea.response_comment_id, panel_id=idea.panel_id),
        threads=comment_queries.list_threads(idea, after=after_id(argument("after"))),
        after=after_id(argument("after")),
        changeable_since=clock.now() - policy.COMMENT_WINDOW,
    )
