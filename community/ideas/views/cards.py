"""Cards of ideas in templates: `card_writer`."""

from collections.abc import Callable

from markupsafe import Markup

from community.ideas.queries.cards import Card
from community.infra.language import ages
from community.infra.pieces import writer
from community.members.models import Member

# Their cards say how long it has been so.
_TELLING_AGE = ("submitted", "planned")


def card_writer(
    viewer: Member | None,
    can_vote: bool,  # noqa: FBT001 - called as a macro is
    *,
    show_panel: bool = True,
    level: int = 2,
) -> Callable[[Card], Markup]:
    """What writes the cards of a list as this viewer meets them."""
    write, age, is_member = writer("components/idea_card.html", "idea_card"), ages(), viewer is not None

    def write_card(card: Card) -> Markup:
        told = age(card.status_changed_at) if card.status in _TELLING_AGE else ""
        return write(card, is_member, can_vote, show_panel, level, told)

    return write_card
