"""The page of one idea."""

from urllib.parse import urlencode

from flask import redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.ideas.actions.sightings import note_sighting
from community.ideas.queries import ideas as queries
from community.ideas.views import blueprint
from community.ideas.views.idea_page import show_page
from community.infra.db import if_possible
from community.infra.visitors import kept_for_visitors, stamp_page
from community.infra.web import public, say, see_other, viewer


@blueprint.get("/ideas/<int:idea_id>")
@blueprint.get("/ideas/<int:idea_id>-<slug>")
@public
@kept_for_visitors(queries.find_stamp)
def show(idea_id: int, slug: str = "") -> BaseResponse:
    """The idea, what became of it and what is said about it; a merged one leads to its root."""
    member = viewer()
    seen = queries.get_idea(idea_id, member)
    idea = seen.idea
    if seen.root_id != idea.id:
        root = queries.get_idea(seen.root_id, member).idea
        say(_("“%(title)s” was joined to this idea. Its support counts here.", title=idea.title))
        return see_other("ideas.show", idea_id=root.id, slug=root.slug or None)
    if slug != idea.slug:
        address = url_for("ideas.show", idea_id=idea.id, slug=idea.slug or None)
        # Written behind it, not handed to `url_for`: it takes some names as orders and stumbles over others.
        query = urlencode(list(request.args.items(multi=True)))
        return redirect(f"{address}?{query}" if query else address, code=301)
    if seen.panel.visibility == "open" and idea.state == "published":
        stamp_page(seen.stamp)
    around = queries.look_around(idea, member)
    response = show_page(seen, around=around)
    # After the page is made: writing makes everything that was read stale.
    if member is not None and not around.mine.is_seen:
        with if_possible():
            note_sighting(idea, member)
    return response
