"""The pictures of ideas, for those who may see the idea."""

from flask import Response, current_app, send_file

from community.ideas.queries.ideas import get_idea, has_picture
from community.ideas.views import blueprint
from community.infra.errors import NotFound
from community.infra.files import Store
from community.infra.images import MIMES
from community.infra.web import public, viewer

# A picture never changes under its key, so a browser that may have it may keep it; nobody in between may.
KEEP = "private, max-age=2592000, immutable"


@blueprint.get("/ideas/<int:idea_id>/images/<key>")
@public
def image(idea_id: int, key: str) -> Response:
    """One picture; asking for it is asking for the idea, each time."""
    seen = get_idea(idea_id, viewer())
    if not has_picture(seen.idea.id, key):
        raise NotFound()
    path = Store(current_app.config["UPLOAD_DIR"]).path(key)
    response = send_file(path, mimetype=MIMES[path.suffix[1:]], conditional=True, etag=key)
    response.headers["Cache-Control"] = KEEP
    return response
