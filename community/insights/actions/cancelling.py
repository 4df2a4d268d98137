"""Calling reports off and deleting them."""

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.infra.errors import Conflict
from community.insights.actions import filing
from community.insights.models import Report
from community.insights.queries import reports as queries
from community.insights.queries.owed import UNFINISHED
from community.members.models import Member


def cancel_report(report: Report, by: Member) -> None:
    """Call a report off; one that is being made stops at its next step."""
    with unit_of_work():
        report, now = lock(Report, report.id), clock.now()
        if report.state not in UNFINISHED:
            raise Conflict(_l("It is finished already."))
        if report.cancel_asked_at is not None:
            return
        report.cancel_asked_at = now
        # Nobody would stop for it: it waits, or its worker is gone.
        if report.held_until is None or report.held_until < now:
            report.state, report.finished_at = "cancelled", now
        record(
            "report.cancelled",
            subject=report,
            actor=by,
            panel_id=queries.only_panel_id(report),
            title=report.title,
        )


def delete_report(report: Report, by: Member) -> None:
    """Delete a report with its charts, quotes and files, in whatever state it is."""
    # Before the row, which knows them; one that is made meanwhile finds its report gone.
    filing.forget_files_of(report.id)
    with unit_of_work() as session:
        report = lock(Report, report.id)
        record(
            "report.deleted",
            subject=report,
            actor=by,
            panel_id=queries.only_panel_id(report),
            title=report.title,
        )
        session.delete(report)
