"""Shares that a report counts, with the people behind them, and tables of how they changed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from flask_babel import gettext as _

from community.insights import claims, suppression
from community.insights.claims import Judged
from community.insights.figures import Cell, Chart, Claim, Column, Figure, Row
from community.statistics.intervals import Difference, Estimate, Interval, Part, share
from community.statistics.tracking import two_shares

# What takes time is held against the period before only where it is so long ago, and asked whether it came
# about within as long: else those of the period before would have had longer for it.
SOON = timedelta(days=14)


@dataclass(frozen=True)
class Counted:
    """`count` of `n` texts, ideas or cases, of so many people; who comes several times is one of them."""

    count: int
    n: int
    people: int

    @property
    def enough(self) -> int:
        """How many independent ones they are worth: no more than there are people."""
        return min(self.n, self.people)

    @property
    def estimate(self) -> Estimate | None:
        """The share with its interval; None without any."""
        return share(self.count, self.n, n_eff=self.enough) if self.enough else None

    @property
    def cells(self) -> dict[str, Cell]:
        """The cells "share" and "interval"."""
        found = self.estimate
        if found is None:
            return {"share": None, "interval": None}
        return {"share": found.value, "interval": span(found.interval)}


class Change(NamedTuple):
    """A share now, and over the period before; None where there is nothing to compare with."""

    name: str
    before: Counted
    after: Counted
    # What finds the texts behind it; see `Row.texts`.
    texts: Mapping[str, Any] | None = None


def span(interval: Interval | None) -> list[float] | None:
    """An interval as a cell."""
    return [interval.low, interval.high] if interval is not None else None


def figure_of_changes(
    changes: Sequence[Change],
    *,
    key: str,
    title: str,
    unit: str,
    how: str,
    description: str,
    n: int,
    people: int | None = None,
    kept_back: Collection[int] = (),
) -> Figure:
    """Each share against the period before, tested together; `n` is what all rows rest on now, once.

    What too few stand behind is kept back, and the rows with the numbers `kept_back`.
    """
    hidden = [at in kept_back or is_kept_back(change) for at, change in enumerate(changes)]
    judged = iter(
        claims.judge(
            [difference(each) for each, is_hidden in zip(changes, hidden, strict=True) if not is_hidden]
        )
    )
    rows: list[Row] = []
    said: list[Claim] = []
    for change, is_hidden in zip(changes, hidden, strict=True):
        if is_hidden:
            rows.append(Row({"name": change.name}, is_hidden=True))
            continue
        found = next(judged)
        rows.append(Row(_cells_of_change(change, found), change.texts))
        said.append(_claim(change, found, figure=key))
    return Figure(
        key,
        title,
        [
            Column("name", _("What")),
            Column("before", _("Before"), "share"),
            Column("n_before", _("Counted before"), "count"),
            Column("share", _("Now"), "share"),
            Column("n", _("Counted now"), "count"),
            Column("change", _("Moved by"), "points"),
            Column("interval", _("Interval of the change"), "interval", of="change"),
            Column("p", _("p, corrected"), "p"),
        ],
        rows,
        n=n,
        unit=unit,
        people=people,
        how=how,
        chart=Chart(
            "dots", x="change", y="name", low="interval", high="interval", palette="change",
            description=description,
        ),
        claims=said,
        notes=suppression.note(sum(hidden)),
    )  # fmt: skip


def difference(change: Change) -> Difference | None:
    """Now against before, at the number of people; None if there was nothing on one side."""
    return two_shares(_part(change.before), _part(change.after))


def is_kept_back(change: Change) -> bool:
    """Whether too few people stand behind one of the two."""
    return suppression.is_few(change.before.people) or suppression.is_few(change.after.people)


def _part(counted: Counted) -> Part:
    enough = counted.enough
    return Part(counted.count * enough / counted.n if enough else 0.0, enough)


def _claim(change: Change, found: Judged | None, *, figure: str) -> Claim:
    before, after = change.before.estimate, change.after.estimate
    return claims.change(
        change.name,
        before.value if before else None,
        after.value if after else None,
        found=found,
        figure=figure,
    )


def _cells_of_change(change: Change, found: Judged | None) -> dict[str, Cell]:
    before, after = change.before.estimate, change.after.estimate
    return {
        "name": change.name,
        "before": before.value if before else None,
        "n_before": change.before.n,
        "share": after.value if after else None,
        "n": change.after.n,
        "change": found.value if found else None,
        "interval": span(found.interval) if found else None,
        "p": found.p if found else None,
    }
