"""Pairs: strengths are those of another library, and each person is asked what is still open."""

import json
from collections import Counter
from dataclasses import asdict
from itertools import combinations
from math import exp
from random import Random

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from community.statistics.pairwise import (
    Ranking,
    Record,
    Result,
    cut_for_top,
    misclassification,
    next_pair,
    quick_score,
    strengths,
)


def _contests(rng: Random, planted: dict[int, float], each: int) -> list[Result]:
    results = []
    for one, other in combinations(planted, 2):
        chance = 1 / (1 + exp(planted[other] - planted[one]))
        won = sum(rng.random() < chance for _ in range(each))
        results += [Result(one, other, won), Result(other, one, each - won)]
    return results


def _by_item(ranking: Ranking) -> dict[int, float]:
    return {each.item: each.strength for each in ranking.items}


class TestStrengths:
    @pytest.mark.parametrize("each", [1, 7])
    def test_they_and_their_errors_are_those_of_another_library(self, each: int) -> None:
        results = _contests(Random(each), dict.fromkeys(range(6), 0.0) | {0: 1.5, 3: -1.0}, each)
        # The virtual contests against a reference item at 0: half a win and half a loss of each item.
        rows = [[(at == won) - (at == lost) for at in range(6)] for won, lost, _ in results] + [
            [sign * (at == item) for at in range(6)] for item in range(6) for sign in (1, -1)
        ]
        times = [float(often) for _, _, often in results] + [0.5] * 12
        used = [at for at, often in enumerate(times) if often]
        theirs = sm.GLM(
            np.ones(len(used)),
            np.array(rows, dtype=float)[used],
            family=sm.families.Binomial(),
            freq_weights=np.array(times)[used],
        ).fit(tol=1e-12)
        centre = np.eye(6) - 1 / 6
        ranking = strengths(results, items=range(6))
        ours = {one.item: one for one in ranking.items}
        assert ranking.converged
        assert [ours[at].strength for at in range(6)] == pytest.approx(
            list(theirs.params - theirs.params.mean()), abs=1e-6
        )
        assert [ours[at].se for at in range(6)] == pytest.approx(
            list(np.sqrt(np.diag(centre @ theirs.cov_params() @ centre))), rel=1e-5
        )

    def test_two_items_and_a_record_of_three_to_one(self) -> None:
        ranking = strengths([Result(7, 9, 3), Result(9, 7, 1)], items=[9, 7])
        first, second = ranking.items
        assert (first.item, first.rank, first.wins, first.losses) == (7, 1, 3, 1)
        assert (second.item, second.rank) == (9, 2)
        assert first.strength == pytest.approx(-second.strength)
        assert first.win_chance + second.win_chance == pytest.approx(1)
        assert first.quick == pytest.approx(100 * 4 / 6)

    @given(st.permutations(range(10, 18)))
    @settings(max_examples=15, deadline=None)
    def test_they_recover_a_planted_order(self, order: list[int]) -> None:
        planted = {item: -0.8 * place for place, item in enumerate(order)}
        ranking = strengths(_contests(Random(3), planted, 200), items=order)
        assert [each.item for each in ranking.items] == order

    def test_the_intervals_hold_the_planted_strengths_as_often_as_they_say(self) -> None:
        rng, held = Random(4), 0
        for _ in range(20):
            planted = {item: rng.gauss(0, 0.8) for item in range(10)}
            middle = sum(planted.values()) / 10
            ranking = strengths(_contests(rng, planted, 12), items=planted)
            held += sum(each.interval.contains(planted[each.item] - middle) for each in ranking.items)
        assert 182 <= held <= 199

    @given(
        st.lists(
            st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 10**6)).filter(
                lambda r: r[0] != r[1]
            )
        )
    )
    @settings(max_examples=60, deadline=None)
    def test_whoever_met_it_converges_with_all_items_ranked(self, raw: list[tuple[int, int, int]]) -> None:
        ranking = strengths([Result(*each) for each in raw], items=range(10))
        assert ranking.converged
        assert sorted(each.item for each in ranking.items) == list(range(10))
        assert sum(each.strength for each in ranking.items) == pytest.approx(0, abs=1e-6)
        assert [each.rank for each in ranking.items] == sorted(each.rank for each in ranking.items)
        assert all(each.interval.contains(each.strength) and each.se > 0 for each in ranking.items)

    def test_many_wins_without_a_loss_converge(self) -> None:
        assert strengths([Result(4, 0, 78931)], items=range(10)).converged

    def test_what_won_everything_stays_finite(self) -> None:
        ranking = strengths([Result(1, 2, 5000), Result(2, 3, 5000)], items=[1, 2, 3])
        assert ranking.converged
        assert [each.item for each in ranking.items] == [1, 2, 3]
        assert all(each.win_interval.contains(each.win_chance) for each in ranking.items)

    def test_groups_that_hardly_met_are_still_settled(self) -> None:
        strong, weak = range(20), range(20, 40)
        results = [Result(*pair, 500) for group in (strong, weak) for pair in combinations(group, 2)]
        results += [Result(loser, winner, 500) for winner, loser, _ in results]
        results += [Result(one, other) for one in strong for other in weak]
        ranking = strengths(results, items=range(40))
        assert ranking.converged
        # At the maximum the strong win as often as they did: 400 times, and half of 20 virtual contests.
        found = _by_item(ranking)
        gap = found[0] - found[39]
        reference = 1 / (1 + exp(-gap / 2))
        assert 400 / (1 + exp(-gap)) + 20 * reference == pytest.approx(410, abs=1e-4)

    def test_items_without_contests_are_average_and_share_a_rank(self) -> None:
        ranking = strengths([], items=[4, 2])
        assert [(each.item, each.rank, each.strength) for each in ranking.items] == [(2, 1, 0), (4, 1, 0)]
        assert strengths([], items=[]).items == ()

    def test_the_order_of_the_contests_does_not_matter(self) -> None:
        results = _contests(Random(5), dict.fromkeys(range(5), 0.0), 3)
        forth, back = strengths(results, items=range(5)), strengths(results[::-1], items=range(5))
        assert _by_item(forth) == pytest.approx(_by_item(back))

    @pytest.mark.parametrize(
        "result", [Result(1, 1), Result(1, 5), Result(1, 2, -1), Result(1, 2, float("inf"))]
    )
    def test_contests_that_cannot_be_are_refused(self, result: Result) -> None:
        with pytest.raises(ValueError, match="contest"):
            strengths([result], items=[1, 2])

    def test_an_item_given_twice_is_refused(self) -> None:
        with pytest.raises(ValueError, match="once"):
            strengths([], items=[1, 1])

    def test_a_ranking_can_be_stored_as_json(self) -> None:
        assert json.loads(json.dumps(asdict(strengths([Result(1, 2)], items=[1, 2]))))["converged"] is True


