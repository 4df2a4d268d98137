"""Owners are told what lies on their desks, when it is due, and of kind words."""

from sqlalchemy import Select

from community.activity.models import Activity
from community.cases.queries import deadlines, owners
from community.notifications.actions import tell


def tell_of_desk(activity: Activity) -> None:
    """A case, to whoever has it now; handed over with a note or straight from the rules."""
    _tell(activity, "cases.assigned", activity.data["to_id"], note=activity.data.get("note", ""))


def tell_of_process(activity: Activity) -> None:
    """A case, to whoever answers for the process behind it."""
    # They see the case also if they do not work on its panel.
    _tell(activity, "cases.process_assigned", activity.data["to_id"], needs_panel=False)


def tell_of_item(activity: Activity) -> None:
    """That its author said something again, to whoever has the case."""
    _tell(activity, "cases.item_added", activity.data["to_id"])


def tell_of_reminder(activity: Activity) -> None:
    """That a case is due soon, to whoever has it, or to those whose work the triage desk is."""
    if activity.data["to_id"] is not None:
        _tell(activity, "cases.reminded", activity.data["to_id"])
    elif activity.panel_id is not None:
        _tell_all(activity, "cases.unassigned", deadlines.ids_at_triage(activity.panel_id))


def tell_of_escalation(activity: Activity) -> None:
    """That a case is overdue, to the second person, and that they were brought in to whoever has it."""
    _tell(activity, "cases.escalated", activity.data["to_id"])
    _tell(activity, "cases.overdue", activity.data["owner_id"])


def tell_of_praise(activity: Activity) -> None:
    """Kind words, to those they praise."""
    tell(
        activity,
        kind="cases.praised",
        to=owners.these(activity.data["to_ids"]),
        path=f"/staff/feedback/{activity.subject_id}",
        data={"title": activity.data["title"]},
    )


def _tell(
    activity: Activity, kind: str, member_id: int | None, *, needs_panel: bool = True, **data: str
) -> None:
    if member_id is not None:
        _tell_all(activity, kind, owners.these([member_id]), needs_panel=needs_panel, **data)


def _tell_all(
    activity: Activity, kind: str, to: Select[int], *, needs_panel: bool = True, **data: str
) -> None:
    tell(
        activity,
        kind=kind,
        to=to,
        path=f"/staff/cases/{activity.subject_id}",
        data={"title": activity.data["title"], **data},
        needs_panel=needs_panel,
    )
