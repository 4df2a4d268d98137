"""Staff pages: the catalogue, codes, and the queue of redemptions."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import select

from community.infra.db import db
from community.loyalty.actions import fulfilling, points
from community.loyalty.models import Redemption, Reward, VoucherCode
from community.loyalty.queries.books import balances_of
from community.members.models import Member
from tests.conftest import Client
from tests.factories.loyalty import give_points, make_award, make_reward, stop_payouts
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.loyalty.redeemed import redeem
from tests.statements import statements
from tests.surveys.choosing import picture_file

Browser = Callable[[Member], Client]
HOME = "/staff/rewards"


@pytest.fixture(autouse=True)
def own_folder(app: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of this test only."""
    monkeypatch.setitem(current_app.config, "UPLOAD_DIR", tmp_path)


@pytest.fixture
def mug(ana: Member) -> Redemption:
    """A mug that is to be sent to ana."""
    give_points(ana, 500)
    return redeem(ana, make_reward("A mug", kind="physical", stock_left=3), address="12 Harbour Road")


def filled(**values: Any) -> dict[str, Any]:
    """What is filled in at least."""
    return {"kind": "donation", "name_en": "A tree", "cost": "50", "tier_id": "0", "panel_id": "0", **values}


def newest() -> Reward:
    """The reward that was made last."""
    return db.session.scalars(select(Reward).order_by(Reward.id.desc()).limit(1)).one()


def rows_of(text: str) -> list[list[str]]:
    """The rows of a CSV file."""
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


class TestDoors:
    def test_the_catalogue_is_for_administrators_of_the_site(
        self, omar: Member, mia: Member, ana: Member, ada: Member, browser_of: Browser
    ) -> None:
        voucher = make_reward(kind="voucher", codes=("GIFT-1",))
        one = f"{HOME}/catalogue/{voucher.id}"
        panel_admin = make_member(roles=("admin",), panel_id=make_panel().id)
        for path in (f"{HOME}/catalogue", f"{HOME}/catalogue/new", one, f"{one}/codes", f"{one}/codes.csv"):
            statuses = [browser_of(each).get(path).status_code for each in (omar, mia, ana, panel_admin, ada)]
            assert statuses == [403, 403, 403, 403, 200], path

    def test_the_queue_is_for_those_who_hand_over(
        self, mug: Redemption, omar: Member, mia: Member, ana: Member, ada: Member, browser_of: Browser
    ) -> None:
        one = f"{HOME}/redemptions/{mug.id}"
        panel_owner = make_member(roles=("owner",), panel_id=make_panel().id)
        for path in (f"{HOME}/redemptions", one, f"{HOME}/redemptions.csv"):
            answers = [browser_of(each).get(path) for each in (mia, ana, panel_owner, omar, ada)]
            assert [answer.status_code for answer in answers] == [403, 403, 403, 200, 200], path
            assert all("Harbour" not in answer.text for answer in answers[:3])

    def test_nothing_changes_for_whoever_is_kept_out(
        self, mug: Redemption, mia: Member, omar: Member, browser_of: Browser
    ) -> None:
        browser = browser_of(mia)
        for way in ("fulfilment", "release"):
            answer = browser.post(f"{HOME}/redemptions/{mug.id}/{way}", data={"message": "Hm."})
            assert answer.status_code == 403
        assert browser.post(f"{HOME}/redemptions/fulfilment", data={"redemption": mug.id}).status_code == 403
        for way in ("offer", "withdraw"):
            path = f"{HOME}/catalogue/{mug.reward_id}/{way}"
            assert browser_of(omar).post(path).status_code == 403
        assert (mug.state, mug.reward.state) == ("waiting", "offered")