class TestQuickScore:
    @pytest.mark.parametrize(
        ("wins", "losses", "score"), [(0, 0, 50), (3, 1, 66.667), (10, 5, 64.706), (0, 8, 10)]
    )
    def test_it_is_the_wins_with_one_of_each_added(self, wins: int, losses: int, score: float) -> None:
        assert quick_score(wins, losses) == pytest.approx(score, abs=0.001)

    def test_less_than_nothing_is_refused(self) -> None:
        with pytest.raises(ValueError, match="from 0"):
            quick_score(-1, 0)


class TestMisclassification:
    @given(st.integers(8, 200), st.integers(8, 200), st.floats(0.2, 0.8))
    def test_it_is_near_to_the_tail_of_the_posterior(self, wins: int, losses: int, cut: float) -> None:
        below = beta.cdf(cut, wins + 1, losses + 1)
        exact = below if (wins + 1) / (wins + losses + 2) > cut else 1 - below
        assert misclassification(wins, losses, cut=cut) == pytest.approx(exact, abs=0.03)

    def test_nothing_known_is_a_toss_up_and_much_known_is_none(self) -> None:
        assert misclassification(0, 0, cut=0.5) == 0.5
        assert misclassification(90, 10, cut=0.5) < 1e-6

    @pytest.mark.parametrize("cut", [0, 1, float("nan")])
    def test_a_cut_off_beyond_the_ends_is_refused(self, cut: float) -> None:
        with pytest.raises(ValueError, match="cut-off"):
            misclassification(1, 1, cut=cut)


