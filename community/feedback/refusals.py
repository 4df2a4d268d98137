"""Why a row of an import was not taken in, as words for the table and as sentences for people."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from community.infra.spreadsheet import WHY_UNREADABLE, as_written

WHY: Mapping[str, Any] = {
    "empty": _l("There is no text."),
    "too_long": _l("The text has %(length)d characters; at most %(most)d can be read."),
    "title_too_long": _l("The title has %(length)d characters; at most %(most)d fit."),
    "undecodable": _l("Some of its bytes are not text in the encoding of this file."),
    "broken": _l("A quotation mark is opened and never closed."),
    "wide": _l("It has more cells than there are columns. Put texts with commas in quotation marks."),
    "not_json": _l("This line is not a JSON object."),
    "wrong_time": _l("“%(given)s” is not a date we understand. Write it as 2025-03-31 or 2025-03-31 18:30."),
    "time_ahead": _l("“%(given)s” is in the future."),
    "wrong_rating": _l("“%(given)s” is not a rating. Write a number from 0 to 100."),
    "unknown_member": _l("There is no member with the number %(given)s in this panel."),
    "key_too_long": _l("The key of the row has more than %(most)d characters."),
    "repeated": _l("A row with the key “%(given)s” came before in this file."),
}


# What stops an import as a whole after it was begun, beside what makes a file unreadable.
WHY_STOPPED: Mapping[str, Any] = {
    **WHY_UNREADABLE,
    "gone": _l("The file is no longer there."),
    "stopped": _l("Something went wrong on our side while the file was read."),
}


class Refused(NamedTuple):
    """A row that was not taken in: where it stands in the file, why (as a word and its values), its cells."""

    number: int
    reason: str
    values: dict[str, Any]
    cells: list[str]


class RowRefused(Exception):
    """One row cannot be taken in; `reason` is a key of `WHY`, `values` fills its sentence in."""

    def __init__(self, reason: str, **values: str | int) -> None:
        super().__init__(reason)
        self.reason = reason
        # What was given is shown to people, not kept: the row itself is there as well.
        self.values = {key: value[:60] if isinstance(value, str) else value for key, value in values.items()}


def sentence(reason: str, values: Mapping[str, Any]) -> str:
    """The reason in the reader's language."""
    return str(WHY[reason]) % values if values else str(WHY[reason])


def as_table(header: Sequence[str], rows: Iterable[Refused]) -> Iterator[list[str]]:
    """Refused rows as a table like the file they stood in, where it was there, and why it was refused."""
    yield [*header, gettext("Row in your file"), gettext("Why it was refused")]
    for row in rows:
        # Writing the table puts apostrophes before formulas: a second one would stay when it comes back.
        yield [*map(as_written, row.cells), str(row.number), sentence(row.reason, row.values)]


def why_stopped(reason: str) -> str:
    """Why an import stopped as a whole, in the reader's language."""
    return str(WHY_STOPPED[reason])
