"""What the states of reports are called, and what became of those that were not made."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from community.insights.models import Report

STATES: Mapping[str, Any] = {
    "waiting": _l("Waits for a worker"),
    "running": _l("Being made"),
    "done": _l("Done"),
    "failed": _l("Could not be made"),
    "cancelled": _l("Called off"),
}
_ERRORS: Mapping[str, Any] = {
    "stopped": _l("Something went wrong while it was made. It is in the log of the worker."),
    "killed": _l("The worker was stopped while it made this report, three times."),
}


def why(error: str) -> str:
    """Why a report could not be made, in words."""
    return str(_ERRORS.get(error, error)) if error else ""


def told(report: Report) -> str:
    """Where a report stands, with the reason if it could not be made."""
    return f"{STATES[report.state]}. {why(report.error)}".strip()
