"""Whether a question is asked, by what was answered before it; conditions.py tells how that is written."""

from collections.abc import Mapping
from typing import Any

from community.surveys import conditions
from community.surveys.conditions import Condition
from community.surveys.kinds import Value


def holds(condition: Condition | None, answers: Mapping[str, Value]) -> bool:
    """Whether these answers, given by code, fulfil the condition; no condition always holds."""
    joint, parts = conditions.parts_of(condition)
    together = all if joint == "all" else any
    return together(_is_met(part, answers.get(part["question"])) for part in parts)


def _is_met(part: Mapping[str, Any], value: Value | None) -> bool:
    if "is_answered" in part:
        return (value is not None) == bool(part["is_answered"])
    if value is None:
        return False
    if "is" in part:
        return str(value.get("choice", value.get("number", ""))) == str(part["is"])
    if "includes" in part:
        return part["includes"] in value.get("choices", ())
    number = value.get("number")
    if number is None:
        return False
    return bool(number >= part["at_least"] if "at_least" in part else number <= part["at_most"])
