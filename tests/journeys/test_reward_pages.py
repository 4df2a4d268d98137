"""axe-core on the pages about points and rewards, light on a desk and dark on a phone in Chinese."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.loyalty.actions import redeeming
from community.loyalty.actions.adjusting import ask_for_adjustment
from community.loyalty.actions.checking import check_books
from community.loyalty.models import Lot, Ring
from community.members import actions as members
from tests.factories.loyalty import give_points, make_award, make_lot, make_reward
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.journeys import pages
from tests.journeys.conftest import Site
from tests.journeys.test_accessibility import WAYS

PUBLIC = ("/rewards", "/rewards/1", "/points")
MEMBER = (
    "/rewards", "/rewards/1", "/rewards/2", "/me/points", "/me/points/statement", "/me/rewards",
    "/me/invite",
)  # fmt: skip
STAFF = (
    "/staff/rewards", "/staff/rewards/redemptions", "/staff/rewards/redemptions/1",
    "/staff/rewards/catalogue", "/staff/rewards/catalogue/new",
    "/staff/rewards/catalogue/1", "/staff/rewards/catalogue/2/codes",
    "/staff/rewards/awards", "/staff/rewards/rules", "/staff/rewards/rules/idea_accepted",
    "/staff/rewards/tiers", "/staff/rewards/tiers/2", "/staff/rewards/tiers/new",
    "/staff/rewards/tiers/counting", "/staff/rewards/adjustments", "/staff/rewards/adjustments?q=ana",
    "/staff/rewards/members/1", "/staff/rewards/members/1/adjustment", "/staff/rewards/books",
    "/staff/rewards/liability", "/staff/rewards/circles", "/staff/rewards/circles/1",
    "/staff/rewards/settings",
)  # fmt: skip


@pytest.fixture
def site(quick_site: Site) -> Site:
    """A site on which points were earned, wait, were spent, adjusted and do not add up."""
    with quick_site.app.app_context():
        ana, ada = (
            members.create_member(
                display_name=name, email=f"{key}@example.org", password=pages.PASSWORD, roles=roles
            )
            for name, key, roles in (("Ana Martins", "ana", ()), ("Ada Novak", "ada", ("admin",)))
        )
        assert ana.id == 1
        panel = make_panel("Young families", slug="families", members=(ana,))
        give_points(ana, 300)
        make_lot(ana, 20, expires_at=clock.ahead(days=5), title="希望贺卡可以自己录音留言")
        make_award(ana, 7, title="Cards that record a voice message", panel_id=panel.id)
        books = make_reward("Book of paper samples", kind="physical", cost=40, stock_left=2)
        card = make_reward("Gift card", kind="voucher", codes=("LF-1", "LF-2"), cost=50)
        redeeming.redeem(ana, books, form_key="a" * 32, address="1 Paper Lane")
        redeeming.redeem(ana, card, form_key="b" * 32)
        ask_for_adjustment(ana, ada, amount=30, reason="For the mix-up in March.")
        ask_for_adjustment(make_member("Ben Okoro"), ada, amount=500, reason="A thank-you.")
        with unit_of_work() as session:
            ring = Ring(member_id=ana.id, reciprocity=1, concentration=0.5, volume=9, partner_ids=[3])
            session.add(ring)
            lock(Lot, 1).granted += 1
        check_books()
    return quick_site


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("way", WAYS, ids=["desk", "phone"])
class TestAccessibility:
    def test_nobody_meets_a_barrier(
        self, site: Site, open_browser: Callable[..., Page], way: dict[str, object]
    ) -> None:
        visitor = open_browser(**way)
        for path in PUBLIC:
            pages.meet_no_barrier(visitor, path)
        for who, paths in (("ana", MEMBER), ("ada", STAFF)):
            page = open_browser(**way)
            pages.sign_in(page, f"{who}@example.org")
            for path in paths:
                pages.meet_no_barrier(page, path)
