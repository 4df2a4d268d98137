"""Why points were given, limited or taken back: the words that awards keep, and what they stand for."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

GIVEN: Mapping[str, Any] = {
    "at_once": _l("Given at once."),
    "approved": _l("A moderator approved it."),
    "taken_up": _l("We took it up."),
    "supported": _l("Enough members stood behind it."),
    "waited": _l("Its time to wait is over, and nothing spoke against it."),
    "restored": _l("It counts again."),
}
LIMITS: Mapping[str, Any] = {
    "per_day": _l("You had reached the number that counts in one day."),
    "per_week": _l("You had reached the number that counts in one week."),
    "per_pair": _l("You had reached the number that counts for one and the same member."),
    "alike": _l("You had done many alike in a short time, so each gives less."),
    "points_per_day": _l("You had reached the most points for one day."),
    "points_per_month": _l("You had reached the most points for one month."),
    "most_in_wallet": _l("You had as many points as one can have."),
    "budget_per_month": _l("All points of this month had been given to members."),
}
TAKEN: Mapping[str, Any] = {
    "denied": _l("A moderator decided that it does not count."),
    "deleted": _l("It was deleted."),
    "removed": _l("A moderator removed it."),
    "merged": _l("It says the same as an earlier idea."),
    "withdrawn": _l("You took it back."),
    "excluded": _l("The answers do not count in the results."),
    "support_withdrawn": _l("It is no longer supported."),
    "ring": _l("The votes went round in a circle of members."),
}
REASONS: Mapping[str, Any] = {**GIVEN, **LIMITS, **TAKEN}


def sentence(word: str) -> str:
    """The reason in the reader's language; nothing if there is none."""
    return str(REASONS[word]) if word else ""
