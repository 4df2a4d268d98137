"""The columns in which a portrait holds a group against all others."""

from flask_babel import gettext as _

from community.insights.claims import Judged
from community.insights.figures import Cell, CellKind, Column
from community.insights.kinds.measures import span
from community.insights.kinds.portrait.groups import Portrayed


def columns(
    group: Portrayed, title: str, *, kind: CellKind = "share", unit: CellKind = "points"
) -> list[Column]:
    """What the others have, and the difference in `unit` with its interval and test; none without others."""
    if not group.can_compare:
        return []
    return [
        Column("elsewhere", title, kind),
        Column("difference", _("Difference"), unit),
        Column("difference_interval", _("Interval of the difference"), "interval", "difference"),
        Column("p", _("p, corrected"), "p"),
    ]


def cells(group: Portrayed, elsewhere: float | None, judged: Judged | None) -> dict[str, Cell]:
    """The cells of these columns."""
    if not group.can_compare:
        return {}
    return {
        "elsewhere": elsewhere,
        "difference": judged.value if judged else None,
        "difference_interval": span(judged.interval) if judged else None,
        "p": judged.p if judged else None,
    }
