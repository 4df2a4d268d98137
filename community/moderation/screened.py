"""What moderators read of why something waits: the rules and what they found, in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.moderation import flags, verbs

LABELS: Mapping[str, Any] = {
    "security": _l("Perhaps a security hole"),
    "personal_data": _l("Personal data"),
    "blocked_word": _l("Blocked word"),
    "repeated": _l("Said before"),
    "flood": _l("Many at once"),
    "trap": _l("Filled in by a program"),
    "first_posts": _l("First texts"),
    "links": _l("Links of a newcomer"),
    "too_quick": _l("Written very quickly"),
    "newcomer_link": _l("A newcomer’s link"),
    "flag": _l("Flagged"),
    "appeal": _l("Appeal"),
    "burst": _l("Votes all at once"),
    "shared_origin": _l("Votes from one place"),
    "newborn": _l("Votes of new accounts"),
    "objection": _l("A member asks to be counted"),
}
_PERSONAL: Mapping[str, Any] = {
    "phone": _l("phone number"),
    "mail": _l("e-mail address"),
    "card": _l("card number"),
    "id_number": _l("ID number"),
    "account": _l("account number"),
}


def say(reason: Mapping[str, Any]) -> str:
    """One reason with what was found: the rule, and the word, number or objection that met it."""
    rule = str(reason.get("rule", ""))
    label = str(LABELS.get(rule, rule))
    found = _found(rule, reason)
    return _("%(rule)s: %(found)s", rule=label, found=found) if found else label


def _found(rule: str, reason: Mapping[str, Any]) -> str:
    if rule == "personal_data":
        kind = str(_PERSONAL.get(str(reason.get("kind")), ""))
        return " ".join(filter(None, (kind, str(reason.get("found", "")))))
    if rule == "flag":
        why = str(flags.LABELS.get(str(reason.get("reason")), ""))
        count = reason.get("count", 1)
        return f"{why} ({count})" if count != 1 else why
    if rule == "appeal":
        return str(verbs.LABELS.get(str(reason.get("verb")), ""))
    return str(reason.get("found", ""))
