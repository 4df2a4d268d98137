"""How far one is trusted, what that rests on, and what the next level takes."""

from flask import Response

from community.infra import clock, web
from community.infra.web import viewer
from community.moderation import trust as levels
from community.moderation.queries import trust as queries
from community.moderation.views import blueprint


@blueprint.get("/me/trust")
def trust() -> Response:
    """My level, how far the next one is, and the steps up and down with their reasons."""
    member = viewer()
    standing = queries.find_standing(member.id)
    level = standing.level if standing is not None else 0
    # Counted for the page, so that what was done today is on it.
    facts = queries.facts_of([member.id], since=clock.now() - levels.WINDOW)[member.id]
    return web.page(
        "moderation/trust.html",
        level=level,
        standing=standing,
        next_lines=levels.progress(level + 1, facts),
        own_lines=levels.progress(level, facts),
        at_risk=levels.lost_by(level, facts),
        steps=queries.list_steps(member.id),
        window_days=levels.WINDOW.days,
    )
