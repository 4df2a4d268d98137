"""What is done about ideas by the clock."""

from community.ideas.actions import publishing


def forget_old_drafts() -> None:
    """Drafts that visitors have left behind are removed after their day."""
    publishing.forget_old_drafts()
