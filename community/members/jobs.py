"""Regular work on accounts."""

from community.members import actions


def tidy() -> None:
    """Delete what is of no use any more."""
    actions.tidy()
