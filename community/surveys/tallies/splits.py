"""Groups beside each other: which may be shown without giving a small one away, and where they differ."""

from collections.abc import Mapping, Sequence

from community.statistics.intervals import MIN_SHOWN, Difference
from community.statistics.tracking import holm, verdict
from community.surveys.tallies.sums import Answered, Figures, Marked, rounded

Groups = Mapping[str, Sequence[Answered]]


def hidden_groups(n: int, groups: Mapping[str, int], *, is_parted: bool) -> dict[str, str]:
    """Why groups of an attribute stay hidden: "few" answers, or "subtraction".

    `n` answered at all; if nobody is in two groups (`is_parted`), what all shown groups leave over must be
    nobody or ten at least, else the smallest shown ones are hidden as well until it is. Groups that overlap
    must each leave over nobody or ten (complementary suppression; Cox 1980).
    """
    hidden = {cut: "few" for cut, size in groups.items() if size < MIN_SHOWN}
    shown = sorted((cut for cut in groups if cut not in hidden), key=lambda cut: (groups[cut], cut))
    if not is_parted:
        return hidden | {cut: "subtraction" for cut in shown if 0 < n - groups[cut] < MIN_SHOWN}
    left = n - sum(groups[cut] for cut in shown)
    for cut in shown:
        if not 0 < left < MIN_SHOWN:
            break
        hidden[cut] = "subtraction"
        left += groups[cut]
    return hidden


def differences(
    marked: Marked, answered: Sequence[Answered], groups: Groups, *, is_weighted: bool
) -> dict[str, Figures]:
    """For each group the figures that differ from everybody else's, or that do not, by their names.

    The chances are corrected for all comparisons of the question in this attribute (Holm 1979); `verdict` is
    "up", "down" or "no change found".
    """
    compared = marked.kind.compared(marked.asked)
    whole = marked.sums(answered, is_weighted=is_weighted)
    # Of two halves the second differs as the first does, only the other way round: that is one comparison.
    halves = _halves(answered, groups)
    found: dict[tuple[str, str], Difference] = {}
    for cut in halves[:1] or groups:
        own = marked.sums(groups[cut], is_weighted=is_weighted)
        rest = whole.less(own)
        if rest.n < MIN_SHOWN:
            continue
        for name, how in compared.items():
            difference = own.against(rest, name, how)
            if difference is not None and difference.p is not None:
                found[cut, name] = difference
    corrected = holm([difference.p for difference in found.values() if difference.p is not None])
    told: dict[str, Figures] = {cut: {} for cut in groups}
    for ((cut, name), difference), p in zip(found.items(), corrected, strict=True):
        told[cut][name] = {
            "value": rounded(difference.value),
            "low": rounded(difference.interval.low) if difference.interval else None,
            "high": rounded(difference.interval.high) if difference.interval else None,
            "p": rounded(p),
            "verdict": verdict(difference.interval, p=p),
        }
    if halves:
        told[halves[1]] = {name: _mirrored(each) for name, each in told[halves[0]].items()}
    return told


def _halves(answered: Sequence[Answered], groups: Groups) -> tuple[str, ...]:
    """The two groups if they are everybody and nobody is in both; nothing otherwise."""
    if len(groups) != 2:
        return ()
    one, other = ({each.person for each in members} for members in groups.values())
    return tuple(groups) if not one & other and len(one) + len(other) == len(answered) else ()


def _mirrored(told: Figures) -> Figures:
    turned = {"up": "down", "down": "up"}
    return told | {
        "value": -told["value"],
        "low": -told["high"] if told["high"] is not None else None,
        "high": -told["low"] if told["low"] is not None else None,
        "verdict": turned.get(told["verdict"], told["verdict"]),
    }
