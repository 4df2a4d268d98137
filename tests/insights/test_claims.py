"""Sentences of reports: what is proven is said with its interval, what is not is not."""

import pytest
from flask import Flask
from flask_babel import force_locale

from community.insights.claims import (
    against_others,
    change,
    change_of_rate,
    felt,
    judge,
    plain,
    too_few,
    worth_saying,
)
from community.insights.figures import Column, Figure, Section
from community.statistics.intervals import Part, Sample, share
from community.statistics.rates import rate_ratio
from community.statistics.tracking import two_means, two_shares


@pytest.fixture(autouse=True)
def _speaking(shared_app: Flask):  # type: ignore[no-untyped-def]
    with shared_app.app_context(), force_locale("en"):
        yield


class TestChange:
    def test_a_proven_rise_is_said_with_its_interval(self) -> None:
        [found] = judge([two_shares(Part(310, 1000), Part(380, 1000))])
        claim = change("Negative texts", 0.31, 0.38, found=found, figure="sentiment")
        assert claim.text == "Negative texts: rose from 31% to 38% (+3 to +11 pts)."
        assert (claim.verdict, claim.figure) == ("rose", "sentiment")
        assert claim.test == "z-test, p <\u202f0.001"

    def test_what_is_not_proven_is_called_that(self) -> None:
        [found] = judge([two_shares(Part(31, 100), Part(33, 100))])
        claim = change("Praise", 0.31, 0.33, found=found)
        assert claim.text == "Praise: no change proven (31% and 33%, −11 to +15 pts)."
        assert claim.verdict == "unproven"

    def test_one_of_many_tests_has_to_be_surer(self) -> None:
        alone = two_shares(Part(300, 1000), Part(343, 1000))
        none = two_shares(Part(300, 1000), Part(301, 1000))
        assert change("Price", 0.3, 0.343, found=judge([alone])[0]).verdict == "rose"
        found = judge([alone, *[none] * 9])[0]
        claim = change("Price", 0.3, 0.343, found=found)
        assert claim.verdict == "unproven"
        assert claim.text == "Price: no change proven among 10 tests (30% and 34%, +0.2 to +8.4 pts)."

    def test_nobody_before_is_nothing_to_compare_with(self) -> None:
        found = judge([two_shares(Part(0, 0), Part(33, 100))])[0]
        assert change("Praise", None, 0.33, found=found).text == "Praise: too few people to say."

    def test_scores_keep_their_unit(self) -> None:
        [found] = judge([two_means(Sample(0.1, 0.5, 400), Sample(-0.1, 0.5, 400))])
        claim = change("Mean score", 0.1, -0.1, found=found, kind="score")
        assert claim.text == "Mean score: fell from +0.10 to −0.10 (−0.27 to −0.13)."


class TestAgainstOthers:
    def test_a_group_is_higher_than_the_others(self) -> None:
        [found] = judge([two_shares(Part(200, 1000), Part(60, 200))])
        claim = against_others("Complaints of new members", 0.2, 0.3, found=found)
        assert claim.verdict == "higher"
        assert (
            claim.text == "Complaints of new members: higher than elsewhere, 30% against 20% (+4 to +17 pts)."
        )


class TestChangeOfRate:
    def test_more_texts_a_day_are_a_rise(self) -> None:
        found = rate_ratio(400, 560, days_before=28, days_after=28)
        claim = change_of_rate("Texts", 400 / 28, 560 / 28, found=found)
        assert claim.text == "Texts: rose from 14.29 to 20 a day (+23% to +59%)."

    def test_a_few_more_may_be_chance(self) -> None:
        found = rate_ratio(40, 45, days_before=28, days_after=28)
        assert change_of_rate("Texts", 40 / 28, 45 / 28, found=found).verdict == "unproven"


class TestWhatIsSaidFirst:
    def test_what_too_few_can_tell_of_is_left_to_its_figure(self) -> None:
        [tested] = judge([two_shares(Part(31, 100), Part(33, 100))])
        said = [plain("Half are told."), too_few("Praise"), change("Praise", 0.31, 0.33, found=tested)]
        figure = Figure("praise", "Praise", [Column("name", "What")], [], n=200, unit="texts", claims=said)
        assert worth_saying([Section("praise", "Praise", [figure])]) == [said[0], said[2]]

    def test_good_and_bad_stand_in_one_sentence(self) -> None:
        [claim] = felt(share(370, 1000), share(380, 1000), figure="sentiment")
        assert claim.text == "Of the texts 37% are positive (34–40%) and 38% negative (35–41%)."
        assert felt(None, share(380, 1000)) == []
