"""Why an idea is shown and what became of what was said, in words for the reader of a digest."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

# Reasons that name another idea.
ABOUT_IDEAS = ("supported", "wrote", "followed", "more")
_BECAUSE: Mapping[str, Any] = {
    "supported": _l("Because you support “%(what)s”"),
    "wrote": _l("Because you wrote “%(what)s”"),
    "followed": _l("Because you follow “%(what)s”"),
    "more": _l("Because you wanted more like “%(what)s”"),
    "interest": _l("Because you care about “%(what)s”"),
    "wish": _l("Because you said “%(what)s”"),
}
_OF_IDEA: Mapping[str, Any] = {
    "answered": _l("It was answered:"),
    "submitted": _l("It is open again:"),
    "under_review": _l("It is being looked at:"),
    "planned": _l("It is planned:"),
    "in_progress": _l("It is being worked on:"),
    "declined": _l("It was declined, and you are told why:"),
    "delivered": _l("It is delivered:"),
}


def why(reason: str, named: str, *, panel: str) -> str:
    """Why this idea is shown; without a name for what it is like, what can be said of it anyway."""
    if reason in _BECAUSE and named:
        return str(_BECAUSE[reason]) % {"what": named}
    if reason == "fresh":
        return str(_("New in “%(panel)s”", panel=panel))
    if reason == "chance":
        return str(_("Something else, picked by chance"))
    return str(_("Many people in “%(panel)s” support it", panel=panel))


def news_of_idea(what: str) -> str:
    """What became of an idea."""
    return str(_OF_IDEA[what])


def news_of_words(what: str) -> str:
    """What became of something that was said elsewhere."""
    return str(_("It was decided:") if what == "decided" else _("We answered you:"))
