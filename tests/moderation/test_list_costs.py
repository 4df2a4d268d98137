"""However much there is, the lists of moderation ask the database the same number of questions."""

from collections.abc import Callable

import pytest

from community.infra import clock
from community.infra.db import unit_of_work
from community.members.models import Member
from community.moderation.models import Appeal, Sanction
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.moderation import make_decision, make_flag, make_item, stand_on_level
from tests.statements import statements


def add_some(author: Member, moderator: Member, *, many: int) -> None:
    """Texts of the author that wait, were decided about, appealed and flagged, and pauses of others."""
    for _number in range(many):
        idea = make_idea(author=author)
        make_item(subject=idea)
        make_flag(make_idea(), author, outcome="agreed")
        decision = make_decision(subject=idea, moderator=moderator)
        other = make_member()
        stand_on_level(other, 1)
        pause = {"kind": "pause", "until": clock.ahead(days=7), "panel_id": idea.panel_id}
        with unit_of_work() as session:
            session.add(Appeal(decision_id=decision.id, member_id=author.id, words="It was meant well."))
            session.add_all(
                Sanction(member_id=member.id, decision_id=decision.id, **pause) for member in (author, other)
            )


class TestListsOfModeration:
    @pytest.mark.parametrize(
        "page", ["/staff/moderation/decisions", "/staff/moderation/quality", "/staff/moderation/trust"]
    )
    def test_of_moderators(
        self, page: str, ana: Member, mia: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        self.check(page, browser_of(mia), ana, mia)

    def test_of_ones_own(self, ana: Member, mia: Member, browser_of: Callable[[Member], Client]) -> None:
        self.check("/me/moderation", browser_of(ana), ana, mia)

    def check(self, page: str, browser: Client, author: Member, moderator: Member) -> None:
        add_some(author, moderator, many=2)
        assert browser.get(page).status_code == 200
        with statements() as few:
            browser.get(page)
        add_some(author, moderator, many=6)
        with statements() as many:
            browser.get(page)
        assert len(many) == len(few)
