"""A report as XLSX: contents, a sheet per figure with typed cells and its chart, notes, quotes."""

import io
import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from community.infra.spreadsheet.writing import MOST_IN_CELL, writable
from community.insights import writing
from community.insights.figures import Cell, CellKind, Column, Figure
from community.insights.files.material import Material
from community.insights.kinds.contract import Progress

Draw = Callable[[Figure, str], bytes]

_MOST_IN_SHEET_NAME = 31
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f]")
_WIDEST = 60
_FORMATS: dict[CellKind, str] = {
    "count": "#,##0",
    "share": "0.0%",
    "points": "+0.0%;-0.0%;0.0%",
    "score": "+0.00;-0.00;0.00",
    "number": "#,##0.00",
    "days": "#,##0.0",
    "p": "0.0000",
    "date": "yyyy-mm-dd",
}
# Charts are drawn twice as large as they are shown, so that they stay sharp in print.
_CHART_SCALE = 0.5


def write(path: Path, material: Material, progress: Progress) -> int:
    """Write the workbook in the present locale, and say how many rows its figures have."""
    # Only workers write files: pages must not wait for these to load.
    import xlsxwriter

    from community.insights.charts import png_of

    with xlsxwriter.Workbook(path) as book:
        book.set_properties(
            {
                "title": material.snapshot.title,
                "author": material.site_name,
                "comments": material.fingerprint,
                # The same snapshot is to give the same bytes.
                "created": material.data_at.replace(tzinfo=None),
            }
        )
        return _Workbook(book, material).fill(png_of, progress)


