"""Measuring how a figure moved between two waves: among whom, by which test, and what may be shown."""

import random

import pytest
from scipy import stats

from community.statistics import tracking
from community.statistics.intervals import Part, Sample, nps, nps_difference
from community.surveys import measuring
from community.surveys.measuring import Score


def scores(values, *, first=1, weight=None, **profile):
    return [Score(first + n, float(value), weight, profile) for n, value in enumerate(values)]


def shares(yes, n, *, first=1, **profile):
    return scores([1] * yes + [0] * (n - yes), first=first, **profile)


def concluded(*found, expects="any"):
    return measuring.conclude(found, [expects] * len(found))


class TestScoreOf:
    @pytest.mark.parametrize(
        ("value", "metric", "options", "score"),
        [
            ({"choice": "a"}, "share", ["a", "b"], 1),
            ({"choice": "c"}, "share", ["a", "b"], 0),
            ({"choices": ["c", "b"]}, "share", ["a", "b"], 1),
            ({"number": 5}, "share", ["4", "5"], 1),
            ({"number": 3}, "share", ["4", "5"], 0),
            ({"number": 0}, "share", ["0"], 1),
            ({"number": 3.5}, "mean", [], 3.5),
            ({"number": 9}, "nps", [], 100),
            ({"number": 8}, "nps", [], 0),
            ({"number": 6}, "nps", [], -100),
        ],
    )
    def test_it_is_what_the_answer_comes_to(self, value, metric, options, score):
        assert measuring.score_of(value, metric, options) == score


class TestOtherPeople:
    def test_two_shares_are_compared_with_newcombes_interval(self):
        found = measuring.measure(shares(80, 200), shares(120, 200, first=1000), metric="share")
        expected = tracking.two_shares(Part(80, 200), Part(120, 200))
        assert found["method"] == "independent"
        assert found["difference"]["value"] == pytest.approx(0.2)
        assert found["difference"]["low"] == pytest.approx(expected.interval.low)
        assert found["difference"]["high"] == pytest.approx(expected.interval.high)
        assert (found["before"]["n"], found["before"]["value"]) == (200, pytest.approx(0.4))

    def test_means_are_compared_by_welchs_test(self):
        dice = random.Random(7)
        before = [dice.gauss(3, 1) for _n in range(60)]
        after = [dice.gauss(3.6, 1.5) for _n in range(80)]
        found = measuring.measure(scores(before), scores(after, first=1000), metric="mean")
        welch = stats.ttest_ind(after, before, equal_var=False)
        assert found["difference"]["p"] == pytest.approx(welch.pvalue)
        assert found["difference"]["low"] == pytest.approx(welch.confidence_interval().low)

    def test_nps_is_compared_in_points(self):
        before = scores([100] * 30 + [0] * 40 + [-100] * 30)
        after = scores([100] * 50 + [0] * 30 + [-100] * 20, first=1000)
        found = measuring.measure(before, after, metric="nps")
        expected = nps_difference(nps(30, 30, n=100), nps(50, 20, n=100))
        assert found["difference"]["value"] == pytest.approx(30)
        assert found["difference"]["p"] == pytest.approx(expected.p)


class TestSamePeople:
    def test_shares_of_the_same_people_are_compared_by_mcnemar(self):
        before = scores([1] * 40 + [0] * 60)
        after = scores([1] * 30 + [0] * 10 + [1] * 35 + [0] * 25)
        found = measuring.measure(before, after, metric="share")
        expected = tracking.mcnemar(10, 35, n=100)
        assert (found["method"], found["difference"]["test"]) == ("paired", "chi2")
        assert found["difference"]["value"] == pytest.approx(0.25)
        assert found["difference"]["p"] == pytest.approx(expected.p)

    def test_means_of_the_same_people_by_the_paired_t_test(self):
        dice = random.Random(3)
        before = [dice.gauss(3, 1) for _n in range(40)]
        after = [each + dice.gauss(0.3, 0.5) for each in before]
        found = measuring.measure(scores(before), scores(after), metric="mean")
        assert found["difference"]["p"] == pytest.approx(stats.ttest_rel(after, before).pvalue)

    def test_some_in_both_waves_make_the_interval_narrower(self):
        dice = random.Random(5)
        level = [dice.gauss(3, 1) for _n in range(100)]
        before = scores([each + dice.gauss(0, 0.3) for each in level])
        after_values = [each + dice.gauss(0.2, 0.3) for each in level]
        half_known = scores(after_values[50:], first=51) + scores(after_values[:50], first=1000)
        strangers = scores(after_values, first=1000)
        partly = measuring.measure(before, half_known, metric="mean")
        apart = measuring.measure(before, strangers, metric="mean")
        assert (partly["method"], apart["method"]) == ("overlapping", "independent")
        assert partly["same_people"]["n"] == 50
        width = {id(each): each["difference"]["high"] - each["difference"]["low"] for each in (partly, apart)}
        assert width[id(partly)] < width[id(apart)]

    def test_fewer_than_ten_who_came_back_are_not_told_of(self):
        found = measuring.measure(shares(30, 60), shares(30, 60, first=52), metric="share")
        assert found["same_people"] is None
        assert found["method"] == "independent"
        assert found["attrition"] is found["conditioning"] is None


