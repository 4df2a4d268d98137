"""What a feature is to people, by Kano's two questions: expected, wanted, a delight, or nothing to them.

Impossible input raises ValueError, a summary of nobody is None, as in `intervals`. Of weighted pairs the
tests use counts at the effective size (Kish 1992).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

from community.statistics.intervals import Estimate
from community.statistics.weighting import weighted_mean, weighted_shares

Answer = Literal["like", "must_be", "neutral", "live_with", "dislike"]
Category = Literal["M", "O", "A", "I", "R", "Q"]

ANSWERS: tuple[Answer, ...] = ("like", "must_be", "neutral", "live_with", "dislike")
# Must-be, one-dimensional, attractive, indifferent, reverse, questionable; the first wins a tie.
CATEGORIES: tuple[Category, ...] = ("M", "O", "A", "I", "R", "Q")
# More contradictions than this share mean that the questions are not understood.
MOST_QUESTIONABLE = 0.02

# Rows: the answer if it is there; columns: if it is not.
_TABLE: tuple[str, ...] = ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")
_LETTERS: Mapping[str, Category] = {each: each for each in CATEGORIES}
_PRESENT_SCORES: Mapping[Answer, float] = {
    "like": 4.0,
    "must_be": 2.0,
    "neutral": 0.0,
    "live_with": -1.0,
    "dislike": -2.0,
}
# Fong's 1.65 stands for 90 %.
_FONG = 1.65


@dataclass(frozen=True)
class Kano:
    """What one feature is to a set of people."""

    # People who answered both questions, and their effective number.
    n: int
    n_eff: float
    # People per category, and their share, 0 to 1, after weighting; every category is listed.
    counts: Mapping[Category, int]
    shares: Mapping[Category, float]
    category: Category
    # What having it adds to content, 0 to 1, and lacking it takes, -1 to 0; None if nobody says so or so.
    better: float | None
    worse: float | None
    # The share of the first category above the second, and of all who care.
    category_strength: float
    total_strength: float
    # Fong's test: the first two categories lie at least `fong_limit` apart, both in effective people.
    is_separable: bool
    fong_gap: float
    fong_limit: float
    questionable: float
    is_bad_item: bool
    # The mean scores of both questions, -2 to 4, for the plot.
    present: Estimate
    absent: Estimate


def category_of(present: Answer, absent: Answer) -> Category:
    """The category of the answers to "if it is there" and "if it is not" (Kano 1984; Berger 1993)."""
    return _LETTERS[_TABLE[_number(present)][_number(absent)]]


def scores(present: Answer, absent: Answer) -> tuple[float, float]:
    """How much it pleases if it is there, and is missed if not, each -2 to 4 (DuMouchel 1993)."""
    # A dislike of its absence says as much as a liking of its presence.
    mirrored = ANSWERS[len(ANSWERS) - 1 - _number(absent)]
    return _PRESENT_SCORES[ANSWERS[_number(present)]], _PRESENT_SCORES[mirrored]


def summary(
    pairs: Sequence[tuple[Answer, Answer]],
    *,
    weights: Sequence[float] | None = None,
    level: float = 0.95,
) -> Kano | None:
    """What a feature is to those who answered both questions; None without any.

    The category is the mode, ties by M > O > A > I; better and worse after Berger (1993), strengths after Lee
    and Newcomb (1997), separable after Fong (1996), the mean scores with t-intervals after DuMouchel (1993).
    """
    found = [category_of(present, absent) for present, absent in pairs]
    points = [scores(present, absent) for present, absent in pairs]
    estimates = weighted_shares(found, weights, level=level)
    present = weighted_mean([each for each, _absent in points], weights, level=level)
    absent = weighted_mean([each for _present, each in points], weights, level=level)
    if present is None or absent is None:
        return None
    counts = Counter(found)
    shares = {each: estimates[each].value if each in estimates else 0.0 for each in CATEGORIES}
    # Sorting keeps the order of those that are alike, which is that of the ties.
    first, second = sorted(CATEGORIES, key=lambda each: -round(shares[each], 12))[:2]
    gap, limit = fong(shares[first], shares[second], n=present.n)
    caring = shares["M"] + shares["O"] + shares["A"]
    decided = caring + shares["I"]
    return Kano(
        n=len(found),
        n_eff=present.n,
        counts={each: counts[each] for each in CATEGORIES},
        shares=shares,
        category=first,
        better=(shares["A"] + shares["O"]) / decided if decided else None,
        worse=-(shares["O"] + shares["M"]) / decided if decided else None,
        category_strength=shares[first] - shares[second],
        total_strength=caring,
        is_separable=gap >= limit,
        fong_gap=gap,
        fong_limit=limit,
        questionable=shares["Q"],
        is_bad_item=shares["Q"] > MOST_QUESTIONABLE,
        present=present,
        absent=absent,
    )


def fong(first: float, second: float, *, n: float) -> tuple[float, float]:
    """How far the shares of two categories lie apart, and how far they have to, in people out of `n`.

    1.65 sqrt((a + b)(2n - a - b) / 2n) of the counts a and b; below it they cannot be told apart (Fong 1996).
    """
    if not (0 <= second <= first and first + second <= 1 + 1e-9 and n > 0):
        raise ValueError("The larger of two shares comes first, and both are at most the whole.")
    a, b = first * n, second * n
    return a - b, _FONG * sqrt((a + b) * max(0.0, 2 * n - a - b) / (2 * n))


def _number(answer: Answer) -> int:
    if answer not in ANSWERS:
        raise ValueError(f"{answer!r} is no answer to a Kano question.")
    return ANSWERS.index(answer)
