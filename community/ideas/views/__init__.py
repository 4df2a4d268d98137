"""Boards, ideas, votes and comments as members meet them."""

from community.ideas.views.cards import card_writer
from community.infra.web import MemberBlueprint

blueprint = MemberBlueprint("ideas", __name__)
blueprint.add_app_template_global(card_writer)

# Each of these adds its pages to the blueprint.
from community.ideas.views import (  # noqa: E402
    board,
    comments,
    feeds,
    follows,
    images,
    merges,
    posting,
    show,
    statuses,
    votes,
)

__all__ = [
    "blueprint",
    "board",
    "comments",
    "feeds",
    "follows",
    "images",
    "merges",
    "posting",
    "show",
    "statuses",
    "votes",
]
