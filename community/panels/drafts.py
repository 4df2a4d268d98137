"""A rule while it is edited: groups and conditions as form fields, changed step by step without a script.

Each node has a path ("0" the whole rule, "0-2" its third part). A group sends `joint:<path>`; a condition
sends `subject:<path>`, `comparison:<path>` and `value:<path>`. A step is "add:<path>", "group:<path>" or
"remove:<path>"; the subject of an added condition comes in `new:<path>`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.infra.errors import Invalid
from community.panels import criteria
from community.panels.criteria import Question, Rule, Vocabulary

JOINTS = {
    "all": _l("All of this is true"),
    "any": _l("At least one of this is true"),
    "none": _l("Nothing of this is true"),
    "not_all": _l("Not all of this is true"),
}
FACTS = {
    "panel": _l("Is in the panel"),
    "joined_before": _l("Joined before"),
    "joined_after": _l("Joined after"),
    "joined_within_days": _l("Joined within the last days"),
    "active_within_days": _l("Was here within the last days"),
}
COMPARISONS = {
    "is": _l("is"),
    "is_any": _l("is one of"),
    "at_least": _l("is at least"),
    "at_most": _l("is at most"),
    "before": _l("is before"),
    "after": _l("is after"),
    "is_set": _l("is answered"),
    "is_not_set": _l("is not answered"),
}
# What may be taken in of one form; a rule may hold less.
DEPTH_CAP = criteria.DEPTH_CAP
NODE_CAP = 2 * criteria.CONDITION_CAP


class Fields(Protocol):
    """The fields of a form as they were sent, each with all its values."""

    def get(self, key: str, default: str, /) -> str:
        """The first value of a field."""

    def getlist(self, key: str, /) -> Sequence[str]:
        """All values of a field."""

    def __contains__(self, key: object, /) -> bool:
        """Whether the field was sent."""


@dataclass
class Condition:
    """One condition: `subject` is "attribute:<key>" or one of FACTS."""

    path: str
    subject: str
    comparison: str = ""
    values: list[str] = field(default_factory=list)
    error: str = ""
    is_new: bool = False

    @property
    def value(self) -> str:
        """The one value, where there is one."""
        return self.values[0] if self.values else ""


@dataclass
class Group:
    """Parts joined by one of JOINTS."""

    path: str
    joint: str = "all"
    parts: list["Condition | Group"] = field(default_factory=list)
    error: str = ""

    @property
    def depth(self) -> int:
        """How deep the group lies; the whole rule is 1."""
        return self.path.count("-") + 1


@dataclass(frozen=True)
class Subject:
    """What a condition can be about, and how its value is given: options, number, date, text or panel."""

    label: str
    kind: str
    comparisons: Sequence[str]
    options: Mapping[str, str]


@dataclass(frozen=True)
class Edited:
    """A rule in the editor: its draft, the rule if it is whole, and whether only a step was asked for."""

    draft: Group
    rule: Rule | None
    is_step: bool


def edit(fields: Fields | None, vocabulary: Vocabulary, *, saved: Rule | None) -> Edited:
    """What stands in the editor: what the form sent, after its step, or else what is saved."""
    if fields is None:
        draft = draft_of(saved)
        return Edited(draft, rule_of(draft, vocabulary), is_step=False)
    draft, step = read(fields), fields.get("step", "")
    if step:
        draft = change(draft, step, fields)
    return Edited(draft, rule_of(draft, vocabulary), is_step=bool(step))


def subject_of(name: str, vocabulary: Vocabulary) -> Subject | None:
    """What this subject is; None if there is no such subject any more."""
    kind, _colon, key = name.partition(":")
    if kind == "attribute" and key in vocabulary.questions:
        question = vocabulary.questions[key]
        return Subject(question.label, question.kind, _comparisons(question), question.options)
    if name not in FACTS:
        return None
    kind = "panel" if name == "panel" else "date" if name in criteria.DATE_CONDITIONS else "days"
    return Subject(str(FACTS[name]), kind, (), vocabulary.panels if kind == "panel" else {})


def draft_of(rule: Rule | None) -> Group:
    """The rule as it is shown for editing; an empty group for none."""
    return _group_of(rule, "0") if rule is not None else Group("0")


def read(fields: Fields) -> Group:
    """The draft that a form sent, however incomplete it is."""
    left = iter(range(NODE_CAP))
    return _read_group(fields, "0", left)


def change(draft: Group, step: str, fields: Fields) -> Group:
    """The draft after one step; an unknown step changes nothing."""
    verb, _colon, path = step.partition(":")
    if verb == "remove":
        _remove(draft, path)
    for group in list(_groups(draft)):
        if group.path != path:
            continue
        if verb == "add":
            subject = fields.get(f"new:{path}", "")
            if subject:
                group.parts.append(Condition("", subject, is_new=True))
        elif verb == "group" and group.depth < criteria.DEPTH_CAP:
            group.parts.append(Group("", joint="any" if group.joint == "all" else "all"))
    _number(draft, "0")
    return draft


def rule_of(draft: Group, vocabulary: Vocabulary) -> Rule | None:
    """The rule that the draft stands for, or None, with what is wrong written beside each part."""
    rule = _rule_of_group(draft, vocabulary)
    if rule is None:
        return None
    try:
        return criteria.parse(rule, vocabulary)
    except Invalid as invalid:
        draft.error = str(invalid.message)
        return None


def words_of(rule: Rule, vocabulary: Vocabulary) -> str:
    """The rule as a sentence, empty if it is no longer understood."""
    return criteria.describe(rule, vocabulary) if criteria.is_understood(rule, vocabulary) else ""


def _comparisons(question: Question) -> Sequence[str]:
    known = [name for name in criteria.COMPARISONS[question.kind] if name != "is" or not question.options]
    return [*known, "is_not_set"]


def _group_of(rule: Rule, path: str) -> Group:
    inner, joint = rule, ""
    if "not" in rule:
        inner = rule["not"]
        joint = {"all": "not_all"}.get(next(iter(inner)), "none")
    if "not" in inner and joint:
        return _group_of(inner["not"], path)
    parts = inner.get("all") or inner.get("any") or [inner]
    joint = joint or ("any" if "any" in inner else "all")
    group = Group(path, joint)
    group.parts = [_part_of(part, f"{path}-{number}") for number, part in enumerate(parts)]
    return group


def _part_of(rule: Rule, path: str) -> "Condition | Group":
    if {"all", "any", "not"} & set(rule):
        return _group_of(rule, path)
    if "attribute" not in rule:
        ((name, value),) = rule.items()
        return Condition(path, name, values=[str(value)])
    ((name, value),) = ((name, value) for name, value in rule.items() if name != "attribute")
    subject = f"attribute:{rule['attribute']}"
    if name == "is_set":
        return Condition(path, subject, "is_set" if value else "is_not_set")
    values = value if isinstance(value, list) else [value]
    return Condition(path, subject, name, [str(each) for each in values])


def _read_group(fields: Fields, path: str, left: Iterator[int]) -> Group:
    joint = fields.get(f"joint:{path}", "all")
    group = Group(path, joint if joint in JOINTS else "all")
    for number in range(NODE_CAP):
        below = f"{path}-{number}"
        is_group, is_condition = f"joint:{below}" in fields, f"subject:{below}" in fields
        if not (is_group or is_condition) or next(left, None) is None:
            break
        if is_group and group.depth < criteria.DEPTH_CAP:
            group.parts.append(_read_group(fields, below, left))
        elif is_condition:
            group.parts.append(
                Condition(
                    below,
                    fields.get(f"subject:{below}", ""),
                    fields.get(f"comparison:{below}", ""),
                    list(fields.getlist(f"value:{below}")),
                )
            )
    return group


def _groups(group: Group) -> Iterator[Group]:
    yield group
    for part in group.parts:
        if isinstance(part, Group):
            yield from _groups(part)


def _remove(group: Group, path: str) -> None:
    for each in list(_groups(group)):
        each.parts = [part for part in each.parts if part.path != path]


def _number(group: Group, path: str) -> None:
    group.path = path
    for number, part in enumerate(group.parts):
        part.path = f"{path}-{number}"
        if isinstance(part, Group):
            _number(part, part.path)


def _rule_of_group(group: Group, vocabulary: Vocabulary) -> Rule | None:
    if not group.parts:
        group.error = _("Add at least one condition to this group.")
        return None
    parts = [
        _rule_of_group(part, vocabulary) if isinstance(part, Group) else _rule_of_condition(part, vocabulary)
        for part in group.parts
    ]
    rules = [rule for rule in parts if rule is not None]
    if len(rules) < len(parts):
        return None
    joined: Rule = {"all" if group.joint in ("all", "not_all") else "any": rules}
    if len(rules) == 1:
        joined = rules[0]
    return {"not": joined} if group.joint in ("none", "not_all") else joined


def _rule_of_condition(condition: Condition, vocabulary: Vocabulary) -> Rule | None:
    try:
        return criteria.parse_condition(_written(condition), vocabulary)
    except Invalid as invalid:
        condition.error = str(invalid.message)
        return None


def _written(condition: Condition) -> dict[str, Any]:
    kind, _colon, key = condition.subject.partition(":")
    if kind != "attribute":
        return {condition.subject: condition.value}
    match condition.comparison:
        case "is_set" | "is_not_set":
            return {"attribute": key, "is_set": condition.comparison == "is_set"}
        case "is_any":
            values = condition.values
            return {"attribute": key, **({"is": values[0]} if len(values) == 1 else {"is_any": values})}
    return {"attribute": key, condition.comparison: condition.value}