class _Workbook:
    """The sheets of one report, and the formats they share."""

    def __init__(self, book: Any, material: Material) -> None:
        self.book = book
        self.material = material
        self.styles: dict[str, Any] = {
            "title": book.add_format({"bold": True, "font_size": 16}),
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "soft": book.add_format({"font_color": "#6a6259"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
            "top": book.add_format({"valign": "top"}),
            "link": book.add_format({"font_color": "#1d5a49", "underline": 1, "valign": "top"}),
        } | {kind: book.add_format({"num_format": pattern}) for kind, pattern in _FORMATS.items()}
        self.names = {
            figure.key: _sheet_name(number, figure.title) for number, _section, figure in material.numbered
        }

    def fill(self, draw: Draw, progress: Progress) -> int:
        """Write all sheets; how many rows the figures have."""
        contents = self.book.add_worksheet(_safe(_("Contents")))
        summary = self.book.add_worksheet(_safe(_("In short"))) if self.material.snapshot.summary else None
        numbered = self.material.numbered
        for number, _section, figure in numbered:
            progress(number - 1, len(numbered))
            self._fill_figure(self.book.add_worksheet(self.names[figure.key]), figure, draw)
        if any(self.material.quotes.values()):
            self._fill_quotes(self.book.add_worksheet(_safe(_("Quotes"))))
        self._fill_notes(self.book.add_worksheet(_safe(_("Notes"))))
        if summary is not None:
            self._fill_summary(summary)
        self._fill_contents(contents)
        return sum(len(figure.rows) for _number, _section, figure in numbered)

    def _fill_contents(self, sheet: Any) -> None:
        snapshot = self.material.snapshot
        self._put(sheet, 0, 0, snapshot.title, "title")
        self._put(sheet, 1, 0, _("Data as of %(moment)s", moment=writing.moment(snapshot.data_at)), "soft")
        head = [
            _("Sheet"), _("Section"), _("Table"), _("n"), _("Unit"), _("People"),
            _("How it was counted"), _("What tests found"), _("Kept back, thin, to be minded"),
        ]  # fmt: skip
        top = 3
        self._put_head(sheet, top, head, widths=(24, 26, 34, 9, 14, 9, 60, 60, 40))
        for row, (_number, section, figure) in enumerate(self.material.numbered, start=top + 1):
            self._link(sheet, row, 0, self.names[figure.key])
            self._put(sheet, row, 1, section.title, "wrap")
            self._put(sheet, row, 2, figure.title, "wrap")
            self._put(sheet, row, 3, figure.n, "top")
            self._put(sheet, row, 4, figure.unit, "wrap")
            self._put(sheet, row, 5, figure.people, "top")
            self._put(sheet, row, 6, figure.how, "wrap")
            self._put(sheet, row, 7, "\n".join(claim.text for claim in figure.claims), "wrap")
            self._put(sheet, row, 8, "\n".join(figure.notes), "wrap")
        sheet.freeze_panes(top + 1, 0)
        sheet.autofilter(top, 0, top + len(self.names), len(head) - 1)

    def _fill_summary(self, sheet: Any) -> None:
        self._put_head(sheet, 0, [_("Finding"), _("Test"), _("Table")], widths=(90, 40, 34))
        summary = self.material.snapshot.summary
        for row, claim in enumerate(summary, start=1):
            self._put(sheet, row, 0, claim.text, "wrap")
            self._put(sheet, row, 1, claim.test, "wrap")
            if claim.figure in self.names:
                self._link(sheet, row, 2, self.names[claim.figure])
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(summary), 2)

    def _fill_figure(self, sheet: Any, figure: Figure, draw: Draw) -> None:
        has_hidden = any(row.is_hidden for row in figure.rows)
        cells = [cell for column in figure.columns for cell in _cells_of(column)]
        titles = [title for title, _column, _place in cells] + ([_("Kept back")] if has_hidden else [])
        for row, found in enumerate(figure.rows, start=1):
            for column, (_title, of, place) in enumerate(cells):
                value = found.cells.get(of.key)
                self._put_value(sheet, row, column, value, place, _kind_of(figure, of))
            if found.is_hidden:
                self._put(sheet, row, len(cells), _("Too few people, or could be found out from them"))
        self._put_head(sheet, 0, titles, widths=[_width(figure, each) for each in cells] + [40] * has_hidden)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(figure.rows), 1), len(titles) - 1)
        has_chart = figure.chart is not None and bool(self.material.charts.get(figure.key))
        picture = draw(figure, self.material.snapshot.locale) if has_chart else b""
        # Where everything is kept back there is nothing to draw.
        if figure.chart is not None and picture:
            sheet.insert_image(
                1,
                len(titles) + 1,
                f"{figure.key}.png",
                {
                    "image_data": io.BytesIO(picture),
                    "x_scale": _CHART_SCALE,
                    "y_scale": _CHART_SCALE,
                    "description": figure.chart.description,
                    # Rows that a filter hides do not squeeze it.
                    "object_position": 3,
                },
            )

    def _fill_quotes(self, sheet: Any) -> None:
        head = [_("Table"), _("Quote"), _("Where and when"), _("Language"), _("Sentiment")]
        self._put_head(sheet, 0, head, widths=(34, 90, 34, 12, 12))
        row = 0
        for _number, _section, figure in self.material.numbered:
            for quote in self.material.quotes.get(figure.key, ()):
                row += 1
                self._link(sheet, row, 0, self.names[figure.key])
                self._put(sheet, row, 1, quote.text, "wrap")
                for column, word in enumerate((quote.source, quote.language, quote.sentiment), start=2):
                    self._put(sheet, row, column, word, "top")
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, row, len(head) - 1)

    def _fill_notes(self, sheet: Any) -> None:
        self._put_head(sheet, 0, [_("About"), _("What"), _("Value")], widths=(26, 44, 90))
        snapshot = self.material.snapshot
        rows: list[tuple[str, str, Cell]] = [
            *((_("What was chosen"), label, value) for label, value in snapshot.filters),
            (_("What was chosen"), _("Data as of"), writing.moment(snapshot.data_at)),
            *((_("Who is in it, and who is not"), label, value) for label, value in snapshot.sample),
            *((_("Mind this"), "", warning) for warning in snapshot.warnings),
            *((_("How to read it"), term, meaning) for term, meaning in snapshot.definitions),
            *((_("How to read it"), term, meaning) for term, meaning in _general_terms()),
            (_("Where it comes from"), _("The report"), self.material.address),
            (_("Where it comes from"), _("Fingerprint"), self.material.fingerprint),
        ]
        for row, (about, what, value) in enumerate(rows, start=1):
            self._put(sheet, row, 0, about, "wrap")
            self._put(sheet, row, 1, what, "wrap")
            self._put(sheet, row, 2, value, "wrap")
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), 2)

    def _put_head(self, sheet: Any, row: int, titles: Sequence[str], *, widths: Sequence[int]) -> None:
        for column, (title, width) in enumerate(zip(titles, widths, strict=True)):
            self._put(sheet, row, column, title, "head")
            sheet.set_column(column, column, width)

    def _put_value(
        self, sheet: Any, row: int, column: int, value: Cell, place: int | None, kind: CellKind
    ) -> None:
        if isinstance(value, list):
            value = value[place] if place is not None and len(value) == 2 else None
        if kind == "date" and isinstance(value, str):
            try:
                sheet.write_datetime(row, column, date.fromisoformat(value), self.styles["date"])
                return
            except ValueError:
                pass
        self._put(sheet, row, column, value, kind if kind in _FORMATS else None)

    def _put(self, sheet: Any, row: int, column: int, value: Cell, style: str | None = None) -> None:
        """One cell, with its type; a text is never a formula or a link."""
        found = self.styles.get(style or "")
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value, found)
        elif isinstance(value, int | float):
            if (number := writable(value)) is not None:
                sheet.write_number(row, column, number, found)
        elif isinstance(value, str) and value:
            sheet.write_string(row, column, str(writable(value))[:MOST_IN_CELL], found)

    def _link(self, sheet: Any, row: int, column: int, name: str) -> None:
        quoted = name.replace("'", "''")
        sheet.write_url(row, column, f"internal:'{quoted}'!A1", self.styles["link"], name)


