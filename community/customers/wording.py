"""What was learned, and what it rests on, in words for the member it is about."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.customers.queries.facts import FactView

KINDS: Mapping[str, Any] = {
    "interest": _l("What seems to interest you"),
    "preference": _l("What you say of yourself"),
    "language": _l("What you write in"),
    "stage": _l("How you are here"),
}
LANGUAGES: Mapping[str, Any] = {
    "en": _l("You write in English."),
    "zh-Hans": _l("You write in Simplified Chinese."),
    "zh-Hant": _l("You write in Traditional Chinese."),
}
STAGES: Mapping[str, Any] = {
    "new": _l("You are new here."),
    "active": _l("You are here regularly."),
    "at_risk": _l("You have not been here for some weeks."),
    "lapsed": _l("You have not been here for some months."),
}
HOW: Mapping[str, Any] = {
    "wrote": _l("You wrote:"),
    "said": _l("You told us:"),
    "answered": _l("You answered:"),
    "commented": _l("You commented:"),
    "supported": _l("You support:"),
    "followed": _l("You follow:"),
    "joined": _l("You joined on"),
    "here": _l("You were last here on"),
}
# A comment of one's own is named by its words, an idea one commented on by its title.
OUT_OF_SIGHT: Mapping[str, Any] = {
    "wrote": _l("You wrote something that is no longer here."),
    "said": _l("You told us something that is no longer here."),
    "answered": _l("You answered something that is no longer here."),
    "commented": _l("You commented on something that you can no longer see."),
    "supported": _l("You support something that you can no longer see."),
    "followed": _l("You follow something that you can no longer see."),
}


def sentence(fact: FactView) -> str:
    """The fact in a sentence."""
    if fact.kind == "interest":
        return str(_("You care about “%(what)s”.", what=fact.name))
    if fact.kind == "preference":
        return str(_("You said: “%(words)s”", words=fact.words))
    return str(LANGUAGES[fact.key] if fact.kind == "language" else STAGES[fact.words])
