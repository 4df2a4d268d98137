"""Comparing two waves of a survey: how one figure moved, among whom, and whether that can be chance (4.9).

Pure: the scores of both waves go in, plain figures that can be stored come out.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, sqrt
from statistics import StatisticsError, correlation, fmean, stdev
from typing import Any, NamedTuple

from flask_babel import gettext as _

from community.statistics import intervals, tracking
from community.statistics.distributions import one_sided_z_of, z_of
from community.statistics.intervals import MIN_SHOWN, Difference, Estimate, Part, Sample
from community.statistics.weighting import effective_size
from community.surveys.kinds.contract import Asked

Figures = dict[str, Any]

SHARE_KINDS = ("single", "several", "yes_no", "rating5", "rating7", "csat", "ces", "nps")
MEAN_KINDS = ("rating5", "rating7", "csat", "ces", "number")
SCALES: Mapping[str, range] = {
    "rating5": range(1, 6),
    "rating7": range(1, 8),
    "csat": range(1, 6),
    "ces": range(1, 8),
    "nps": range(11),
}
# Changes whose price in answers is told before a comparison is frozen.
DELTAS: Mapping[str, Sequence[float]] = {
    "share": (0.03, 0.05, 0.1, 0.15),
    "mean": (0.1, 0.25, 0.5, 1.0),
    "nps": (5, 10, 15, 20),
}


class Score(NamedTuple):
    """What one person's answer comes to: 0 or 1 in a share, a number, or -100, 0 or 100 in an NPS."""

    person: int
    value: float
    weight: float | None
    profile: Mapping[str, Sequence[str]]


class Size(NamedTuple):
    """How many answers each wave needs so that a change of `delta` is found four times in five."""

    delta: float
    per_wave: int


def metrics_of(kind: str) -> tuple[str, ...]:
    """What can be tracked of a kind of question."""
    found = []
    if kind == "nps":
        found.append("nps")
    if kind in MEAN_KINDS:
        found.append("mean")
    if kind in SHARE_KINDS:
        found.append("share")
    return tuple(found)


def choices_of(asked: Asked) -> list[tuple[str, str]]:
    """The answers whose share can be tracked, with their words."""
    if asked.kind == "yes_no":
        return [("yes", _("Yes")), ("no", _("No"))]
    if asked.kind in SCALES:
        return [(str(number), str(number)) for number in SCALES[asked.kind]]
    return [(option.key, option.text) for option in asked.options]


def score_of(value: Mapping[str, Any], metric: str, options: Iterable[str]) -> float:
    """What an answer comes to in this metric; a share counts those who gave one of `options`."""
    if metric == "mean":
        return float(value["number"])
    if metric == "nps":
        return 100.0 if value["number"] >= 9 else -100.0 if value["number"] <= 6 else 0.0
    given = value.get("choices") or [value.get("choice", value.get("number"))]
    return float(bool({str(each) for each in given} & set(options)))


def is_in_cut(profile: Mapping[str, Sequence[str]], cut: str) -> bool:
    """Whether somebody with this profile belongs to the cut; all belong to ""."""
    if not cut:
        return True
    name, _, option = cut.partition("=")
    return option in profile.get(name.removeprefix("attribute:"), ())


def measure(
    before: Sequence[Score], after: Sequence[Score], *, metric: str, cut: str = "", untouched_cut: str = ""
) -> Figures:
    """What a comparison found, without the correction for the others: see `conclude`.

    "state" is "few" where fewer than ten answered in a wave, or fewer than ten would be left over and could
    be worked out from what is shown.
    """
    cuts = [each for each in (cut, untouched_cut) if each]
    if not (_may_show(before, cuts, cut) and _may_show(after, cuts, cut)):
        return {"state": "few"}
    found: Figures = {"state": "measured", **_moved(_of(before, cut), _of(after, cut), metric)}
    found["decides"] = "difference"
    if untouched_cut and _may_show(before, cuts, untouched_cut) and _may_show(after, cuts, untouched_cut):
        first, others = _of(before, untouched_cut), _of(after, untouched_cut)
        untouched = _moved(first, others, metric)
        found["untouched"] = untouched
        changed, _how = _change(_of(before, cut), _of(after, cut), metric)
        still, _how = _change(first, others, metric)
        if changed is not None and still is not None and None not in (changed.se, still.se):
            found["did"] = _told(tracking.difference_in_differences(changed, still))
            found["decides"] = "did"
    found["attrition"] = _left_and_stayed(_of(before, cut), {score.person for score in after}, metric)
    found["conditioning"] = _fresh_and_known(_of(after, cut), {score.person for score in before}, metric)
    return found


