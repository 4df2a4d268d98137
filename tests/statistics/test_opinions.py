"""The opinion map: planted groups are found, chance makes none, and small groups stay hidden."""

import json
from collections import Counter
from dataclasses import asdict
from math import sqrt
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import PCA

from community.statistics.clusters import adjusted_rand
from community.statistics.opinions import (
    GroupCount,
    OpinionMap,
    Tally,
    group_informed_consensus,
    next_statement,
    opinion_map,
    priority,
    settle,
)

Votes = list[list[int | None]]


def _groups(
    *sizes: int, statements: int = 15, seed: int = 1, noise: float = 0.1, missing: float = 0.2
) -> Votes:
    """Votes of groups that differ on most statements; all agree with statement 0."""
    rng = Random(seed)
    votes: Votes = []
    for number, size in enumerate(sizes):
        creed = [1] + [1 if (at >> number) & 1 else -1 for at in range(1, statements)]
        for _ in range(size):
            row = [rng.choice((-1, 0, 1)) if rng.random() < noise else vote for vote in creed]
            votes.append([None if rng.random() < missing else vote for vote in row])
    return votes


def _at_random(people: int, statements: int, *, seed: int, missing: float = 0.2) -> Votes:
    """Everyone votes alike up to chance, on each statement with its own share of agreement."""
    rng = Random(seed)
    shares = [rng.uniform(0.1, 0.9) for _ in range(statements)]
    return [
        [None if rng.random() < missing else 1 if rng.random() < share else -1 for share in shares]
        for _ in range(people)
    ]


def _found(votes: Votes) -> dict[int, int | None]:
    return {place.row: place.group for place in opinion_map(votes, seed=1).people}


class TestAdmission:
    def test_seven_votes_admit_or_one_on_each_of_fewer_statements(self) -> None:
        full = _groups(20, 20, missing=0)
        few: Votes = [[1] * 6 + [None] * 9, [1] * 6 + [-1] + [None] * 8]
        assert opinion_map(full + few, seed=1).admitted == (*range(40), 41)
        three: Votes = [[1, -1, 0]] * 15 + [[1, 1, None]]
        assert opinion_map(three, seed=1).admitted == tuple(range(15))

    def test_whoever_was_admitted_stays(self) -> None:
        votes = [*_groups(20, 20, missing=0), [1, -1] + [None] * 13]
        assert 40 in opinion_map(votes, seed=1, kept=[40]).admitted

    def test_the_most_active_make_up_for_too_few(self) -> None:
        votes: Votes = [[1] * at + [None] * (10 - at) for at in (7, 0, *[3] * 13, 2, 4)]
        assert opinion_map(votes, seed=1).admitted == (0, *range(2, 15), 16)

    def test_near_constant_voters_are_listed_and_left_out(self) -> None:
        votes = [*_groups(20, 20, statements=20, missing=0), [1] * 20, [1] * 14 + [None] * 6, [-1] * 20]
        found = opinion_map(votes, seed=1)
        assert found.one_sided == (40, 42)
        assert {40, 41, 42} <= set(found.admitted)
        assert [place.row for place in found.people] == [*range(40), 41]

    def test_statements_moderated_out_count_for_nothing(self) -> None:
        votes = _groups(30, 30)
        other = [[vote if at not in (3, 5) else -1 for at, vote in enumerate(row)] for row in votes]
        one = opinion_map(votes, seed=1, moderated_out=[3, 5])
        assert one == opinion_map(other, seed=1, moderated_out=[3, 5])
        assert {each.statement for each in one.consensus} == set(range(15)) - {3, 5}
        assert one.extremities[3] == one.extremities[5] == 0
        assert one.loadings[3] == (0, 0)


class TestPlaces:
    def test_they_are_the_first_two_components_of_another_library(self) -> None:
        votes = _groups(30, 25, 20, missing=0, noise=0.2)
        found = opinion_map(votes, seed=1)
        theirs = PCA(2).fit(np.array(votes, dtype=float))
        for ours, their in zip(np.array(found.loadings).T, theirs.components_, strict=True):
            assert abs(ours @ their) == pytest.approx(1, abs=1e-6)
        places = np.abs([(place.x, place.y) for place in found.people])
        assert places == pytest.approx(np.abs(theirs.transform(np.array(votes, dtype=float))), abs=1e-5)

    def test_missing_votes_are_at_the_mean_and_few_votes_are_drawn_out(self) -> None:
        votes = _groups(30, 30, missing=0.3)
        found = opinion_map(votes, seed=1)
        rows = [place.row for place in found.people]
        cast = np.array(votes, dtype=float)[rows]
        means = np.nanmean(cast, axis=0)
        filled = np.where(np.isnan(cast), means, cast)
        theirs = PCA(2).fit(filled)
        times = (~np.isnan(cast)).sum(axis=1)
        expected = (filled - means) @ theirs.components_.T * np.sqrt(15 / times)[:, None]
        assert np.abs([(each.x, each.y) for each in found.people]) == pytest.approx(
            np.abs(expected), abs=1e-5
        )

    def test_extremity_is_where_somebody_stands_who_only_agrees_with_the_statement(self) -> None:
        votes = _groups(30, 30, missing=0)
        found = opinion_map(votes, seed=1)
        means = np.array(votes, dtype=float).mean(axis=0)
        expected = [sqrt(15) * (1 - m) * np.hypot(*xy) for m, xy in zip(means, found.loadings, strict=True)]
        assert found.extremities == pytest.approx(expected)


