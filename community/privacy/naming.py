"""What the domains are called where members read what is held about them."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

# In the order in which people read it.
DOMAINS: Mapping[str, Any] = {
    "members": _l("Your account"),
    "panels": _l("Panels"),
    "ideas": _l("Ideas"),
    "surveys": _l("Questions and answers"),
    "feedback": _l("What we read in what you said"),
    "insights": _l("Reports on what people say"),
    "cases": _l("Talks with the company"),
    "customers": _l("What we learned about you"),
    "digests": _l("Your digests"),
    "notifications": _l("Notices"),
    "loyalty": _l("Points and rewards"),
    "moderation": _l("Moderation"),
    "privacy": _l("Your wishes about your data"),
    "activity": _l("The log of this site"),
}


def in_order(domains: Iterable[str]) -> list[str]:
    """The domains as people read them."""
    given = list(domains)
    return sorted(given, key=list(DOMAINS).index)
