"""MaxDiff designs: balanced over items, pairs and places, and the same for the same seed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.statistics.designs import balance, design

GOLDEN = (((3, 1, 5), (2, 4, 3), (1, 0, 2), (5, 2, 3), (4, 5, 0), (0, 1, 4)),)


class TestDesign:
    def test_twenty_items_make_twelve_sets_of_five(self) -> None:
        plan = design(20, seed=1, versions=2)
        assert plan.per_set == 5
        assert [len(sets) for sets in plan.versions] == [12, 12]

    @pytest.mark.parametrize(("items", "per_set"), [(4, 3), (5, 3), (6, 3), (8, 4), (9, 4), (10, 5), (30, 5)])
    def test_a_set_shows_five_items_or_half_of_a_few(self, items: int, per_set: int) -> None:
        assert design(items, seed=1, versions=1).per_set == per_set

    @given(st.integers(4, 30), st.integers(1, 6), st.integers(0, 2**31), st.data())
    @settings(max_examples=25, deadline=None)
    def test_items_places_and_pairs_are_balanced(
        self, items: int, versions: int, seed: int, data: st.DataObject
    ) -> None:
        per_set = data.draw(st.integers(3, max(3, min(6, items // 2))))
        plan = design(items, seed=seed, per_set=per_set, versions=versions)
        for sets in plan.versions:
            assert all(len(set(shown)) == per_set for shown in sets)
            assert {item for shown in sets for item in shown} == set(range(items))
        found = balance(plan)
        assert found.version_item_spread <= 1
        assert found.item_high - found.item_low <= 1
        assert found.position_high - found.position_low <= 3
        assert found.pair_high - found.pair_mean <= 5
        assert found.pair_mean - found.pair_low <= 5
        assert found.all_connected

    def test_more_versions_bring_every_pair_together(self) -> None:
        found = balance(design(20, seed=7))
        assert found.pair_mean == pytest.approx(24 * 12 * 10 / 190)
        assert found.pair_low >= 12
        assert found.pair_high <= 18
        assert found.position_high - found.position_low <= 1

    def test_the_same_seed_is_the_same_design_on_every_machine(self) -> None:
        assert design(6, seed=11, versions=1).versions == GOLDEN
        assert design(9, seed=3) == design(9, seed=3)
        assert design(9, seed=3) != design(9, seed=4)

    def test_respondents_get_the_versions_in_turn(self) -> None:
        plan = design(6, seed=1, versions=3)
        assert plan.version_for(7) == plan.versions[1]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"item_count": 3},
            {"item_count": 31},
            {"item_count": 10, "per_set": 2},
            {"item_count": 10, "per_set": 6},
            {"item_count": 10, "versions": 0},
            {"item_count": 10, "versions": 101},
            {"item_count": 10, "set_count": 1},
            {"item_count": 10, "set_count": 21},
        ],
    )
    def test_what_cannot_be_balanced_is_refused(self, wrong: dict[str, int]) -> None:
        with pytest.raises(ValueError, match="not"):
            design(seed=1, **wrong)


class TestBalance:
    def test_sets_that_share_nothing_are_not_connected(self) -> None:
        plan = design(6, seed=1, versions=1)
        apart = type(plan)(6, 3, 1, (((0, 1, 2), (3, 4, 5)),))
        found = balance(apart)
        assert not found.all_connected
        assert (found.pair_low, found.pair_high, found.item_low, found.item_high) == (0, 1, 1, 1)

    def test_sets_that_hang_together_by_others_are_connected(self) -> None:
        plan = design(6, seed=1, versions=1)
        assert balance(type(plan)(6, 2, 1, (((4, 5), (0, 1), (3, 4), (1, 2), (2, 3)),))).all_connected
