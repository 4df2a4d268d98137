"""Where a survey stands, and where it may go from there."""

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _l

from community.infra.errors import Conflict

# Whoever was told what came of their answers was told for good: nothing leads back from there.
STEPS: Mapping[str, Sequence[str]] = {
    "draft": ("preview", "open"),
    "preview": ("draft", "open"),
    "open": ("closed",),
    "closed": ("open", "told_back"),
    "told_back": (),
}
# Nobody but staff knows of it yet: everything can still be changed.
BUILDING = ("draft", "preview")

_REFUSALS = {
    "draft": _l("It has been opened: it cannot be a draft again."),
    "preview": _l("It has been opened: there is nothing left to preview."),
    "open": _l("It cannot be opened as it stands now."),
    "closed": _l("Only an open survey can be closed."),
    "told_back": _l("Close it first, then tell people what you heard."),
}


def can_move(state: str, to: str) -> bool:
    """Whether a survey goes from one state to the other."""
    return to in STEPS[state]


def check_move(state: str, to: str) -> None:
    """Conflict if a survey in this state cannot go there, for example because somebody was quicker."""
    if not can_move(state, to):
        raise Conflict(_REFUSALS[to])


def is_building(state: str) -> bool:
    """Whether only staff know of the survey, so that all of it may change."""
    return state in BUILDING


def can_ask_anew(state: str) -> bool:
    """Whether what a question says may still change; once closed, it says what was answered."""
    return state in (*BUILDING, "open")
