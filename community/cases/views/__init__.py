"""What members see of what they said."""

from datetime import date

from community.infra.web import MemberBlueprint

blueprint = MemberBlueprint("cases", __name__)
# Days stand as text in what notices and histories carry.
blueprint.record_once(lambda state: state.app.jinja_env.filters.update(from_iso=date.fromisoformat))

# Adds its pages to the blueprint.
from community.cases.views import said  # noqa: E402

__all__ = ["blueprint", "said"]
