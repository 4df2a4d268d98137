"""Showing what was found in a text: cutting it where a find begins and ends."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Piece(NamedTuple):
    """A stretch of a text, and the rule that found it; "" for what lies between."""

    text: str
    rule: str


def cut(text: str, field: str, reasons: Iterable[Mapping[str, Any]]) -> list[Piece]:
    """The text of a field in pieces; finds that no longer lie in it, or in one before, are left out."""
    finds = sorted(
        (int(reason.get("start", 0)), int(reason["end"]), str(reason["rule"]))
        for reason in reasons
        if reason.get("field") == field and "end" in reason
    )
    pieces: list[Piece] = []
    at = 0
    for start, end, rule in finds:
        if at <= start < end <= len(text):
            pieces += [Piece(text[at:start], ""), Piece(text[start:end], rule)]
            at = end
    pieces.append(Piece(text[at:], ""))
    return [piece for piece in pieces if piece.text]