class TestCuts:
    def waves(self):
        before = shares(40, 100, region=["north"]) + shares(40, 100, first=500, region=["south"])
        after = shares(70, 100, first=1000, region=["north"]) + shares(55, 100, first=1500, region=["south"])
        return before, after

    def test_what_moved_where_nothing_was_changed_is_taken_off(self):
        before, after = self.waves()
        found = measuring.measure(
            before,
            after,
            metric="share",
            cut="attribute:region=north",
            untouched_cut="attribute:region=south",
        )
        assert found["difference"]["value"] == pytest.approx(0.30)
        assert found["untouched"]["difference"]["value"] == pytest.approx(0.15)
        assert found["did"]["value"] == pytest.approx(0.15)
        assert found["decides"] == "did"
        se = sum((0.4 * 0.6 + share * (1 - share)) / 100 for share in (0.7, 0.55)) ** 0.5
        assert found["did"]["high"] - found["did"]["low"] == pytest.approx(2 * 1.959964 * se, rel=1e-4)

    def test_only_those_in_the_cut_are_measured(self):
        before, after = self.waves()
        found = measuring.measure(before, after, metric="share", cut="attribute:region=south")
        assert (found["before"]["n"], found["after"]["n"]) == (100, 100)
        assert found["difference"]["value"] == pytest.approx(0.15)

    def test_panels_are_cuts_too(self):
        assert measuring.is_in_cut({"panel": ["garden"]}, "panel=garden")
        assert not measuring.is_in_cut({"panel": ["garden"]}, "panel=kitchen")
        assert not measuring.is_in_cut({}, "attribute:region=north")

    @pytest.mark.parametrize("yes", [0, 5, 9])
    def test_nine_answers_are_never_shown(self, yes):
        few, many = shares(yes, 9), shares(40, 100, first=1000)
        for before, after in ((few, many), (many, few)):
            assert measuring.measure(before, after, metric="share") == {"state": "few"}

    def test_nor_nine_who_could_be_worked_out_as_what_is_left_over(self):
        before = shares(40, 100, region=["north"]) + shares(5, 9, first=500, region=["south"])
        after = shares(60, 100, first=1000, region=["north"]) + shares(30, 60, first=1500, region=["south"])
        found = measuring.measure(before, after, metric="share", cut="attribute:region=north")
        assert found == {"state": "few"}

    def test_without_enough_whom_it_does_not_reach_the_change_alone_decides(self):
        before = shares(40, 100, region=["north"]) + shares(50, 100, first=500, region=["south"])
        after = shares(60, 100, first=1000, region=["north"])
        found = measuring.measure(
            before,
            after,
            metric="share",
            cut="attribute:region=north",
            untouched_cut="attribute:region=south",
        )
        assert found["decides"] == "difference"
        assert "did" not in found


class TestWeighted:
    def test_weighted_figures_stand_beside_plain_ones(self):
        before = shares(50, 100)
        after = [
            score._replace(weight=2.0 if score.value else 0.5)
            for score in scores([1] * 50 + [0] * 50, first=1000)
        ]
        assert measuring.measure(before, after, metric="share")["weighted"] is None
        before = [score._replace(weight=1.0) for score in before]
        found = measuring.measure(before, after, metric="share")
        assert found["difference"]["value"] == pytest.approx(0)
        assert found["weighted"]["after"]["value"] == pytest.approx(0.8)
        assert found["weighted"]["difference"]["value"] == pytest.approx(0.3)

    def test_equal_weights_change_nothing(self):
        for metric, values in (("mean", [1, 2, 3, 4, 5] * 8), ("nps", [100, 0, -100, 100] * 10)):
            before = [each._replace(weight=1.0) for each in scores(values)]
            after = [each._replace(weight=1.0) for each in scores(values[3:], first=1000)]
            found = measuring.measure(before, after, metric=metric)
            for name in ("value", "low", "high", "p"):
                assert found["weighted"]["difference"][name] == pytest.approx(found["difference"][name])


