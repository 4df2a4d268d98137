"""Points, tiers and rewards as members meet them."""

from datetime import datetime

from community.infra.web import MemberBlueprint

blueprint = MemberBlueprint("loyalty", __name__)
# Moments stand as text in what notices carry.
blueprint.record_once(
    lambda state: state.app.jinja_env.filters.update(moment_from_iso=datetime.fromisoformat)
)

# Each of these adds its pages to the blueprint.
from community.loyalty.views import invite, points, rewards, rule_book  # noqa: E402

__all__ = ["blueprint", "invite", "points", "rewards", "rule_book"]
