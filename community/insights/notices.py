"""Who is told what about reports; the sentences stand in `templates/insights/notices/`."""

from datetime import timedelta

from community.activity.models import Activity
from community.insights import policy
from community.insights.models import Report
from community.insights.queries import schedules
from community.insights.queries.panels import list_panel_ids
from community.insights.queries.reports import find_report
from community.notifications.actions import tell
from community.panels.queries.audiences import one_member
from community.surveys.queries.invitees import these

# Whoever asked for a report that was quickly made is looking at it.
SOON = timedelta(minutes=1)


def tell_of_report(activity: Activity) -> None:
    """That a report by the clock is there, to those of its recipients who may read it; or to who waited."""
    report = find_report(activity.subject_id)
    if report is None:
        return
    if report.schedule_id is not None:
        _tell(activity, "insights.made", report, schedules.list_told_of(report))
    elif report.finished_at is not None and report.finished_at - report.asked_at > SOON:
        _tell(activity, "insights.ready", report, _asker_of(report))


def tell_of_failure(activity: Activity) -> None:
    """That a report could not be made, to whoever asked for it or set up its schedule."""
    report = find_report(activity.subject_id)
    if report is not None:
        _tell(activity, "insights.failed", report, _asker_of(report))


def tell_of_end(activity: Activity) -> None:
    """That a schedule stopped because its report cannot be asked for any more, to whoever set it up."""
    schedule = schedules.find_schedule(activity.subject_id)
    if activity.data["reason"] != "refused" or schedule is None or schedule.made_by_id is None:
        return
    tell(
        activity,
        kind="insights.stopped",
        to=one_member(schedule.made_by_id),
        path="/staff/insights/schedules",
        data={"title": activity.data["name"]},
        needs_panel=False,
    )


def _asker_of(report: Report) -> list[int]:
    """Whoever asked for it, as long as they may read it."""
    asker = report.asked_by
    is_told = asker is not None and policy.can_read_report(asker, list_panel_ids(report.id))
    return [asker.id] if asker is not None and is_told else []


def _tell(activity: Activity, kind: str, report: Report, member_ids: list[int]) -> None:
    tell(
        activity,
        kind=kind,
        to=these(member_ids),
        path=f"/staff/insights/{report.id}",
        data={"title": report.title},
    )
