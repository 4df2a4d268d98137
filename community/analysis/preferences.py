"""Preferences that people state of themselves: what they like, dislike, always do or need."""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, cast

from community.analysis.cues import NONE, Hit

PreferenceKind = Literal["like", "dislike", "habit", "need"]
READER = "preference"

_LONGEST = 160
_CLAUSE_ENDS = re.compile(
    r"[.!?;。！？；\n]|, (?:but|and|so|which|because)\b|[,，](?:但|可是|不过|所以|因为|而)|$"
)
_CHINESE_CLAUSE_ENDS = re.compile(r"[,.!?;~。！？；，\n]|$")
# Words before "I always …" that make a question or a doubt of it.
_ASKED = re.compile(r"\b(?:do|did|should|must|can|could|if|why|when|will|would)\s+$", re.IGNORECASE)


class Preference(NamedTuple):
    """The stretch `start:end` of the original text that states a preference, and its words."""

    start: int
    end: int
    text: str
    kind: PreferenceKind


def preferences_in(text: str, masked: str, hits: Sequence[Hit]) -> tuple[Preference, ...]:
    """What the author says of themselves, one for each clause; `hits` may hold those of other readers."""
    found: list[Preference] = []
    for start, end, (reader, name, _weight) in hits:
        if reader != READER or name == NONE or (found and start < found[-1].end):
            continue
        ends = _CLAUSE_ENDS if masked[start].isascii() else _CHINESE_CLAUSE_ENDS
        stop = ends.search(masked, end, start + _LONGEST)
        close = stop.start() if stop else min(len(masked), start + _LONGEST)
        # A beginning alone says nothing, and a question states nothing.
        if (
            not masked[end:close].strip()
            or masked[close : close + 1] == "?"
            or _ASKED.search(masked, 0, start)
        ):
            continue
        close = start + len(text[start:close].rstrip())
        found.append(Preference(start, close, text[start:close], cast(PreferenceKind, name)))
    return tuple(found)
