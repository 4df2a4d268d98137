"""What a comparison of two waves found, in plain words and in figures as people write them."""

from collections.abc import Mapping
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.surveys.showing import numbers

Figures = Mapping[str, Any]

METHODS: Mapping[str, Any] = {
    "paired": _l("The same people answered both waves, so each is compared with themselves."),
    "overlapping": _l("Some answered both waves; that they hang together is taken into account."),
    "independent": _l("Different people answered the two waves."),
}
TESTS: Mapping[str, Any] = {
    "chi2": _l("McNemar’s test"),
    "exact": _l("exact sign test of those who changed (McNemar)"),
    "t": _l("t-test"),
    "z": _l("z-test"),
}

_STYLES: Mapping[str, numbers.Style] = {
    "share": numbers.SHARE,
    "mean": numbers.Style(numbers.mean),
    "nps": numbers.NPS,
}


def figure(metric: str, found: Figures) -> numbers.Shown | None:
    """A figure of one wave with its interval, written as the results write it."""
    return numbers.show(found, _STYLES[metric])


def change(metric: str, number: float | None) -> str:
    """A change with its sign, in its unit; of a share in percentage points."""
    if number is None:
        return "–"
    if metric == "mean":
        return numbers.score(number, 0)
    return str(_("%(points)s points", points=_points(metric, number)))


def between(metric: str, low: float | None, high: float | None) -> str:
    """The interval of a change, in the unit of the change."""
    if low is None or high is None:
        return "–"
    return str(_("%(low)s to %(high)s", low=_points(metric, low), high=_points(metric, high)))


def chance(p: float | None) -> str:
    """A p-value as it is written."""
    if p is None:
        return "–"
    return "< 0.001" if p < 0.001 else str(format_decimal(p, "0.000"))


def in_words(metric: str, result: Figures) -> str:
    """What was found, in one or two sentences; that no change was found is a result too."""
    return str(_sentence(metric, result))


def expectation(result: Figures) -> str:
    """Whether it went as it had been claimed; "" if nothing was claimed."""
    if result.get("is_expected") is None:
        return ""
    if result["is_expected"]:
        return str(_("That is what was expected."))
    if result["verdict"] == "no change found":
        return str(
            _("A change was expected. If there is one, it is too small for this many answers to show.")
        )
    return str(_("The opposite was expected."))


def beside(metric: str, figures: Figures, kind: str) -> str:
    """What the check of those who left, or of those who are new, says."""
    difference = change(metric, (figures["difference"] or {}).get("value"))
    if kind == "attrition":
        if figures["verdict"] == "no change found":
            return str(_("Those who did not come back had answered much like those who did."))
        return str(
            _(
                "Those who did not come back had answered otherwise in the first wave (%(difference)s "
                "against those who did). Part of what moved may only be that they are gone.",
                difference=difference,
            )
        )
    if figures["verdict"] == "no change found":
        return str(
            _("Those who were asked for the first time answered much like those who were asked before.")
        )
    return str(
        _(
            "Those who were asked for the first time answered otherwise (%(difference)s against those who "
            "were asked before). Being asked again may itself have changed answers.",
            difference=difference,
        )
    )


def _sentence(metric: str, result: Figures) -> object:
    if result["state"] != "measured":
        return _(
            "Not shown: fewer than ten people answered in one of the waves, or so few are left over that one "
            "could tell who they are."
        )
    deciding = result.get(result["decides"]) or {}
    by = change(metric, deciding.get("value"))
    interval = between(metric, deciding.get("low"), deciding.get("high"))
    if result["decides"] == "did":
        return _against_others(result["verdict"], by, interval)
    match result["verdict"]:
        case "up":
            return _("It went up: %(by)s (95%% interval: %(interval)s).", by=by, interval=interval)
        case "down":
            return _("It went down: %(by)s (95%% interval: %(interval)s).", by=by, interval=interval)
        case _ if deciding.get("low") is None:
            return _("No change found: all answered alike in both waves.")
        case _:
            return _(
                "No change found: %(by)s (95%% interval: %(interval)s), which can be chance.",
                by=by,
                interval=interval,
            )


def _against_others(verdict: str, by: str, interval: str) -> object:
    match verdict:
        case "up":
            return _(
                "Against where the change did not ship it went up: %(by)s (95%% interval: %(interval)s).",
                by=by,
                interval=interval,
            )
        case "down":
            return _(
                "Against where the change did not ship it went down: %(by)s (95%% interval: %(interval)s).",
                by=by,
                interval=interval,
            )
        case _:
            return _(
                "No change found: where the change shipped it moved much as where it did not "
                "(difference: %(by)s, 95%% interval: %(interval)s).",
                by=by,
                interval=interval,
            )


def _points(metric: str, number: float) -> str:
    if metric == "mean":
        return numbers.score(number, 0)
    return numbers.moved(100 * number if metric == "share" else number, 0)
