"""Making the file of a report in one of its formats, from the snapshot alone."""

from pathlib import Path

from community.insights.actions import report_pages
from community.insights.failures import CannotMake
from community.insights.files import csv, json, parquet, pdf, xlsx
from community.insights.files.contract import Made, Wanted
from community.insights.files.material import Material, quotes_mark
from community.insights.kinds.contract import Progress
from community.insights.queries import files as queries

FORMATS = ("html", "pdf", "xlsx", "csv", "parquet", "json")
# Figures alone: nobody's words are in them.
WITHOUT_QUOTES = ("csv", "parquet")


def make(path: Path, wanted: Wanted, progress: Progress) -> Made:
    """Make the file that was asked for; CannotMake if the report is gone meanwhile."""
    material = queries.find_material(wanted.report_id or 0)
    if material is None:
        raise CannotMake("report")
    return write(path, material, file_format=wanted.format, has_bom=wanted.has_bom, progress=progress)


def write(path: Path, material: Material, *, file_format: str, has_bom: bool, progress: Progress) -> Made:
    """Write the report to the path, in the present locale."""
    row_count = _write(path, material, file_format=file_format, has_bom=has_bom, progress=progress)
    is_quoting = file_format not in WITHOUT_QUOTES
    return Made(row_count, quotes_mark(material.quotes) if is_quoting else "")


def _write(
    path: Path, material: Material, *, file_format: str, has_bom: bool, progress: Progress
) -> int | None:
    match file_format:
        case "html":
            path.write_text(report_pages.page_for_browsers(material), encoding="utf-8")
        case "pdf":
            page = report_pages.page_for_print(material)
            pdf.write(path, page, fingerprint=material.fingerprint)
        case "json":
            json.write(path, material)
        case "csv":
            return csv.write(path, material, has_bom=has_bom)
        case "parquet":
            return parquet.write(path, material)
        case "xlsx":
            return xlsx.write(path, material, progress)
        case _:
            raise ValueError(f"a report is no {file_format}")
    return None
