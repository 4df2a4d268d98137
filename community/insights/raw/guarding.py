"""What stands in texts and must not leave with them: addresses and numbers of people, formulas.

One text in some has any. Whether it might is asked of each in less than a microsecond, by what is left of it
without all that is harmless; only those that might are looked at closely.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

from community.infra.spreadsheet.writing import shown_as_text, writable
from community.insights.quoting import HIDDEN
from community.insights.raw.columns import KNOWN_COUNT, WORDS_COUNT
from community.moderation import personal

Row = tuple[Any, ...]
END = b"\r\n"

# Digits, of which some are needed for a number of somebody; what an address needs; where spreadsheet programs
# cut, and what no file can hold. \xc2 and \xef begin the wide forms of these, and other things.
_TELLING = frozenset(b"0123456789@([{<;\x7f\xc2\xef") | frozenset(range(32))
_HARMLESS = bytes(frozenset(range(256)) - _TELLING)
_FEWEST_DIGITS = 7
_MOST_KNOWN = 1_000
# Wide digits, an at sign and brackets; what no file can hold; unseen signs before a formula.
_WIDE = re.compile(
    rb"\xef(?:\xbc[\x88\x90-\x99\x9c\xa0\xbb]|\xbd\x9b|\xbf[\xbe\xbf]|\xbb\xbf)|\xc2[\x80-\x9f]"
)

# A cell whose first sign that counts may begin a formula.
_BEGINS = re.compile(r"""[\s"']*[-=+@＝＋－＠]""")
# The same behind a comma in a line, which may also stand within a text: then it is looked at for nothing.
_BEGINS_IN_LINE = re.compile(
    rb""",(?:["'\s]|\xc2[\x85\xa0]|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80)*+"""
    rb"""(?:[-=+@]|\xef\xbc[\x8b\x8d\x9d\xa0])"""
)
_HEAD = re.compile(rb"(?:[^,\n]*+,){%d}" % KNOWN_COUNT)


def guard_rows(rows: Iterable[Row], *, has_people: bool, is_shown: bool) -> Iterator[Row]:
    """The rows without what leads to people, unless `has_people`.

    With `is_shown`, for programs that show tables and run formulas, nothing in them is run.
    """
    # Panels and topics are few, texts are many.
    known: set[Row] = set()
    for row in rows:
        names = row[KNOWN_COUNT:-WORDS_COUNT]
        is_fine = not is_shown or names in known
        if not is_fine and (is_fine := _are_harmless(names)) and len(known) < _MOST_KNOWN:
            known.add(names)
        if is_fine and _are_harmless(row[-WORDS_COUNT:]):
            yield row
        else:
            yield _guarded(row, has_people=has_people, is_shown=is_shown)


def guard_lines(lines: Iterable[bytes], *, has_people: bool) -> Iterator[bytes]:
    """PostgreSQL's lines of CSV, made the same, byte for byte, as `csv.writer` makes them of guarded rows."""
    for line in lines:
        head = _HEAD.match(line)
        # From the comma on that stands before the first free text, to the end of the line.
        free = line[head.end() - 1 : -1] if head else line
        if is_harmless(free) and not _BEGINS_IN_LINE.search(free):
            yield line[:-1] + END
        else:
            yield _guarded_line(line, has_people=has_people)


def is_harmless(text: bytes) -> bool:
    """Whether a text in UTF-8 certainly has nothing that leads to somebody and no place to hide a formula.

    A formula at its very beginning is another matter. In any other case of letters than these three nobody
    writes "ana at example dot org".
    """
    left = text.translate(None, _HARMLESS)
    if left:
        telling = left.translate(None, b"\xef\xc2")
        if telling and not (len(telling) < _FEWEST_DIGITS and telling.isdigit()):
            return False
        if len(telling) < len(left) and _WIDE.search(text):
            return False
    return not (b"dot" in text or b"Dot" in text or b"DOT" in text)


def hide_personal(text: str) -> str:
    """The text without what leads to people."""
    for found in reversed(personal.find(text)):
        text = text[: found.start] + HIDDEN + text[found.end :]
    return text


def _are_harmless(cells: Iterable[str | None]) -> bool:
    return not any(cell and (_BEGINS.match(cell) or not is_harmless(cell.encode())) for cell in cells)


def _guarded(row: Row, *, has_people: bool, is_shown: bool) -> Row:
    before, cells = row[:-WORDS_COUNT], row[-WORDS_COUNT:]
    if not has_people:
        cells = tuple(cell and hide_personal(cell) for cell in cells)
    if is_shown:
        free = (*before[KNOWN_COUNT:], *cells)
        return (*row[:KNOWN_COUNT], *(cell and shown_as_text(str(writable(cell))) for cell in free))
    return (*before, *cells)


def _guarded_line(line: bytes, *, has_people: bool) -> bytes:
    row = tuple(next(csv.reader(io.StringIO(line.decode(), newline=""))))
    target = io.StringIO(newline="")
    csv.writer(target).writerow(_guarded(row, has_people=has_people, is_shown=True))
    return target.getvalue().encode()
