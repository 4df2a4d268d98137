"""What members see of what was learned about them."""

from community.infra.web import MemberBlueprint

blueprint = MemberBlueprint("customers", __name__)

# Adds its pages to the blueprint.
from community.customers.views import learned  # noqa: E402

__all__ = ["blueprint", "learned"]
