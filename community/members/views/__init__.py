"""Joining, signing in and a member's own pages."""

from community.infra.web import MemberBlueprint

blueprint = MemberBlueprint("members", __name__)

# Each of these adds its pages to the blueprint.
from community.members.views import accounts, entering, outside, second_steps, unsent  # noqa: E402

__all__ = ["accounts", "blueprint", "entering", "outside", "second_steps", "unsent"]
