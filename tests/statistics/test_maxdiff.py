"""MaxDiff: counts and utilities are right, and random clicking is seen."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from itertools import combinations
from math import exp, log, sqrt
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from statsmodels.discrete.conditional_models import ConditionalLogit

from community.statistics.designs import balance, design
from community.statistics.maxdiff import (
    Answer,
    bootstrap_shares,
    counts,
    display_shares,
    fit,
    person_fits,
)

UTILITIES = (1.6, 0.8, 0.2, 0.0, -0.3, -0.6, -0.7, -1.0)


def _draw(rng: Random, items: Sequence[int], utilities: Sequence[float], sign: int) -> int:
    return rng.choices(items, [exp(sign * utilities[item]) for item in items])[0]


def _person(rng: Random, sets: Sequence[tuple[int, ...]], utilities: Sequence[float]) -> list[Answer]:
    answers = []
    for shown in sets:
        best = _draw(rng, shown, utilities, 1)
        answers.append(Answer(shown, best, _draw(rng, [i for i in shown if i != best], utilities, -1)))
    return answers


def _people(count: int, *, seed: int, utilities: Sequence[float] = UTILITIES) -> list[list[Answer]]:
    rng = Random(seed)
    plan = design(len(utilities), seed=seed, versions=4)
    return [_person(rng, plan.version_for(number), utilities) for number in range(count)]


class TestCounts:
    def test_they_are_best_less_worst_by_showing(self) -> None:
        people = [[Answer((0, 1, 2), 0, 2)], [Answer((2, 1, 0), 0, 1)], [Answer((0, 1, 3), 1, 0)], []]
        first = counts(people, item_count=5)[0]
        assert (first.shown, first.best, first.worst) == (3, 2, 1)
        assert first.score == pytest.approx(1 / 3)
        assert first.se == pytest.approx(sqrt((2 / 3 + 1 / 3 - (1 / 3) ** 2) / 3))
        assert first.ratio == pytest.approx(log(2.5 / 1.5) / 2)
        assert counts(people, item_count=5)[4].score is None

    def test_the_interval_is_the_adjusted_wald_one_of_a_net_score(self) -> None:
        # 200 showings, 90 best and 50 worst: as the NPS of 200 answers with these counts, +9 to +31.
        row = [Answer((0, 1, 2), 0, 1)] * 90 + [Answer((0, 1, 2), 1, 0)] * 50 + [Answer((0, 1, 2), 1, 2)] * 60
        first = counts([[answer] for answer in row], item_count=3)[0]
        assert first.score == pytest.approx(0.2)
        assert first.interval is not None
        assert (first.interval.low, first.interval.high) == pytest.approx((0.09, 0.31), abs=0.006)
        # 203 with three quarters of a best and of a worst more.
        middle = 40 / 203
        half = 1.959964 * sqrt((141.5 / 203 - middle**2) / 203)
        assert (first.interval.low, first.interval.high) == pytest.approx((middle - half, middle + half))

    @given(st.integers(1, 40), st.integers(0, 1000))
    @settings(max_examples=20, deadline=None)
    def test_the_interval_holds_the_score_and_best_and_worst_are_as_many(self, size: int, seed: int) -> None:
        found = counts(_people(size, seed=seed), item_count=8)
        assert sum(each.best for each in found) == sum(each.worst for each in found) == size * 6
        for each in found:
            assert each.score is None or (each.interval and each.interval.contains(each.score))

    def test_a_weight_of_two_counts_twice_and_equal_weights_change_no_interval(self) -> None:
        people = _people(30, seed=2)
        assert [each.score for each in counts(people, item_count=8, weights=[2] + [1] * 29)] == pytest.approx(
            [each.score for each in counts([people[0], *people], item_count=8)]
        )
        plain, heavy = counts(people, item_count=8), counts(people, item_count=8, weights=[3.0] * 30)
        assert [each.se for each in heavy] == pytest.approx([each.se for each in plain])

    @pytest.mark.parametrize(
        "answer",
        [
            Answer((0, 1, 2), 0, 0),
            Answer((0, 1, 2), 3, 0),
            Answer((0, 1, 2), 0, 3),
            Answer((0, 1, 1), 0, 1),
            Answer((0, 1, 9), 0, 1),
            Answer((0, -1, 2), 0, 2),
            Answer((0,), 0, 0),
        ],
    )
    def test_answers_that_cannot_be_are_refused(self, answer: Answer) -> None:
        with pytest.raises(ValueError, match="not"):
            counts([[answer]], item_count=4)

    @pytest.mark.parametrize("weights", [[1.0], [1.0, -1.0], [1.0, float("nan")], [0.0, 0.0]])
    def test_weights_that_cannot_be_are_refused(self, weights: list[float]) -> None:
        with pytest.raises(ValueError, match="weight"):
            counts(_people(2, seed=1), item_count=8, weights=weights)


class TestFit:
    def test_it_is_the_conditional_logit_of_another_library(self) -> None:
        people = _people(40, seed=5)
        chosen, rows, choices = [], [], []
        for answer in (answer for answers in people for answer in answers):
            left = [item for item in answer.shown if item != answer.best]
            for sign, items, choice in ((1, answer.shown, answer.best), (-1, left, answer.worst)):
                number = choices[-1] + 1 if choices else 0
                for item in items:
                    chosen.append(int(item == choice))
                    rows.append([sign * (item == other) for other in range(7)])
                    choices.append(number)
        theirs = ConditionalLogit(
            np.array(chosen), np.array(rows, dtype=float), groups=np.array(choices)
        ).fit(method="newton", disp=False)
        ours = fit(people, item_count=8, ridge=1e-9)
        assert ours is not None
        against_last = [each - ours.utilities[7] for each in ours.utilities[:7]]
        assert against_last == pytest.approx(list(theirs.params), abs=1e-5)
        assert ours.log_likelihood == pytest.approx(theirs.llf)
        # From errors against the last item to errors against the mean of all.
        covariance = np.zeros((8, 8))
        covariance[:7, :7] = theirs.cov_params()
        centre = np.eye(8) - 1 / 8
        assert ours.standard_errors == pytest.approx(
            list(np.sqrt(np.diag(centre @ covariance @ centre))), rel=1e-4
        )

    def test_with_a_ridge_it_is_the_maximum_that_another_solver_finds(self) -> None:
        people = _people(5, seed=6)

        def loss(utilities: np.ndarray) -> float:
            total = 2.5 / 2 * float(utilities @ utilities)
            for shown, best, worst in (answer for answers in people for answer in answers):
                left = [item for item in shown if item != best]
                total -= utilities[best] - log(sum(exp(utilities[item]) for item in shown))
                total -= -utilities[worst] - log(sum(exp(-utilities[item]) for item in left))
            return total

        ours = fit(people, item_count=8, ridge=2.5)
        assert ours is not None
        assert ours.utilities == pytest.approx(list(minimize(loss, np.zeros(8)).x), abs=1e-4)

    def test_what_is_always_best_stays_finite_and_first(self) -> None:
        found = fit([[Answer((0, 1, 2), 0, 2)]] * 50, item_count=4)
        assert found is not None
        assert found.converged
        assert found.utilities[0] > found.utilities[1] > found.utilities[2]
        assert found.utilities[3] == pytest.approx(0, abs=1e-6)
        assert found.predicted == 1
        assert found.chance == pytest.approx(1 / 3)

    def test_choices_at_random_are_fitted_no_better_than_by_a_guess(self) -> None:
        found = fit(_people(400, seed=8, utilities=[0.0] * 8), item_count=8)
        assert found is not None
        assert found.mcfadden == pytest.approx(0, abs=0.01)
        assert found.predicted == pytest.approx(found.chance, abs=0.04)
        told = fit(_people(400, seed=8), item_count=8)
        assert told is not None
        assert told.mcfadden > 0.1
        assert told.predicted > 0.4
        assert sum(told.shares) == pytest.approx(100)

    @given(st.permutations(range(8)))
    @settings(max_examples=8, deadline=None)
    def test_it_recovers_a_planted_order(self, order: list[int]) -> None:
        planted = [(3.5 - order.index(item)) / 1.5 for item in range(8)]
        found = fit(_people(300, seed=9, utilities=planted), item_count=8)
        assert found is not None
        assert sorted(range(8), key=lambda item: -found.utilities[item]) == order

    @given(st.lists(st.lists(st.permutations(range(6)).map(lambda p: Answer(tuple(p[:4]), p[0], p[3])))))
    @settings(max_examples=40, deadline=None)
    def test_whatever_was_chosen_it_converges_to_finite_utilities(self, people: list[list[Answer]]) -> None:
        found = fit(people, item_count=6)
        if found is None:
            assert not any(people)
        else:
            assert found.converged
            assert sum(found.utilities) == pytest.approx(0, abs=1e-9)
            assert sum(found.shares) == pytest.approx(100)
            assert found.mcfadden > -1e-9
            assert all(0 < se < 10 for se in found.standard_errors)

    def test_a_weight_of_two_is_the_person_twice(self) -> None:
        people = _people(20, seed=10)
        weighted = fit(people, item_count=8, weights=[2.0] * 10 + [1.0] * 10)
        twice = fit(people[:10] + people, item_count=8)
        assert weighted is not None
        assert twice is not None
        assert weighted.utilities == pytest.approx(twice.utilities, abs=1e-6)

    def test_without_answers_there_is_none(self) -> None:
        assert fit([[], []], item_count=8) is None
        assert bootstrap_shares([], item_count=8, seed=1) == ()

    def test_a_ridge_of_nothing_is_refused(self) -> None:
        with pytest.raises(ValueError, match="ridge"):
            fit(_people(2, seed=1), item_count=8, ridge=0)

    def test_results_can_be_stored_as_json(self) -> None:
        people = _people(12, seed=3)
        found = fit(people, item_count=8)
        assert found is not None
        kept = [asdict(found), *map(asdict, counts(people, item_count=8)), asdict(balance(design(8, seed=1)))]
        kept += [
            asdict(each) for each in person_fits(people, item_count=8, utilities=found.utilities) if each
        ]
        kept += [asdict(each) for each in bootstrap_shares(people, item_count=8, seed=1, resamples=20)]
        assert json.loads(json.dumps(kept)) != []


class TestDisplayShares:
    def test_they_are_chances_among_average_items_rescaled(self) -> None:
        raw = [exp(u) / (exp(u) + 3) for u in UTILITIES]
        assert display_shares(UTILITIES, per_set=4) == pytest.approx([100 * each / sum(raw) for each in raw])

    @given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), st.integers(2, 6))
    def test_they_add_up_to_a_hundred_in_the_order_of_utilities(self, utilities: list[float], k: int) -> None:
        shares = display_shares(utilities, per_set=k) if max(utilities) > -700 else None
        if shares is not None:
            assert sum(shares) == pytest.approx(100)
            for one, other in combinations(range(len(shares)), 2):
                assert utilities[one] <= utilities[other] or shares[one] >= shares[other]

    def test_what_is_no_number_is_refused(self) -> None:
        with pytest.raises(ValueError, match="finite"):
            display_shares([float("nan")], per_set=4)


class TestPersonFits:
    def test_random_clickers_are_marked_and_people_with_a_mind_are_not(self) -> None:
        rng = Random(4)
        plan = design(16, seed=4)
        wanted = [rng.gauss(0, 1.5) for _ in range(16)]
        people = []
        for number in range(600):
            own = [0.0] * 16 if number < 60 else [each + rng.gauss(0, 1) for each in wanted]
            people.append(_person(rng, plan.version_for(number), own))
        everyone = fit(people, item_count=16)
        assert everyone is not None
        found = [each for each in person_fits(people, item_count=16, utilities=everyone.utilities) if each]
        assert found[0].choices == 20
        clicking, thinking = found[:60], found[60:]
        assert sum(each.share for each in clicking) / 60 == pytest.approx(0.2, abs=0.04)
        assert sum(each.is_like_random for each in clicking) >= 0.85 * 60
        assert sum(each.is_like_random for each in thinking) <= 0.15 * 540

    def test_rare_tastes_are_told_from_clicking(self) -> None:
        rng = Random(5)
        plan = design(20, seed=5)
        usual = [(item - 9.5) / 4 for item in range(20)]
        people = [_person(rng, plan.version_for(number), usual) for number in range(180)]
        people += [_person(rng, plan.version_for(n), rng.sample(usual, 20)) for n in range(20)]
        people += [_person(rng, plan.version_for(n), [0.0] * 20) for n in range(20)]
        everyone = fit(people, item_count=20)
        assert everyone is not None
        found = [each for each in person_fits(people, item_count=20, utilities=everyone.utilities) if each]
        rare, clicking = found[180:200], found[200:]
        assert sum(each.share for each in rare) / 20 > 0.3
        assert sum(each.is_like_random for each in rare) <= 8
        assert sum(each.is_like_random for each in clicking) >= 17

    def test_where_all_click_at_random_all_are_marked(self) -> None:
        people = _people(200, seed=6, utilities=[0.0] * 8)
        found = person_fits(people, item_count=8, utilities=[0.0] * 8)
        assert sum(each is not None and each.is_like_random for each in found) > 0.4 * 200

    def test_whoever_answered_nothing_has_none(self) -> None:
        people = [[], *_people(2, seed=1), []]
        found = person_fits(people, item_count=8, utilities=UTILITIES)
        assert [each is None for each in found] == [True, False, False, True]
        assert person_fits([[]], item_count=8, utilities=UTILITIES) == (None,)

    def test_utilities_of_other_items_are_refused(self) -> None:
        with pytest.raises(ValueError, match="utility"):
            person_fits(_people(1, seed=1), item_count=8, utilities=[0.0] * 7)


class TestBootstrapShares:
    def test_the_intervals_hold_the_true_shares_about_as_often_as_they_say(self) -> None:
        true = display_shares([each - sum(UTILITIES) / 8 for each in UTILITIES], per_set=4)
        held = 0
        for seed in range(10):
            found = bootstrap_shares(_people(60, seed=seed), item_count=8, seed=seed, resamples=60)
            held += sum(
                bool(each.interval and each.interval.contains(share))
                for each, share in zip(found, true, strict=True)
            )
        assert 64 <= held <= 80

    def test_the_same_seed_gives_the_same_and_each_holds_its_share(self) -> None:
        people = _people(25, seed=2)
        weights = [1.0, 0.0] + [0.5] * 23
        found = bootstrap_shares(people, item_count=8, seed=1, resamples=20, weights=weights)
        assert found == bootstrap_shares(people, item_count=8, seed=1, resamples=20, weights=weights)
        assert all(each.interval and each.interval.contains(each.value) for each in found)

    def test_too_few_resamples_are_refused(self) -> None:
        with pytest.raises(ValueError, match="resamples"):
            bootstrap_shares(_people(2, seed=1), item_count=8, seed=1, resamples=5)
