"""Why a file could not be made: the reason as a word in its row, and what people are told."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

WORDS: Mapping[str, Any] = {
    "stopped": _l("Something went wrong while it was made. Please ask for it again."),
    "killed": _l("The worker was stopped while it made this file, three times. Please ask for it again."),
    "disk": _l("There is no room left to store it. Whoever runs this site has to make some."),
    "pdf": _l(
        "The machine that makes files cannot set PDF: the library Pango is missing there. "
        "All other formats work; how to add it is in docs/insights.md."
    ),
    "report": _l("There is no finished report any more that it could be made from."),
    "rights": _l("Whoever asked for it may not have it any more."),
}


class CannotMake(Exception):
    """A file that cannot be made, for one of the reasons above; trying again would not help."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def why(reason: str) -> str:
    """The reason in words."""
    return str(WORDS.get(reason, WORDS["stopped"]))
