"""What is done about ideas by the clock."""

from community.ideas import listening
from community.ideas.actions import publishing


def forget_old_drafts() -> None:
    """Drafts that visitors have left behind are removed after their day."""
    publishing.forget_old_drafts()


def hear_missed() -> None:
    """Ideas and comments that were never taken in as feedback, on a site that is older than listening."""
    listening.hear_missed()
