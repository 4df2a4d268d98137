"""How staff read of feedback: what its findings are called, why they were found, what a label teaches."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from community.infra import language

# What a person can say; a reading can also say that it does not know.
SENTIMENTS_TO_SAY: Mapping[str, Any] = {
    "pos": _l("Positive"),
    "neu": _l("Neutral"),
    "neg": _l("Negative"),
    "mixed": _l("Mixed"),
}
SENTIMENTS: Mapping[str, Any] = {**SENTIMENTS_TO_SAY, "none": _l("Not scored")}
KINDS: Mapping[str, Any] = {
    "praise": _l("Praise"),
    "complaint": _l("Complaint"),
    "suggestion": _l("Suggestion"),
    "remark": _l("Remark"),
    "question": _l("Question"),
    "help": _l("Request for help"),
}
LANGUAGES: Mapping[str, Any] = {
    "en": _l("English"),
    "zh-Hans": _l("Simplified Chinese"),
    "zh-Hant": _l("Traditional Chinese"),
    "mixed": _l("Chinese and English"),
    "other": _l("Another language"),
}
GROUPS: Mapping[str, Any] = {"en": _l("English"), "zh": _l("Chinese"), "any": _l("All languages")}
TASKS: Mapping[str, Any] = {"sentiment": _l("Sentiment"), "topic": _l("Topics")}
SOURCES: Mapping[str, Any] = {
    "idea": _l("Idea"),
    "comment": _l("Comment"),
    "survey": _l("Survey"),
    "import": _l("Import"),
    "mail": _l("Mail"),
    "api": _l("API"),
}
STATES: Mapping[str, Any] = {
    "waiting": _l("Waits to be read"),
    "read": _l("Read"),
    "failed": _l("Could not be read"),
}
METHODS: Mapping[str, Any] = {
    "lexicon": _l("Read by the lexicon"),
    "learned": _l("Read as the site has learned"),
    "correction": _l("Read like a text that somebody corrected"),
    "person": _l("Said by a person"),
}
URGENCY: Mapping[int, Any] = {
    0: _l("Not urgent"),
    1: _l("A little urgent"),
    2: _l("Urgent"),
    3: _l("Very urgent"),
}
URGENCY_REASONS: Mapping[str, Any] = {
    "safety": _l("speaks of danger or injury"),
    "legal": _l("speaks of law or lawyers"),
    "leaving": _l("wants to leave"),
    "repeated": _l("has written before"),
    "strong": _l("feels strongly"),
}
PREFERENCES: Mapping[str, Any] = {
    "like": _l("likes"),
    "dislike": _l("does not like"),
    "habit": _l("always does"),
    "need": _l("needs"),
}
STAGES: Mapping[str, Any] = {
    "received": _l("Received"),
    "read": _l("Read"),
    "with_person": _l("With a person"),
    "answered": _l("Answered"),
    "decided": _l("Decided"),
    "delivered": _l("Delivered"),
}
FIELDS: Mapping[str, Any] = {"sentiment": _l("Sentiment"), "kind": _l("Kind"), "topic": _l("Topic")}


class Teaching(Protocol):
    """How many labels a language has, how many it needs, and whether they are used."""

    @property
    def group(self) -> str | None:
        """The language that learns, None if we cannot read it."""

    @property
    def label_count(self) -> int:
        """Labels that stand."""

    @property
    def needed(self) -> int:
        """Labels it takes until the site learns by itself."""

    @property
    def is_live(self) -> bool:
        """Whether what was learned reads this language now."""


class Dated(Protocol):
    """Something that was said, by whatever names it: its source, and when."""

    @property
    def source(self) -> str:
        """Where it comes from; one of `SOURCES`."""

    @property
    def said_at(self) -> datetime:
        """When it was said; midnight in UTC if a file knew only the day."""


def when_said(thing: Dated) -> date | datetime:
    """When something was said; only the day, the same in every zone, of what came with no hour."""
    said_at = thing.said_at.astimezone(UTC)
    return said_at.date() if thing.source == "import" and said_at.time() == time() else thing.said_at


def urgency_words(urgency: int, reasons: Sequence[str]) -> str:
    """How urgent something is, and why."""
    level = str(URGENCY[urgency])
    if not reasons:
        return level
    why = language.listed(URGENCY_REASONS[reason] for reason in reasons)
    return str(_("%(urgency)s: %(reasons)s", urgency=level, reasons=why))


def value_words(field: str, value: str, topic_names: Mapping[int, str]) -> str:
    """What a correction says, in words."""
    if field == "topic":
        return str(topic_names.get(int(value), _("an unknown topic")) if value else _("none of the topics"))
    return str((SENTIMENTS if field == "sentiment" else KINDS).get(value or "none", value))


def taught(field: str, value: str, topic_names: Mapping[int, str]) -> str:
    """What the site does from now on."""
    return str(
        _(
            "Texts like this one will be read as “%(value)s” from now on.",
            value=value_words(field, value, topic_names),
        )
    )


def on_the_way(teaching: Teaching) -> str:
    """How far the site is from learning by itself in this language."""
    if teaching.group is None:
        return str(_("The site does not read this language by itself."))
    if teaching.is_live:
        return str(
            ngettext(
                "%(num)d label has taught the site so far.",
                "%(num)d labels have taught the site so far.",
                teaching.label_count,
            )
        )
    if teaching.label_count < teaching.needed:
        return str(
            _(
                "%(count)d of %(needed)d labels until the site learns by itself.",
                count=teaching.label_count,
                needed=teaching.needed,
            )
        )
    return str(
        _(
            "%(count)d labels. The site learns from them every hour, and uses what it learned once that "
            "reads better than the lexicon.",
            count=teaching.label_count,
        )
    )


def why_it_reads(report: Mapping[str, Any]) -> str:
    """Why a version that was learned reads, or why not."""
    why = str(_WHY.get(report.get("reason", ""), ""))
    if report.get("is_held"):
        why += " " + _("It waits, because a person has chosen what reads.")
    return why


def rule_words(rule: str) -> str:
    """Why a stretch of text counts, in words."""
    family, _colon, what = rule.partition(":")
    if family == "urgency":
        return str(_("urgent: %(why)s", why=URGENCY_REASONS.get(what, what)))
    if family == "preference":
        return str(_("says what they like: %(kind)s", kind=PREFERENCES.get(what, what)))
    if family == "kind":
        return str(_("sounds like: %(kind)s", kind=KINDS.get(what, what)))
    if family == "topic":
        return str(_("a word of a topic"))
    return str(_RULES.get(family, _("a rule of the lexicon")))


_WHY: Mapping[str, Any] = {
    "few_labels": _l("There are too few labels of different texts."),
    "one_sided": _l("Nearly all labels say the same."),
    "not_better": _l("It reads no better than the lexicon."),
    "thresholds_better": _l("The lexicon reads better with bounds that fit this site."),
    "grams_better": _l("It reads clearly better than the lexicon."),
    "topics_better": _l("It finds topics better than their words alone."),
    "words_better": _l("The words of the topics find them as well."),
}
_RULES: Mapping[str, Any] = {
    "word": _l("a word of the lexicon"),
    "vader": _l("a word of the lexicon"),
    "phrase": _l("a phrase of the lexicon"),
    "emoji": _l("an emoji"),
    "site": _l("a word of this site"),
    "degree": _l("made stronger or weaker by the words around it"),
    "negation": _l("denied"),
    "negator": _l("says that something is missing or fails"),
    "nothing": _l("says that something is missing or fails"),
    "double negation": _l("denied twice"),
    "contrast": _l("set against something by “but”"),
    "comparison": _l("compared with something else"),
    "aspect": _l("good or bad for this very thing"),
    "time": _l("how it was before"),
    "former": _l("how it was before"),
    "question": _l("asked, not said"),
    "request": _l("asked for, not said"),
    "wish": _l("wished for, not said"),
    "irony": _l("meant the other way round"),
    "sarcasm": _l("meant the other way round"),
    "learned": _l("learned from labels"),
    "correction": _l("like a corrected text"),
}
