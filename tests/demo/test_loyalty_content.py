"""The programme of the demo: complete in three languages, and spoken of by people who are there."""

import re
from typing import Any

import pytest

from community.demo import content, loyalty
from community.loyalty.contributions import CONTRIBUTIONS
from community.loyalty.models import REWARD_KINDS

LANGUAGES = {"en", "zh_Hans", "zh_Hant"}
HOUSE = content.read("loyalty")
HAN = re.compile(r"[\u4e00-\u9fff]")
PEOPLE = {person["key"]: person for person in content.list_members()}
REWARDS = {reward["key"]: reward for reward in HOUSE["reward"]}


@pytest.mark.parametrize("reward", HOUSE["reward"], ids=lambda reward: reward["key"])
class TestReward:
    def test_it_speaks_three_languages(self, reward: dict[str, Any]) -> None:
        for name in ("name", "text", "handover", "picture"):
            if name in reward:
                assert set(reward[name]) == LANGUAGES
                for locale, words in reward[name].items():
                    assert locale == "en" or HAN.search(words), words

    def test_it_is_of_a_known_kind_and_costs_something(self, reward: dict[str, Any]) -> None:
        assert reward["kind"] in REWARD_KINDS
        assert reward["cost"] > 0
        assert (reward["kind"] == "voucher") == ("codes" in reward)

    def test_what_members_see_says_what_it_is(self, reward: dict[str, Any]) -> None:
        if not reward.get("draft") and "withdrawn" not in reward:
            assert {"text", "handover", "picture"} <= set(reward)


class TestCatalogue:
    def test_every_kind_is_there(self) -> None:
        assert {reward["kind"] for reward in HOUSE["reward"]} == set(REWARD_KINDS)

    def test_one_is_for_a_private_panel_one_for_a_tier_one_withdrawn_and_one_a_draft(self) -> None:
        for mark in ("panel", "tier", "withdrawn", "draft"):
            assert sum(mark in reward for reward in HOUSE["reward"]) == 1, mark


class TestPeople:
    def test_whoever_wishes_something_may_have_it(self) -> None:
        for wish in HOUSE["wish"]:
            person, reward = PEOPLE[wish["by"]], REWARDS[wish["reward"]]
            assert "role" not in person
            assert person["joined_days_ago"] > wish["days"]
            assert "tier" not in reward, "nobody can be sure to have reached it by then"
            assert reward.get("panel", person["panels"][0]) in person["panels"]
            assert ("address" in wish) == (reward["kind"] == "physical")

    def test_wishes_are_answered_afterwards_by_owners(self) -> None:
        for wish in HOUSE["wish"]:
            if "then" in wish:
                assert 0 <= wish["then"]["days"] < wish["days"]
                assert PEOPLE[wish["then"]["by"]]["role"] == "owner"

    def test_points_by_hand_are_given_by_administrators_and_agreed_to_by_another_one(self) -> None:
        administrators = {"ada", loyalty.COLLEAGUE}
        for adjustment in HOUSE["adjustment"]:
            assert adjustment["by"] in administrators
            assert adjustment["member"] in PEOPLE
            assert adjustment.get("agreed_by") in administrators - {adjustment["by"]} | {None}

    def test_friends_came_after_those_who_invited_them(self) -> None:
        for friend in HOUSE["friend"]:
            came, inviter = PEOPLE[friend["friend"]], PEOPLE[friend["inviter"]]
            assert came["joined_days_ago"] < inviter["joined_days_ago"]

    def test_rules_that_change_exist(self) -> None:
        assert {change["rule"] for change in HOUSE["rule"]} <= set(CONTRIBUTIONS)