class TestGroups:
    @given(st.integers(2, 3), st.integers(14, 40), st.integers(0, 1000))
    @settings(max_examples=15, deadline=None)
    def test_planted_groups_are_found(self, groups: int, size: int, seed: int) -> None:
        sizes = [size] * groups
        found = opinion_map(_groups(*sizes, seed=seed, noise=0.05, missing=0.1), seed=seed, resamples=5)
        planted = [place.row // size for place in found.people]
        assert found.verdict == "stable"
        assert found.silhouette is not None
        assert found.silhouette > 0.2
        assert adjusted_rand(planted, [place.group or 0 for place in found.people]) > 0.8

    @given(st.integers(20, 120), st.integers(4, 20), st.integers(0, 1000))
    @settings(max_examples=8, deadline=None)
    def test_votes_at_random_make_none_but_by_rare_chance(
        self, people: int, statements: int, seed: int
    ) -> None:
        results = [
            opinion_map(_at_random(people, statements, seed=seed + more), seed=1, resamples=3)
            for more in range(3)
        ]
        assert sum(found.verdict == "stable" for found in results) <= 1
        for found in results:
            if found.verdict != "stable":
                assert not found.groups
                assert all(place.group is None for place in found.people)

    def test_statements_that_divide_each_in_its_own_way_make_no_groups(self) -> None:
        rng = Random(1)
        votes: Votes = [
            [rng.choice((1, -1)), rng.choice((1, -1))] + [1 if rng.random() < 0.93 else -1 for _ in range(10)]
            for _ in range(200)
        ]
        found = opinion_map(votes, seed=1)
        # They look like four groups that always come back.
        assert found.silhouette is not None
        assert found.silhouette > 0.8
        assert (found.stability, found.verdict, found.reason) == (1, "no stable groups", "chance")

    def test_the_largest_group_comes_first(self) -> None:
        found = opinion_map(_groups(20, 50, 30, noise=0.05), seed=1)
        assert [group.size for group in found.groups] == [50, 30, 20]
        assert [group.number for group in found.groups] == [0, 1, 2]

    def test_groups_below_ten_are_hidden_and_in_no_figure(self) -> None:
        votes = _groups(40, 40, 6, noise=0.03, missing=0)
        found = opinion_map(votes, seed=1)
        assert found.verdict == "stable"
        assert ([group.size for group in found.groups], found.hidden_groups) == ([40, 40], 1)
        assert {each.seen for each in found.consensus} == {80}
        assert all(telling.votes == 40 for group in found.groups for telling in group.statements)

    def test_a_group_of_ten_is_shown(self) -> None:
        found = opinion_map(_groups(30, 10, noise=0.03, missing=0), seed=1)
        assert ([group.size for group in found.groups], found.hidden_groups) == ([30, 10], 0)

    def test_a_single_group_that_may_be_shown_is_no_map(self) -> None:
        found = opinion_map(_groups(40, 5, noise=0, missing=0), seed=1)
        assert (found.verdict, found.reason, found.groups) == ("no stable groups", "too few people", ())

    @pytest.mark.parametrize("votes", [[], [[]], [[], []], [[1]], [[None, None]] * 3, [[1, 0, -1]] * 50])
    def test_too_little_to_go_by_gives_no_groups(self, votes: Votes) -> None:
        found = opinion_map(votes, seed=1)
        assert (found.verdict, found.reason, found.groups) == ("no stable groups", "too few people", ())

    def test_the_same_seed_gives_the_same_map(self) -> None:
        votes = _groups(60, 50, 40, noise=0.3)
        assert opinion_map(votes, seed=4) == opinion_map(votes, seed=4)

    def test_many_people_are_first_brought_together_to_a_hundred_places(self) -> None:
        votes = _groups(200, 150, 100, noise=0.3)
        found = opinion_map(votes, seed=2)
        planted = [0 if place.row < 200 else 1 if place.row < 350 else 2 for place in found.people]
        assert adjusted_rand(planted, [place.group or 0 for place in found.people]) > 0.9

    def test_a_settled_number_holds_for_three_updates_more(self) -> None:
        votes = _groups(30, 30, 30, noise=0.05)
        state: GroupCount | None = GroupCount(2, 2, 9)
        used = []
        for _ in range(4):
            found = opinion_map(votes, seed=1, state=state, resamples=3)
            state = found.state
            assert state is not None
            used.append(state.k)
        assert used == [2, 2, 2, 3]

    def test_a_settled_number_that_is_no_longer_possible_is_given_up(self) -> None:
        found = opinion_map(_groups(11, 11, noise=0.02), seed=1, state=GroupCount(5, 5, 9), resamples=3)
        assert found.state is not None
        assert found.state.k == found.state.candidate


class TestSettle:
    def test_the_first_winner_is_taken_at_once(self) -> None:
        assert settle(3, None) == GroupCount(3, 3, 1)

    def test_a_new_winner_needs_four_in_a_row(self) -> None:
        state, used = settle(3, None), []
        for best in (2, 2, 2, 4, 2, 2, 2, 2, 3):
            state = settle(best, state)
            used.append(state.k)
        assert used == [3, 3, 3, 3, 3, 3, 3, 2, 2]

    def test_one_group_is_refused(self) -> None:
        with pytest.raises(ValueError, match="two groups"):
            settle(1, None)


class TestTelling:
    def _map(self) -> OpinionMap:
        return opinion_map(_groups(40, 30, noise=0, missing=0), seed=1)

    def test_shares_ratios_and_tests_are_those_of_polis(self) -> None:
        telling = self._map().groups[0].statements[0]
        # All 40 of the group vote so, none of the 30 others.
        assert telling.votes == 40
        assert telling.share == pytest.approx(41 / 42)
        assert telling.ratio == pytest.approx((41 / 42) / (1 / 32))
        assert telling.z_share == pytest.approx(2 * sqrt(41) * 0.5)
        pooled = 42 / 72
        error = sqrt(pooled * (1 - pooled) * (1 / 41 + 1 / 31))
        assert telling.z_ratio == pytest.approx((1 - 1 / 31) / error)
        assert telling.score == pytest.approx(
            telling.share * telling.ratio * telling.z_share * telling.z_ratio
        )

    def test_there_are_up_to_five_and_an_agreeing_one_comes_first(self) -> None:
        for group in self._map().groups:
            assert len(group.statements) == 5
            assert group.statements[0].direction == "agree"

    def test_what_all_agree_with_sets_nobody_apart(self) -> None:
        found = self._map()
        assert all(telling.statement != 0 for group in found.groups for telling in group.statements)

    def test_they_are_what_the_group_was_given_to_say(self) -> None:
        for telling in self._map().groups[0].statements:
            assert (telling.direction == "agree") == bool(telling.statement & 1)


class TestConsensus:
    @pytest.mark.parametrize(
        ("groups", "consensus"),
        [([(80, 100), (30, 40)], 0.586), ([(95, 100), (5, 40)], 0.134), ([(0, 0)], 0.5)],
    )
    def test_it_is_the_product_over_groups(self, groups: list[tuple[int, int]], consensus: float) -> None:
        assert group_informed_consensus(groups) == pytest.approx(consensus, abs=0.0006)

    @given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=5))
    def test_it_lies_between_nothing_and_one(self, votes: list[tuple[int, int]]) -> None:
        assert 0 < group_informed_consensus([(agree, agree + rest) for agree, rest in votes]) < 1

    @pytest.mark.parametrize("groups", [[], [(3, 2)], [(-1, 2)]])
    def test_what_cannot_be_is_refused(self, groups: list[tuple[int, int]]) -> None:
        with pytest.raises(ValueError, match=r"agree|group"):
            group_informed_consensus(groups)

    def test_what_all_groups_agree_with_comes_first(self) -> None:
        found = opinion_map(_groups(40, 30, noise=0, missing=0), seed=1)
        assert [each.statement for each in found.consensus[:4]] == [0, 3, 7, 11]
        assert found.consensus[0].agreement == pytest.approx(41 / 42 * 31 / 32)
        assert (found.consensus[-1].agree, found.consensus[-1].disagree) == (0, 70)
        for each in found.consensus:
            assert each.agree + each.disagree + each.passed == each.seen

    def test_without_groups_it_is_that_of_all_people(self) -> None:
        votes: Votes = [[1, 1, -1, 0]] * 12 + [[1, -1, None, 1]] * 4
        found = opinion_map(votes, seed=1)
        assert found.groups == ()
        first = found.consensus[0]
        assert (first.statement, first.agree, first.seen) == (0, 15, 15)
        assert opinion_map(votes[:9], seed=1).consensus == ()


