"""What the clock and the worker have moderation do."""

from community.activity.models import Activity
from community.infra.db import get_row
from community.moderation.actions import sanctions, settling, trusting
from community.moderation.models import Decision


def count_trust() -> None:
    """Move members up and down the levels of trust."""
    trusting.count_everybody()


def follow_decision(activity: Activity) -> None:
    """Appeals against what was taken back are granted, and the author's trust is looked at."""
    decision = get_row(Decision, activity.subject_id)
    settling.close_granted(decision)
    if decision.author_id is not None:
        trusting.count([decision.author_id])


def follow_reinstated(activity: Activity) -> None:
    """Suspensions are over for whom an administrator has let in again."""
    sanctions.follow_reinstated(activity.subject_id, by_id=activity.actor_id)