class TestEditing:
    def test_a_new_reward_is_a_draft_with_its_words_and_numbers(
        self, ada: Member, browser_of: Browser
    ) -> None:
        panel = make_panel()
        sent = filled(
            kind="physical", name_zh_Hans="一个杯子", unit_cost="4.20", stock_left="7", per_member="1",
            per_days="30", panel_id=str(panel.id), closes_at="2030-05-01T18:00",
            file=(picture_file(), "mug.png"), picture_text_en="A mug",
        )  # fmt: skip
        answer = browser_of(ada).post(f"{HOME}/catalogue/new", data=sent)
        reward = newest()

        assert (answer.status_code, answer.location) == (303, f"{HOME}/catalogue/{reward.id}")
        assert (reward.state, reward.name["zh_Hans"], reward.unit_cost) == ("draft", "一个杯子", 420)
        assert (reward.stock_left, reward.per_member, reward.per_days) == (7, 1, 30)
        assert (reward.panel_id, reward.tier_id, reward.picture_text) == (panel.id, None, {"en": "A mug"})
        assert reward.closes_at is not None

    def test_a_refused_form_comes_back_filled_in(self, ada: Member, browser_of: Browser) -> None:
        answer = browser_of(ada).post(
            f"{HOME}/catalogue/new", data=filled(name_en="A quiet tree", cost="0", text_en="Oak.")
        )
        assert answer.status_code == 422
        assert "A quiet tree" in answer.text
        assert "Please use between 1 and 1000000." in answer.text

    @pytest.mark.parametrize("price", ["NaN", "sNaN", "-Infinity", "1e999999", "-1"])
    def test_a_price_that_is_no_number_is_refused(self, ada: Member, browser_of: Browser, price: str) -> None:
        answer = browser_of(ada).post(f"{HOME}/catalogue/new", data=filled(unit_cost=price))
        assert answer.status_code == 422

    def test_a_file_that_is_no_picture_is_refused(self, ada: Member, browser_of: Browser) -> None:
        sent = filled(file=(io.BytesIO(b"no picture"), "mug.png"), picture_text_en="A mug")
        answer = browser_of(ada).post(f"{HOME}/catalogue/new", data=sent)
        assert answer.status_code == 422
        assert "JPEG, PNG or WebP" in answer.text

    def test_saving_unchanged_changes_nothing(self, ada: Member, ana: Member, browser_of: Browser) -> None:
        reward = make_reward("A mug", kind="physical", stock_left=10, unit_cost=999)
        browser = browser_of(ada)
        assert 'name="stock_seen"' in browser.get(f"{HOME}/catalogue/{reward.id}").text
        redeem(give_points(ana, 100), reward, address="12 Harbour Road")
        sent = filled(name_en="A mug", cost="100", unit_cost="9.99", stock_left="10", stock_seen="10")

        assert browser.post(f"{HOME}/catalogue/{reward.id}", data=sent).status_code == 303
        assert (reward.stock_left, reward.unit_cost, reward.kind) == (9, 999, "physical")

    def test_it_is_offered_and_withdrawn(self, ada: Member, browser_of: Browser) -> None:
        reward, browser = make_reward(state="draft"), browser_of(ada)

        assert browser.post(f"{HOME}/catalogue/{reward.id}/offer").status_code == 303
        assert reward.state == "offered"
        browser.post(f"{HOME}/catalogue/{reward.id}/withdraw")
        assert reward.state == "withdrawn"

    def test_the_list_asks_the_same_however_many_there_are(self, ada: Member, browser_of: Browser) -> None:
        def ask() -> int:
            with statements() as sent:
                assert browser_of(ada).get(f"{HOME}/catalogue").status_code == 200
            return len(sent)

        make_reward()
        few = ask()
        for _number in range(8):
            make_reward(panel_id=make_panel().id)
        assert ask() == few


