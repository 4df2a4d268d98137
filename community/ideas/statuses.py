"""The graph of statuses: which move follows which, and what each move has to say."""

from collections.abc import Mapping
from datetime import date, timedelta

# Nothing is decided for good: what was declined or delivered may be taken up again.
MOVES: Mapping[str, tuple[str, ...]] = {
    "submitted": ("under_review", "planned", "declined"),
    "under_review": ("planned", "in_progress", "declined"),
    "planned": ("in_progress", "delivered", "under_review", "declined"),
    "in_progress": ("delivered", "planned", "declined"),
    "delivered": ("in_progress",),
    "declined": ("under_review",),
}

# What the roadmap shows, from the plan to the thing itself.
ROADMAP = ("planned", "in_progress", "delivered")
# A decision has been taken, whichever way.
DECIDED = (*ROADMAP, "declined")
# Nothing more is to come for now.
FINAL = ("delivered", "declined")

LOOK_AGAIN_DAYS = 182


def can_move(status: str, to: str) -> bool:
    """Whether an idea may go from one status straight to the other."""
    return to in MOVES.get(status, ())


def needs_reason(status: str) -> bool:
    """Whether the move has to say why, and when it is looked at again."""
    return status == "declined"


def may_promise(status: str) -> bool:
    """Whether a date can be promised with the move."""
    return status in ("planned", "in_progress")


def promise_after(status: str, *, promised_on: date | None, standing: date | None) -> date | None:
    """The promised date after a move: a new one, the one that stands while work goes on, or none."""
    return (promised_on or standing) if may_promise(status) else None


def suggested_look_again_on(today: date) -> date:
    """The day proposed for looking again at what is declined now: half a year on."""
    return today + timedelta(days=LOOK_AGAIN_DAYS)
