"""What follows by itself: texts land on desks, owners are reminded, overdue cases get a second person."""

from community.activity.models import Activity
from community.cases.actions import deadlines, opening, promises, shrinking
from community.cases.queries import openings


def open_for_batch(activity: Activity) -> None:
    """A batch was read: each of its texts goes where the rules say."""
    opening.open_for_items(openings.list_batch_ids(activity.subject_id))


def follow_correction(activity: Activity) -> None:
    """A person said what a text is: it goes where it belongs now, unless somebody is at it already."""
    opening.open_for_items([activity.subject_id])


def follow_withdrawal(activity: Activity) -> None:
    """A text was hidden, deleted or erased: it leaves its cases."""
    shrinking.forget_item(activity.subject_id)


def remind_owners() -> None:
    """Most of the time of a case is used up: its owner is reminded, once for each due time."""
    deadlines.remind_owners()


def escalate_overdue() -> None:
    """A case is overdue: a second person hears of it, once for each due time."""
    deadlines.escalate_overdue()


def break_promises() -> None:
    """The day of a promise has passed: it is broken, and everybody concerned knows."""
    promises.break_promises_due()