class TestPriority:
    def test_it_is_the_formula_of_polis(self) -> None:
        tally = Tally(1, agree=3, disagree=1, passed=1, extremity=0.5)
        importance = (1 - 2 / 7) * 1.5 * 4 / 7
        assert priority(tally) == pytest.approx((importance * (1 + 8 * 2**-1)) ** 2)

    def test_new_agreed_and_telling_statements_go_before_passed_ones(self) -> None:
        plain = priority(Tally(1, 20, 20, 5, 0.5))
        assert priority(Tally(1, 2, 2, 0, 0.5)) > plain
        assert priority(Tally(1, 30, 10, 5, 0.5)) > plain
        assert priority(Tally(1, 20, 20, 5, 1.5)) > plain
        assert priority(Tally(1, 20, 5, 20, 0.5)) < plain

    @pytest.mark.parametrize(
        "tally", [Tally(1, -1, 0, 0), Tally(1, 0, 0, 0, -0.1), Tally(1, 0, 0, 0, float("nan"))]
    )
    def test_what_cannot_be_is_refused(self, tally: Tally) -> None:
        with pytest.raises(ValueError, match="below 0"):
            priority(tally)


class TestNextStatement:
    def test_statements_are_drawn_as_often_as_their_priority_says(self) -> None:
        tallies = [Tally(7, 3, 1, 1, 0.5), Tally(8, 30, 10, 5, 0.2), Tally(9, 0, 0, 0)]
        total = sum(map(priority, tallies))
        drawn = Counter(next_statement(tallies, [], seed=seed) for seed in range(4000))
        for tally in tallies:
            assert drawn[tally.statement] / 4000 == pytest.approx(priority(tally) / total, abs=0.03)

    @given(st.sets(st.integers(0, 30), max_size=31), st.integers(0, 10_000))
    def test_what_was_voted_on_never_comes_again(self, voted: set[int], seed: int) -> None:
        tallies = [Tally(item, item, 2, 1) for item in range(31)]
        drawn = next_statement(tallies, voted, seed=seed)
        assert drawn is None if len(voted) == 31 else drawn not in voted
        assert drawn == next_statement(tallies, voted, seed=seed)

    def test_a_statement_given_twice_is_refused(self) -> None:
        with pytest.raises(ValueError, match="once"):
            next_statement([Tally(1, 0, 0, 0), Tally(1, 0, 0, 0)], [], seed=1)


