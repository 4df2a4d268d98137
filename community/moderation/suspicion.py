"""What the rules make of a text: shown at once, held, kept private or refused, and why."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from community.analysis.script import fold, has_han
from community.infra.text import plain_text, render_markdown
from community.moderation import folding, personal, security_holes
from community.moderation.folding import Blocked
from community.moderation.rules import KNOWN_FROM, Rules

# What holds a text by itself, in the order in which authors are told.
STRONG = (
    "security", "personal_data", "blocked_word", "repeated", "flood", "trap", "first_posts", "links",
)  # fmt: skip
# What holds it only together with another one.
WEAK = ("too_quick", "newcomer_link")
RULE_KEYS = (*STRONG, *WEAK)
# What no change of the words mends: a moderator looks at it all the same.
BY_CIRCUMSTANCE = ("security", "flood", "trap", "first_posts", "too_quick")

# Shorter ones are said by anybody again and again: "Thank you very much".
LEAST_SAID_AGAIN = 30
LEAST_SAID_AGAIN_HAN = 12
# So short a text may be said twice; one of twice the length only once.
MOST_SAID = 2

# The fields that say something; tags only sort it.
SAID = ("title", "body", "text")
# Those written in Markdown, and the signs with which it shows words that are not written so: "ca**si**no".
MARKED = ("body",)
_MARKS = re.compile(r"[*_~`\[\]\\&<]")

_NOT_TEXT = re.compile(r"[\W_]+")
# No run of characters is gone through more than once: screening must not be slow for any text.
_LINK = re.compile(
    r"(?:https?|ftp)://|\bwww\.[\w-]|\[[^\[\]]*\]\([^)]|(?<![\w@.-])[a-z0-9-]+\.(?:com|net|org|info|biz|xyz|top|"
    r"shop|site|online|club|vip|cn|tw|hk|ru|io|link|click)(?:/|\b(?![.@\w]))",
    re.I,
)


class Reason(NamedTuple):
    """One rule that speaks against a text: where it found what, and which kind of thing.

    `found` may be shown to its author; `start` and `end` are offsets into the field as it was written.
    """

    rule: str
    field: str = ""
    kind: str = ""
    found: str = ""
    start: int = 0
    end: int = 0

    def stored(self) -> dict[str, Any]:
        """The reason as a queue item keeps it."""
        return {"rule": self.rule} | {
            name: value for name, value in self._asdict().items() if name != "rule" and value not in ("", 0)
        }


@dataclass(frozen=True)
class Verdict:
    """What becomes of a text; a text that is kept private is held too."""

    reasons: tuple[Reason, ...] = ()
    is_refused: bool = False
    promise: timedelta = field(default=timedelta(hours=24))

    @property
    def is_held(self) -> bool:
        """Whether the text waits for a moderator before others see it."""
        rules = {reason.rule for reason in self.reasons}
        return not self.is_refused and (bool(rules.intersection(STRONG)) or rules.issuperset(WEAK))

    @property
    def is_private(self) -> bool:
        """Whether the text may give away a security hole."""
        return self.is_held and any(reason.rule == "security" for reason in self.reasons)

    @property
    def refused(self) -> Reason | None:
        """The first thing for which the text is refused."""
        return self.reasons[0] if self.is_refused else None


@dataclass(frozen=True)
class Circumstances:
    """All that is known of a text besides its words."""

    trust_level: int = 0
    # How many texts of the author were shown in the panel so far, as far as the rules ask.
    shown_count: int = 0
    # How many the author wrote in the short time before.
    recent_count: int = 0
    # What the author wrote lately, newest first.
    said_before: Sequence[str] = ()
    # How long the form was open; None if nobody knows.
    seconds: float | None = None
    # What stood in the field that no person sees.
    trap: str = ""
    is_edit: bool = False


def judge(
    texts: Mapping[str, str],
    *,
    rules: Rules,
    blocked: Sequence[Blocked] = (),
    around: Circumstances,
    shown: Mapping[str, str] = MappingProxyType({}),
) -> Verdict:
    """What becomes of the texts, given by field, under these rules and words.

    What is found in `shown` too, the texts as everybody reads them now, is not found again.
    """
    verdict = _judge(texts, rules, blocked, around)
    if not shown:
        return verdict
    known = {_key(reason) for reason in _judge(shown, rules, blocked, around).reasons}
    new = tuple(reason for reason in verdict.reasons if _key(reason) not in known)
    return replace(verdict, reasons=new, is_refused=verdict.is_refused and bool(new))


def _judge(
    texts: Mapping[str, str], rules: Rules, blocked: Sequence[Blocked], around: Circumstances
) -> Verdict:
    as_read = _as_read(texts)
    found = _blocked_words(texts, blocked)
    found += _new(found, _blocked_words(as_read, blocked))
    refusing = tuple(reason for reason in found if reason.kind == "refuse")
    promise = timedelta(hours=rules.promise_hours)
    if refusing:
        return Verdict(refusing, is_refused=True, promise=promise)
    if rules.security_is_private:
        security = _security(texts)
        found += security + _new(security, _security(as_read))
    if rules.personal_data_waits:
        personal_data = _personal_data(texts)
        found += personal_data + _new(personal_data, _personal_data(as_read))
    if around.trust_level < rules.trusted_from:
        found += _repeated(texts, rules, around)
        found += _by_circumstance(rules, around)
    if around.trust_level < KNOWN_FROM:
        links = _links(texts, rules)
        found += links + _new(links, _links(as_read, rules))
    return Verdict(tuple(sorted(found, key=lambda reason: RULE_KEYS.index(reason.rule))), promise=promise)


def judge_name(name: str, *, blocked: Sequence[Blocked]) -> Reason | None:
    """What speaks against calling somebody so: names are not held, they are taken or refused."""
    found = _blocked_words({"name": name}, blocked) + _personal_data({"name": name})
    return found[0] if found else None


def _key(reason: Reason) -> tuple[str, str, str]:
    return reason.rule, reason.kind, reason.found


def _blocked_words(texts: Mapping[str, str], blocked: Sequence[Blocked]) -> list[Reason]:
    return [
        Reason("blocked_word", name, hit.word.effect, hit.word.term, hit.start, hit.end)
        for name, text in texts.items()
        for hit in folding.find(text, blocked)
    ]


def _security(texts: Mapping[str, str]) -> list[Reason]:
    return [Reason("security", name) for name, text in texts.items() if security_holes.may_tell_of_one(text)]


def _personal_data(texts: Mapping[str, str]) -> list[Reason]:
    return [
        Reason("personal_data", name, found.kind, found.sample, found.start, found.end)
        for name, text in texts.items()
        for found in personal.find(text)
    ]


def _as_read(texts: Mapping[str, str]) -> dict[str, str]:
    """What readers see of the texts whose Markdown may say something else than what is written."""
    return {
        name: plain_text(render_markdown(text))
        for name, text in texts.items()
        if name in MARKED and _MARKS.search(text)
    }


def _new(found: Sequence[Reason], as_read: Sequence[Reason]) -> list[Reason]:
    """What was found only as it is read: it lies nowhere in what was written, so it has no offsets."""
    known = {_key(reason) for reason in found}
    return [reason._replace(start=0, end=0) for reason in as_read if _key(reason) not in known]


def _repeated(texts: Mapping[str, str], rules: Rules, around: Circumstances) -> list[Reason]:
    if not rules.repeated_waits or around.is_edit:
        return []
    whole = _words("\n".join(text for name, text in texts.items() if name in SAID))
    least = LEAST_SAID_AGAIN_HAN if has_han(whole) else LEAST_SAID_AGAIN
    if len(whole) < least:
        return []
    said_count = sum(whole == _words(said) for said in around.said_before)
    return [Reason("repeated")] if said_count >= (MOST_SAID if len(whole) < 2 * least else 1) else []


def _by_circumstance(rules: Rules, around: Circumstances) -> list[Reason]:
    if around.is_edit:
        return []
    found = []
    if rules.flood_count and around.recent_count >= rules.flood_count:
        found.append(Reason("flood"))
    if around.trap:
        found.append(Reason("trap"))
    if around.trust_level < KNOWN_FROM and around.shown_count < rules.first_posts_wait:
        found.append(Reason("first_posts"))
    if around.seconds is not None and around.seconds < rules.least_seconds:
        found.append(Reason("too_quick"))
    return found


def _links(texts: Mapping[str, str], rules: Rules) -> list[Reason]:
    linked = [name for name, text in texts.items() if _LINK.search(text)]
    return [Reason("links" if rules.links_wait else "newcomer_link", name) for name in linked]


def _words(text: str) -> str:
    return _NOT_TEXT.sub("", fold(text))
