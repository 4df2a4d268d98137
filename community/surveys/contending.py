"""Ideas that are published while a survey compares ideas: they may take part from then on."""

from community.activity.models import Activity
from community.surveys.actions import pairs


def let_idea_join(activity: Activity) -> None:
    """Let a new idea take part in the open questions of its panel that new ideas join."""
    pairs.join_new_idea(activity.subject_id)
