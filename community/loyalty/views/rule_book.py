"""The rule book: what gives points, in words."""

from flask import Response

from community.infra.errors import NotFound
from community.infra.web import page, public
from community.loyalty import contributions, reasons
from community.loyalty import rule_book as words
from community.loyalty.queries import rules, tiers
from community.loyalty.queries.programme import programme
from community.loyalty.views import blueprint

# Notices say with the same words what points are for, and why they did not come.
blueprint.record_once(
    lambda state: state.app.jinja_env.globals.update(
        points_for=contributions.said_of, points_reason=reasons.sentence
    )
)


@blueprint.get("/points")
@public
def rule_book() -> Response:
    """What gives how many points, within which limits, and what never does."""
    settings = programme()
    if not settings.is_open:
        raise NotFound()
    return page(
        "loyalty/rule_book.html",
        chapters=words.chapters(rules.list_standing()),
        limits=words.limits_for_all(settings),
        lifetime=words.lifetime(settings),
        who_counts=contributions.WHO_COUNTS,
        never=contributions.NEVER_EARNS,
        tiers=words.steps(settings, tiers.all_tiers()),
    )
