"""Names and titles of those who are erased go from finished reports; the figures stay."""

from collections.abc import Sequence

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import delete

from community.infra import jobs
from community.infra.db import after_commit, lock, unit_of_work
from community.insights import figures, redacting
from community.insights.actions import filing
from community.insights.models import Report, ReportChart
from community.insights.queries import reports as queries
from community.members import names


def forget_words(*, name: str, titles: Sequence[str]) -> int:
    """Take a name and titles out of all reports, with their files and charts; says how many reports had them.

    The charts are drawn anew by the workers. A report that is being made may have read the words already: it
    is begun anew.
    """
    done = 0
    for report_id in queries.list_begun_ids():
        done += _forget_in(report_id, name=name, titles=titles)
    return done


def _forget_in(report_id: int, *, name: str, titles: Sequence[str]) -> bool:
    with unit_of_work() as session:
        report = lock(Report, report_id)
        if report.snapshot is None:
            if report.state == "running":
                report.state, report.held_until = "waiting", None
                after_commit(jobs.wake)
            return False
        with force_locale(report.locale):
            text = redacting.without(
                report.snapshot,
                names={name: names.former()},
                titles=dict.fromkeys(titles, _("An idea that is gone")),
            )
        if text == report.snapshot:
            return False
        report.snapshot, report.fingerprint = text, figures.fingerprint(text)
        session.execute(delete(ReportChart).where(ReportChart.report_id == report_id))
        report.state, report.held_until, report.attempt_count = "running", None, 0
        after_commit(jobs.wake)
    filing.forget_files_of(report_id)
    return True
