"""Keeping the catalogue: words, numbers, pictures, codes, and what is written down about changes."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import select

from community.activity.models import Activity
from community.infra import clock
from community.infra.db import db
from community.infra.errors import Conflict, Invalid, NotFound
from community.infra.images import read_image
from community.loyalty.actions import codes, rewards
from community.loyalty.models import VoucherCode
from community.loyalty.queries import rewards as queries
from community.loyalty.queries.codes import count_codes
from community.loyalty.queries.tiers import all_tiers
from community.members.models import Member
from tests.factories.loyalty import give_points, make_reward
from tests.factories.panels import make_panel
from tests.loyalty.redeemed import kinds_about, redeem
from tests.surveys.choosing import picture_file


@pytest.fixture(autouse=True)
def own_folder(app: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of this test only."""
    monkeypatch.setitem(current_app.config, "UPLOAD_DIR", tmp_path)


def settings(**values: Any) -> Any:
    """What staff fill in at least."""
    return {"name": {"en": "A mug"}, "cost": 100, **values}


def files() -> int:
    """How many files are stored."""
    return sum(path.is_file() for path in Path(current_app.config["UPLOAD_DIR"]).rglob("*"))


def last_change() -> dict[str, Any]:
    """What changed from what to what, at the last change."""
    newest = select(Activity.data).where(Activity.kind == "reward.changed").order_by(Activity.id.desc())
    return dict(db.session.scalars(newest.limit(1)).one()["changed"])


