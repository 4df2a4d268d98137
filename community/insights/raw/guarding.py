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
from community.insights.raw.authors import Numbering, of_member
from community.insights.raw.columns import WORDS_COUNT
from community.moderation import personal

Row = tuple[Any, ...]
END = b"\r\n"
# Stands between what is known, which never holds it, and free texts.
BOUNDARY_SIGN = "\x1f"
BOUNDARY = f",{BOUNDARY_SIGN},".encode()

# Digits, of which some are needed for a number of somebody; what an address needs; where spreadsheet programs
# cut, and what no file can hold. \xc2 and \xef begin the wide forms of these, and other things.
_TELLING = frozenset(b"0123456789@([{<;\x7f\xc2\xef") | frozenset(range(32))
_HARMLESS = bytes(frozenset(range(256)) - _TELLING)
_FEWEST_DIGITS = 7
_MOST_KNOWN = 100_000
# Wide digits, an at sign and brackets; what no file can hold; unseen signs before a formula.
_WIDE = re.compile(
    rb"\xef(?:\xbc[\x88\x90-\x99\x9c\xa0\xbb]|\xbd\x9b|\xbf[\xbe\xbf]|\xbb\xbf)|\xc2[\x80-\x9f]"
)

# A formula begins with one of these or with a wide form of it.
_HARMLESS_IN_LINE = bytes(frozenset(_HARMLESS) - frozenset(b"-=+"))
# Wide signs but the comma, the colons, and the marks of questions and exclamations.
_UNUSUAL = re.compile(rb"\xef(?!\xbc[\x81\x8c\x9a\x9b\x9f])")
# A cell that may begin a formula, behind a comma in a line; within a text the same may stand, which is then
# looked at for nothing.
_BEGINS_IN_LINE = re.compile(
    rb""",(?:["'\s]|\xc2[\x85\xa0]|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80)*+"""
    rb"""(?:[-=+@]|\xef\xbc[\x8b\x8d\x9d\xa0])"""
)
_DOT = re.compile(rb"Dot|DOT")


def guard_rows(rows: Iterable[Row], *, has_people: bool) -> Iterator[Row]:
    """The rows without what leads to people, unless `has_people`."""
    for row in rows:
        if has_people or not any(cell and not is_harmless(cell.encode()) for cell in row[-WORDS_COUNT:]):
            yield row
        else:
            hidden = (cell and hide_personal(cell) for cell in row[-WORDS_COUNT:])
            yield (*row[:-WORDS_COUNT], *hidden)


def guard_lines(lines: Iterable[bytes], *, number_of: Numbering, has_people: bool) -> Iterator[bytes]:
    """Lines of CSV, as the database writes them (queries/raw.py), as they go into a file.

    Programs that show tables run nothing in them, and without `has_people` nothing in them leads to people.
    """
    numbers: dict[bytes, bytes] = {b"": b""}
    for line in lines:
        known, _, free = line.partition(BOUNDARY)
        known, author, number = known.rsplit(b",", 2)
        if not number:
            found = numbers.get(author)
            if found is None:
                if len(numbers) > _MOST_KNOWN:
                    numbers = {b"": b""}
                found = numbers[author] = number_of(of_member(author.decode())).encode()
            number = found
        free = free[:-1]
        left = free.translate(None, _HARMLESS_IN_LINE)
        if (left and not _is_usual(left, free)) or b"dot" in free or (b"D" in free and _DOT.search(free)):
            free = _looked_at(free, has_people=has_people)
        yield b"".join((known, b",", number, b",", free, END))


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


def _is_usual(left: bytes, free: bytes) -> bool:
    """Whether only a few digits are left, and what Chinese texts are full of."""
    telling = left.translate(None, b"\xef\xc2")
    if telling and not (len(telling) < _FEWEST_DIGITS and telling.isdigit()):
        return False
    return len(telling) == len(left) or not (
        _UNUSUAL.search(free) or (b"\xc2" in left and _WIDE.search(free))
    )


def _looked_at(free: bytes, *, has_people: bool) -> bytes:
    if is_harmless(free) and not _BEGINS_IN_LINE.search(b"," + free):
        return free
    cells = next(csv.reader(io.StringIO(free.decode(), newline="")))
    if not has_people:
        cells[-WORDS_COUNT:] = map(hide_personal, cells[-WORDS_COUNT:])
    target = io.StringIO(newline="")
    # Its end is one of the signs for which a cell is put in quotes.
    csv.writer(target).writerow(shown_as_text(str(writable(cell))) for cell in cells)
    return target.getvalue().encode().removesuffix(END)
