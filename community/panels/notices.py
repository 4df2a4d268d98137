"""Who is told what about the doors of panels; the sentences stand in `templates/panels/notices/`."""

from community.activity.models import Activity
from community.config import LOCALES
from community.notifications.actions import tell
from community.panels.models import Panel
from community.panels.queries import audiences


def tell_of_request(activity: Activity) -> None:
    """A wish to join, to those who decide about it."""
    request = audiences.find_request(activity.subject_id)
    if request is None or request.state != "waiting":
        return
    tell(
        activity,
        kind="panels.asked",
        to=audiences.who_admit(request.panel_id),
        path=f"/staff/panels/{request.panel_id}/requests",
        data=_names(request.panel),
    )


def tell_of_decision(activity: Activity) -> None:
    """What was decided about a wish to join, to whoever wished it."""
    request = audiences.find_request(activity.subject_id)
    if request is None or request.state not in ("admitted", "refused"):
        return
    tell(
        activity,
        kind="panels.decided",
        to=audiences.one_member(request.member_id),
        path=f"/panels/{request.panel.slug}",
        data={**_names(request.panel), "decision": request.state, "message": request.message},
        # Whoever is turned away cannot read the panel, and is owed the answer all the same.
        needs_panel=False,
    )


def _names(panel: Panel) -> dict[str, object]:
    return {"panel": {locale: panel.name_in(locale) for locale in LOCALES}}
