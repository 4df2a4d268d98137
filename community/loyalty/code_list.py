"""Codes of a voucher as they come, one in each line: which can be used, and what is wrong with others."""

from collections.abc import Collection
from typing import NamedTuple

from flask_babel import gettext as _

from community.infra.text import clean_line

LONGEST = 100
MOST_AT_ONCE = 5000
_SHOWN = 60
# What some programs write above the codes.
_HEADINGS = frozenset({"code", "codes", "voucher", "voucher code", "coupon"})


class RefusedLine(NamedTuple):
    """A line that gives no code, and why."""

    line: int
    text: str
    reason: str


class CodeList(NamedTuple):
    """What a list holds: codes that are new, in their order, and the lines that give none."""

    codes: list[str]
    refused: list[RefusedLine]


def read(text: str, *, known: Collection[str]) -> CodeList:
    """The codes of a text; blank lines and a heading are passed over, a code is taken once."""
    found: dict[str, int] = {}
    refused: list[RefusedLine] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        code = clean_line(raw.strip().strip('"').rstrip(",;"))
        if not code or (not found and not refused and code.casefold() in _HEADINGS):
            continue
        reason = _why_not(code, found, known)
        if reason:
            refused.append(RefusedLine(number, code[:_SHOWN], reason))
        else:
            found[code] = number
    return CodeList(list(found), refused)


def _why_not(code: str, found: dict[str, int], known: Collection[str]) -> str:
    if len(code) > LONGEST:
        return str(_("It is longer than %(most)d characters.", most=LONGEST))
    if any(separator in code for separator in ",;\t"):
        return str(_("There is more than one thing in this line."))
    if code in found:
        return str(_("It stands in line %(line)s already.", line=found[code]))
    if code in known:
        return str(_("It was added before."))
    if len(found) == MOST_AT_ONCE:
        return str(_("Only %(count)s codes can be added at once.", count=MOST_AT_ONCE))
    return ""
