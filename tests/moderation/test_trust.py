"""When members go up and down the levels of trust."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from community.moderation import trust
from community.moderation.trust import Facts, Step

NOW = datetime(2026, 11, 22, tzinfo=UTC)
AT_HOME = Facts(days_here=3, ideas_read=5, texts_accepted=1)
TRUSTED = Facts(days_here=15, ideas_read=20, texts_accepted=5, thanks=10, thankers=3, thanks_days=3)
RELIED_UPON = Facts(days_here=50, ideas_read=60, texts_accepted=15, thanks=30, thankers=6, thanks_days=8)


def step(level: int, facts: Facts, *, days: int = 100, vouched: int = 0) -> Step | None:
    """Where somebody goes who has stood on the level for so many days."""
    return trust.next_step(level, facts, since=NOW - timedelta(days=days), now=NOW, vouched=vouched)


class TestConditions:
    @pytest.mark.parametrize("level", [2, 3])
    def test_thanks_come_from_a_fifth_as_many_people_on_a_quarter_as_many_days(self, level: int) -> None:
        bounds = {condition.fact: condition.bound for condition in trust.CONDITIONS[level]}
        assert bounds["thankers"] >= bounds["thanks"] / 5
        assert bounds["thanks_days"] >= bounds["thanks"] / 4

    @pytest.mark.parametrize(("level", "facts"), [(1, AT_HOME), (2, TRUSTED), (3, RELIED_UPON)])
    def test_every_single_one_has_to_hold(self, level: int, facts: Facts) -> None:
        assert trust.earned_level(facts) == level
        for condition in trust.CONDITIONS[level]:
            change = -1 if condition.way == "least" else condition.bound + 1
            without = replace(facts, **{condition.fact: getattr(facts, condition.fact) + change})
            assert trust.earned_level(without) < level, condition.fact


class TestNextStep:
    def test_up_goes_at_once_and_over_several_levels(self) -> None:
        assert step(0, RELIED_UPON, days=0) == Step(3, trust.EARNED)

    def test_nobody_goes_down_within_a_fortnight(self) -> None:
        lost = replace(TRUSTED, days_here=0)
        assert step(2, lost, days=13) is None
        assert step(2, lost, days=14) == Step(1, "days_here")

    def test_four_fifths_of_a_condition_are_enough_to_stay(self) -> None:
        assert step(2, replace(TRUSTED, thanks=8)) is None
        assert step(2, replace(TRUSTED, thanks=7)) == Step(1, "thanks")

    def test_down_goes_one_level_at_a_time(self) -> None:
        assert step(3, Facts()) == Step(2, "days_here")

    def test_absence_does_not_take_the_first_level_but_upheld_flags_do(self) -> None:
        assert step(1, Facts()) is None
        assert step(1, replace(AT_HOME, upheld_flags=3)) == Step(0, "upheld_flags")

    def test_nobody_sinks_below_what_a_moderator_vouched_for(self) -> None:
        assert step(0, Facts(), vouched=2) == Step(2, trust.VOUCHED)
        assert step(2, Facts(), vouched=2) is None
        assert step(3, Facts(), vouched=2) == Step(2, "days_here")


class TestProgress:
    def test_it_says_what_is_there_of_what_a_level_takes(self) -> None:
        lines = {line.fact: line for line in trust.progress(1, Facts(days_here=1, ideas_read=7))}
        assert (lines["days_here"].has, lines["days_here"].bound, lines["days_here"].is_met) == (1, 3, False)
        assert lines["ideas_read"].is_met
        assert lines["upheld_flags"].is_met
        assert trust.progress(4, Facts()) == []
