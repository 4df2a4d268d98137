"""What can be set on a question of each kind, as fields `settings-<name>`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from flask_babel import lazy_gettext as _l

from community.config import LOCALES
from community.infra.text import clean_line
from community.surveys import kinds
from community.surveys.kinds import pairwise
from community.surveys.kinds.contract import Sent
from community.surveys.kinds.written import PREFIX, sent_texts


@dataclass(frozen=True)
class Setting:
    """One thing to set: a "number", "texts" (one for each language), a "tick", a "line" or a "choice".

    `otherwise` is what a new question begins with, `least` and `most` help browsers, checks are the kind's.
    What few questions need stands `aside`, in the fold at the end of the page.
    """

    name: str
    label: Any
    form: str
    hint: Any = ""
    otherwise: Any = None
    choices: Mapping[str, Any] = field(default_factory=dict)
    least: float | None = None
    most: float | None = None
    step: str = "1"
    is_aside: bool = False


@runtime_checkable
class ReadsSettings(Protocol):
    """A kind that reads its own settings from a form."""

    def read_settings(self, sent: Sent, standing: Mapping[str, Any]) -> dict[str, Any]:
        """What staff filled in."""
        ...


_ENDS = (
    Setting("low", _l("The lowest point means"), "texts", _l("Left empty, the usual words stand there.")),
    Setting("high", _l("The highest point means"), "texts"),
)
_MOST_CHARACTERS = Setting("most", _l("At most so many characters"), "number", least=1)
_LEAST = Setting(
    "least", _l("Votes at least"), "number", _l("Whoever has given as many may go on."), 5, least=1
)

_RIGHT = Setting(
    "right",
    _l("Number of the right answer, if this only reminds people to read"),
    "number",
    _l("Counted from the top. Whoever answers otherwise is flagged; one flag alone decides nothing."),
    least=1,
    is_aside=True,
)

SETTINGS: Mapping[str, Sequence[Setting]] = {
    "single": (_RIGHT,),
    "yes_no": (
        Setting(
            "expects",
            _l("Right answer, if this only reminds people to read"),
            "choice",
            _l("Whoever answers otherwise is flagged; one flag alone decides nothing."),
            choices={"": _l("None: it is a question"), "yes": _l("Yes"), "no": _l("No")},
            is_aside=True,
        ),
    ),
    "several": (
        Setting(
            "most", _l("At most so many answers"), "number", _l("Left empty, as many as apply."), least=1
        ),
        _RIGHT,
    ),
    **dict.fromkeys(("rating5", "rating7", "nps", "csat", "ces"), _ENDS),
    "number": (
        Setting("min", _l("Smallest number"), "number", step="any"),
        Setting("max", _l("Largest number"), "number", step="any"),
        Setting("decimals", _l("Decimals"), "number", otherwise=0, least=0),
        Setting("unit", _l("Unit"), "texts", _l("For example minutes.")),
    ),
    "short_text": (_MOST_CHARACTERS,),
    "long_text": (_MOST_CHARACTERS,),
    "allocation": (Setting("total", _l("Points to share out"), "number", otherwise=100, least=2),),
    "maxdiff": (
        Setting(
            "per_set", _l("Things in a set"), "number", _l("Three to five. Left empty, we choose."), least=3
        ),
        Setting(
            "set_count",
            _l("Sets for each member"),
            "number",
            _l("Left empty, each thing is shown about three times."),
            least=1,
        ),
        Setting(
            "seed",
            _l("Seed"),
            "number",
            _l("Decides which sets go together. Left empty, it is drawn and kept."),
            least=0,
        ),
    ),
    "pairwise": (
        Setting("source", _l("Which ideas take part"), "choice", otherwise="top", choices=pairwise.SOURCES),
        Setting("tag", _l("Tag"), "line", _l("If all ideas with a tag take part.")),
        Setting("status", _l("Status"), "status", _l("If all ideas with a status take part.")),
        Setting("count", _l("How many at most"), "number", otherwise=20, least=2),
        Setting(
            "least", _l("Pairs at least"), "number", _l("Whoever has chosen as often may go on."), 5, least=1
        ),
        Setting("most", _l("Pairs at most"), "number", otherwise=20, least=1),
        Setting("follows", _l("New ideas of the panel join in"), "tick", otherwise=True),
        Setting("members_add", _l("Members may add an idea"), "tick", otherwise=True),
    ),
    "opinions": (
        _LEAST,
        Setting("members_write", _l("Members may write statements"), "tick", otherwise=True),
        Setting("goes_live", _l("They appear at once, without anybody looking first"), "tick"),
    ),
    "moment": (
        Setting(
            "asks_levels",
            _l("Ask in real units too: excellent, satisfactory, the worst still accepted"),
            "tick",
            _l("Gives you the standard that satisfies seven in ten of them."),
        ),
        Setting("unit", _l("Unit"), "texts", _l("For example minutes until somebody answers.")),
        Setting("larger_is_better", _l("More of it is better"), "tick"),
        Setting("asks_actual", _l("Ask also how it was the last time"), "tick"),
        Setting(
            "volume",
            _l("Contacts a month"),
            "number",
            _l("With it, the priority counts how often this happens. Left empty, it counts one contact."),
            least=1,
        ),
    ),
    "picture": (
        Setting("lets_upload", _l("Members may bring a picture of their own"), "tick", otherwise=True),
        Setting("asks_tags", _l("Ask for a few words as tags"), "tick", otherwise=True),
    ),
}


def read(kind: str, sent: Sent, standing: Mapping[str, Any]) -> dict[str, Any]:
    """What staff filled in for a kind; numbers as numbers, what cannot be one as it was written."""
    reader = kinds.of(kind)
    if isinstance(reader, ReadsSettings):
        return reader.read_settings(sent, standing)
    return {each.name: _read(each, sent) for each in SETTINGS.get(kind, ())}


def beginning(kind: str) -> dict[str, Any]:
    """What a new question of this kind is set to."""
    return {each.name: each.otherwise for each in SETTINGS.get(kind, ()) if each.otherwise is not None}


def texts_in_settings(kind: str, settings: Mapping[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    """The settings with words only in the survey's languages."""
    named = {each.name for each in SETTINGS.get(kind, ()) if each.form == "texts"}
    return {
        name: {locale: words for locale, words in (value or {}).items() if locale in languages}
        if name in named
        else value
        for name, value in settings.items()
    }


def _read(setting: Setting, sent: Sent) -> Any:
    if setting.form == "texts":
        return {
            locale: words for locale, words in sent_texts(sent, setting.name).items() if locale in LOCALES
        }
    written = clean_line(sent.get(PREFIX + setting.name, ""))
    if not written:
        return None
    try:
        return float(written.replace(",", ".")) if setting.step == "any" else int(written)
    except ValueError:
        return written
