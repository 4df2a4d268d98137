"""Atom feeds of panels and ideas, for readers that may read them."""

import re
from collections.abc import Sequence
from datetime import datetime

from flask import current_app, render_template, request
from werkzeug.wrappers import Response

from community.ideas.queries import feeds as queries
from community.ideas.queries.feeds import Entry
from community.ideas.queries.ideas import get_idea
from community.ideas.views import blueprint
from community.infra.errors import NotFound
from community.infra.web import public, see_other, viewer
from community.panels.queries import get_panel

# What XML cannot hold, however it is escaped.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@blueprint.get("/panels/<slug>/feed.atom")
@public
def panel_feed(slug: str) -> Response:
    """The newest ideas of a panel."""
    room = get_panel(slug, viewer())
    if not room.can_read:
        raise NotFound()
    entries = queries.list_ideas(room.panel)
    return _feed("ideas/panel_feed.xml", entries, since=room.panel.created_at, panel=room.panel)


@blueprint.get("/ideas/<int:idea_id>/feed.atom")
@public
def feed(idea_id: int) -> Response:
    """The newest comments below an idea."""
    seen = get_idea(idea_id, viewer())
    idea = seen.idea
    if seen.root_id != idea.id:
        return see_other("ideas.feed", idea_id=seen.root_id)
    entries = queries.list_comments(idea)
    return _feed("ideas/feed.xml", entries, since=idea.updated_at, idea=idea)


def _feed(template: str, entries: Sequence[Entry], *, since: datetime, **values: object) -> Response:
    written = render_template(
        template,
        entries=entries,
        updated_at=max([since, *(entry.updated_at for entry in entries)]),
        base=current_app.config["BASE_URL"],
        **values,
    )
    response = current_app.response_class(
        _NOT_XML.sub("", written), content_type="application/atom+xml; charset=utf-8"
    )
    response.add_etag()
    return response.make_conditional(request)
