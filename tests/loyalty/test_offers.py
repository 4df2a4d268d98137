"""What stands between a member and a reward, in plain words."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from community.loyalty import offers
from community.loyalty.offers import Standing, Terms

NOW = datetime(2026, 3, 14, 9, tzinfo=UTC)
HUNDRED = Terms(cost=100)


def why(terms: Terms, standing: Standing, *, quantity: int = 1) -> list[str]:
    """The words for what stands in the way."""
    return [each.why for each in offers.obstacles(terms, standing, now=NOW, quantity=quantity)]


def words(terms: Terms, standing: Standing, *, quantity: int = 1) -> list[str]:
    """The sentences about what stands in the way."""
    return [each.words for each in offers.obstacles(terms, standing, now=NOW, quantity=quantity)]


@pytest.fixture(autouse=True)
def english(app: Flask) -> None:
    """Sentences need a language."""


class TestObstacles:
    def test_nothing_stands_in_the_way_of_who_has_enough(self) -> None:
        assert why(HUNDRED, Standing(available=100)) == []

    def test_it_says_exactly_how_many_points_are_missing(self) -> None:
        assert words(HUNDRED, Standing(available=40)) == ["60 points are missing."]
        assert words(HUNDRED, Standing(available=99)) == ["1 point is missing."]
        assert words(HUNDRED, Standing(available=-20)) == ["120 points are missing."]
        assert words(HUNDRED, Standing(available=250), quantity=3) == ["50 points are missing."]

    def test_it_names_the_tier_it_is_for(self) -> None:
        silver = HUNDRED._replace(tier_threshold=200, tier_name={"en": "Silver"})

        assert words(silver, Standing(available=100)) == ["It is for the tier Silver and above."]
        assert why(silver, Standing(available=100, tier_threshold=200)) == []
        assert why(silver, Standing(available=100, tier_threshold=600)) == []

    def test_it_tells_before_its_time_from_after(self) -> None:
        soon = HUNDRED._replace(opens_at=NOW + timedelta(days=1))
        over = HUNDRED._replace(closes_at=NOW)

        assert words(soon, Standing(available=100)) == ["It is not offered yet: it begins on March 15, 2026."]
        assert words(over, Standing(available=100)) == [
            "It is no longer offered: it ended on March 14, 2026."
        ]
        assert why(HUNDRED._replace(opens_at=NOW), Standing(available=100)) == []

    @pytest.mark.parametrize("state", ["draft", "withdrawn"])
    def test_only_what_is_offered_can_be_had(self, state: str) -> None:
        assert why(HUNDRED._replace(state=state), Standing(available=100)) == [state]

    def test_it_says_that_none_is_left_or_how_many(self) -> None:
        rich = Standing(available=1000)

        assert words(HUNDRED._replace(stock_left=0), rich) == ["None is left at the moment."]
        assert words(HUNDRED._replace(stock_left=2), rich, quantity=3) == ["Only 2 are left."]
        assert why(HUNDRED._replace(stock_left=3), rich, quantity=3) == []

    def test_a_limit_counts_what_was_had_before(self) -> None:
        rich, twice = Standing(available=1000), HUNDRED._replace(per_member=2)

        assert why(twice, rich, quantity=2) == []
        assert words(twice, rich._replace(taken=1), quantity=2) == ["You can have 1 more of it."]
        assert words(twice, rich._replace(taken=2)) == [
            "You have had it already: each member can have it 2 times."
        ]
        assert words(twice._replace(per_days=30), rich._replace(taken=2)) == [
            "You have had it already: each member can have 2 within 30 days."
        ]

    def test_it_is_for_members_of_its_panel(self) -> None:
        terms = HUNDRED._replace(panel_name="Young families")

        assert words(terms, Standing(available=100, is_in_panel=False)) == [
            "It is for the members of “Young families”."
        ]

    def test_nothing_is_paid_out_while_the_books_are_checked(self) -> None:
        assert why(HUNDRED, Standing(available=100, is_stopped=True)) == ["stopped"]

    def test_all_that_is_missing_is_said_at_once(self) -> None:
        terms = HUNDRED._replace(tier_threshold=200, tier_name={"en": "Silver"}, stock_left=0)

        assert why(terms, Standing(available=1)) == ["none_left", "tier", "points"]


class TestMost:
    def test_it_is_bounded_by_points_stock_and_limit(self) -> None:
        rich = Standing(available=10_000)

        assert offers.most(HUNDRED, Standing(available=350)) == 3
        assert offers.most(HUNDRED._replace(stock_left=2), rich) == 2
        assert offers.most(HUNDRED._replace(per_member=5), rich._replace(taken=4)) == 1
        assert offers.most(HUNDRED, rich) == offers.MOST_AT_ONCE
        assert offers.most(HUNDRED, Standing(available=-5)) == 0
