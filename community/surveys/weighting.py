"""The weights of responses from targets, and a report of how they came about; pure."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from community.statistics import weighting as statistics
from community.statistics.intervals import MIN_SHOWN

# Joins the keys of options that count together: "young+middle".
TOGETHER = "+"
Profile = Mapping[str, Sequence[str]]


class Weighted(NamedTuple):
    """One weight per response, or None with the reason in the report's "state"."""

    weights: tuple[float, ...] | None
    report: dict[str, Any]


def weigh(profiles: Sequence[Profile], margins: Sequence[Mapping[str, Any]]) -> Weighted:
    """Weights of the mean one that give the responses the shares of `margins`, by raking.

    `margins` as in WeightTargets. The report's "state" is "weighted", or says why not: "few" responses,
    "empty" categories in which nobody answered, or "untargeted" ones that have no target. Who did not tell
    keeps their weight in that margin; `unknown` counts them.
    """
    targets = {str(margin["attribute"]): dict(margin["targets"]) for margin in margins}
    columns = {name: column_of(profiles, name, targets[name]) for name in targets}
    unknown = {name: column.count(None) for name, column in columns.items()}
    report: dict[str, Any] = {"unknown": unknown, "n": len(profiles)}
    if len(profiles) < MIN_SHOWN or any(count == len(profiles) for count in unknown.values()):
        return Weighted(None, report | {"state": "few"})
    try:
        raking = statistics.rake(columns, targets)
    except statistics.EmptyCategory as gap:
        return Weighted(
            None, report | {"state": "empty", "categories": [list(one) for one in gap.categories]}
        )
    except statistics.UntargetedCategory as gap:
        found = [list(one) for one in gap.categories]
        return Weighted(None, report | {"state": "untargeted", "categories": found})
    return Weighted(
        raking.weights,
        report
        | {
            "state": "weighted",
            "converged": raking.converged,
            "loops": raking.loops,
            "deviation": raking.deviation,
            "trimmed": raking.trimmed,
            "n_eff": raking.n_eff,
            "deff": raking.deff,
            "small": [[each.margin, each.category, each.n] for each in raking.small],
        },
    )


def column_of(profiles: Sequence[Profile], name: str, targets: Mapping[str, float]) -> list[str | None]:
    """The category of each profile in a margin, None if it has none; options that count together are one."""
    category = {option: joined for joined in targets for option in joined.split(TOGETHER)}
    column: list[str | None] = []
    for profile in profiles:
        options = profile.get(name) or ()
        # Somebody in several categories, as in two panels, cannot be one of either.
        column.append(category.get(options[0], options[0]) if len(options) == 1 else None)
    return column
