"""What can become of a case, and how far that brings the words it began with."""

# Nobody is told anything: the words were taken note of.
UNTOLD = "no_reply_needed"

# The stage an author sees their words at once their case is resolved like this.
STAGES = {
    "solved": "delivered",
    "explained": "decided",
    "planned": "decided",
    "delivered": "delivered",
    "not_possible": "decided",
}

# From this answer to "did this help?" on, of 1 to 5, the case is verified.
HELPED_FROM = 3


def needs_word(outcome: str) -> bool:
    """Whether somebody must have been told something before a case may end like this."""
    return outcome != UNTOLD


def stage_of(outcome: str, *, has_open_promise: bool = False) -> str | None:
    """The stage that the outcome brings the words to, or None if nobody is told.

    While something promised is still to come nothing counts as delivered, whatever the outcome is called.
    """
    stage = STAGES.get(outcome)
    return "decided" if has_open_promise and stage == "delivered" else stage
