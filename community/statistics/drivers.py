"""Which of several things an outcome goes together with, and how much each explains of it.

Association, not cause: what explains much may itself follow from something that was not measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial
from typing import TYPE_CHECKING

from community.statistics.distributions import beta_share, checked_level, t_of, t_p
from community.statistics.intervals import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

# All subsets are gone through: 4,096 of twelve.
MOST_PREDICTORS = 12
REPLICATES = 500
SEED = 20261122
# Of more people than this, those who are drawn together are so for good: the interval does not notice.
MOST_BLOCKS = 2000

# A predictor with less of its own beside the others is one of them.
_NOTHING = 1e-9


@dataclass(frozen=True)
class Driver:
    """One predictor: what it explains, and by how much the outcome differs where it is one higher."""

    # Its part of R², and of all that is explained (0 to 1, None if nothing is).
    explained: float
    share: float | None
    share_interval: Interval | None
    # The coefficient beside all the others; None if it is one of them.
    effect: float | None
    effect_interval: Interval | None
    p: float | None


@dataclass(frozen=True)
class Drivers:
    """What the predictors explain together, with its interval, and each alone, in their order."""

    n: int
    r2: float
    r2_interval: Interval
    # How often so much would be explained by chance: each of many predictors explains a little.
    p: float
    drivers: tuple[Driver, ...]


def lmg(correlations: "ArrayLike") -> "Floats":
    """The part of R² of each predictor, averaged over all orders in which they can come in.

    `correlations` (or covariances) has the outcome last; leading axes are many such matrices at once. The
    parts are not negative and add up to R² (Lindeman, Merenda and Gold 1980; the Shapley value of R²).
    """
    import numpy as np

    matrices = np.asarray(correlations, dtype=float)
    count = matrices.shape[-1] - 1
    if not 1 <= count <= MOST_PREDICTORS:
        raise ValueError(f"Between one and {MOST_PREDICTORS} predictors can be taken apart.")
    total = matrices[..., -1, -1]
    total = np.where(total > 0, total, 1.0)
    unexplained = np.empty((1 << count, *matrices.shape[:-2]))
    own = np.stack([matrices[..., at, at] for at in range(count)])

    def go_through(swept: "Floats", subset: int, first: int) -> None:
        unexplained[subset] = swept[..., -1, -1] / total
        for at in range(first, count):
            go_through(_sweep(swept, at, own[at]), subset | 1 << at, at + 1)

    go_through(matrices, 0, 0)
    parts = np.zeros((count, *matrices.shape[:-2]))
    for subset in range(1 << count):
        size = subset.bit_count()
        for at in range(count):
            if not subset >> at & 1:
                weight = factorial(size) * factorial(count - size - 1) / factorial(count)
                parts[at] += weight * (unexplained[subset] - unexplained[subset | 1 << at])
    return np.moveaxis(np.maximum(parts, 0.0), 0, -1)


def drivers(
    predictors: "ArrayLike",
    outcome: "ArrayLike",
    *,
    strata: Sequence[int] | None = None,
    level: float = 0.95,
    replicates: int = REPLICATES,
) -> Drivers | None:
    """What each column of `predictors` (a row per person) explains of the outcome; None if nothing varies.

    Everybody is compared within their stratum only: its means are taken off first. Shares are LMG's; their
    intervals are those of a bootstrap over people with a fixed seed (percentiles; Grömping 2006). Effects
    are least squares coefficients, with standard errors that need no equal spread (HC1; White 1980) and
    Student's test; R² as a whole has the F test (Fisher 1922). ValueError if there are fewer people than
    twice the predictors and two.
    """
    import numpy as np

    checked_level(level)
    x, y = np.array(predictors, dtype=float), np.array(outcome, dtype=float)
    if x.ndim != 2 or y.shape != x.shape[:1] or not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("There has to be one finite row of predictors per outcome.")
    n, count = x.shape
    groups = _numbered(strata, n)
    if n < 2 * count + 2:
        raise ValueError("There are too few people for so many predictors.")
    table = _centred(np.column_stack([x, y]), groups)
    whole = table.T @ table
    if whole[-1, -1] <= _NOTHING or not (np.diagonal(whole)[:-1] > _NOTHING).any():
        return None
    parts, drawn = lmg(whole), lmg(_resampled(table, replicates))
    r2, drawn_r2 = float(parts.sum()), drawn.sum(axis=-1, keepdims=True)
    ends = [50 * (1 - level), 50 * (1 + level)]
    r2_low, r2_high = np.percentile(drawn_r2, ends)
    lows, highs = np.percentile(drawn / np.maximum(drawn_r2, _NOTHING), ends, axis=0)
    degrees = max(1, n - count - int(groups.max()) - 1)
    effects, t = _effects(table, degrees=degrees), t_of(level, degrees)
    found: list[Driver] = []
    for part, low, high, (effect, error) in zip(parts, lows, highs, effects, strict=True):
        share = float(part) / r2 if r2 > _NOTHING else None
        found.append(
            Driver(
                float(part),
                share,
                Interval(min(float(low), share), max(float(high), share)) if share is not None else None,
                effect,
                Interval(effect - t * error, effect + t * error) if effect is not None and error else None,
                t_p(effect / error, degrees) if effect is not None and error else None,
            )
        )
    own = sum(effect is not None for effect, _error in effects)
    return Drivers(
        n,
        r2,
        Interval(min(float(r2_low), r2), max(float(r2_high), r2)),
        beta_share(max(0.0, 1 - r2), degrees / 2, own / 2),
        tuple(found),
    )


def _numbered(strata: Sequence[int] | None, n: int) -> "NDArray[np.intp]":
    import numpy as np

    if strata is None:
        return np.zeros(n, dtype=np.intp)
    if len(strata) != n:
        raise ValueError("There has to be one stratum per outcome.")
    return np.unique(np.asarray(strata), return_inverse=True)[1]


def _centred(table: "Floats", groups: "NDArray[np.intp]") -> "Floats":
    """The table with the means of each stratum taken off."""
    import numpy as np

    sizes = np.bincount(groups)
    means = np.stack([np.bincount(groups, weights=column) / sizes for column in table.T], axis=1)
    return np.asarray(table - means[groups])


def _sweep(matrices: "Floats", at: int, own: "Floats") -> "Floats":
    """What is left of the covariances once this predictor is taken out of all."""
    import numpy as np

    pivot = matrices[..., at, at]
    is_new = pivot > _NOTHING * own
    factor = np.where(is_new, 1 / np.where(is_new, pivot, 1.0), 0.0)
    column = matrices[..., :, at]
    return np.asarray(matrices - column[..., :, None] * (column * factor[..., None])[..., None, :])


def _resampled(table: "Floats", replicates: int) -> "Floats":
    """The covariances of as many people, drawn again from these with putting back, so many times."""
    import numpy as np

    rng = np.random.default_rng(SEED)
    n, count = table.shape
    blocks = min(n, MOST_BLOCKS)
    block = rng.permutation(n) % blocks
    with_one = np.column_stack([table, np.ones(n)])
    moments = np.empty((blocks, count + 1, count + 1))
    for first in range(count + 1):
        for second in range(first, count + 1):
            product = with_one[:, first] * with_one[:, second]
            moments[:, first, second] = np.bincount(block, weights=product, minlength=blocks)
            moments[:, second, first] = moments[:, first, second]
    times = rng.multinomial(blocks, np.full(blocks, 1 / blocks), size=replicates)
    sums = (times @ moments.reshape(blocks, -1)).reshape(replicates, count + 1, count + 1)
    totals = sums[:, -1, :-1]
    return np.asarray(
        sums[:, :-1, :-1] - totals[:, :, None] * totals[:, None, :] / sums[:, -1, -1][:, None, None]
    )


def _effects(table: "Floats", *, degrees: int) -> list[tuple[float | None, float | None]]:
    """The coefficient of each predictor beside the others, and its standard error."""
    import numpy as np

    x, y = table[:, :-1], table[:, -1]
    kept: list[int] = []
    rest = x.T @ x
    own = np.diagonal(rest).copy()
    for at in range(x.shape[1]):
        if rest[at, at] > _NOTHING * max(own[at], _NOTHING):
            kept.append(at)
            rest = _sweep(rest, at, own[at])
    found: list[tuple[float | None, float | None]] = [(None, None)] * x.shape[1]
    inverse = np.linalg.inv(x[:, kept].T @ x[:, kept])
    coefficients = inverse @ (x[:, kept].T @ y)
    pulled = x[:, kept] * (y - x[:, kept] @ coefficients)[:, None]
    spread = inverse @ (pulled.T @ pulled) @ inverse * (len(y) / degrees)
    for place, at in enumerate(kept):
        found[at] = float(coefficients[place]), float(np.sqrt(max(0.0, spread[place, place])))
    return found
