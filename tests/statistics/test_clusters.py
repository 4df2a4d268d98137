"""Groups of points: how well they are apart and how far two groupings agree, against another library."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score, silhouette_score

from community.statistics.clusters import adjusted_rand, silhouette


class TestMeasures:
    @given(st.integers(4, 60), st.integers(2, 5), st.integers(0, 1000))
    @settings(max_examples=30, deadline=None)
    def test_they_are_those_of_another_library(self, count: int, groups: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        points = rng.normal(size=(count, 2))
        one, other = rng.integers(groups, size=count), rng.integers(groups, size=count)
        one[:2] = 0, 1
        assert adjusted_rand(one.tolist(), other.tolist()) == pytest.approx(adjusted_rand_score(one, other))
        if len(np.unique(one)) < count:
            assert silhouette(points.tolist(), one.tolist()) == pytest.approx(silhouette_score(points, one))

    def test_a_weight_is_that_many_at_the_same_place(self) -> None:
        points, labels, many = [[0.0, 0], [1, 0], [5, 1], [6, 1]], [0, 0, 1, 1], [3, 1, 2, 4]
        spread = [point for point, times in zip(points, many, strict=True) for _ in range(times)]
        repeated = [label for label, times in zip(labels, many, strict=True) for _ in range(times)]
        assert silhouette(points, labels, weights=many) == pytest.approx(silhouette_score(spread, repeated))

    def test_the_same_groups_by_other_names_agree_fully(self) -> None:
        assert adjusted_rand([0, 0, 1, 2], [5, 5, 9, 1]) == 1
        assert adjusted_rand([0, 0], [1, 1]) == 1

    def test_what_cannot_be_is_refused(self) -> None:
        with pytest.raises(ValueError, match="same things"):
            adjusted_rand([0], [0, 1])
        with pytest.raises(ValueError, match="two groups"):
            silhouette([[0.0], [1.0]], [1, 1])
        with pytest.raises(ValueError, match="finite"):
            silhouette([[float("nan")], [1.0]], [1, 2])
        with pytest.raises(ValueError, match="weight"):
            silhouette([[0.0], [1.0]], [1, 2], weights=[1, 0])
