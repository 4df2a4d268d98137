"""Surveys as members meet them: what is open for them, answering, and what was heard."""

from community.infra.web import MemberBlueprint

blueprint = MemberBlueprint("surveys", __name__)

# Each of these adds its pages to the blueprint.
from community.surveys.views import answering, live, mine, results  # noqa: E402

__all__ = ["answering", "blueprint", "live", "mine", "results"]
