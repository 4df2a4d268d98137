"""The rule book says what the rules do, and nothing else."""

from collections.abc import Callable
from html import unescape

from flask import Flask

from community.loyalty import earning, rule_book
from community.loyalty.actions.programme import change_programme
from community.loyalty.actions.rules import change_rule
from community.loyalty.contributions import CONTRIBUTIONS
from community.loyalty.earning import Past
from community.loyalty.models import Programme, RuleVersion
from community.loyalty.queries import rules
from community.members.models import Member
from tests.conftest import Client


def chapter(rule: str) -> rule_book.Chapter:
    """The chapter of the version that stands."""
    return rule_book.chapter(rules.standing(rule))


class TestChapter:
    def test_it_says_points_bonus_ways_and_limits(self, app: Flask) -> None:
        found = chapter("idea_accepted")
        assert found.gives == "10 points, and 10 more for your first one"
        assert found.ways == (
            "a moderator accepts it",
            "there are 3 members who support it",
            "7 days have passed and nothing spoke against it",
        )
        assert found.limits == (
            "Several within 7 days give less each: 10, 8, 6, 5 points, and so on.",
            "At most 3 count in any 24 hours.",
            "At most 10 count in any 7 days.",
            "One and the same member can stand behind 3 of yours in any 30 days.",
        )

    def test_it_follows_the_version_that_stands(self, ada: Member) -> None:
        change_rule(
            "idea_accepted",
            {
                "points": 1, "first_bonus": 0, "decay": 1.0, "per_day": None, "per_week": None,
                "per_pair": None, "supporters_needed": None, "wait_days": 1, "staff_earn": True,
                "qualifies": False,
            },
            by=ada,
            seen=1,
        )  # fmt: skip
        found = chapter("idea_accepted")
        assert (found.gives, found.number) == ("1 point", 2)
        assert found.ways == ("a moderator accepts it", "1 day has passed and nothing spoke against it")
        assert found.limits == ("Members who work for us earn it too.", "It does not count for your tier.")

    def test_every_setting_of_a_version_changes_what_is_said(self, app: Flask) -> None:
        other = {
            "points": 77, "per_day": 7, "per_week": 77, "decay": 0.5, "decay_days": 77, "first_bonus": 77,
            "gate": "none", "supporters_needed": 77, "wait_days": 77, "per_pair": 77, "staff_earn": True,
            "qualifies": False,
        }  # fmt: skip
        says = {
            column.key: getattr(rules.standing("idea_accepted"), column.key)
            for column in RuleVersion.__table__.columns
        }
        before = rule_book.chapter(RuleVersion(**says))
        for name, value in other.items():
            assert rule_book.chapter(RuleVersion(**says | {name: value})) != before, name

    def test_the_steps_it_spells_out_are_what_is_given(self, app: Flask) -> None:
        version = rules.standing("comment_helpful")
        steps = [
            earning.amount(5, version=version, programme=Programme(), past=Past(alike_lately=number)).points
            for number in range(4)
        ]
        assert f"{', '.join(map(str, steps))} points" in chapter("comment_helpful").limits[0]

    def test_a_survey_sets_its_own_points(self, app: Flask) -> None:
        assert chapter("survey_completed").gives == "As many points as the survey says"

    def test_a_rule_that_is_off_has_none(self, ada: Member) -> None:
        change_rule("profile_completed", {"is_on": False}, by=ada, seen=1)
        named = [each.rule for each in rule_book.chapters(rules.list_standing())]
        assert named == [rule for rule in CONTRIBUTIONS if rule != "profile_completed"]


class TestProgrammeInWords:
    def test_every_limit_has_a_sentence(self, ada: Member) -> None:
        settings = change_programme(
            {
                "points_per_day": 80,
                "points_per_month": 900,
                "most_in_wallet": 5000,
                "budget_per_month": 100_000,
            },
            by=ada,
        )
        said = " ".join(rule_book.limits_for_all(settings))
        for words in ("80 points", "900 points", "5,000 points", "100,000 points"):
            assert words in said

    def test_without_limits_nothing_is_said_of_them(self, ada: Member) -> None:
        settings = change_programme({"points_per_day": None, "points_per_month": None}, by=ada)
        assert len(rule_book.limits_for_all(settings)) == 1

    def test_it_says_when_points_expire_or_that_they_never_do(self, ada: Member) -> None:
        settings = change_programme({"valid_months": 12, "grace_days": 14}, by=ada)
        said = " ".join(rule_book.lifetime(settings))
        assert "expire 12 months after" in said
        assert "another 14 days" in said
        settings = change_programme({"valid_months": None}, by=ada)
        assert "Points do not expire." in rule_book.lifetime(settings)


class TestRuleBookPage:
    def test_a_visitor_reads_every_rule_and_what_never_earns(self, client: Client) -> None:
        page = unescape(client.get("/points").text)
        for rule in CONTRIBUTIONS:
            assert f'id="{rule}"' in page
        assert "Praise. Kind words are welcome and give nothing" in page
        assert "the same points whatever you rate" in page
        assert "Not yourself, not who invited you" in page
        assert "Silver: 200 points earned within 365 days" in page

    def test_it_is_there_in_every_language(
        self, app: Flask, browser_of: Callable[[Member], Client], lin: Member
    ) -> None:
        assert browser_of(lin).get("/points").status_code == 200

    def test_it_is_gone_while_the_programme_is_closed(self, client: Client, ada: Member) -> None:
        change_programme({"is_open": False}, by=ada)
        assert client.get("/points").status_code == 404
