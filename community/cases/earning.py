"""What members earn around cases: thanks for telling whether an answer helped, whatever they say."""

from community.activity.models import Activity
from community.loyalty.actions import awarding


def thank_for_feedback(activity: Activity) -> None:
    """A member said whether it helped: once for each case, the same for every rating."""
    if activity.actor_id is None:
        return
    awarding.thank(
        "case_feedback",
        member_id=activity.actor_id,
        source=("case", activity.subject_id),
        # Nothing of a case's title goes to authors: it may be made of somebody else's words.
        title="",
        path=f"/me/said/case/{activity.subject_id}",
        panel_id=activity.panel_id,
    )
