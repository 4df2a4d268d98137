"""What is learned by the clock, and when members agree to it or no longer do."""

from community.activity.models import Activity
from community.customers.actions import learning
from community.customers.queries.facts import PURPOSE


def learn_due() -> None:
    """Look anew at those about whom there may be something to learn."""
    learning.learn_due()


def begin_learning(activity: Activity) -> None:
    """A member agreed: learn from what is there already."""
    if activity.data.get("purpose") == PURPOSE and activity.actor_id is not None:
        learning.learn_about([activity.actor_id])


def end_learning(activity: Activity) -> None:
    """A member no longer agrees: what was learned goes."""
    if activity.data.get("purpose") == PURPOSE and activity.actor_id is not None:
        learning.unlearn(activity.actor_id)
