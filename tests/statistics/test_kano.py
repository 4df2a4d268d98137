"""Kano's table, the worked example of Fong's test, and what the summary of a set of pairs says."""

import json
from dataclasses import asdict
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.statistics.kano import ANSWERS, CATEGORIES, Answer, category_of, fong, scores, summary

# No deadline: the machine may be busy with other tests.
quick = settings(max_examples=40, deadline=None)

Pair = tuple[Answer, Answer]

MUST: Pair = ("neutral", "dislike")
ONE: Pair = ("like", "dislike")
DELIGHT: Pair = ("like", "neutral")
INDIFFERENT: Pair = ("neutral", "neutral")
REVERSE: Pair = ("dislike", "like")
QUESTIONABLE: Pair = ("like", "like")
PAIRS = st.lists(st.tuples(st.sampled_from(ANSWERS), st.sampled_from(ANSWERS)), min_size=1, max_size=80)


class TestCategoryOf:
    def test_the_whole_table(self) -> None:
        rows = ["".join(category_of(present, absent) for absent in ANSWERS) for present in ANSWERS]
        assert rows == ["QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"]

    def test_turning_both_questions_round_reverses_it(self) -> None:
        for present, absent in product(ANSWERS, ANSWERS):
            here, there = category_of(present, absent), category_of(absent, present)
            assert (here in "AOM") == (there == "R")

    def test_other_answers_are_refused(self) -> None:
        with pytest.raises(ValueError, match="no answer to a Kano question"):
            category_of("love", "like")  # type: ignore[arg-type]


class TestScores:
    def test_liking_counts_twice_as_much_as_disliking(self) -> None:
        assert [scores(answer, "neutral")[0] for answer in ANSWERS] == [4, 2, 0, -1, -2]

    def test_absence_is_scored_in_reverse(self) -> None:
        assert [scores("neutral", answer)[1] for answer in ANSWERS] == [-2, -1, 0, 2, 4]


class TestFong:
    def test_the_worked_example(self) -> None:
        gap, limit = fong(80 / 200, 60 / 200, n=200)
        assert gap == pytest.approx(20)
        assert limit == pytest.approx(15.7, abs=0.05)

    @pytest.mark.parametrize(("first", "second", "n"), [(0.3, 0.4, 100), (0.7, 0.4, 100), (0.5, 0.4, 0)])
    def test_nonsense_is_refused(self, first: float, second: float, n: float) -> None:
        with pytest.raises(ValueError, match="larger of two shares"):
            fong(first, second, n=n)


class TestSummary:
    def test_the_first_two_of_the_worked_example_can_be_told_apart(self) -> None:
        found = summary([MUST] * 60 + [ONE] * 80 + [INDIFFERENT] * 60)
        assert found is not None
        assert found.category == "O"
        assert found.is_separable
        assert (found.fong_gap, found.fong_limit) == (pytest.approx(20), pytest.approx(15.7, abs=0.05))

    def test_coefficients_and_strengths_by_hand(self) -> None:
        found = summary([MUST] * 10 + [ONE] * 40 + [DELIGHT] * 20 + [INDIFFERENT] * 10 + [REVERSE] * 20)
        assert found is not None
        assert found.counts == {"M": 10, "O": 40, "A": 20, "I": 10, "R": 20, "Q": 0}
        assert found.better == pytest.approx(60 / 80)
        assert found.worse == pytest.approx(-50 / 80)
        assert found.category_strength == pytest.approx(0.2)
        assert found.total_strength == pytest.approx(0.7)

    @pytest.mark.parametrize(("pairs", "category"), [
        ([INDIFFERENT, DELIGHT, ONE, MUST], "M"), ([INDIFFERENT, DELIGHT, ONE], "O"),
        ([INDIFFERENT, DELIGHT], "A"), ([REVERSE, INDIFFERENT], "I"),
    ])  # fmt: skip
    def test_ties_go_to_what_is_missed_most(self, pairs: list[Pair], category: str) -> None:
        found = summary(pairs)
        assert found is not None
        assert found.category == category
        assert not found.is_separable

    def test_weighted_ties_are_ties_too(self) -> None:
        found = summary([DELIGHT] * 3 + [MUST], weights=[0.1, 0.1, 0.1, 0.3])
        assert found is not None
        assert found.category == "M"

    def test_more_than_two_in_a_hundred_contradictions_mark_a_bad_item(self) -> None:
        fine, bad = summary([QUESTIONABLE] * 2 + [ONE] * 98), summary([QUESTIONABLE] * 3 + [ONE] * 97)
        assert fine is not None
        assert bad is not None
        assert (fine.questionable, fine.is_bad_item) == (pytest.approx(0.02), False)
        assert (bad.questionable, bad.is_bad_item) == (pytest.approx(0.03), True)

    def test_weights_move_the_category_and_widen_what_it_takes_to_tell_it(self) -> None:
        pairs = [MUST] * 60 + [DELIGHT] * 40
        weights = [1.0] * 60 + [3.0] * 40
        found = summary(pairs, weights=weights)
        assert found is not None
        assert found.category == "A"
        assert found.shares["A"] == pytest.approx(120 / 180)
        assert found.n == 100
        assert found.n_eff == pytest.approx(180**2 / (60 + 360))
        assert found.fong_gap == pytest.approx(found.n_eff / 3)
        assert found.counts["A"] == 40

    def test_the_mean_scores_have_an_interval(self) -> None:
        found = summary([ONE] * 10 + [INDIFFERENT] * 10)
        assert found is not None
        assert (found.present.value, found.absent.value) == (2, 2)
        assert found.present.interval is not None
        assert found.present.interval.contains(2)

    def test_where_nobody_cares_there_is_neither_better_nor_worse(self) -> None:
        found = summary([REVERSE] * 5)
        assert found is not None
        assert (found.better, found.worse, found.category) == (None, None, "R")

    def test_nobody_has_no_summary(self) -> None:
        assert summary([]) is None

    @quick
    @given(PAIRS)
    def test_what_always_holds(self, pairs: list[Pair]) -> None:
        found = summary(pairs)
        assert found is not None
        assert sum(found.counts.values()) == found.n == len(pairs)
        assert set(found.counts) == set(CATEGORIES)
        assert found.counts[found.category] == max(found.counts.values())
        assert found.better is None or 0 <= found.better <= 1
        assert found.worse is None or -1 <= found.worse <= 0
        assert 0 <= found.category_strength <= 1
        assert json.loads(json.dumps(asdict(found)))["n"] == len(pairs)
