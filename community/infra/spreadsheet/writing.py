"""Writing CSV that a spreadsheet program shows and does not run."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

# A cell that begins with one of these is a formula to a spreadsheet program.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def csv_lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The rows as lines of CSV, with the mark by which spreadsheet programs know UTF-8."""
    target = io.StringIO()
    target.write("\ufeff")
    writer = csv.writer(target)
    for row in rows:
        writer.writerow([shown_as_text(cell) for cell in row])
        yield target.getvalue()
        target.seek(0)
        target.truncate()


def shown_as_text(cell: str) -> str:
    """The cell with an apostrophe before what would be a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def as_written(cell: str) -> str:
    """The cell without the apostrophe that `shown_as_text` put before it."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
