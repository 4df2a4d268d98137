"""Rules about members: what a rule may say, and how it reads as a sentence.

A rule is a tree of JSON: {"all": [rules]}, {"any": [rules]} and {"not": rule} over the conditions
{"attribute": key, is | is_any | at_least | at_most | before | after | is_set: value}, {"panel": slug},
{"joined_before": date}, {"joined_after": date}, {"joined_within_days": n} and {"active_within_days": n}.
Dates are ISO texts; "before" and "after" leave the day itself out; days begin in UTC.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import format_date, format_decimal, ngettext
from flask_babel import gettext as _

from community.infra.errors import Invalid

Rule = dict[str, Any]

DEPTH_CAP = 5
CONDITION_CAP = 50
VALUE_CAP = 50
TEXT_CAP = 200
DAYS_CAP = 3650
NUMBER_CAP = 10**11

COMPARISONS = {
    "single_choice": ("is", "is_any", "is_set"),
    "several_choices": ("is", "is_any", "is_set"),
    "number": ("is", "at_least", "at_most", "is_set"),
    "date": ("is", "before", "after", "is_set"),
    "text": ("is", "is_set"),
}
DATE_CONDITIONS = ("joined_before", "joined_after")
DAY_CONDITIONS = ("joined_within_days", "active_within_days")


@dataclass(frozen=True)
class Question:
    """A profile attribute that rules may ask about; `label` and `options` in the reader's language."""

    id: int
    kind: str
    label: str
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Vocabulary:
    """What rules can be about: questions by key, and names of panels by slug."""

    questions: Mapping[str, Question]
    panels: Mapping[str, str]


def parse(rule: object, vocabulary: Vocabulary) -> Rule:
    """The rule in its one written form; Invalid says what cannot be understood or is too large."""
    parsed = _parse(rule, vocabulary, depth=1)
    if sum(1 for _condition in conditions_in(parsed)) > CONDITION_CAP:
        raise Invalid(_("That is more than %(count)s conditions. Split the segment.", count=CONDITION_CAP))
    return parsed


def parse_condition(condition: Mapping[str, Any], vocabulary: Vocabulary) -> Rule:
    """One condition in its written form; Invalid says what is wrong with it."""
    if "attribute" in condition:
        return _parse_attribute(condition, vocabulary)
    if len(condition) != 1:
        raise Invalid(_("This condition is not understood."))
    ((kind, value),) = condition.items()
    if kind == "panel":
        if not isinstance(value, str) or value not in vocabulary.panels:
            raise Invalid(_("Please choose a panel."))
        return {"panel": value}
    if kind in DATE_CONDITIONS:
        return {kind: _parse_date(value)}
    if kind in DAY_CONDITIONS:
        return {kind: _parse_days(value)}
    raise Invalid(_("This condition is not understood."))


def is_understood(rule: object, vocabulary: Vocabulary) -> bool:
    """Whether all that the rule speaks of is still there."""
    try:
        parse(rule, vocabulary)
    except Invalid:
        return False
    return True


def conditions_in(rule: Rule) -> Iterator[Rule]:
    """The conditions of a parsed rule, from left to right."""
    if "not" in rule:
        yield from conditions_in(rule["not"])
    elif "all" in rule or "any" in rule:
        for part in rule.get("all") or rule["any"]:
            yield from conditions_in(part)
    else:
        yield rule


def panels_in(rule: Rule) -> set[str]:
    """The slugs of the panels that the rule speaks of."""
    return {condition["panel"] for condition in conditions_in(rule) if "panel" in condition}


def with_panel_renamed(rule: Rule, old: str, new: str) -> Rule:
    """The same rule after a panel's slug has changed."""
    if "not" in rule:
        return {"not": with_panel_renamed(rule["not"], old, new)}
    for joint in ("all", "any"):
        if joint in rule:
            return {joint: [with_panel_renamed(part, old, new) for part in rule[joint]]}
    return {"panel": new} if rule.get("panel") == old else rule


def find_circle(start: str, leads_to: Mapping[str, set[str]]) -> bool:
    """Whether a panel's people depend, directly or by way of other panels, on who is in it."""
    seen: set[str] = set()
    ahead = list(leads_to.get(start, ()))
    while ahead:
        slug = ahead.pop()
        if slug == start:
            return True
        if slug not in seen:
            seen.add(slug)
            ahead.extend(leads_to.get(slug, ()))
    return False


def describe(rule: Rule, vocabulary: Vocabulary) -> str:
    """The rule as a part of a sentence in the reader's language; what is gone is named by its key."""
    if "not" in rule:
        return str(_("not (%(what)s)", what=describe(rule["not"], vocabulary)))
    if "all" in rule:
        joint = _("and")
        return f" {joint} ".join(_enclosed(part, vocabulary) for part in rule["all"])
    if "any" in rule:
        joint = _("or")
        return f" {joint} ".join(_enclosed(part, vocabulary) for part in rule["any"])
    if "attribute" in rule:
        return _describe_attribute(rule, vocabulary)
    return _describe_fact(rule, vocabulary)


def _parse(rule: object, vocabulary: Vocabulary, *, depth: int) -> Rule:
    if not isinstance(rule, Mapping):
        raise Invalid(_("This condition is not understood."))
    if depth > DEPTH_CAP:
        raise Invalid(_("Groups may be nested %(count)s deep.", count=DEPTH_CAP))
    joints = [joint for joint in ("all", "any", "not") if joint in rule]
    if not joints:
        return parse_condition(rule, vocabulary)
    if len(rule) != 1:
        raise Invalid(_("This condition is not understood."))
    if joints == ["not"]:
        # Denying a group makes it no deeper, but denials of denials must end somewhere.
        inner = rule["not"]
        step = 1 if isinstance(inner, Mapping) and "not" in inner else 0
        return {"not": _parse(inner, vocabulary, depth=depth + step)}
    parts = rule[joints[0]]
    if not isinstance(parts, list) or not parts:
        raise Invalid(_("Add at least one condition to this group."))
    if len(parts) > CONDITION_CAP:
        raise Invalid(_("That is more than %(count)s conditions. Split the segment.", count=CONDITION_CAP))
    return {joints[0]: [_parse(part, vocabulary, depth=depth + 1) for part in parts]}