class TestCodes:
    def codes(self) -> list[str]:
        """All codes there are, in order."""
        return list(db.session.scalars(select(VoucherCode.code).order_by(VoucherCode.id)))

    def test_lines_and_a_file_go_in_together(self, ada: Member, browser_of: Browser) -> None:
        reward = make_reward(kind="voucher", state="draft")
        sent = {"codes": "AAA\nBBB", "file": (io.BytesIO(b"\xef\xbb\xbfcode\r\nCCC\r\n"), "codes.csv")}
        answer = browser_of(ada).post(f"{HOME}/catalogue/{reward.id}/codes", data=sent)

        assert answer.status_code == 303
        assert self.codes() == ["CCC", "AAA", "BBB"]

    def test_lines_that_give_no_code_come_back_and_nothing_is_lost(
        self, ada: Member, browser_of: Browser
    ) -> None:
        reward, browser = make_reward(kind="voucher", codes=("OLD",)), browser_of(ada)
        path, text = f"{HOME}/catalogue/{reward.id}/codes", f"NEW\nOLD\nNEW\n{'x' * 101}\nLAST"
        answer = browser.post(path, data={"codes": text})

        assert answer.status_code == 422
        for words in ("It was added before.", "It stands in line 1 already.", "longer than 100", "LAST"):
            assert words in answer.text
        assert self.codes() == ["OLD"]
        assert browser.post(path, data={"codes": text, "leaves_out": "1"}).status_code == 303
        assert self.codes() == ["OLD", "NEW", "LAST"]
        assert reward.stock_left == 3

    @pytest.mark.parametrize("text", ["", "  \n "])
    def test_nothing_is_no_list(self, ada: Member, browser_of: Browser, text: str) -> None:
        reward = make_reward(kind="voucher")
        answer = browser_of(ada).post(f"{HOME}/catalogue/{reward.id}/codes", data={"codes": text})
        assert answer.status_code == 422

    def test_a_file_that_is_no_text_is_refused(self, ada: Member, browser_of: Browser) -> None:
        reward = make_reward(kind="voucher")
        sent = {"codes": "AAA", "file": (picture_file(), "codes.csv")}
        answer = browser_of(ada).post(f"{HOME}/catalogue/{reward.id}/codes", data=sent)
        assert (answer.status_code, "AAA" in answer.text) == (422, True)

    def test_one_can_be_taken_out(self, ada: Member, browser_of: Browser) -> None:
        reward = make_reward(kind="voucher", codes=("A", "B"))
        code = db.session.scalars(select(VoucherCode.id).order_by(VoucherCode.id)).first()
        browser_of(ada).post(f"{HOME}/catalogue/{reward.id}/codes/{code}/removal")
        assert (self.codes(), reward.stock_left) == (["B"], 1)

    def test_the_file_runs_no_formula(self, ada: Member, ana: Member, browser_of: Browser) -> None:
        reward = make_reward(kind="voucher", codes=("=1+1", "B"))
        redeem(give_points(ana, 100), reward)
        rows = rows_of(browser_of(ada).get(f"{HOME}/catalogue/{reward.id}/codes.csv").text)

        assert [row[0] for row in rows] == ["code", "'=1+1", "B"]
        assert rows[1][2] == "Ana Martins"

    def test_only_vouchers_have_such_a_page(self, ada: Member, browser_of: Browser) -> None:
        assert browser_of(ada).get(f"{HOME}/catalogue/{make_reward().id}/codes").status_code == 404


