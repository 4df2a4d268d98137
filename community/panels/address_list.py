"""A list of people to invite, as a CSV file or pasted lines: columns email and, if given, locale."""

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from flask_babel import gettext as _

from community.config import LOCALES
from community.infra.errors import Invalid
from community.members import addresses

ROW_CAP = 500
FILE_CAP = 200_000
_DELIMITERS = ",;\t"


class Row(NamedTuple):
    """A row that can be used."""

    line: int
    email: str
    locale: str


class RefusedRow(NamedTuple):
    """A row that cannot be used, and why."""

    line: int
    text: str
    reason: str


class AddressList(NamedTuple):
    """What a file holds; addresses that stand in it twice are used once."""

    rows: list[Row]
    refused: list[RefusedRow]


def decode(data: bytes) -> str:
    """The text of a file as spreadsheets save it; Invalid if it is no text."""
    if len(data) > FILE_CAP:
        raise Invalid(_("This file is too large. Split it into parts."), field="file")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise Invalid(_("This file cannot be read. Save it as CSV in UTF-8."), field="file") from None
    if "\0" in text:
        raise Invalid(_("This file cannot be read. Save it as CSV in UTF-8."), field="file")
    return text


def missing() -> Invalid:
    """The refusal for a form that came without a file."""
    return Invalid(_("Please choose a file."), field="file")


def read(text: str, *, locale: str) -> AddressList:
    """The rows of a list; `locale` is for those that name none. The row with column names may be missing.

    Invalid if there is no address anywhere in it: then it is another file that was meant.
    """
    found: dict[str, Row] = {}
    refused: list[RefusedRow] = []
    columns = ["email", "locale"]
    for line, cells in _lines(text):
        if line == 1 and "email" in [cell.casefold() for cell in cells]:
            columns = [cell.casefold() for cell in cells]
            continue
        values = dict(zip(columns, cells, strict=False))
        try:
            row = _read_row(line, values, locale)
            if addresses.fold(row.email) in found:
                first = found[addresses.fold(row.email)].line
                raise Invalid(_("It stands in line %(line)s already.", line=first))
            if len(found) == ROW_CAP:
                raise Invalid(_("Only %(count)s addresses can be invited at once.", count=ROW_CAP))
        except Invalid as invalid:
            refused.append(RefusedRow(line, ", ".join(cells)[:100], str(invalid.message)))
        else:
            found[addresses.fold(row.email)] = row
    if refused and not found and not any("@" in row.text for row in refused):
        raise Invalid(
            _("There is no e-mail address in this file. Its first row should name a column “email”."),
            field="file",
        )
    return AddressList(list(found.values()), refused)


def write(rows: list[Row]) -> str:
    """The rows as lines that `read` understands."""
    return "\n".join(f"{row.email},{row.locale}" for row in rows)


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n")), delimiter=delimiter)
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield reader.line_num, stripped
    except csv.Error:
        raise Invalid(_("This file cannot be read. Save it as CSV in UTF-8."), field="file") from None


def _read_row(line: int, values: dict[str, str], locale: str) -> Row:
    email = addresses.clean_email(values.get("email", ""))
    asked = values.get("locale", "").replace("-", "_") or locale
    chosen = next((known for known in LOCALES if known.casefold() == asked.casefold()), None)
    if chosen is None:
        raise Invalid(_("The language is none of: %(locales)s.", locales=", ".join(LOCALES)))
    return Row(line, email, chosen)
