"""What is done for digests by the clock."""

from community.digests.actions import composing, neighbours, tidying


def send_due() -> None:
    """Monday morning has come somewhere."""
    composing.send_due()


def count_neighbours() -> None:
    """Count anew which ideas have the same supporters."""
    neighbours.count_neighbours()


def forget_old() -> None:
    """Forget digests that nobody looks at any more."""
    tidying.forget_old()
