"""The digest as its member reads it on the site."""

from community.infra.web import MemberBlueprint

blueprint = MemberBlueprint("digests", __name__)

# Adds its pages to the blueprint.
from community.digests.views import digest  # noqa: E402

__all__ = ["blueprint", "digest"]
