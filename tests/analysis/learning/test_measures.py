"""Measures: against values worked out by hand, and the known ones of scikit-learn."""

from random import Random

import pytest
from sklearn.metrics import f1_score

from community.analysis.learning.measures import (
    accuracy,
    accuracy_kept,
    calibration_error,
    confusion,
    macro_f1,
)


class TestMeasures:
    def test_accuracy_is_the_share_of_right_answers(self) -> None:
        assert accuracy(["pos", "neg", "neg", "neu"], ["pos", "neg", "pos", "neg"]) == 0.5

    def test_macro_f1_counts_every_true_label_the_same(self) -> None:
        # pos: 2 of 2 found, 1 said too often: 4/5; neg: 1 of 2 found: 2/3.
        assert macro_f1(["pos", "pos", "neg", "neg"], ["pos", "pos", "pos", "neg"]) == pytest.approx(
            (4 / 5 + 2 / 3) / 2
        )

    def test_macro_f1_is_that_of_scikit_learn(self) -> None:
        dice = Random(1)
        truths = dice.choices(["pos", "neu", "neg"], [5, 1, 3], k=200)
        answers = [truth if dice.random() < 0.6 else dice.choice(["pos", "neu", "neg"]) for truth in truths]
        assert macro_f1(truths, answers) == pytest.approx(f1_score(truths, answers, average="macro"))

    def test_chances_that_come_true_as_often_as_they_say_have_no_calibration_error(self) -> None:
        assert calibration_error([True, True, True, False], [0.75] * 4) == 0

    def test_calibration_error_weighs_the_gaps_by_how_many_are_in_a_bin(self) -> None:
        # Three at .9 with one right: a gap of .567; one at .5 that is right: .5.
        hits, sure = [True, False, False, True], [0.9, 0.9, 0.9, 0.5]
        assert calibration_error(hits, sure) == pytest.approx((3 * (0.9 - 1 / 3) + 0.5) / 4)

    def test_full_certainty_has_a_bin(self) -> None:
        assert calibration_error([True], [1.0]) == 0

    def test_what_people_see_to_is_the_least_certain_fifth(self) -> None:
        assert accuracy_kept([True, True, False, True, True], [0.9, 0.8, 0.3, 0.7, 0.6]) == 1

    def test_confusion_counts_answers_by_what_was_true(self) -> None:
        assert confusion(["pos", "pos", "neg"], ["pos", "neg", "neg"]) == {
            "pos": {"pos": 1, "neg": 1},
            "neg": {"neg": 1},
        }

    def test_nothing_measured_is_no_error(self) -> None:
        assert (accuracy([], []), macro_f1([], []), calibration_error([], []), accuracy_kept([], [])) == (
            0,
            0,
            0,
            0,
        )