class TestCutForTop:
    def test_it_lies_between_the_last_in_and_the_first_out(self) -> None:
        records = [Record(1, 8, 0), Record(2, 3, 1), Record(3, 1, 1), Record(4, 0, 8)]
        assert cut_for_top(records, top=2) == pytest.approx((4 / 6 + 2 / 4) / 2)

    @pytest.mark.parametrize("top", [0, 4])
    def test_a_top_of_none_or_of_all_is_refused(self, top: int) -> None:
        with pytest.raises(ValueError, match="rest"):
            cut_for_top([Record(item, 1, 1) for item in range(4)], top=top)


class TestNextPair:
    @given(st.integers(2, 7), st.floats(0, 1), st.integers(0, 10_000))
    @settings(max_examples=40, deadline=None)
    def test_a_person_meets_each_pair_once_and_then_no_more(
        self, items: int, epsilon: float, seed: int
    ) -> None:
        rng = Random(seed)
        records = [Record(item * 3, rng.randrange(20), rng.randrange(20)) for item in range(items)]
        seen: list[tuple[int, int]] = []
        while pair := next_pair(records, seen, seed=seed + len(seen), epsilon=epsilon):
            seen.append(pair)
        assert {frozenset(pair) for pair in seen} == {
            frozenset(pair) for pair in combinations([record.item for record in records], 2)
        }
        assert len(seen) == items * (items - 1) // 2

    def test_the_item_nearest_to_the_cut_off_comes_most(self) -> None:
        records = [Record(item, 10 * item + 5, 105 - 10 * item) for item in range(11)]
        shown = Counter(item for seed in range(500) for item in next_pair(records, [], seed=seed) or ())
        assert shown.most_common(1)[0][0] == 5
        high = Counter(
            item for seed in range(500) for item in next_pair(records, [], seed=seed, cut=0.86) or ()
        )
        assert high.most_common(1)[0][0] == 9

    def test_new_items_get_shown_wherever_the_cut_off_lies(self) -> None:
        records = [Record(item, 86, 14) for item in range(50)] + [Record(99, 0, 0)]
        shown = Counter(
            item for seed in range(400) for item in next_pair(records, [], seed=seed, cut=0.86) or ()
        )
        assert shown[99] > 130

    def test_with_nothing_but_chance_all_come_as_often(self) -> None:
        records = [Record(item, 50 * item, 20) for item in range(10)]
        shown = Counter(
            item for seed in range(3000) for item in next_pair(records, [], seed=seed, epsilon=1) or ()
        )
        assert min(shown.values()) > 500
        assert max(shown.values()) < 700

    def test_each_side_is_left_as_often(self) -> None:
        records = [Record(1, 0, 0), Record(2, 0, 0)]
        left = sum(next_pair(records, [], seed=seed) == (1, 2) for seed in range(400))
        assert 150 < left < 250

    def test_the_same_seed_gives_the_same_pair(self) -> None:
        records = [Record(item, 1, 2) for item in range(40)]
        assert next_pair(records, [(1, 2)], seed=9) == next_pair(records, [(2, 1)], seed=9)

    def test_pairs_of_items_that_are_gone_do_not_count(self) -> None:
        assert next_pair([Record(1, 0, 0), Record(2, 0, 0)], [(1, 3), (4, 2)], seed=1) is not None

    @pytest.mark.parametrize("records", [[], [Record(1, 0, 0)]])
    def test_less_than_two_items_make_no_pair(self, records: list[Record]) -> None:
        assert next_pair(records, [], seed=1) is None

    def test_what_cannot_be_is_refused(self) -> None:
        two = [Record(1, 0, 0), Record(2, 0, 0)]
        with pytest.raises(ValueError, match="random"):
            next_pair(two, [], seed=1, epsilon=1.1)
        with pytest.raises(ValueError, match="cut-off"):
            next_pair(two, [], seed=1, cut=1)
        with pytest.raises(ValueError, match="once"):
            next_pair([two[0], two[0]], [], seed=1)
        with pytest.raises(ValueError, match="from 0"):
            next_pair([two[0], Record(2, -1, 0)], [], seed=1)
