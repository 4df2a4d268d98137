"""Piping: `{{code}}` in a text becomes what was answered to that question, in words."""

import re
from collections.abc import Mapping

CODE = re.compile(r"\{\{\s*([\w-]{1,40})\s*\}\}")
# A long answer is only recalled, not repeated.
MOST = 80
NOTHING = "…"


def pipe(text: str, words: Mapping[str, str]) -> str:
    """The text with answers in the place of codes; one that was not given becomes "…".

    The result is plain text: whoever shows it escapes it as any other.
    """
    # Shortened once, however often a text repeats a long answer.
    shown = {code: _short(words.get(code, "")) for code in codes_in(text)}
    return CODE.sub(lambda match: shown[match[1]], text)


def codes_in(text: str) -> set[str]:
    """The codes of the questions whose answers a text repeats."""
    return set(CODE.findall(text))


def _short(words: str) -> str:
    line = " ".join(words.split())
    return (line if len(line) <= MOST else line[: MOST - 1].rstrip() + "…") or NOTHING
