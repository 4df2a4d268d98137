"""Points in groups: k-means, how well groups are apart (silhouette), and how far two groupings agree."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]

# So many places stand for all people at most.
BASE_CLUSTERS = 100


def silhouette(
    points: Sequence[Sequence[float]], labels: Sequence[int], *, weights: Sequence[float] | None = None
) -> float:
    """Mean silhouette, -1..1: how much nearer points are to their own group than to the next.

    With weights each point stands for that many at the same place. Raises ValueError unless there are two
    groups or more (Rousseeuw 1987).
    """
    import numpy as np

    places, groups = np.array(points, dtype=float), np.array(labels)
    if places.ndim != 2 or len(places) != len(groups) or not np.isfinite(places).all():
        raise ValueError("There has to be one label for each point, and points need finite coordinates.")
    many = np.ones(len(places)) if weights is None else np.array(weights, dtype=float)
    if len(many) != len(places) or not (np.isfinite(many).all() and (many > 0).all()):
        raise ValueError("There has to be one weight above 0 for each point.")
    _names, numbers = np.unique(groups, return_inverse=True)
    if len(_names) < 2:
        raise ValueError("A silhouette needs two groups.")
    return mean_silhouette(places, numbers, many)


def adjusted_rand(one: Sequence[int], other: Sequence[int]) -> float:
    """How far two groupings of the same things agree: 1 the same, 0 as by chance.

    Raises ValueError unless both label as many things, one or more (Hubert & Arabie 1985).
    """
    import numpy as np

    if len(one) != len(other) or not len(one):
        raise ValueError("Two groupings of the same things are needed.")
    _names, rows = np.unique(np.array(one), return_inverse=True)
    _names, columns = np.unique(np.array(other), return_inverse=True)
    table = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(table, (rows, columns), 1)

    def pairs(counts: "Floats") -> float:
        return float((counts * (counts - 1)).sum() / 2)

    both, first, second = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    expected = first * second / pairs(np.array([float(len(one))])) if len(one) > 1 else 0.0
    if (first + second) / 2 == expected:
        return 1.0
    return (both - expected) / ((first + second) / 2 - expected)


def base_clusters(points: "Floats", rng: "np.random.Generator") -> "tuple[Floats, Numbers]":
    """A hundred places at most that stand for all people, and everyone's."""
    import numpy as np

    places, number = np.unique(points.round(9), axis=0, return_inverse=True)
    number = number.reshape(-1)
    if len(places) <= BASE_CLUSTERS:
        return places, number
    many: Floats = np.bincount(number).astype(float)
    labels = k_means(places, many, BASE_CLUSTERS, rng, restarts=1, steps=10)
    _names, labels = np.unique(labels, return_inverse=True)
    return middles_of(places, many, labels, int(labels.max()) + 1), labels[number]


def k_means(
    points: "Floats", many: "Floats", k: int, rng: "np.random.Generator", *, restarts: int, steps: int = 100
) -> "Numbers":
    """Labels of the best of several starts: Lloyd's algorithm from points spread out."""
    import numpy as np

    best: tuple[float, Numbers] | None = None
    for _ in range(restarts):
        middles = _spread_out(points, many, k, rng)
        labels = nearest_of(points, middles)
        for _step in range(steps):
            middles = middles_of(points, many, labels, k, before=middles)
            following = nearest_of(points, middles)
            if (following == labels).all():
                break
            labels = following
        within = float(many @ ((points - middles[labels]) ** 2).sum(axis=1))
        if len(np.unique(labels)) == k and (best is None or within < best[0] - 1e-12):
            best = within, labels
    return labels if best is None else best[1]


def _spread_out(points: "Floats", many: "Floats", k: int, rng: "np.random.Generator") -> "Floats":
    import numpy as np

    chosen = [int(rng.choice(len(points), p=many / many.sum()))]
    away = ((points - points[chosen[0]]) ** 2).sum(axis=1)
    while len(chosen) < k:
        chances = (many * away).cumsum()
        chosen.append(int(np.searchsorted(chances, rng.random() * chances[-1], side="right")))
        away = np.minimum(away, ((points - points[chosen[-1]]) ** 2).sum(axis=1))
    return points[chosen]


def nearest_of(points: "Floats", middles: "Floats") -> "Numbers":
    """For each point the number of the middle it lies nearest to."""
    nearest: Numbers = ((middles**2).sum(axis=1) - 2 * points @ middles.T).argmin(axis=1)
    return nearest


def middles_of(
    points: "Floats", many: "Floats", labels: "Numbers", k: int, before: "Floats | None" = None
) -> "Floats":
    """The mean of each group; a group that has lost all its points stays where it was."""
    import numpy as np

    totals = np.bincount(labels, weights=many, minlength=k)
    sums = np.stack([np.bincount(labels, weights=many * axis, minlength=k) for axis in points.T], axis=1)
    found: Floats = sums / np.maximum(totals, 1e-300)[:, None]
    return found if before is None else np.where(totals[:, None] > 0, found, before)


def mean_silhouette(points: "Floats", labels: "Numbers", many: "Floats") -> float:
    """As `silhouette`, of points that stand for so `many` each; -1 for a single group (Rousseeuw 1987)."""
    import numpy as np

    k = int(labels.max()) + 1
    if k < 2:
        return -1.0
    member = (labels[:, None] == np.arange(k)) * many[:, None]
    sizes = member.sum(axis=0)
    sums = np.empty((len(points), k))
    # In portions, as there are as many distances as pairs.
    for start in range(0, len(points), 1000):
        away = points[start : start + 1000, None, :] - points[None, :, :]
        sums[start : start + 1000] = np.sqrt((away**2).sum(axis=2)) @ member
    own = np.arange(len(points)), labels
    within = sums[own] / np.maximum(1e-300, sizes[labels] - 1)
    others = sums / np.maximum(sizes, 1e-300)
    others[own] = np.inf
    others[:, sizes == 0] = np.inf
    beyond = others.min(axis=1)
    larger = np.maximum(within, beyond)
    scores = np.where((sizes[labels] > 1) & (larger > 0), (beyond - within) / np.maximum(larger, 1e-300), 0.0)
    return float(many @ scores / many.sum())