class TestQueue:
    def test_what_waits_longest_comes_first_and_addresses_stay_inside(
        self, mug: Redemption, ana: Member, omar: Member, browser_of: Browser
    ) -> None:
        tree = redeem(ana, make_reward("A tree"))
        html = browser_of(omar).get(f"{HOME}/redemptions").text

        assert re.findall(r'data-redemption-id="(\d+)"', html) == [str(mug.id), str(tree.id)]
        assert "Harbour" not in html
        assert "12 Harbour Road" in browser_of(omar).get(f"{HOME}/redemptions/{mug.id}").text

    def test_it_is_narrowed_to_a_reward_and_a_state(
        self, mug: Redemption, ana: Member, omar: Member, browser_of: Browser
    ) -> None:
        fulfilling.fulfil(omar, redeem(ana, make_reward("A tree")), message="It grows.")
        browser = browser_of(omar)

        html = browser.get(f"{HOME}/redemptions?tab=fulfilled").text
        assert "It grows." in html
        assert f'data-redemption-id="{mug.id}"' not in html
        html = browser.get(f"{HOME}/redemptions?reward={mug.reward_id}").text
        assert f'data-redemption-id="{mug.id}"' in html

    def test_handing_over_and_giving_back(
        self, mug: Redemption, ana: Member, omar: Member, browser_of: Browser
    ) -> None:
        other, browser = redeem(ana, make_reward("A tree")), browser_of(omar)
        answer = browser.post(f"{HOME}/redemptions/{mug.id}/fulfilment", data={"message": "On Monday."})
        assert (answer.status_code, mug.state, mug.message) == (303, "fulfilled", "On Monday.")

        refused = browser.post(f"{HOME}/redemptions/{other.id}/release", data={"message": " "})
        assert (refused.status_code, other.state) == (422, "waiting")
        assert "Please tell the member why." in refused.text
        browser.post(f"{HOME}/redemptions/{other.id}/release", data={"message": "No more trees."})
        assert other.state == "released"
        assert balances_of(ana.id)[:3] == (0, 400, 0)

    def test_what_one_redeemed_oneself_is_for_others(
        self, mug: Redemption, omar: Member, ada: Member, browser_of: Browser
    ) -> None:
        own = redeem(give_points(omar, 100), make_reward("A tree"))
        page, form = f"{HOME}/redemptions/{own.id}", f'action="{HOME}/redemptions/{own.id}/fulfilment"'
        assert form not in browser_of(omar).get(page).text
        assert form in browser_of(ada).get(page).text

        assert f'id="choose-{own.id}"' not in browser_of(omar).get(f"{HOME}/redemptions").text
        assert f'id="choose-{own.id}"' in browser_of(ada).get(f"{HOME}/redemptions").text
        sent = {"redemption": [mug.id, own.id], "message": ""}
        browser_of(omar).post(f"{HOME}/redemptions/fulfilment", data=sent)
        assert (mug.state, own.state) == ("fulfilled", "waiting")

    def test_points_that_were_taken_back_since_are_said_before_it_is_sent(
        self, omar: Member, browser_of: Browser
    ) -> None:
        noor = make_member()
        award = make_award(noor, 100)
        points.mature(award)
        tree, browser = redeem(noor, make_reward("A tree")), browser_of(omar)
        page = f"{HOME}/redemptions/{tree.id}"
        assert "taken back since" not in browser.get(page).text
        points.claw_back(award)
        assert "100 points are owed" in browser.get(page).text

    def test_while_the_books_do_not_agree_the_form_comes_back(
        self, mug: Redemption, omar: Member, browser_of: Browser
    ) -> None:
        stop_payouts()
        answer = browser_of(omar).post(
            f"{HOME}/redemptions/{mug.id}/fulfilment", data={"message": "On Monday."}
        )
        assert (answer.status_code, mug.state) == (503, "waiting")
        assert "On Monday." in answer.text

    def test_several_are_handed_over_at_once(
        self, mug: Redemption, ana: Member, omar: Member, browser_of: Browser
    ) -> None:
        other, browser = redeem(ana, make_reward("A tree")), browser_of(omar)
        address = f"{HOME}/redemptions/fulfilment?redemption={mug.id}&redemption={other.id}"
        assert browser.get(address).text.count('name="redemption"') == 2
        sent = {"redemption": [mug.id, other.id], "message": "With our thanks."}

        assert browser.post(f"{HOME}/redemptions/fulfilment", data=sent).status_code == 303
        assert (mug.state, other.state, other.message) == ("fulfilled", "fulfilled", "With our thanks.")
        assert browser.get(f"{HOME}/redemptions/fulfilment").status_code == 303

    def test_the_file_has_addresses_only_of_what_is_still_to_be_sent(
        self, mug: Redemption, ana: Member, omar: Member, browser_of: Browser
    ) -> None:
        browser = browser_of(omar)
        redeem(ana, mug.reward, address="=HYPERLINK(1)")
        rows = rows_of(browser.get(f"{HOME}/redemptions.csv").text)
        assert [row[-1] for row in rows] == ["address", "12 Harbour Road", "'=HYPERLINK(1)"]

        fulfilling.fulfil(omar, mug)
        rows = rows_of(browser.get(f"{HOME}/redemptions.csv?tab=fulfilled").text)
        assert [row[-1] for row in rows] == ["address", ""]

    def test_the_list_asks_the_same_however_many_wait(
        self, mug: Redemption, ana: Member, omar: Member, browser_of: Browser
    ) -> None:
        def ask() -> int:
            with statements() as sent:
                assert browser_of(omar).get(f"{HOME}/redemptions").status_code == 200
            return len(sent)

        few = ask()
        for _number in range(4):
            redeem(ana, make_reward())
        assert ask() == few
