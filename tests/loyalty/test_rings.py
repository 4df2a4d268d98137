"""Circles of marks: measured as written down in the methods, and told from communities that are small."""

import math
import random
from collections import Counter

import pytest

from community.loyalty import rings
from community.loyalty.rings import Exchange, Leaning, find_circles, measure

Weights = dict[tuple[int, int], int]


def leanings(weights: Weights) -> list[Leaning]:
    givers = sorted({giver for giver, _receiver in weights})
    return [
        measure(
            [
                Exchange(giver, receiver, given, weights.get((receiver, giver), 0))
                for (one, receiver), given in sorted(weights.items())
                if one == giver
            ]
        )
        for giver in givers
    ]


def honest(members: int, *, marks: int = 12, seed: int = 1) -> Weights:
    """Everybody marks what they like of whoever wrote it."""
    dice = random.Random(seed)
    weights: Counter[tuple[int, int]] = Counter()
    for giver in range(1, members + 1):
        others = [member for member in range(1, members + 1) if member != giver]
        weights.update((giver, receiver) for receiver in dice.choices(others, k=marks))
    return dict(weights)


def ring(*member_ids: int, each: int = 8) -> Weights:
    return {(giver, receiver): each for giver in member_ids for receiver in member_ids if giver != receiver}


def found(weights: Weights, *, minimum: int = 8) -> set[int]:
    return {each.member_id for each in find_circles(leanings(weights), minimum=minimum)}


class TestMeasure:
    def test_it_is_what_the_methods_say(self) -> None:
        # w_12 = 6, w_13 = 3, w_14 = 1 and w_21 = 2, w_31 = 5: R = (2 + 3 + 0) / 10, HHI = .36 + .09 + .01
        one = measure([Exchange(1, 2, 6, 2), Exchange(1, 3, 3, 5), Exchange(1, 4, 1, 0)])
        assert one.reciprocity == pytest.approx(0.5)
        assert one.concentration == pytest.approx(0.46)
        assert (one.member_id, one.volume) == (1, 10)

    def test_partners_are_those_with_whom_a_tenth_goes_and_comes(self) -> None:
        given = [Exchange(1, 2, 12, 4), Exchange(1, 3, 6, 6), Exchange(1, 4, 1, 9), Exchange(1, 5, 1, 0)]
        assert measure(given).partner_ids == (3, 2)

    def test_two_who_only_mark_each_other_are_at_both_ends(self) -> None:
        one = measure([Exchange(1, 2, 9, 9)])
        assert (one.reciprocity, one.concentration) == (1.0, 1.0)


class TestFindCircles:
    @pytest.mark.parametrize("size", [2, 3, 4])
    def test_a_ring_is_found_whole_among_a_hundred(self, size: int) -> None:
        members = range(1001, 1001 + size)
        assert found(honest(100) | ring(*members)) == set(members)

    @pytest.mark.parametrize("seed", range(10))
    def test_nobody_stands_out_where_nobody_arranged_anything(self, seed: int) -> None:
        assert len(found(honest(200, seed=seed))) <= 2

    def test_a_ring_that_also_marks_others_is_found(self) -> None:
        weights = honest(100) | ring(1001, 1002, each=20) | {(1001, 5): 2, (1002, 6): 3, (1001, 9): 1}
        assert found(weights) == {1001, 1002}

    def test_a_few_marks_are_no_circle(self) -> None:
        assert found(honest(100) | ring(1001, 1002, each=7)) == set()
        assert found(honest(100) | ring(1001, 1002, each=7), minimum=7) == {1001, 1002}

    def test_a_fan_whom_nobody_marks_back_is_no_circle(self) -> None:
        assert found(honest(100) | {(1001, 5): 40}) == set()

    def test_among_a_handful_nobody_can_be_told_to_stand_out(self) -> None:
        assert found(honest(rings.FEWEST_OTHERS - 1) | ring(1001, 1002)) == set()
        assert found(honest(rings.FEWEST_OTHERS) | ring(1001, 1002)) == {1001, 1002}

    def test_more_rings_than_a_hundredth_hide_none_but_the_weaker(self) -> None:
        weights = honest(300) | ring(1001, 1002, each=10) | ring(1003, 1004, each=10)
        assert found(weights) == {1001, 1002, 1003, 1004}

    @pytest.mark.parametrize("seed", range(5))
    def test_it_is_the_percentile_of_the_others_counted_out_one_by_one(self, seed: int) -> None:
        weights = honest(150, marks=14, seed=seed) | ring(1001, 1002, each=3) | ring(1003, 1004, 1005, each=9)
        cohort = [each for each in leanings(weights) if each.volume >= 8]
        expected = {
            each.member_id
            for each in cohort
            if each.partner_ids
            and all(
                getattr(each, name)
                > nearest_rank(
                    [
                        getattr(other, name)
                        for other in cohort
                        if other.member_id not in (each.member_id, *each.partner_ids)
                    ]
                )
                for name in ("reciprocity", "concentration")
            )
        }
        assert found(weights) == expected
        assert {1003, 1004, 1005} <= expected


def nearest_rank(values: list[float]) -> float:
    """The 99th percentile: the smallest value that at least 99 of 100 do not exceed."""
    return sorted(values)[math.ceil(0.99 * len(values)) - 1]
