"""Who is praised by name in a text."""

import re
from collections.abc import Iterable

from community.analysis.script import fold, has_han
from community.members.models import Member

# Shorter Latin names are words of their own too often.
LEAST_LETTERS = 3


def named_in(text: str, staff: Iterable[Member]) -> list[int]:
    """Those of the staff whose whole name, or first name if only one has it, stands in the text."""
    said = fold(text)
    people = list(staff)
    found = {member.id for member in people if _stands(fold(member.display_name), said)}
    by_first_name: dict[str, list[int]] = {}
    for member in people:
        by_first_name.setdefault(fold(member.display_name).split(" ")[0], []).append(member.id)
    for name, ids in by_first_name.items():
        if len(ids) == 1 and _stands(name, said):
            found.update(ids)
    return sorted(found)


def _stands(name: str, said: str) -> bool:
    if has_han(name):
        return len(name) > 1 and name in said
    return len(name) >= LEAST_LETTERS and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said) is not None
