"""Asking for the file of a report; each is an act of staff that the audit log tells of."""

from pathlib import Path

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.infra import language
from community.infra.db import get_row, unit_of_work
from community.infra.errors import Conflict, Invalid, NotFound
from community.insights.actions import filing, report_files
from community.insights.files.material import file_name
from community.insights.models import InsightFile, Report
from community.insights.queries import files as queries
from community.insights.queries import reports
from community.members.models import Member


def ask_for_file(report: Report, by: Member, *, file_format: str, has_bom: bool = False) -> InsightFile:
    """Owe a file of a finished report to the workers; the same file that is still there is given again."""
    if file_format not in report_files.FORMATS:
        raise Invalid(_l("Please choose one of the options."), field="format")
    has_bom = has_bom and file_format == "csv"
    with unit_of_work():
        report = get_row(Report, report.id)
        if report.state != "done":
            raise Conflict(_l("The report is not finished: there is nothing to take away yet."))
        file = queries.find_same(report.id, by, file_format=file_format, has_bom=has_bom)
        if file is not None:
            return file
        file = InsightFile(
            report_id=report.id,
            format=file_format,
            has_bom=has_bom,
            locale=report.locale,
            name=file_name(report.kind, report.id, report.fingerprint, file_format),
        )
        filing.owe_file(file, by)
        _record(report, by, file_format=file_format)
    return file


def write_file(report_id: int, path: Path, *, file_format: str, has_bom: bool = False) -> None:
    """Write a file of a finished report where the command line wants it; as a whole or not at all."""
    material = queries.find_material(report_id)
    if material is None:
        raise NotFound(_l("There is no finished report with this number."))
    beside = path.with_name(f".{path.name}.part")
    try:
        with language.writing_to(material.snapshot.locale):
            report_files.write(
                beside,
                material,
                file_format=file_format,
                has_bom=has_bom,
                progress=lambda _done, _total: None,
            )
        # Nothing leaves that the audit log does not know of.
        with unit_of_work():
            _record(get_row(Report, report_id), None, file_format=file_format)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _record(report: Report, by: Member | None, *, file_format: str) -> None:
    record(
        "report.exported",
        subject=report,
        actor=by,
        panel_id=reports.only_panel_id(report),
        format=file_format,
        title=report.title,
    )
