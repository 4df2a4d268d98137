"""What moderators did in a panel, for all who may read it; nobody is named, and no text is quoted."""

from flask import Response

from community.infra import paging, web
from community.infra.errors import NotFound
from community.infra.web import public, viewer
from community.moderation.queries import log as queries
from community.moderation.views import blueprint
from community.panels.queries import get_panel


@blueprint.get("/panels/<slug>/moderation")
@public
def public_log(slug: str) -> Response:
    """The log of a panel, the newest first."""
    room = get_panel(slug, viewer())
    if not room.can_read:
        raise NotFound()
    before = paging.after_id(web.argument("before"))
    return web.page(
        "moderation/public_log.html",
        panel=room.panel,
        stretch=queries.list_log(room.panel.id, before=before),
        is_newest=not before,
    )