def _general_terms() -> list[tuple[str, str]]:
    return [
        (_("Interval"), _("Where the true figure lies: of a hundred such intervals about 95 hold it.")),
        (
            _("Percentage points"),
            _("Differences of shares are written like shares: 0.07 stands for 7 points."),
        ),
        (
            _("Kept back"),
            _(
                "Groups of fewer than 10 people are named without numbers, and so is the next group if they "
                "could be found out from the rest."
            ),
        ),
        (
            _("Quotes"),
            _("Words of members who agreed to be quoted; those of all others are counted, and not quoted."),
        ),
    ]


def _cells_of(column: Column) -> list[tuple[str, Column, int | None]]:
    """The cells a column is written to: an interval has two, so that both are numbers."""
    if column.kind != "interval":
        return [(column.title, column, None)]
    return [
        (_("%(title)s, from", title=column.title), column, 0),
        (_("%(title)s, to", title=column.title), column, 1),
    ]


def _kind_of(figure: Figure, column: Column) -> CellKind:
    if column.kind != "interval":
        return column.kind
    return next((each.kind for each in figure.columns if each.key == column.of), "number")


def _width(figure: Figure, cell: tuple[str, Column, int | None]) -> int:
    title, column, _place = cell
    texts = [row.cells.get(column.key) for row in figure.rows] if column.kind == "text" else []
    longest = max((_length(text) for text in texts if isinstance(text, str)), default=0)
    return min(max(longest, min(_length(title), 16), 10) + 2, _WIDEST)


def _length(text: str) -> int:
    # Chinese characters are twice as wide as Latin letters.
    return sum(2 if ord(each) > 0x2E7F else 1 for each in text)


def _sheet_name(number: int, title: str) -> str:
    # The number keeps it the only one of its name, whatever is cut off.
    return _safe(f"{number} {title}")


def _safe(name: str) -> str:
    """A name that programs take: short, and without signs of theirs."""
    return _NOT_IN_SHEET_NAME.sub(" ", name)[:_MOST_IN_SHEET_NAME].strip(" '")
