"""Reports: how far they are, what came out, and lists of them."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select

from community.infra import paging
from community.infra.db import db, get_row
from community.infra.errors import NotFound
from community.insights import figures
from community.insights.figures import Snapshot
from community.insights.models import Report, ReportChart
from community.insights.queries.owed import UNFINISHED
from community.insights.queries.panels import list_panel_ids, readable_reports
from community.members.models import Member

PER_PAGE = 30
LIKE_MOST = 100


class ReportLine(NamedTuple):
    """A report in a list."""

    id: int
    kind: str
    title: str
    state: str
    done_count: int
    step_count: int
    asked_at: datetime
    data_at: datetime | None
    item_count: int | None
    people_count: int | None
    asked_by: str | None
    schedule_id: int | None


_LINES = (
    select(
        Report.id,
        Report.kind,
        Report.title,
        Report.state,
        Report.done_count,
        Report.step_count,
        Report.asked_at,
        Report.data_at,
        Report.item_count,
        Report.people_count,
        Member.display_name,
        Report.schedule_id,
    )
    .outerjoin(Member, Member.id == Report.asked_by_id)
    .order_by(Report.asked_at.desc(), Report.id.desc())
)


def list_reports(viewer: Member | None, *, kind: str, number: int) -> paging.Page[ReportLine]:
    """One page of the reports this viewer may read, the newest first."""
    statement = _LINES.where(readable_reports(viewer))
    if kind:
        statement = statement.where(Report.kind == kind)
    rows = db.session.execute(statement.limit(PER_PAGE + 1).offset(paging.offset(number, PER_PAGE)))
    return paging.read_page([ReportLine._make(row) for row in rows], number=number, per_page=PER_PAGE)


def list_like(report: Report, viewer: Member | None) -> list[ReportLine]:
    """The newest finished reports that this one can be compared with."""
    statement = _LINES.where(
        readable_reports(viewer),
        Report.kind == report.kind,
        Report.locale == report.locale,
        Report.state == "done",
    )
    return [ReportLine._make(row) for row in db.session.execute(statement.limit(LIKE_MOST))]


def find_report(report_id: int) -> Report | None:
    """The report, for what follows by itself; None if it is gone."""
    return db.session.get(Report, report_id)


def get_report(report_id: int) -> Report:
    """The report, for those who look on nobody's behalf; NotFound if it is gone."""
    return get_row(Report, report_id)


def get_snapshot(report_id: int) -> Snapshot:
    """What came out, without its quotes; NotFound while there is nothing."""
    text = db.session.scalar(select(Report.snapshot).where(Report.id == report_id))
    if text is None:
        raise NotFound()
    return figures.from_json(text)


def list_begun_ids() -> list[int]:
    """All reports that have a snapshot or are being made."""
    begun = or_(Report.snapshot.is_not(None), Report.state == "running")
    return list(db.session.scalars(select(Report.id).where(begun).order_by(Report.id)))


def moment_of(snapshot: Snapshot) -> datetime:
    """The moment of the data."""
    return datetime.fromisoformat(snapshot.data_at)


def list_drawn(report_id: int) -> set[str]:
    """The figures whose charts are drawn."""
    return set(db.session.scalars(select(ReportChart.figure).where(ReportChart.report_id == report_id)))


def only_panel_id(report: Report) -> int | None:
    """The report's panel if it is about one alone."""
    ids = list_panel_ids(report.id)
    return ids[0] if len(ids) == 1 else None


def count_unfinished(member: Member) -> int:
    """How many reports that the member asked for by hand wait or run."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Report)
            .where(
                Report.state.in_(UNFINISHED),
                Report.asked_by_id == member.id,
                Report.schedule_id.is_(None),
            )
        )
        or 0
    )