class TestCreateReward:
    def test_it_begins_as_a_draft(self, ada: Member) -> None:
        reward = rewards.create_reward(ada, kind="physical", settings=settings(stock_left=5))

        assert (reward.state, reward.stock_left, reward.name) == ("draft", 5, {"en": "A mug"})
        assert kinds_about("reward") == ["reward.created"]

    def test_a_voucher_has_as_many_as_it_has_codes(self, ada: Member) -> None:
        reward = rewards.create_reward(ada, kind="voucher", settings=settings(stock_left=50))
        assert reward.stock_left == 0

    def test_blank_words_are_not_kept(self, ada: Member) -> None:
        words = {"en": "A mug", "zh_Hans": " ", "zh_Hant": ""}
        assert rewards.create_reward(ada, kind="coffee", settings=settings(name=words)).name == {
            "en": "A mug"
        }

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"name": {"en": "  "}}, "name_en"),
            ({"name": {"en": "A", "zh_Hans": "长" * 81}}, "name_zh_Hans"),
            ({"cost": 0}, "cost"),
            ({"cost": 1_000_001}, "cost"),
            ({"stock_left": -1}, "stock_left"),
            ({"per_member": 0}, "per_member"),
            ({"per_days": 30}, "per_member"),
            ({"unit_cost": -1}, "unit_cost"),
            ({"tier_id": 999_999}, "tier_id"),
            ({"panel_id": 999_999}, "panel_id"),
        ],
    )
    def test_it_says_which_field_is_wrong(self, ada: Member, wrong: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as refused:
            rewards.create_reward(ada, kind="physical", settings=settings(**wrong))
        assert refused.value.field == field

    def test_it_ends_after_it_begins(self, ada: Member) -> None:
        now = clock.now()
        with pytest.raises(Invalid) as refused:
            rewards.create_reward(ada, kind="coffee", settings=settings(opens_at=now, closes_at=now))
        assert refused.value.field == "closes_at"

    def test_a_picture_needs_words(self, ada: Member) -> None:
        picture = read_image(picture_file())
        with pytest.raises(Invalid) as refused:
            rewards.create_reward(ada, kind="coffee", settings=settings(), picture=picture)
        assert (refused.value.field, files()) == ("picture_text_en", 0)

    def test_no_file_stays_where_nothing_came_of_it(self, ada: Member) -> None:
        with pytest.raises(Invalid):
            rewards.create_reward(
                ada,
                kind="coffee",
                settings=settings(picture_text={"en": "A cup"}, panel_id=999_999),
                picture=read_image(picture_file()),
            )
        assert files() == 0


class TestEditReward:
    def test_it_writes_down_what_was_before(self, ada: Member) -> None:
        reward = make_reward("A mug", cost=100)
        rewards.edit_reward(ada, reward, settings=settings(cost=150, closes_at=None))

        assert last_change() == {"cost": [100, 150]}
        rewards.edit_reward(ada, reward, settings=settings(cost=150))
        assert kinds_about("reward") == ["reward.changed"]

    def test_what_was_redeemed_while_the_form_was_open_is_not_put_back(
        self, ada: Member, ana: Member
    ) -> None:
        reward = make_reward("A mug", stock_left=10)
        redeem(give_points(ana, 300), reward, quantity=2)
        rewards.edit_reward(ada, reward, settings=settings(stock_left=15), stock_seen=10)
        assert reward.stock_left == 13

        redeem(give_points(ana, 300), reward)
        rewards.edit_reward(ada, reward, settings=settings(stock_left=1), stock_seen=13)
        assert reward.stock_left == 0

    def test_an_end_can_be_given_and_taken_away(self, ada: Member) -> None:
        reward = make_reward("A mug")
        rewards.edit_reward(ada, reward, settings=settings(stock_left=3))
        assert reward.stock_left == 3
        rewards.edit_reward(ada, reward, settings=settings(stock_left=None), stock_seen=3)
        assert reward.stock_left is None

    def test_a_voucher_s_stock_is_its_codes(self, ada: Member) -> None:
        reward = make_reward("A mug", kind="voucher", codes=("A", "B"))
        rewards.edit_reward(ada, reward, settings=settings(stock_left=500))
        assert reward.stock_left == 2

    def test_a_new_picture_takes_the_place_of_the_old_one(self, ada: Member) -> None:
        words = settings(picture_text={"en": "A cup"})
        reward = rewards.create_reward(ada, kind="coffee", settings=words, picture=read_image(picture_file()))
        first = reward.picture_key
        rewards.edit_reward(ada, reward, settings=words, picture=read_image(picture_file("plum")))

        assert (files(), reward.picture_key != first) == (1, True)
        rewards.edit_reward(ada, reward, settings=settings(), removes_picture=True)
        assert (files(), reward.picture_key) == (0, None)


class TestOffering:
    def test_it_is_offered_withdrawn_and_offered_again(self, ada: Member) -> None:
        reward = rewards.create_reward(ada, kind="coffee", settings=settings())
        rewards.offer_reward(ada, reward)
        rewards.offer_reward(ada, reward)
        rewards.withdraw_reward(ada, reward)
        rewards.offer_reward(ada, reward)

        assert reward.state == "offered"
        assert kinds_about("reward") == [
            "reward.created", "reward.changed", "reward.withdrawn", "reward.changed",
        ]  # fmt: skip
        assert last_change() == {"state": ["withdrawn", "offered"]}

    def test_a_voucher_needs_codes_first(self, ada: Member) -> None:
        reward = rewards.create_reward(ada, kind="voucher", settings=settings())
        with pytest.raises(Conflict):
            rewards.offer_reward(ada, reward)
        codes.add_codes(ada, reward, codes=["A"])
        rewards.offer_reward(ada, reward)
        assert reward.state == "offered"

    def test_a_draft_cannot_be_withdrawn(self, ada: Member) -> None:
        with pytest.raises(Conflict):
            rewards.withdraw_reward(ada, make_reward(state="draft"))


class TestCodes:
    def test_codes_are_one_more_each(self, ada: Member) -> None:
        reward = make_reward(kind="voucher", codes=("A",))

        assert codes.add_codes(ada, reward, codes=["B", "C"]) == 2
        assert codes.add_codes(ada, reward, codes=["C", "D"]) == 1
        assert reward.stock_left == 4
        assert kinds_about("reward") == ["reward.codes_added", "reward.codes_added"]

    def test_two_vouchers_may_have_the_same_code(self, ada: Member) -> None:
        for reward in (make_reward(kind="voucher", codes=("A",)), make_reward(kind="voucher")):
            codes.add_codes(ada, reward, codes=["B"])
        assert db.session.scalars(select(VoucherCode.code)).all().count("B") == 2

    def test_known_ones_are_found_among_thousands(self, ada: Member) -> None:
        reward = make_reward(kind="voucher", codes=("CODE-3", "CODE-1200"))
        listed = codes.check_codes(reward, "\n".join(f"CODE-{number}" for number in range(1, 1201)))

        assert len(listed.codes) == 1198
        assert [row.line for row in listed.refused] == [3, 1200]

    def test_only_vouchers_have_them(self, ada: Member) -> None:
        with pytest.raises(Conflict):
            codes.add_codes(ada, make_reward(), codes=["A"])

    def test_a_free_one_can_be_taken_out_and_one_that_was_given_cannot(
        self, ada: Member, ana: Member
    ) -> None:
        reward = make_reward(kind="voucher", codes=("A", "B"))
        redeem(give_points(ana, 100), reward)
        given, free = db.session.scalars(select(VoucherCode).order_by(VoucherCode.id)).all()

        with pytest.raises(Conflict):
            codes.take_code_out(ada, reward, code_id=given.id)
        codes.take_code_out(ada, reward, code_id=free.id)
        assert (reward.stock_left, count_codes(reward)) == (0, 1)

    def test_a_code_of_another_voucher_is_not_there(self, ada: Member) -> None:
        reward, other = make_reward(kind="voucher", codes=("A",)), make_reward(kind="voucher", codes=("B",))
        theirs = db.session.scalars(select(VoucherCode).where(VoucherCode.reward_id == other.id)).one()
        with pytest.raises(NotFound):
            codes.take_code_out(ada, reward, code_id=theirs.id)


class TestListOffered:
    def names(self, viewer: Member | None) -> list[str]:
        """What the viewer finds in the catalogue, in order."""
        return [line.reward.name["en"] for line in queries.list_offered(viewer).items]

    def test_the_cheapest_comes_first_and_what_is_not_offered_does_not_come(self, ana: Member) -> None:
        make_reward("Dear", cost=500)
        make_reward("Cheap", cost=10)
        make_reward("Soon", cost=20, opens_at=clock.ahead(days=3))
        make_reward("Over", cost=20, closes_at=clock.ago(days=3))
        make_reward("Draft", cost=20, state="draft")
        make_reward("Withdrawn", cost=20, state="withdrawn")

        assert self.names(ana) == ["Cheap", "Soon", "Dear"]

    def test_rewards_of_panels_are_there_for_those_who_may_read_them(
        self, ana: Member, ben: Member, mia: Member
    ) -> None:
        for visibility in ("open", "members", "private"):
            panel = make_panel(visibility=visibility, members=(ana,))
            make_reward(visibility, panel_id=panel.id)

        assert self.names(ana) == self.names(mia) == ["open", "members", "private"]
        assert self.names(ben) == self.names(None) == ["open"]

    def test_each_says_what_stands_in_the_way(self, ana: Member) -> None:
        give_points(ana, 50)
        make_reward("Near", cost=60)
        make_reward("High", cost=70, tier_id=all_tiers()[1].id)
        make_reward("Mine", cost=10)

        lines = {line.reward.name["en"]: line.obstacles for line in queries.list_offered(ana).items}
        assert [each.words for each in lines["Near"]] == ["10 points are missing."]
        assert [each.why for each in lines["High"]] == ["tier", "points"]
        assert lines["Mine"] == []

    def test_pages_follow_one_another(self, ana: Member, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(queries, "PER_PAGE", 2)
        for number in range(3):
            make_reward(str(number), cost=10 + number)

        first, second = (queries.list_offered(ana, number=number) for number in (1, 2))
        assert [line.reward.name["en"] for line in first.items] == ["0", "1"]
        assert [line.reward.name["en"] for line in second.items] == ["2"]
        assert (first.has_next, second.has_next) == (True, False)


class TestLimits:
    def test_the_list_counts_within_the_days_of_each_reward(self, ana: Member) -> None:
        give_points(ana, 1000)
        monthly, ever = make_reward("monthly", per_member=1, per_days=30), make_reward("ever", per_member=1)
        with clock.stopped_at(clock.now() - timedelta(days=40)):
            for reward in (monthly, ever):
                redeem(ana, reward)

        lines = {line.reward.name["en"]: line.obstacles for line in queries.list_offered(ana).items}
        assert lines["monthly"] == []
        assert [each.why for each in lines["ever"]] == ["limit"]
