"""Files that were asked for: whose they are, how far they are, what they are made of, whose days are over."""

from collections.abc import Sequence
from datetime import datetime

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from community.infra import language
from community.infra.db import db, get_row
from community.infra.errors import NotFound
from community.insights import figures, policy
from community.insights.files.contract import Wanted
from community.insights.files.material import Material, quotes_mark
from community.insights.models import InsightFile, Report, ReportChart
from community.insights.queries import doors, quotes
from community.insights.queries.owed import UNFINISHED
from community.members.models import Member

# Of one report, or in the list of all of one person's files.
SHOWN = 50


def list_files(viewer: Member, *, report_id: int | None = None) -> Sequence[InsightFile]:
    """The files that this person asked for, of one report or of all there is, the newest first."""
    statement = (
        select(InsightFile)
        .where(InsightFile.asked_by_id == viewer.id)
        .options(joinedload(InsightFile.report).load_only(Report.id, Report.title))
    )
    if report_id is not None:
        statement = statement.where(InsightFile.report_id == report_id)
    return db.session.scalars(statement.order_by(InsightFile.id.desc()).limit(SHOWN)).all()


def get_own_file(file_id: int, viewer: Member | None) -> InsightFile:
    """A file that this person asked for and may still have; NotFound otherwise, also for everybody else."""
    file = db.session.get(InsightFile, file_id)
    if file is None or viewer is None or file.asked_by_id != viewer.id:
        raise NotFound()
    if file.report_id is not None:
        doors.get_report(file.report_id, viewer)
        return file
    panel_ids = (file.settings or {})["panel_ids"]
    if not policy.can_build_report(viewer, panel_ids):
        raise NotFound()
    if file.has_people and not policy.can_export_people(viewer, panel_ids):
        raise NotFound()
    return file


def get_own_made_file(file_id: int, viewer: Member | None) -> InsightFile:
    """A file that can be fetched now; NotFound if it is none, or if words in it were taken back since."""
    file = get_own_file(file_id, viewer)
    if file.state != "done" or file.key is None or has_lost_quotes(file):
        raise NotFound()
    return file


def has_lost_quotes(file: InsightFile) -> bool:
    """Whether the file quotes somebody who may not be quoted any more."""
    if file.report_id is None or not file.quotes_mark:
        return False
    return quotes_mark(quotes.list_shown(file.report_id)) != file.quotes_mark


def find_same(report_id: int, by: Member, *, file_format: str, has_bom: bool) -> InsightFile | None:
    """The same file of this person if it is being made, or made and still good."""
    found = db.session.scalar(
        select(InsightFile)
        .where(
            InsightFile.report_id == report_id,
            InsightFile.asked_by_id == by.id,
            InsightFile.format == file_format,
            InsightFile.has_bom == has_bom,
            InsightFile.state.in_((*UNFINISHED, "done")),
            (InsightFile.state != "done") | InsightFile.key.is_not(None),
        )
        .order_by(InsightFile.id.desc())
        .limit(1)
    )
    return None if found is None or has_lost_quotes(found) else found


def get_wanted(file_id: int) -> Wanted:
    """The file as it was asked for."""
    file = get_row(InsightFile, file_id)
    return Wanted(
        report_id=file.report_id,
        settings=file.settings,
        format=file.format,
        locale=file.locale,
        has_bom=file.has_bom,
        has_people=file.has_people,
        asked_by_id=file.asked_by_id,
    )


def find_material(report_id: int) -> Material | None:
    """What the files of a report are made of; None if it is gone, or not made."""
    report = db.session.get(Report, report_id)
    if report is None or report.state != "done" or report.snapshot is None:
        return None
    charts = db.session.execute(
        select(ReportChart.figure, ReportChart.svg).where(ReportChart.report_id == report_id)
    )
    snapshot = figures.from_json(report.snapshot)
    # In the language of the report, whoever has the file made.
    with force_locale(snapshot.locale):
        site_name = language.site_name()
    return Material(
        report_id=report.id,
        snapshot=snapshot,
        text=report.snapshot,
        fingerprint=report.fingerprint,
        charts=dict(charts.all()),
        quotes=quotes.list_shown(report_id),
        address=f"{current_app.config['BASE_URL']}/staff/insights/{report.id}",
        site_name=site_name,
    )


def count_unfinished(member: Member) -> int:
    """How many of this person's files wait or are being made."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(InsightFile)
            .where(InsightFile.asked_by_id == member.id, InsightFile.state.in_(UNFINISHED))
        )
        or 0
    )


def list_begun_ids(report_id: int) -> list[int]:
    """The files of a report that lie in the store or are being made."""
    begun = or_(InsightFile.key.is_not(None), InsightFile.state == "running")
    statement = select(InsightFile.id).where(InsightFile.report_id == report_id, begun)
    return list(db.session.scalars(statement.order_by(InsightFile.id)))


def list_old_ids(before: datetime) -> list[int]:
    """The files in the store that were made before the moment."""
    statement = select(InsightFile.id).where(InsightFile.key.is_not(None), InsightFile.made_at < before)
    return list(db.session.scalars(statement.order_by(InsightFile.id)))


def list_quoting() -> Sequence[InsightFile]:
    """The files that lie in the store and quote somebody."""
    return db.session.scalars(
        select(InsightFile)
        .where(InsightFile.key.is_not(None), InsightFile.quotes_mark != "")
        .order_by(InsightFile.id)
    ).all()
