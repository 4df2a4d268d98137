"""What is done about feedback by the clock, and after it was read or corrected."""

from community.activity.models import Activity
from community.feedback.actions import imports, labelling, learning


def learn() -> None:
    """What has new labels is learned from, in each language."""
    learning.learn()


def ask_more(_activity: Activity) -> None:
    """There is always something to label, as long as there are texts."""
    labelling.ask_more()


def forget_left_behind() -> None:
    """Files that were uploaded and whose columns nobody chose go after a day."""
    imports.forget_left_behind()
