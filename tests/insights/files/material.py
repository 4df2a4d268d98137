"""Reports in the hand, with no database behind them, and their files as independent programs read them."""

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

from community.insights.actions import report_files
from community.insights.figures import Figure, Quote, Snapshot, fingerprint, to_json
from community.insights.files.material import Material
from tests.factories.insights import make_snapshot

# Drawing takes long, and how charts look is not in question here.
CHART = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="chart chart-wide" role="img" aria-label="A chart" '
    'width="20" height="10" viewBox="0 0 20 10"><rect width="9" height="9" fill="#1d5a49"/></svg>'
)


def make_material(
    snapshot: Snapshot | None = None, *, locale: str = "en", charted: tuple[str, ...] = ("topics",)
) -> Material:
    """A finished report of the snapshot; `charted` are the figures whose charts are there."""
    snapshot = snapshot or make_snapshot(locale=locale)
    quotes: dict[str, list[Quote]] = {
        figure.key: list(figure.quotes) for figure in snapshot.figures() if figure.quotes
    }
    text = to_json(
        replace(
            snapshot,
            sections=[
                replace(section, figures=[replace(figure, quotes=()) for figure in section.figures])
                for section in snapshot.sections
            ],
        )
    )
    return Material(
        report_id=7,
        snapshot=snapshot,
        text=text,
        fingerprint=fingerprint(text),
        charts=dict.fromkeys(charted, CHART),
        quotes=quotes,
        address="https://panel.example/staff/insights/7",
        site_name="Sounding Board",
    )


def of_one_figure(figure: Figure, **values: Any) -> Snapshot:
    """A snapshot that holds this figure alone."""
    snapshot = make_snapshot(**values)
    section = replace(snapshot.sections[0], figures=[figure])
    return replace(snapshot, sections=[section], summary=())


def write(folder: Path, material: Material, file_format: str, *, has_bom: bool = False) -> Path:
    """The report as a file of the format."""
    path = folder / f"report.{file_format}"
    report_files.write(
        path, material, file_format=file_format, has_bom=has_bom, progress=lambda _done, _total: None
    )
    return path


def csv_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file by the names of its columns."""
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


def numbers_in(figure: Figure) -> list[tuple[int, str, float | None, list[float] | None]]:
    """Every number of a figure as the snapshot has it: row, column, value, and the interval beside it."""
    found = []
    for number, row in enumerate(figure.rows, start=1):
        for column in figure.columns[1:]:
            value = row.cells.get(column.key)
            if column.kind == "interval" or row.is_hidden or not isinstance(value, int | float):
                continue
            interval = next(
                (
                    row.cells.get(each.key)
                    for each in figure.columns
                    if each.of == column.key and each.kind == "interval"
                ),
                None,
            )
            found.append((number, column.key, float(value), interval))
    return found