def conclude(found: Sequence[Figures], expects: Sequence[str]) -> list[Figures]:
    """The findings of all comparisons of two waves, with chances corrected for their number and a verdict.

    After Benjamini and Hochberg (1995). `expects` says of each which way it was to go: "up", "down", "any".
    """
    deciding = [each.get(each.get("decides", ""), {}) or {} for each in found]
    numbers = [number for number, each in enumerate(deciding) if each.get("p") is not None]
    adjusted = dict(
        zip(numbers, tracking.benjamini_hochberg([deciding[n]["p"] for n in numbers]), strict=True)
    )
    concluded = []
    for number, (figures, each, expected) in enumerate(zip(found, deciding, expects, strict=True)):
        if figures["state"] != "measured":
            concluded.append(figures)
            continue
        interval = intervals.Interval(each["low"], each["high"]) if each.get("low") is not None else None
        verdict = tracking.verdict(interval, p=adjusted.get(number))
        concluded.append(
            {
                **figures,
                "p": adjusted.get(number),
                "compared": len(numbers),
                "verdict": verdict,
                "is_expected": verdict == expected if expected != "any" else None,
            }
        )
    return concluded


def sizes(scores: Sequence[Score], metric: str) -> list[Size]:
    """How many answers a wave needs to find changes of several sizes, going by this wave's answers.

    With fewer than ten answers a share of one half is taken, which needs the most; nothing else is known.
    """
    if metric != "share" and len(scores) < MIN_SHOWN:
        return []
    return [Size(delta, _size(scores, metric, delta)) for delta in DELTAS[metric]]


def smallest_change(scores: Sequence[Score], metric: str) -> float | None:
    """The smallest change that two waves as large as this one find four times in five."""
    if len(scores) < MIN_SHOWN:
        return None
    if metric == "share":
        return tracking.detectable_change(_expected_share(scores), len(scores))
    return _spread(scores) * sqrt(2 / len(scores)) * _strictness()


def _size(scores: Sequence[Score], metric: str, delta: float) -> int:
    if metric == "share":
        return tracking.size_per_wave(_expected_share(scores), delta)
    # As for shares, with the spread of the answers in the place of p (1 - p) (Fleiss 1981).
    return max(2, ceil(2 * (_spread(scores) * _strictness() / delta) ** 2))


def _expected_share(scores: Sequence[Score]) -> float:
    if len(scores) < MIN_SHOWN:
        return 0.5
    # One answer of each kind is added, so that a share of nothing or all can still move.
    return (sum(score.value for score in scores) + 1) / (len(scores) + 2)


def _spread(scores: Sequence[Score]) -> float:
    return stdev(score.value for score in scores) if len(scores) > 1 else 0.0


def _strictness() -> float:
    return z_of(0.95) + one_sided_z_of(0.8)


def _of(scores: Sequence[Score], cut: str) -> list[Score]:
    return [score for score in scores if is_in_cut(score.profile, cut)]


def _may_show(scores: Sequence[Score], cuts: Sequence[str], cut: str) -> bool:
    """Whether ten are in the cut, and nobody or ten outside of each and of all, so that nobody is found."""
    if len(_of(scores, cut)) < MIN_SHOWN:
        return False
    outside = [sum(not is_in_cut(score.profile, each) for score in scores) for each in cuts]
    outside.append(sum(not any(is_in_cut(score.profile, each) for each in cuts) for score in scores))
    return not cuts or all(not 0 < rest < MIN_SHOWN for rest in outside)


def _moved(before: Sequence[Score], after: Sequence[Score], metric: str) -> Figures:
    difference, method = _change(before, after, metric)
    pairs = _pairs(before, after)
    same = _paired(pairs, metric) if len(pairs) >= MIN_SHOWN else None
    return {
        "before": _shown(before, metric),
        "after": _shown(after, metric),
        "difference": _told(difference),
        "method": method,
        "same_people": {"n": len(pairs), **(_told(same) or {})} if same is not None else None,
        "weighted": _weighted(before, after, metric),
    }


def _change(before: Sequence[Score], after: Sequence[Score], metric: str) -> tuple[Difference | None, str]:
    """The change and how it was found: among the same people, with some in both waves, or with none."""
    pairs = _pairs(before, after)
    if len(pairs) == len(before) == len(after):
        return _paired(pairs, metric), "paired"
    first, second = _estimate(before, metric), _estimate(after, metric)
    if len(pairs) >= MIN_SHOWN and first and second and None not in (first.se, second.se):
        difference = tracking.overlapping(
            first, second, rho=_correlation(pairs), n1=len(before), n2=len(after), both=len(pairs)
        )
        return difference, "overlapping"
    return _independent(before, after, metric), "independent"


def _independent(
    before: Sequence[Score], after: Sequence[Score], metric: str, *, is_weighted: bool = False
) -> Difference | None:
    if metric == "share":
        return tracking.two_shares(
            _part(before, is_weighted=is_weighted), _part(after, is_weighted=is_weighted)
        )
    if metric == "nps":
        first = _estimate(before, metric, is_weighted=is_weighted)
        second = _estimate(after, metric, is_weighted=is_weighted)
        return intervals.nps_difference(first, second) if first and second else None
    one, other = _sample(before, is_weighted=is_weighted), _sample(after, is_weighted=is_weighted)
    return tracking.two_means(one, other) if one and other else None