def _parse_attribute(condition: Mapping[str, Any], vocabulary: Vocabulary) -> Rule:
    key = condition["attribute"]
    question = vocabulary.questions.get(key) if isinstance(key, str) else None
    if question is None:
        raise Invalid(_("This question is no longer asked."))
    comparisons = [name for name in condition if name != "attribute"]
    if len(comparisons) != 1 or comparisons[0] not in COMPARISONS[question.kind]:
        raise Invalid(_("Please choose how to compare."))
    comparison = comparisons[0]
    value = condition[comparison]
    if comparison == "is_set":
        if not isinstance(value, bool):
            raise Invalid(_("This condition is not understood."))
        return {"attribute": key, "is_set": value}
    if comparison == "is_any":
        return {"attribute": key, "is_any": _parse_options(value, question)}
    return {"attribute": key, comparison: _VALUES[question.kind](value, question)}


def _parse_options(value: object, question: Question) -> list[str]:
    if not isinstance(value, list) or not value or len(value) > VALUE_CAP:
        raise Invalid(_("Please choose at least one answer."))
    return [_parse_option(option, question) for option in dict.fromkeys(map(str, value))]


def _parse_option(value: object, question: Question) -> str:
    if not isinstance(value, str) or value not in question.options:
        raise Invalid(_("Please choose one of the answers."))
    return value


def _parse_number(value: object, _question: Question) -> int | float:
    if isinstance(value, bool):
        raise Invalid(_("Please give a number."))
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise Invalid(_("Please give a number.")) from None
    if not math.isfinite(number) or abs(number) > NUMBER_CAP:
        raise Invalid(_("Please give a number."))
    # Answers are kept with four places: a finer number could never be met.
    number = round(number, 4)
    return int(number) if number.is_integer() else number


def _parse_date(value: object, _question: Question | None = None) -> str:
    try:
        return date.fromisoformat(value).isoformat()  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise Invalid(_("Please give a date.")) from None


def _parse_text(value: object, _question: Question) -> str:
    words = value.strip() if isinstance(value, str) else ""
    if not words or len(words) > TEXT_CAP or "\0" in words:
        raise Invalid(_("Please give a text of up to %(count)s characters.", count=TEXT_CAP))
    return words


def _parse_days(value: object) -> int:
    try:
        days = int(value) if isinstance(value, int | str) and not isinstance(value, bool) else 0
    except ValueError:
        days = 0
    if not 1 <= days <= DAYS_CAP:
        raise Invalid(_("Please give a number of days between 1 and %(count)s.", count=DAYS_CAP))
    return days


_VALUES: Mapping[str, Callable[[object, Question], Any]] = {
    "single_choice": _parse_option,
    "several_choices": _parse_option,
    "number": _parse_number,
    "date": _parse_date,
    "text": _parse_text,
}


def _enclosed(rule: Rule, vocabulary: Vocabulary) -> str:
    words = describe(rule, vocabulary)
    return f"({words})" if len(rule.get("all") or rule.get("any") or ()) > 1 else words


def _describe_attribute(rule: Rule, vocabulary: Vocabulary) -> str:
    question = vocabulary.questions.get(rule["attribute"]) or Question(0, "text", rule["attribute"])
    label = question.label
    match rule:
        case {"is_set": True}:
            return str(_("“%(question)s” is answered", question=label))
        case {"is_set": False}:
            return str(_("“%(question)s” is not answered", question=label))
        case {"is_any": options}:
            joint = _("or")
            answers = f" {joint} ".join(question.options.get(option, option) for option in options)
            return str(_("“%(question)s” is %(answer)s", question=label, answer=answers))
        case {"at_least": number}:
            return str(
                _("“%(question)s” is at least %(answer)s", question=label, answer=format_decimal(number))
            )
        case {"at_most": number}:
            return str(
                _("“%(question)s” is at most %(answer)s", question=label, answer=format_decimal(number))
            )
        case {"before": day}:
            return str(_("“%(question)s” is before %(answer)s", question=label, answer=_day(day)))
        case {"after": day}:
            return str(_("“%(question)s” is after %(answer)s", question=label, answer=_day(day)))
    value = rule["is"]
    shown = {"number": format_decimal, "date": _day}.get(question.kind, question.options.get)(value)
    return str(_("“%(question)s” is %(answer)s", question=label, answer=shown or value))


def _describe_fact(rule: Rule, vocabulary: Vocabulary) -> str:
    match rule:
        case {"panel": slug}:
            return str(_("is in the panel “%(panel)s”", panel=vocabulary.panels.get(slug, slug)))
        case {"joined_before": day}:
            return str(_("joined before %(day)s", day=_day(day)))
        case {"joined_after": day}:
            return str(_("joined after %(day)s", day=_day(day)))
        case {"joined_within_days": days}:
            return str(ngettext("joined within the last day", "joined within the last %(num)d days", days))
    days = rule["active_within_days"]
    return str(ngettext("was here within the last day", "was here within the last %(num)d days", days))


def _day(iso: str) -> str:
    return str(format_date(date.fromisoformat(iso), "long", rebase=False))
