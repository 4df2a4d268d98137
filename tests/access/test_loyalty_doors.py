"""Every address of points and rewards, tried by everybody who has no business there."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from community.infra.db import unit_of_work
from community.loyalty.actions import redeeming, referring
from community.loyalty.actions.adjusting import ask_for_adjustment
from community.loyalty.actions.checking import check_books
from community.loyalty.models import Ring, VoucherCode
from community.loyalty.queries.codes import list_free_codes
from community.loyalty.queries.tiers import all_tiers
from community.members.models import Member
from community.panels.models import Panel
from tests.access import walking
from tests.access.walking import everything
from tests.conftest import Client
from tests.factories.loyalty import give_points, make_award, make_lot, make_reward
from tests.factories.members import make_member
from tests.factories.panels import make_panel

Browser = Callable[[Member], Client]
BLUEPRINTS = ("loyalty", "loyalty_staff")
SECRET = "zaunkoenig"
# Whoever is signed in has these pages of their own, and anybody may know that there are rewards and rules.
OWN = {
    "loyalty.invite", "loyalty.points", "loyalty.statement", "loyalty.statement_file", "loyalty.my_rewards",
}  # fmt: skip
FOR_ALL = {"loyalty.rewards", "loyalty.rule_book"}
OF_THE_PANEL = {"loyalty.reward", "loyalty.redeem", "loyalty.picture"}
OF_OTHERS = {"loyalty.my_reward"}
DECIDES = {"loyalty_staff.index", "loyalty_staff.awards"}
FULFILS = DECIDES | {
    "loyalty_staff.redemptions", "loyalty_staff.redemptions_file", "loyalty_staff.redemption",
    "loyalty_staff.fulfil", "loyalty_staff.give_back", "loyalty_staff.fulfil_many",
}  # fmt: skip


@dataclass
class Shop:
    """Points and rewards of a private panel, and what any address or form could be filled in with."""

    panel: Panel
    insider: Member
    values: dict[str, list[object]]
    form: dict[str, Any]


@pytest.fixture
def shop(app: Flask) -> Shop:
    """Somebody in a private panel who has earned, redeemed and waits; nobody outside may know of it."""
    insider = make_member(f"Insider {SECRET}")
    panel = make_panel("Closed", slug="closed", visibility="private", members=(insider,))
    ada = make_member(roles=("admin",))
    give_points(insider, 500)
    waiting = make_award(insider, 7, title=f"An idea about {SECRET}", panel_id=panel.id)
    make_lot(insider, 20, title=f"Another idea about {SECRET}", panel_id=panel.id)
    closed = make_reward(f"A {SECRET} for you", panel_id=panel.id, kind="physical", stock_left=3)
    draft = make_reward(f"Not yet a {SECRET}", state="draft")
    voucher = make_reward(f"A coded {SECRET}", panel_id=panel.id, kind="voucher", codes=("ONE", "TWO"))
    code: VoucherCode = list_free_codes(voucher, 1)[0]
    redemption = redeeming.redeem(insider, closed, form_key="a" * 32, address=f"{SECRET} street 1")
    redeeming.redeem(insider, voucher, form_key="b" * 32)
    adjustment = ask_for_adjustment(insider, ada, amount=300, reason=f"For the {SECRET}.")
    with unit_of_work() as session:
        ring = Ring(member_id=insider.id, reciprocity=1, concentration=1, volume=9, partner_ids=[ada.id])
        session.add(ring)
    check_books()
    return Shop(
        panel,
        insider,
        {
            "reward_id": [closed.id, voucher.id, draft.id],
            "code_id": [code.id],
            "redemption_id": [redemption.id],
            "adjustment_id": [adjustment.id],
            "member_id": [insider.id],
            "ring_id": [ring.id],
            "tier_id": [tier.id for tier in all_tiers()],
            "rule": ["idea_accepted"],
            "key": ["0" * 32],
            "code": [referring.code_of(insider)],
        },
        {
            "amount": "5", "direction": "give", "reason": "Words that ought not to arrive.",
            "award": [str(waiting.id)], "decision": "approve", "note": "Words that ought not to arrive.",
            "quantity": "1", "form_key": "c" * 32, "address": "Words that ought not to arrive.",
            "message": "Words that ought not to arrive.", "redemption": [str(redemption.id)],
            "redemptions": [str(redemption.id)], "codes": "THREE", "kind": "donation", "cost": "5",
            "name_en": "A name", "threshold": "50", "look": "plain", "points": "50", "is_on": "1",
            "is_open": "", "valid_months": "1", "currency": "EUR", "points_per_day": "1",
        },
    )  # fmt: skip


def addresses(app: Flask, shop: Shop, *, method: str) -> Iterator[tuple[str, str]]:
    return walking.addresses(app, BLUEPRINTS, shop.values, method=method)


def knock(client: Client, app: Flask, shop: Shop) -> Iterator[tuple[str, str, str, int]]:
    """Try every address in every way; what is said never holds the word that only insiders know."""
    for method in ("GET", "POST"):
        for path, endpoint in addresses(app, shop, method=method):
            answer = client.open(path, method=method, data=shop.form if method == "POST" else None)
            assert answer.status_code < 500, (method, path)
            assert SECRET not in answer.text, (method, path)
            yield method, path, endpoint, answer.status_code


# Which database holds the rows does not matter to who may open a door.
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestDoors:
    def test_a_visitor_may_know_that_there_are_rewards_and_rules(
        self, app: Flask, shop: Shop, client: Client
    ) -> None:
        before = everything()
        for method, path, endpoint, status in knock(client, app, shop):
            if endpoint in FOR_ALL:
                assert status == 200, path
            elif method == "GET" and endpoint in OF_THE_PANEL:
                assert status == 404, path
            else:
                assert status == 303, (method, path)
        assert everything() == before

    def test_a_member_sees_their_own_and_nothing_of_others(
        self, app: Flask, shop: Shop, browser_of: Browser
    ) -> None:
        client = browser_of(give_points(make_member("Outsider"), 1000))
        client.get("/me/invite")
        before = everything()
        for method, path, endpoint, status in knock(client, app, shop):
            if endpoint in FOR_ALL | OWN:
                assert status == 200, path
            elif endpoint in OF_THE_PANEL | OF_OTHERS:
                assert status == 404, (method, path)
            elif endpoint == "loyalty.arrive":
                assert status == 303, path
            else:
                assert status == 403, (method, path)
        assert everything() == before

    @pytest.mark.parametrize("role", ["moderator", "owner", "admin"])
    def test_staff_of_another_panel_decide_there_and_find_nothing_of_this_one(
        self, app: Flask, shop: Shop, browser_of: Browser, role: str
    ) -> None:
        client = browser_of(make_member("Staff", roles=(role,), panel_id=make_panel().id))
        client.get("/me/invite")
        before = everything()
        for method, path, endpoint, status in knock(client, app, shop):
            if endpoint.startswith("loyalty_staff."):
                expected = (200, 303, 422) if endpoint in DECIDES else (403,)
                assert status in expected, (method, path, status)
        assert everything() == before

    @pytest.mark.parametrize("is_on_the_site", [True, False])
    def test_analysts_have_no_business_here(
        self, app: Flask, shop: Shop, browser_of: Browser, is_on_the_site: bool
    ) -> None:
        panel_id = None if is_on_the_site else shop.panel.id
        client = browser_of(make_member("Analyst", roles=("analyst",), panel_id=panel_id))
        before = everything()
        for method in ("GET", "POST"):
            for path, endpoint in addresses(app, shop, method=method):
                if endpoint.startswith("loyalty_staff."):
                    answer = client.open(path, method=method, data=shop.form if method == "POST" else None)
                    assert answer.status_code == 403, (method, path)
        assert everything() == before

    @pytest.mark.parametrize(("role", "opens"), [("moderator", DECIDES), ("owner", FULFILS)])
    def test_moderators_decide_and_owners_hand_over_and_neither_runs_it(
        self, app: Flask, shop: Shop, browser_of: Browser, role: str, opens: set[str]
    ) -> None:
        client = browser_of(make_member("Staff", roles=(role,)))
        before = everything()
        for path, endpoint in addresses(app, shop, method="GET"):
            if endpoint.startswith("loyalty_staff."):
                # Without any chosen, handing over many leads back to the queue.
                expected = (200, 303) if endpoint in opens else (403,)
                assert client.get(path).status_code in expected, path
        assert everything() == before
        for path, endpoint in addresses(app, shop, method="POST"):
            if endpoint.startswith("loyalty_staff.") and endpoint not in opens:
                assert client.post(path, data=shop.form).status_code == 403, path
        assert everything() == before

    def test_administrators_open_all_of_it(self, app: Flask, shop: Shop, browser_of: Browser) -> None:
        client = browser_of(make_member("Admin", roles=("admin",)))
        for path, endpoint in addresses(app, shop, method="GET"):
            if endpoint.startswith("loyalty_staff."):
                # Only vouchers have codes; and without any chosen, handing over many leads back.
                is_for_some = re.search(r"/codes|/redemptions/fulfilment", path)
                expected = (200, 303, 404, 409) if is_for_some else (200,)
                assert client.get(path).status_code in expected, path


class TestInsiders:
    def test_they_read_what_is_theirs(self, shop: Shop, browser_of: Browser) -> None:
        client = browser_of(shop.insider)
        assert f"A {SECRET} for you" in client.get("/rewards").text
        assert f"A {SECRET} for you" in client.get("/me/rewards").text
        assert f"An idea about {SECRET}" in client.get("/me/points").text
        statement = client.get("/me/points/statement").text
        assert f"Another idea about {SECRET}" in statement
        assert f"Another idea about {SECRET}" in client.get("/me/points/statement.csv").text

    def test_drafts_are_nobodys(self, shop: Shop, browser_of: Browser) -> None:
        client = browser_of(shop.insider)
        assert f"Not yet a {SECRET}" not in client.get("/rewards").text
        assert client.get(f"/rewards/{shop.values['reward_id'][2]}").status_code == 404

    def test_a_reward_of_a_closed_panel_answers_like_one_that_never_existed(
        self, shop: Shop, client: Client
    ) -> None:
        there, nowhere = (client.get(f"/rewards/{number}") for number in (shop.values["reward_id"][0], 10**9))
        assert there.status_code == nowhere.status_code == 404
        assert blank(there.text) == blank(nowhere.text)


def blank(text: str) -> str:
    text = re.sub(r'nonce="[^"]*"|name="csrf_token" value="[^"]*"', "", text)
    return re.sub(r"/rewards/\d+", "", text)
