"""Regular work on accounts."""

from community.members import actions


def tidy() -> None:
    """Delete what is of no use any more."""
    actions.tidy()


def ask_staff() -> None:
    """Ask staff for a second step where it is required."""
    actions.ask_staff()
