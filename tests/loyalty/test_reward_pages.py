"""Rewards as members meet them: the list, one reward, redeeming, and what was redeemed."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import current_app
from sqlalchemy import select

from community.infra import clock
from community.infra.db import db, unit_of_work
from community.infra.images import read_image
from community.loyalty.actions import fulfilling, rewards
from community.loyalty.models import Redemption, Reward
from community.loyalty.queries import redemptions
from community.loyalty.queries.books import balances_of
from community.loyalty.queries.programme import programme
from community.loyalty.queries.tiers import all_tiers
from community.members.models import Member
from tests.conftest import Client
from tests.factories.loyalty import give_points, make_reward, stop_payouts
from tests.factories.panels import make_panel
from tests.loyalty.redeemed import redeem
from tests.statements import statements
from tests.surveys.choosing import picture_file

Browser = Callable[[Member], Client]


@pytest.fixture(autouse=True)
def own_folder(app: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of this test only."""
    monkeypatch.setitem(current_app.config, "UPLOAD_DIR", tmp_path)


def close_programme() -> None:
    """Earn and spend nothing for now."""
    with unit_of_work():
        programme().is_open = False


def hidden(html: str, name: str) -> str:
    """What stands in a hidden field."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', html)
    assert found is not None
    return found[1]


def pictured(ada: Member) -> Reward:
    """A reward with a picture, as a draft."""
    return rewards.create_reward(
        ada,
        kind="coffee",
        settings={"name": {"en": "Coffee"}, "cost": 100, "picture_text": {"en": "A cup"}},
        picture=read_image(picture_file()),
    )


class TestRewards:
    def test_a_member_reads_their_balance_and_what_is_missing(self, ana: Member, browser_of: Browser) -> None:
        give_points(ana, 40)
        make_reward("Plant a tree", cost=100)
        html = browser_of(ana).get("/rewards").text

        assert "You have 40 points" in html
        assert "60 points are missing." in html

    def test_a_visitor_may_look(self, client: Client) -> None:
        make_reward("Plant a tree", cost=100)
        html = client.get("/rewards").text

        assert "Plant a tree" in html
        assert "missing" not in html

    def test_names_are_told_in_the_reader_s_language(self, lin: Member, browser_of: Browser) -> None:
        make_reward(name="", cost=100)
        with unit_of_work():
            db.session.scalars(select(Reward)).one().name = {"en": "A tree", "zh_Hans": "一棵树"}
        assert "一棵树" in browser_of(lin).get("/rewards").text

    def test_a_reward_of_a_private_panel_is_on_nobody_else_s_page(
        self, ana: Member, ben: Member, browser_of: Browser
    ) -> None:
        make_reward("Secret tea", panel_id=make_panel(visibility="private", members=(ana,)).id)

        assert "Secret tea" in browser_of(ana).get("/rewards").text
        assert "Secret tea" not in browser_of(ben).get("/rewards").text

    def test_it_asks_the_same_however_many_there_are(self, ana: Member, browser_of: Browser) -> None:
        def ask() -> int:
            with statements() as sent:
                assert browser_of(ana).get("/rewards").status_code == 200
            return len(sent)

        make_reward(per_member=1)
        few = ask()
        for _number in range(10):
            make_reward(per_member=1, panel_id=make_panel(members=(ana,)).id, tier_id=all_tiers()[1].id)
        assert ask() == few

    def test_a_closed_programme_has_no_such_page(self, ana: Member, browser_of: Browser) -> None:
        reward = make_reward()
        close_programme()
        browser = browser_of(ana)

        assert browser.get("/rewards").status_code == 404
        assert browser.get(f"/rewards/{reward.id}").status_code == 404
        assert browser.post(f"/rewards/{reward.id}/redemption").status_code == 404


class TestReward:
    def test_all_that_is_in_the_way_is_said_in_words(self, ana: Member, browser_of: Browser) -> None:
        give_points(ana, 40)
        panel = make_panel("Families")
        reward = make_reward(
            tier_id=all_tiers()[1].id, panel_id=panel.id, stock_left=0, opens_at=clock.ahead(days=2)
        )
        stop_payouts()
        html = browser_of(ana).get(f"/rewards/{reward.id}").text

        for words in (
            "not offered yet", "None is left", "members of “Families”", "tier Silver and above",
            "60 points are missing", "checking our books", "You have 40 points",
        ):  # fmt: skip
            assert words in html
        assert "/redemption" not in html

    def test_who_can_have_it_finds_the_form(self, ana: Member, browser_of: Browser) -> None:
        reward = make_reward(cost=100)
        html = browser_of(give_points(ana, 350)).get(f"/rewards/{reward.id}").text

        assert f'action="/rewards/{reward.id}/redemption"' in html
        assert 'max="3"' in html
        assert len(hidden(html, "form_key")) == 32
        assert "address" not in html

    def test_a_visitor_is_shown_the_way_in(self, client: Client) -> None:
        reward = make_reward()
        html = client.get(f"/rewards/{reward.id}").text

        assert f"/sign-in?next=/rewards/{reward.id}" in html.replace("%2F", "/")
        assert "/redemption" not in html

    def test_an_outsider_cannot_tell_it_from_nothing(
        self, ana: Member, ben: Member, browser_of: Browser
    ) -> None:
        reward = make_reward("Secret tea", panel_id=make_panel(visibility="private", members=(ana,)).id)
        browser = browser_of(ben)

        found, missing = (browser.get(f"/rewards/{number}") for number in (reward.id, 999_999))
        assert (found.status_code, missing.status_code) == (404, 404)
        assert browser.post(f"/rewards/{reward.id}/redemption", data={"quantity": "1"}).status_code == 404
        assert browser_of(ana).get(f"/rewards/{reward.id}").status_code == 200

    def test_a_draft_is_for_those_who_keep_the_catalogue(
        self, ana: Member, omar: Member, ada: Member, browser_of: Browser
    ) -> None:
        reward = make_reward(state="draft")
        answers = [browser_of(each).get(f"/rewards/{reward.id}").status_code for each in (ana, omar, ada)]
        assert answers == [404, 404, 200]

    def test_one_that_is_withdrawn_says_so(self, ana: Member, browser_of: Browser) -> None:
        reward = make_reward(state="withdrawn")
        assert "no longer offered" in browser_of(ana).get(f"/rewards/{reward.id}").text


class TestAddress:
    def test_one_letter_is_none(self, ana: Member, browser_of: Browser) -> None:
        give_points(ana, 100)
        reward = make_reward(kind="physical")
        sent = {"quantity": "1", "address": "x", "form_key": "a" * 32}
        refused = browser_of(ana).post(f"/rewards/{reward.id}/redemption", data=sent)
        assert refused.status_code == 422
        assert "Please use between 6 and 500 characters." in refused.text


class TestPicture:
    def test_it_is_for_those_who_may_see_the_reward(
        self, ana: Member, ben: Member, ada: Member, client: Client, browser_of: Browser
    ) -> None:
        reward = pictured(ada)
        address = f"/rewards/{reward.id}/picture/{reward.picture_key}"

        def statuses() -> list[int]:
            found = []
            for browser in (browser_of(ana), browser_of(ben), client, browser_of(ada)):
                with browser.get(address) as answer:
                    found.append(answer.status_code)
            return found

        assert statuses() == [404, 404, 404, 200]
        rewards.offer_reward(ada, reward)
        assert statuses() == [200, 200, 200, 200]
        with unit_of_work():
            reward.panel_id = make_panel(visibility="private", members=(ana,)).id
        assert statuses() == [200, 404, 404, 200]

    def test_another_key_leads_nowhere(self, ada: Member, browser_of: Browser) -> None:
        reward = pictured(ada)
        assert browser_of(ada).get(f"/rewards/{reward.id}/picture/{'0' * 32}").status_code == 404

    def test_it_is_kept_by_the_browser_alone(self, ada: Member, browser_of: Browser) -> None:
        reward = pictured(ada)
        with browser_of(ada).get(f"/rewards/{reward.id}/picture/{reward.picture_key}") as answer:
            assert answer.headers["Cache-Control"].startswith("private")
            assert answer.mimetype == "image/png"


class TestRedeem:
    def test_it_leads_to_what_one_redeemed(self, ana: Member, browser_of: Browser) -> None:
        give_points(ana, 100)
        reward = make_reward("A voucher", kind="voucher", codes=("GIFT-1",))
        browser = browser_of(ana)
        answer = browser.post(f"/rewards/{reward.id}/redemption", data={"quantity": "1"})
        redemption = db.session.scalars(select(Redemption)).one()

        assert (answer.status_code, answer.location) == (303, f"/me/rewards#redemption-{redemption.id}")
        html = browser.get("/me/rewards").text
        assert "GIFT-1" in html
        assert "Your code stands below" in html

    def test_the_form_of_the_page_counts_once(self, ana: Member, browser_of: Browser) -> None:
        give_points(ana, 500)
        reward, browser = make_reward(), browser_of(ana)
        html = browser.get(f"/rewards/{reward.id}").text
        sent = {"quantity": "2", "form_key": hidden(html, "form_key"), "cost": hidden(html, "cost")}

        for _number in range(2):
            assert browser.post(f"/rewards/{reward.id}/redemption", data=sent).status_code == 303
        assert balances_of(ana.id)[:3] == (0, 300, 200)

    def test_a_refused_form_comes_back_filled_in(self, ana: Member, browser_of: Browser) -> None:
        give_points(ana, 500)
        reward = make_reward(kind="physical")
        answer = browser_of(ana).post(
            f"/rewards/{reward.id}/redemption", data={"quantity": "9", "address": "12 Harbour Road"}
        )

        assert answer.status_code == 422
        assert "400 points are missing." in answer.text
        assert 'value="9"' in answer.text
        assert "12 Harbour Road" in answer.text

    @pytest.mark.parametrize("quantity", ["0", "-1", "many", "99", "9" * 30])
    def test_a_quantity_that_is_none_is_refused(
        self, ana: Member, browser_of: Browser, quantity: str
    ) -> None:
        reward = make_reward(cost=1)
        answer = browser_of(give_points(ana, 500)).post(
            f"/rewards/{reward.id}/redemption", data={"quantity": quantity}
        )
        assert answer.status_code == 422
        assert balances_of(ana.id).available == 500

    def test_what_is_sent_asks_where_to(self, ana: Member, browser_of: Browser) -> None:
        give_points(ana, 500)
        reward, browser = make_reward(kind="physical"), browser_of(ana)
        assert 'name="address"' in browser.get(f"/rewards/{reward.id}").text

        refused = browser.post(f"/rewards/{reward.id}/redemption", data={"quantity": "1"})
        assert refused.status_code == 422
        assert "where to send it" in refused.text

    def test_a_refused_form_asks_for_no_number_where_one_is_all_there_is(
        self, ana: Member, browser_of: Browser
    ) -> None:
        reward = make_reward(kind="physical", cost=100)
        refused = browser_of(give_points(ana, 150)).post(f"/rewards/{reward.id}/redemption", data={})
        assert refused.status_code == 422
        assert 'name="address"' in refused.text
        assert 'name="quantity"' not in refused.text

    def test_a_cost_that_changed_is_shown_and_agreed_to_anew(self, ana: Member, browser_of: Browser) -> None:
        give_points(ana, 500)
        reward, browser = make_reward(cost=150), browser_of(ana)
        refused = browser.post(f"/rewards/{reward.id}/redemption", data={"quantity": "1", "cost": "100"})

        assert refused.status_code == 422
        assert "It now costs 150 points" in refused.text
        sent = {"quantity": "1", "cost": hidden(refused.text, "cost")}
        assert browser.post(f"/rewards/{reward.id}/redemption", data=sent).status_code == 303

    def test_a_visitor_is_sent_to_sign_in(self, client: Client) -> None:
        answer = client.post(f"/rewards/{make_reward().id}/redemption", data={"quantity": "1"})
        assert (answer.status_code, answer.location[:8]) == (303, "/sign-in")

    def test_looking_changes_nothing(self, ana: Member, browser_of: Browser) -> None:
        reward = make_reward()
        assert browser_of(ana).get(f"/rewards/{reward.id}/redemption").status_code == 405


class TestMyRewards:
    def test_each_says_how_it_stands(self, ana: Member, omar: Member, browser_of: Browser) -> None:
        give_points(ana, 1000)
        mug, tree, tea = (make_reward(name) for name in ("A mug", "A tree", "Tea"))
        with unit_of_work():
            tree.handover = {"en": "It stands in a park."}
        redeem(ana, mug)
        fulfilling.fulfil(omar, redeem(ana, tree), message="Near the lake.")
        fulfilling.give_back(omar, redeem(ana, tea), message="Sold out.")
        html = browser_of(ana).get("/me/rewards").text

        for words in ("On its way", "Yours", "Points given back", "It stands in a park.", "Near the lake."):
            assert words in html
        assert "Sold out." in html
        assert "Until then 100 points are set aside." in html

    def test_nobody_reads_what_others_redeemed(self, ana: Member, ben: Member, browser_of: Browser) -> None:
        redeem(give_points(ana, 100), make_reward(kind="voucher", codes=("GIFT-1",)))
        html = browser_of(ben).get("/me/rewards").text
        assert "GIFT-1" not in html
        assert "Nothing redeemed yet" in html

    def test_codes_stay_when_the_programme_closes_or_the_panel_is_left(
        self, ana: Member, browser_of: Browser
    ) -> None:
        reward = make_reward(
            kind="voucher", codes=("GIFT-1",),
            panel_id=make_panel(visibility="private", members=(ana,)).id,
        )  # fmt: skip
        redeem(give_points(ana, 100), reward)
        browser = browser_of(ana)
        assert f"/rewards/{reward.id}" in browser.get("/me/rewards").text
        browser.post(f"/panels/{reward.panel.slug}/membership/end")

        html = browser.get("/me/rewards").text
        assert "GIFT-1" in html
        assert f'href="/rewards/{reward.id}"' not in html
        close_programme()
        assert "GIFT-1" in browser.get("/me/rewards").text

    def test_each_has_an_address_that_finds_it_in_the_list(
        self, ana: Member, ben: Member, browser_of: Browser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(redemptions, "PER_PAGE", 2)
        give_points(ana, 1000)
        old, *_rest, new = (redeem(ana, make_reward()).id for _number in range(3))
        browser = browser_of(ana)

        found = [browser.get(f"/me/rewards/{number}").location for number in (new, old)]
        assert found == [f"/me/rewards#redemption-{new}", f"/me/rewards?page=2#redemption-{old}"]
        assert f'id="redemption-{old}"' in browser.get("/me/rewards?page=2").text
        assert browser_of(ben).get(f"/me/rewards/{old}").status_code == 404

    def test_the_address_is_not_shown_again(self, ana: Member, browser_of: Browser) -> None:
        redeem(give_points(ana, 100), make_reward(kind="physical"), address="12 Harbour Road")
        assert "Harbour" not in browser_of(ana).get("/me/rewards").text

    def test_it_asks_the_same_however_much_there_is(self, ana: Member, browser_of: Browser) -> None:
        def ask() -> int:
            with statements() as sent:
                assert browser_of(ana).get("/me/rewards").status_code == 200
            return len(sent)

        give_points(ana, 5000)
        reward = make_reward(kind="voucher", codes=tuple(f"C{number}" for number in range(20)))
        redeem(ana, reward)
        few = ask()
        for _number in range(10):
            redeem(ana, reward)
        assert ask() == few
