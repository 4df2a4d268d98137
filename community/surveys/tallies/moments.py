"""Moments of truth: what was expected and met, how much it matters, and the standard that 70 % accept."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from community.statistics import standards
from community.statistics.intervals import MIN_SHOWN
from community.statistics.weighting import weighted_mean
from community.surveys.kinds.contract import Value
from community.surveys.kinds.moment import LEVELS
from community.surveys.tallies.sums import (
    Answered,
    Comparing,
    Counted,
    Figures,
    Marked,
    Marks,
    both_ways,
    estimate,
    rounded,
    weights_of,
)

# More points than this nobody can tell apart in a curve.
MOST_POINTS = 60


class Moments:
    """Gap, priority, the outcome test, S70 with its curves, and the standard from experience."""

    def compared(self, asked: Counted) -> dict[str, Comparing]:
        """The gap, and the share that met what they expected."""
        return {"gap": "mean", "meeting": "share"}

    def marks(self, asked: Counted, value: Value) -> Marks:
        """The gap between what was met and what was expected."""
        if "met" not in value or "expected" not in value:
            return Marks(())
        gap = float(value["met"]) - float(value["expected"])
        return Marks(("meeting",) if gap >= 0 else (), (("gap", gap),))

    def tally(
        self,
        asked: Counted,
        answered: Sequence[Answered],
        *,
        marked: Marked,
        is_weighted: bool,
        population: int | None = None,
        is_cut: bool = False,
    ) -> Figures:
        """All figures, plain and weighted; a cut has no curves."""
        return both_ways(partial(_figures, asked, answered, is_cut=is_cut), is_weighted=is_weighted)


def _figures(asked: Counted, answered: Sequence[Answered], *, is_weighted: bool, is_cut: bool) -> Figures:
    found: Figures = {"n": len(answered)}
    told = [each for each in answered if "met" in each.value and "expected" in each.value]
    weights = weights_of(told, is_weighted=is_weighted)
    gap = standards.item_gap(_all(told, "met"), _all(told, "expected"), weights=weights)
    if gap is not None and len(told) >= MIN_SHOWN:
        met = gap.meeting
        outcome = standards.outcome(met.value * met.n, met.n)
        found |= {
            "expected": estimate(gap.expected),
            "met": estimate(gap.experienced),
            "gap": estimate(gap.gap),
            "meeting": {"count": sum(each.value["met"] >= each.value["expected"] for each in told)}
            | estimate(met),
            "outcome": outcome
            and {
                "verdict": outcome.verdict,
                "low": rounded(outcome.low),
                "high": rounded(outcome.high),
                "share": standards.SHARE,
            },
        }
        found |= _priority(asked, told, gap.gap.value, is_weighted=is_weighted)
    return found | _levels(asked, answered, is_weighted=is_weighted, is_cut=is_cut)


def _priority(asked: Counted, told: Sequence[Answered], gap: float, *, is_weighted: bool) -> Figures:
    """How much it matters, and with the gap what there is to mend; per contact if no volume is known."""
    rated = [each for each in told if "matters" in each.value]
    matters = weighted_mean(_all(rated, "matters"), weights_of(rated, is_weighted=is_weighted))
    if matters is None or len(rated) < MIN_SHOWN:
        return {}
    volume = asked.settings.get("volume")
    return {
        "matters": estimate(matters),
        "priority": rounded(standards.priority(matters.value, gap, volume=float(volume or 1))),
        "volume": volume,
    }


def _levels(asked: Counted, answered: Sequence[Answered], *, is_weighted: bool, is_cut: bool) -> Figures:
    """The standard, the line of failure and the three curves, from what people would accept."""
    larger = bool(asked.settings.get("larger_is_better"))
    told = [each for each in answered if all(level in each.value for level in LEVELS)]
    if len(told) < MIN_SHOWN:
        return {}
    weights = weights_of(told, is_weighted=is_weighted)
    found: Figures = {"levels_n": len(told)}
    for name, level in (("standard", "satisfactory"), ("failure", "worst")):
        found[name] = _standard(_all(told, level), weights, larger=larger)
    if not is_cut:
        curves = standards.acceptance_curves(
            excellent=_all(told, "excellent"),
            satisfactory=_all(told, "satisfactory"),
            worst=_all(told, "worst"),
            weights=weights,
            larger_is_better=larger,
        )
        found["curves"] = {
            "excellent": _points(curves.excellent),
            "satisfactory": _points(curves.satisfactory),
            "worst": _points(curves.worst),
        }
        found |= _experience(asked, told, found["standard"], is_weighted=is_weighted, larger=larger)
    return found


def _experience(
    asked: Counted, told: Sequence[Answered], standard: Figures | None, *, is_weighted: bool, larger: bool
) -> Figures:
    """How often the standard was kept, and the level at which experience says that 70 % are satisfied."""
    lived = [each for each in told if "actual" in each.value]
    if len(lived) < MIN_SHOWN or standard is None:
        return {}
    actual, weights = _all(lived, "actual"), weights_of(lived, is_weighted=is_weighted)
    kept = standards.compliance(actual, standard["value"], weights=weights, larger_is_better=larger)
    found: Figures = {"compliance": estimate(kept)}
    # The curve knows no weights, so it stands with the plain figures only.
    if not is_weighted:
        satisfied = [each.value["met"] >= each.value["expected"] for each in lived]
        curve = standards.experience_standard(actual, satisfied, seed=asked.id, larger_is_better=larger)
        if curve is not None and curve.value is not None:
            found["experience"] = {
                "value": rounded(curve.value),
                "low": rounded(curve.interval.low) if curve.interval else None,
                "high": rounded(curve.interval.high) if curve.interval else None,
                "n": curve.n,
                "is_extrapolated": curve.is_extrapolated,
            }
    return found


def _standard(
    tolerances: Sequence[float], weights: Sequence[float] | None, *, larger: bool
) -> Figures | None:
    found = standards.standard(tolerances, weights=weights, larger_is_better=larger)
    if found is None:
        return None
    return {
        "value": rounded(found.value),
        "low": rounded(found.interval.low) if found.interval else None,
        "high": rounded(found.interval.high) if found.interval else None,
        "share": found.share,
        "achieved": estimate(found.achieved),
    }


def _points(curve: Sequence[standards.CurvePoint]) -> list[list[float | None]]:
    """The curve as [level, share], thinned evenly where it has too many points; both ends stay."""
    if len(curve) > MOST_POINTS:
        last = len(curve) - 1
        curve = [curve[round(at * last / (MOST_POINTS - 1))] for at in range(MOST_POINTS)]
    return [[rounded(point.at), rounded(point.share)] for point in curve]


def _all(answered: Sequence[Answered], part: str) -> list[float]:
    numbers: list[Any] = [each.value[part] for each in answered]
    return [float(number) for number in numbers]
