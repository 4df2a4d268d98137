"""Masking: what a text is scored as, character for character where the original has it."""

import re
from functools import cache

from community.analysis.script import simplified_characters

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_E_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+\.[\w.-]+", re.ASCII)
_HAS_E_MAIL = re.compile(r"\w@\w", re.ASCII)
# A name in Chinese ends where the writer ended it; otherwise nobody could tell it from the text.
_NAME = re.compile(r"@(?:[\w-]{1,30}(?=[\s:])|[A-Za-z0-9_]+)")
_TAG = re.compile(r"#(?=\w)")
# Nobody sees them; inside a word they would hide it.
_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
)
# Halves of characters, left by software that cuts texts in the wrong place; no text with them can be encoded.
_BROKEN = range(0xD800, 0xE000)
_ANY_UNSEEN = re.compile(f"[{_UNSEEN}]")
_RUN = re.compile(r"\S+")
_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
# Marks that Chinese texts are full of: replacing them one by one is quicker than a table.
_MARKS = [(chr(code + 0xFEE0), chr(code)) for code in map(ord, ",!?:;()~")]
_OTHER_FORMS = {
    "\u3000": " ",
    "\ufe0e": " ",  # how the emoji before it is drawn
    "\ufe0f": " ",
    "\u2019": "'",
    "\u2018": "'",
    "\u201b": "'",
    "\u00b4": "'",
    "\u02bc": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u0130": "I",  # the one letter whose small form is two characters
}


def mask(text: str) -> str:
    """The text as scorers read it, of the same length, so that offsets into it are offsets into the text.

    Addresses, e-mail addresses, @names and the sign of #tags are spaces; full-width forms are half-width,
    curly quotes straight, Traditional characters Simplified. Capitals stay. Unseen characters become spaces
    behind the run they stand in: only inside such a run can offsets be off, by as many as it hides.
    """
    if not text.isascii():
        text = _folded(text)
    # Most texts have none of these, and asking is quicker than searching.
    if "://" in text or "www." in text:
        text = _ADDRESS.sub(_spaces, text)
    if "@" in text:
        if _HAS_E_MAIL.search(text):
            text = _E_MAIL.sub(_spaces, text)
        text = _NAME.sub(_spaces, text)
    if "#" in text:
        text = _TAG.sub(" ", text)
    return text


def _folded(text: str) -> str:
    for full, half in _MARKS:
        text = text.replace(full, half)
    changed = _changing()
    if not changed.search(text):
        return text
    if _ANY_UNSEEN.search(text):
        text = _RUN.sub(_seen_first, text)
    return text.translate(_table())


def _seen_first(match: re.Match[str]) -> str:
    return _ANY_UNSEEN.sub("", match[0]).ljust(len(match[0]))


def _spaces(match: re.Match[str]) -> str:
    return " " * (match.end() - match.start())


@cache
def _changing() -> re.Pattern[str]:
    # Characters beyond the first plane would make the search twenty times slower; there are three of them.
    return re.compile(
        f"[{_UNSEEN}\uff01-\uff5e\ud800-\udfff"
        + "".join(re.escape(chr(code)) for code in _table_without_ranges() if code < 0x10000)
        + "]"
    )


@cache
def _table_without_ranges() -> dict[int, str]:
    return {ord(form): plain for form, plain in _OTHER_FORMS.items()} | {
        code: form for code, form in simplified_characters().items() if len(form) == 1
    }


@cache
def _table() -> str:
    """A string used as a table: quicker than a dict, since it knows every character of the first plane."""
    table = list(map(chr, range(0x10000)))
    for code, form in {**_FULL_WIDTH, **dict.fromkeys(_BROKEN, "\ufffd"), **_table_without_ranges()}.items():
        if code < 0x10000:
            table[code] = form
    return "".join(table)
