"""Why a text waits, as its author is told."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.moderation.suspicion import BY_CIRCUMSTANCE, STRONG, WEAK

# As they stand in a sentence: "What looks like … was found".
KIND_NAMES: Mapping[str, Any] = {
    "mail": _l("an e-mail address"),
    "phone": _l("a phone number"),
    "card": _l("a card number"),
    "id_number": _l("an ID number"),
    "account": _l("an account number"),
}


def told_to_author(reasons: Iterable[Mapping[str, Any]]) -> list[str]:
    """Why a text waits, a sentence each; what alone would not have held it is not told."""
    told = [_sentence(reason) for reason in reasons if reason["rule"] in STRONG]
    if not told:
        told = [_("It was written very quickly and leads to another site.")]
    return list(dict.fromkeys(told))


def can_be_mended(reasons: Iterable[Mapping[str, Any]]) -> bool:
    """Whether other words would let the text out without a moderator."""
    rules = {reason["rule"] for reason in reasons}
    # A weak sign holds nothing once the other one is gone.
    return not rules.intersection(BY_CIRCUMSTANCE).difference(WEAK)


def _sentence(reason: Mapping[str, Any]) -> str:
    rule = reason["rule"]
    if rule == "personal_data":
        what = KIND_NAMES[reason["kind"]]
        return str(
            _(
                "There seems to be %(what)s in it: %(sample)s. Everybody could read that.",
                what=what,
                sample=reason["found"],
            )
        )
    if rule == "blocked_word":
        return str(_("We look first at texts with “%(word)s” in them.", word=reason["found"]))
    return str(_SENTENCES[rule])


_SENTENCES: Mapping[str, Any] = {
    "security": _l(
        "It may tell of a security hole, so it stays between you and us for now. Thank you for saying it."
    ),
    "repeated": _l("You have posted the same words before."),
    "flood": _l("You have written a lot in a short time."),
    "trap": _l("Something filled in a field that people don't see."),
    "first_posts": _l("Here we read what new members write first before others do."),
    "links": _l("Here we look at links by new members first."),
}
