"""What a test found, as one sentence of a report; nothing is called a change without a test behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.insights import writing
from community.insights.figures import CellKind, Claim, Figure, Section, Verdict
from community.statistics.intervals import Difference, Estimate, Interval
from community.statistics.rates import RateRatio
from community.statistics.tracking import benjamini_hochberg, verdict
from community.surveys.findings import TESTS

# What is said of a change against the period before, and of a difference to everybody else.
_CHANGE: dict[str, Any] = {
    "up": _l("%(what)s: rose from %(first)s to %(second)s (%(interval)s)."),
    "down": _l("%(what)s: fell from %(first)s to %(second)s (%(interval)s)."),
    "unproven": _l("%(what)s: no change proven (%(first)s and %(second)s, %(interval)s)."),
    "one of many": _l(
        "%(what)s: no change proven among %(count)d tests (%(first)s and %(second)s, %(interval)s)."
    ),
}
_OTHERS: dict[str, Any] = {
    "up": _l("%(what)s: higher than elsewhere, %(second)s against %(first)s (%(interval)s)."),
    "down": _l("%(what)s: lower than elsewhere, %(second)s against %(first)s (%(interval)s)."),
    "unproven": _l("%(what)s: no difference proven (%(second)s, elsewhere %(first)s, %(interval)s)."),
    "one of many": _l(
        "%(what)s: no difference proven among %(count)d tests (%(second)s, elsewhere %(first)s, "
        "%(interval)s)."
    ),
}
_RATE: dict[str, Any] = {
    "up": _l("%(what)s: rose from %(first)s to %(second)s a day (%(interval)s)."),
    "down": _l("%(what)s: fell from %(first)s to %(second)s a day (%(interval)s)."),
    "unproven": _l("%(what)s: no change proven (%(first)s and %(second)s a day, %(interval)s)."),
}
_CHANGED: dict[str, Verdict] = {"up": "rose", "down": "fell"}
_DIFFERENT: dict[str, Verdict] = {"up": "higher", "down": "lower"}


@dataclass(frozen=True)
class Judged:
    """A difference with its p-value, corrected for all the tests that were made together with it."""

    value: float
    interval: Interval | None
    p: float | None
    test_count: int
    # Of `surveys.findings.TESTS`.
    method: str

    @property
    def direction(self) -> Literal["up", "down", "no change found"]:
        """What the interval and the corrected p-value prove together."""
        return verdict(self.interval, p=self.p)

    @property
    def is_proven(self) -> bool:
        """Whether there is a difference."""
        return self.direction != "no change found"


def judge(differences: Sequence[Difference | None]) -> list[Judged | None]:
    """Differences that are looked at together, p-values corrected for it (Benjamini and Hochberg 1995)."""
    tests = [each.p for each in differences if each is not None and each.p is not None]
    corrected = iter(benjamini_hochberg(tests))
    judged: list[Judged | None] = []
    for each in differences:
        p = next(corrected) if each is not None and each.p is not None else None
        judged.append(Judged(each.value, each.interval, p, len(tests), each.method) if each else None)
    return judged


def plain(text: str, *, figure: str = "") -> Claim:
    """A sentence that only says what was counted."""
    return Claim(text, "plain", figure)


def leading(what: str, found: Estimate | None, *, figure: str = "") -> Claim:
    """What comes up most, with its share and the interval of that."""
    if found is None or found.interval is None:
        return too_few(what, figure=figure)
    return plain(
        _(
            "Named most often: %(what)s, in %(share)s of the texts (%(interval)s).",
            what=what,
            share=writing.percent(found.value),
            interval=writing.interval(found.interval.low, found.interval.high),
        ),
        figure=figure,
    )


def change(
    what: str,
    before: float | None,
    after: float | None,
    *,
    found: Judged | None,
    kind: CellKind = "share",
    figure: str = "",
) -> Claim:
    """That something rose or fell against the period before, or that no change is proven."""
    text = _sentence(_CHANGE, what, before, after, found=found, kind=kind)
    return _claim(text, what, found=found, said=_CHANGED.get(_said(found), "unproven"), figure=figure)


def against_others(
    what: str,
    others: float | None,
    here: float | None,
    *,
    found: Judged | None,
    kind: CellKind = "share",
    figure: str = "",
) -> Claim:
    """That something is higher or lower in a group than elsewhere, or that no difference is proven.

    `found` is the group minus the others.
    """
    text = _sentence(_OTHERS, what, others, here, found=found, kind=kind)
    return _claim(text, what, found=found, said=_DIFFERENT.get(_said(found), "unproven"), figure=figure)


def change_of_rate(
    what: str, before: float, after: float, *, found: RateRatio | None, figure: str = ""
) -> Claim:
    """That something happened more or less often than before, in `before` and `after` times a day."""
    if found is None:
        return too_few(what, figure=figure)
    low, high = found.interval.low - 1, found.interval.high - 1
    said = verdict(Interval(low, high), p=found.p)
    words = {
        "what": what,
        "first": writing.number(before),
        "second": writing.number(after),
        "interval": _("%(low)s to %(high)s", low=_relative(low), high=_relative(high)),
    }
    return Claim(
        str(_RATE[said if said in _CHANGED else "unproven"]) % words,
        _CHANGED.get(said, "unproven"),
        figure,
        _("test of two rates, %(p)s", p=_p(found.p)),
    )


def too_few(what: str, *, figure: str = "") -> Claim:
    """That nothing can be said, for want of people."""
    return Claim(_("%(what)s: too few people to say.", what=what), "unproven", figure)


def association(what: str, found: Judged | None, *, figure: str = "") -> Claim:
    """Whether those who speak of something are more or less satisfied; never why."""
    if found is None or found.interval is None:
        return too_few(what, figure=figure)
    words = {
        "what": what,
        "effect": writing.score(found.value),
        "interval": interval_words(found.interval, "number"),
    }
    match found.direction:
        case "up":
            text = _("%(what)s: goes with more satisfaction, %(effect)s (%(interval)s).", **words)
            return Claim(text, "higher", figure, how_tested(found))
        case "down":
            text = _("%(what)s: goes with less satisfaction, %(effect)s (%(interval)s).", **words)
            return Claim(text, "lower", figure, how_tested(found))
    text = _("%(what)s: no association proven, %(effect)s (%(interval)s).", **words)
    return Claim(text, "unproven", figure, how_tested(found))


def explained(share: float, interval: Interval, p: float, *, figure: str = "") -> Claim:
    """How much of satisfaction is explained by all that people speak of, or that it may be nothing."""
    words = {
        "share": writing.percent(share),
        "interval": writing.interval(interval.low, interval.high),
    }
    test = _("F test, %(p)s", p=_p(p))
    if verdict(interval, p=p) == "no change found":
        text = _(
            "It is not proven that what people speak of explains how satisfied they are: %(share)s "
            "(%(interval)s) can come about by chance.",
            **words,
        )
        return Claim(text, "unproven", figure, test)
    text = _("What people speak of explains %(share)s of how satisfied they are (%(interval)s).", **words)
    return Claim(text, "plain", figure, test)


def proven_first(said: Sequence[Claim], *, figure: str = "", most: int = 6) -> list[Claim]:
    """What is proven, at most so many; of the rest only how many there are, if they are more than two."""
    proven = [each for each in said if each.verdict not in ("unproven", "plain")]
    rest = [each for each in said if each.verdict == "unproven"]
    if len(rest) <= 2:
        return [*proven[:most], *rest]
    # Never one: one other, or one alone, is said as it is.
    text = (
        _("For %(count)d others nothing is proven.", count=len(rest))
        if proven
        else _("None of %(count)d differences is proven.", count=len(rest))
    )
    return [*proven[:most], Claim(text, "unproven", figure)]


def with_proven_first(figure: Figure) -> Figure:
    """The figure with what is proven in it first."""
    return replace(figure, claims=proven_first(figure.claims, figure=figure.key))


def worth_saying(sections: Sequence[Section]) -> list[Claim]:
    """All that is claimed in the sections but where there were too few people to test anything."""
    said = [claim for section in sections for figure in section.figures for claim in figure.claims]
    return [claim for claim in said if claim.verdict != "unproven" or claim.test]


def felt(positive: Estimate | None, negative: Estimate | None, *, figure: str = "") -> list[Claim]:
    """How much of what was said is positive and how much negative, each with its interval."""
    if positive is None or positive.interval is None or negative is None or negative.interval is None:
        return []
    text = _(
        "Of the texts %(positive)s are positive (%(first)s) and %(negative)s negative (%(second)s).",
        positive=writing.percent(positive.value),
        first=writing.interval(positive.interval.low, positive.interval.high),
        negative=writing.percent(negative.value),
        second=writing.interval(negative.interval.low, negative.interval.high),
    )
    return [plain(text, figure=figure)]


def how_tested(found: Judged) -> str:
    """Which test it was and what came out of it; with how many others it was made."""
    name = str(TESTS.get(found.method, found.method))
    if found.p is None:
        return name
    if found.test_count > 1:
        return str(
            _(
                "%(test)s, %(p)s, corrected for %(count)d tests made together",
                test=name,
                p=_p(found.p),
                count=found.test_count,
            )
        )
    return str(_("%(test)s, %(p)s", test=name, p=_p(found.p)))


def interval_words(interval: Interval, kind: CellKind) -> str:
    """The interval of a difference, in the unit of the difference of such figures."""
    if kind in ("share", "points"):
        # So fine that an end close to nothing does not seem to touch it.
        is_fine = min(abs(interval.low), abs(interval.high)) < 0.015
        return writing.interval(interval.low, interval.high, "points", is_fine=is_fine)
    low, high = writing.score(interval.low), writing.score(interval.high)
    return str(_("%(low)s to %(high)s", low=low, high=high))


def _said(found: Judged | None) -> str:
    if found is None or found.interval is None:
        return "too few"
    if found.is_proven:
        return found.direction
    # Alone it would be called a change; among so many tests some such are to be expected.
    return "unproven" if found.interval.contains(0) else "one of many"


def _sentence(
    sentences: Mapping[str, Any],
    what: str,
    first: float | None,
    second: float | None,
    *,
    found: Judged | None,
    kind: CellKind,
) -> str:
    if first is None or second is None or found is None or found.interval is None:
        return ""
    return str(sentences[_said(found)]) % {
        "what": what,
        "first": writing.write(first, kind),
        "second": writing.write(second, kind),
        "interval": interval_words(found.interval, kind),
        "count": found.test_count,
    }


def _claim(text: str, what: str, *, found: Judged | None, said: Verdict, figure: str) -> Claim:
    if not text or found is None:
        return too_few(what, figure=figure)
    return Claim(text, said, figure, how_tested(found))


def _relative(value: float) -> str:
    """By which part of itself something grew or shrank, with its sign."""
    sign = "" if not round(value, 3) else "+" if value > 0 else "−"
    return sign + writing.percent(abs(value))


def _p(value: float) -> str:
    written = writing.chance(value)
    return f"p {written}" if written.startswith("<") else f"p = {written}"
