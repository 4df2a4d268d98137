"""Cards of ideas in templates: `write_card`."""

from markupsafe import Markup

from community.ideas.queries.cards import Card
from community.infra.language import show_ago
from community.infra.pieces import piece
from community.members.models import Member

# Their cards say how long it has been so.
_TELLING_AGE = ("submitted", "planned")


def write_card(
    card: Card,
    viewer: Member | None,
    can_vote: bool,  # noqa: FBT001 - called as the macro is
    *,
    show_panel: bool = True,
    level: int = 2,
) -> Markup:
    """The card as this viewer meets it."""
    age = show_ago(card.status_changed_at) if card.status in _TELLING_AGE else ""
    return piece(
        "components/idea_card.html", "idea_card", card, viewer is not None, can_vote, show_panel, level, age
    )
