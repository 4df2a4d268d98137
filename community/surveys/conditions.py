"""When a question is asked: what a condition can say about earlier questions, and how it reads in words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.infra import language

Condition = Mapping[str, Any]

JOINTS: Mapping[str, Any] = {
    "all": _l("All of this is true"),
    "any": _l("At least one of this is true"),
}
COMPARISONS: Mapping[str, Any] = {
    "is": _l("is"),
    "includes": _l("includes"),
    "at_least": _l("is at least"),
    "at_most": _l("is at most"),
    "answered": _l("was answered"),
    "not_answered": _l("was not answered"),
}
_OF_KINDS: Mapping[str, Sequence[str]] = {
    "single": ("is",),
    "yes_no": ("is",),
    "several": ("includes",),
    **dict.fromkeys(("rating5", "rating7", "nps", "csat", "ces", "number"), ("at_least", "at_most")),
}


def comparisons_of(kind: str) -> Sequence[str]:
    """What can be said about an answer of this kind; that there is one can be said of all."""
    return (*_OF_KINDS.get(kind, ()), "answered", "not_answered")


def choices_of(kind: str, options: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What an answer of this kind can be or include, key by key, in the reader's language."""
    if kind == "yes_no":
        return {"yes": _("Yes"), "no": _("No")}
    if kind in ("single", "several"):
        return {option["key"]: language.text_in(option["text"]) for option in options}
    return {}


def leaf(code: str, comparison: str, value: str) -> dict[str, Any] | None:
    """One part of a condition as it is stored; None if its value is missing or cannot be one."""
    if comparison in ("answered", "not_answered"):
        return {"question": code, "is_answered": comparison == "answered"}
    if comparison in ("is", "includes"):
        return {"question": code, comparison: value} if value else None
    try:
        number = float(value.replace(",", "."))
    except ValueError:
        return None
    if comparison not in ("at_least", "at_most") or not abs(number) < 1e15:
        return None
    return {"question": code, comparison: int(number) if number.is_integer() else number}


def read_leaf(part: Condition) -> tuple[str, str, str]:
    """The code, the comparison and the value of one part, as a form shows them."""
    if "is_answered" in part:
        return part["question"], "answered" if part["is_answered"] else "not_answered", ""
    comparison = next((name for name in COMPARISONS if name in part), "answered")
    return part["question"], comparison, str(part.get(comparison, ""))


def parts_of(condition: Condition | None) -> tuple[str, list[Condition]]:
    """How the parts go together, and the parts."""
    for joint in JOINTS:
        if condition and joint in condition:
            return joint, list(condition[joint])
    return "all", []


def codes_in(condition: Condition | None) -> Iterator[str]:
    """The codes of the questions that a condition speaks of."""
    for part in parts_of(condition)[1]:
        yield part["question"]


def with_code_renamed(condition: Condition | None, old: str, new: str) -> dict[str, Any] | None:
    """The condition with one question called by its new code."""
    if not condition:
        return None
    joint, parts = parts_of(condition)
    return {joint: [{**part, "question": new} if part["question"] == old else dict(part) for part in parts]}


def describe(condition: Condition | None, named: Mapping[str, tuple[str, Mapping[str, str]]]) -> str:
    """The condition in words; `named` gives for each code the question's text and its choices."""
    joint, parts = parts_of(condition)
    said = []
    for part in parts:
        code, comparison, value = read_leaf(part)
        words, choices = named.get(code, (code, {}))
        said.append(f"“{words}” {COMPARISONS[comparison]} {choices.get(value, value)}".strip())
    between = _(" and ") if joint == "all" else _(" or ")
    return str(between).join(said)
