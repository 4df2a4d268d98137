"""Who is told what about surveys; the sentences stand in `templates/surveys/notices/`."""

from collections.abc import Sequence

from community.activity.models import Activity
from community.notifications.actions import tell
from community.surveys.models import Survey
from community.surveys.queries import invitees, responses, surveys


def tell_invited(activity: Activity, survey: Survey, member_ids: Sequence[int]) -> None:
    """That they are asked, or asked once more, to members who were drawn through the activity's panel.

    Called where they are noted as told, not as a reaction: whoever counts as told has the notice.
    """
    tell(
        activity,
        kind="surveys.reminded" if activity.kind == "survey.reminded" else "surveys.invited",
        to=invitees.these(member_ids),
        path=f"/surveys/{survey.id}",
        data={"title": survey.title, "minutes": survey.minutes},
    )


def tell_of_what_was_heard(activity: Activity) -> None:
    """What was heard and what is done, to everybody who answered."""
    tell(
        activity,
        kind="surveys.told_back",
        to=surveys.who_answered(activity.subject_id),
        path=f"/surveys/{activity.subject_id}",
        data={"title": activity.data["title"], "excerpt": activity.data["excerpt"]},
    )


def tell_of_judging(activity: Activity) -> None:
    """That their answers do not count, or count again, to whoever gave them; a kept response is no news."""
    decision = activity.data["decision"]
    if decision == "kept":
        return
    decided, response, survey = responses.get_judged(activity.data["decision_id"])
    tell(
        activity,
        kind="surveys.set_aside" if decision == "excluded" else "surveys.taken_in",
        to=responses.author_of(response),
        path=f"/surveys/{survey.id}",
        data={"title": survey.title, "told": decided.told},
    )


def tell_of_gap(activity: Activity) -> None:
    """That a survey did not open at its time, to its owner."""
    tell(
        activity,
        kind="surveys.not_opened",
        to=surveys.owner_of(activity.subject_id),
        path=f"/staff/surveys/{activity.subject_id}",
        data={"title": activity.data["title"]},
    )