def _paired(pairs: Sequence[tuple[float, float]], metric: str) -> Difference | None:
    if metric == "share":
        lost = sum(first > second for first, second in pairs)
        gained = sum(first < second for first, second in pairs)
        return tracking.mcnemar(lost, gained, n=len(pairs))
    changes = [second - first for first, second in pairs]
    spread = stdev(changes) if len(changes) > 1 else 0.0
    return tracking.paired_means(fmean(changes), spread, n=len(changes)) if changes else None


def _pairs(before: Sequence[Score], after: Sequence[Score]) -> list[tuple[float, float]]:
    first = {score.person: score.value for score in before}
    return [(first[score.person], score.value) for score in after if score.person in first]


def _correlation(pairs: Sequence[tuple[float, float]]) -> float:
    try:
        return max(-1.0, min(1.0, correlation([one for one, _ in pairs], [other for _, other in pairs])))
    except StatisticsError:
        # All said the same: nothing is known of how their answers hang together.
        return 0.0


def _weighted(before: Sequence[Score], after: Sequence[Score], metric: str) -> Figures | None:
    if any(score.weight is None for score in (*before, *after)):
        return None
    return {
        "before": _figures(_estimate(before, metric, is_weighted=True), len(before)),
        "after": _figures(_estimate(after, metric, is_weighted=True), len(after)),
        "difference": _told(_independent(before, after, metric, is_weighted=True)),
    }


def _left_and_stayed(before: Sequence[Score], came_back: set[int], metric: str) -> Figures | None:
    """How those who did not come back had answered, against those who did."""
    stayed = [score for score in before if score.person in came_back]
    left = [score for score in before if score.person not in came_back]
    return _beside(stayed, left, metric)


def _fresh_and_known(after: Sequence[Score], were_there: set[int], metric: str) -> Figures | None:
    """How those answer who are asked for the first time, against those who were asked before."""
    known = [score for score in after if score.person in were_there]
    fresh = [score for score in after if score.person not in were_there]
    return _beside(known, fresh, metric)


def _beside(first: Sequence[Score], second: Sequence[Score], metric: str) -> Figures | None:
    if min(len(first), len(second)) < MIN_SHOWN:
        return None
    difference = _independent(first, second, metric)
    return {
        "first": _shown(first, metric),
        "second": _shown(second, metric),
        "difference": _told(difference),
        "verdict": tracking.verdict(difference.interval if difference else None),
    }


def _shown(scores: Sequence[Score], metric: str) -> Figures:
    return _figures(_estimate(scores, metric), len(scores))


def _estimate(scores: Sequence[Score], metric: str, *, is_weighted: bool = False) -> Estimate | None:
    weights = [score.weight or 0.0 if is_weighted else 1.0 for score in scores]
    n, n_eff = len(scores), effective_size(weights) if is_weighted else None
    if not n or not sum(weights):
        return None
    values = [score.value for score in scores]
    # Weighted counts as if they were counts of n.
    scale = n / sum(weights)
    if metric == "share":
        return intervals.share(_bounded(_total(values, weights) * scale, n), n, n_eff=n_eff)
    if metric == "nps":
        promoters = _total([float(value > 0) for value in values], weights) * scale
        detractors = _total([float(value < 0) for value in values], weights) * scale
        return intervals.nps(_bounded(promoters, n), _bounded(detractors, n - promoters), n=n, n_eff=n_eff)
    sample = _sample(scores, is_weighted=is_weighted)
    if sample is None:
        return None
    return intervals.mean(sample.mean, sample.sd if n > 1 else None, n=n, n_eff=n_eff)


def _part(scores: Sequence[Score], *, is_weighted: bool) -> Part:
    if not is_weighted:
        return Part(sum(score.value for score in scores), len(scores))
    weights = [score.weight or 0.0 for score in scores]
    n = effective_size(weights)
    share = _total([score.value for score in scores], weights) / sum(weights)
    return Part(_bounded(share * n, n), n)


def _sample(scores: Sequence[Score], *, is_weighted: bool) -> Sample | None:
    if not scores:
        return None
    values = [score.value for score in scores]
    if not is_weighted:
        return Sample(fmean(values), stdev(values) if len(values) > 1 else 0.0, len(values))
    weights = [score.weight or 0.0 for score in scores]
    middle = _total(values, weights) / sum(weights)
    n = effective_size(weights)
    squares = _total([(value - middle) ** 2 for value in values], weights) / sum(weights)
    return Sample(middle, sqrt(squares * n / (n - 1)) if n > 1 else 0.0, n)


def _total(values: Iterable[float], weights: Iterable[float]) -> float:
    return sum(value * weight for value, weight in zip(values, weights, strict=True))


def _bounded(count: float, n: float) -> float:
    # Sums of weights miss whole numbers by a hair.
    return max(0.0, min(count, n))


def _figures(found: Estimate | None, n: int) -> Figures:
    interval = found.interval if found else None
    return {
        "value": found.value if found else None,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "n": n,
    }


def _told(difference: Difference | None) -> Figures | None:
    if difference is None:
        return None
    interval = difference.interval
    return {
        "value": difference.value,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "p": difference.p,
        "test": difference.method,
    }