class TestChecks:
    def test_those_who_left_are_held_against_those_who_came_back(self):
        before = shares(45, 50) + shares(20, 50, first=500)
        after = shares(40, 50) + shares(25, 50, first=1000)
        left = measuring.measure(before, after, metric="share")["attrition"]
        assert (left["first"]["value"], left["second"]["value"]) == (0.9, 0.4)
        assert left["verdict"] == "down"

    def test_those_asked_for_the_first_time_against_those_asked_before(self):
        before, after = shares(25, 50), shares(25, 50) + shares(48, 50, first=1000)
        found = measuring.measure(before, after, metric="share")
        assert found["conditioning"]["difference"]["value"] == pytest.approx(0.46)
        assert found["conditioning"]["verdict"] == "up"


class TestConclude:
    def test_chances_are_corrected_for_all_comparisons_of_the_two_waves(self):
        found = [
            measuring.measure(shares(40, 100), shares(yes, 100, first=1000), metric="share")
            for yes in (41, 43, 55, 56)
        ]
        told = concluded(*found)
        raw = [each["difference"]["p"] for each in found]
        assert [each["p"] for each in told] == pytest.approx(stats.false_discovery_control(raw))
        assert {each["compared"] for each in told} == {4}

    def test_what_alone_would_be_a_find_may_be_chance_among_many(self):
        find = measuring.measure(shares(40, 100), shares(55, 100, first=1000), metric="share")
        nothing = measuring.measure(shares(40, 100), shares(40, 100, first=1000), metric="share")
        assert concluded(find)[0]["verdict"] == "up"
        assert concluded(find, *[nothing] * 19)[0]["verdict"] == "no change found"

    def test_no_change_is_a_result_and_a_miss_if_one_was_expected(self):
        found = measuring.measure(shares(40, 100), shares(42, 100, first=1000), metric="share")
        told = concluded(found)[0]
        assert (told["verdict"], told["is_expected"]) == ("no change found", None)
        assert concluded(found, expects="up")[0]["is_expected"] is False

    def test_the_opposite_of_what_was_expected_is_told_as_found(self):
        found = measuring.measure(shares(70, 100), shares(40, 100, first=1000), metric="share")
        told = concluded(found, expects="up")[0]
        assert (told["verdict"], told["is_expected"]) == ("down", False)

    def test_what_may_not_be_shown_is_no_comparison(self):
        find = measuring.measure(shares(40, 100), shares(70, 100, first=1000), metric="share")
        told = concluded({"state": "few"}, find)
        assert told[0] == {"state": "few"}
        assert told[1]["compared"] == 1

    def test_where_nobody_differs_there_is_nothing_to_test(self):
        found = measuring.measure(scores([4] * 20), scores([4] * 20, first=1000), metric="mean")
        told = concluded(found)[0]
        assert (told["p"], told["verdict"]) == (None, "no change found")


class TestSizes:
    def test_shares_need_what_methods_say(self):
        # 65 % and five points: about 1,430 answers a wave.
        sizes = dict(measuring.sizes(shares(650, 1000), "share"))
        assert 1400 < sizes[0.05] < 1440
        assert measuring.smallest_change(shares(104, 160), "share") == pytest.approx(0.15, abs=0.005)

    def test_means_and_nps_go_by_how_answers_spread(self):
        values = [1, 2, 3, 4, 5] * 20
        sizes = dict(measuring.sizes(scores(values), "mean"))
        sd = Sample(3, stats.tstd(values), 100).sd
        assert sizes[0.5] == pytest.approx(2 * (sd * (1.959964 + 0.841621) / 0.5) ** 2, abs=1)
        smallest = measuring.smallest_change(scores(values), "mean")
        assert 2 * (sd * 2.801585 / smallest) ** 2 == pytest.approx(100, rel=1e-4)

    def test_few_answers_give_nothing_of_themselves_away(self):
        assert measuring.sizes(shares(1, 9), "share") == measuring.sizes([], "share")
        assert measuring.sizes(scores([1] * 9), "mean") == []
        assert measuring.smallest_change(shares(1, 9), "share") is None

    @pytest.mark.parametrize("yes", [0, 50])
    def test_a_share_of_nothing_or_all_can_still_move(self, yes):
        assert all(size.per_wave > 1 for size in measuring.sizes(shares(yes, 50), "share"))