class TestBadVotes:
    @pytest.mark.parametrize(
        ("votes", "more", "message"),
        [
            ([[1, 2]], {}, "vote is"),
            ([[1, 0], [1]], {}, "each statement"),
            ([[1, 0]], {"moderated_out": [2]}, "moderated out"),
            ([[1, 0]], {"kept": [1]}, "kept"),
            ([[1, 0]], {"resamples": 1}, "resamples"),
        ],
    )
    def test_they_are_refused(self, votes: Votes, more: dict[str, object], message: str) -> None:
        with pytest.raises(ValueError, match=message):
            opinion_map(votes, seed=1, **more)  # type: ignore[arg-type]


class TestResult:
    @given(st.integers(1, 6), st.integers(0, 40), st.integers(0, 1000), st.floats(0, 1))
    @settings(max_examples=60, deadline=None)
    def test_whatever_the_votes_the_figures_hold_together(
        self, statements: int, people: int, seed: int, missing: float
    ) -> None:
        rng = Random(seed)
        kinds = [[rng.choice((-1, 0, 1, None)) for _ in range(statements)] for _ in range(4)]
        votes: Votes = [
            [None if rng.random() < missing / 2 else vote for vote in rng.choice(kinds)]
            for _ in range(people)
        ]
        found = opinion_map(votes, seed=seed, moderated_out=[0] if people else [], resamples=2)
        assert set(found.one_sided) <= set(found.admitted)
        assert {place.row for place in found.people} == set(found.admitted) - set(found.one_sided)
        assert all(0 < each.agreement < 1 for each in found.consensus)
        assert all(group.size >= 10 for group in found.groups)
        assert (found.verdict == "stable") == (found.reason is None) == (len(found.groups) >= 2)
        assert len(found.extremities) == len(found.loadings) == (statements if people else 0)

    @pytest.mark.parametrize(
        "votes", [_groups(30, 30), _groups(30, 30, 5, noise=0), _at_random(40, 8, seed=1)]
    )
    def test_it_can_be_stored_as_json(self, votes: Votes) -> None:
        kept = json.loads(json.dumps(asdict(opinion_map(votes, seed=1))))
        assert kept["verdict"] in ("stable", "no stable groups")
