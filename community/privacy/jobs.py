"""Regular work on what is kept."""

from community.privacy import actions


def erase_due() -> None:
    """Those who asked to be forgotten and did not call it off are."""
    actions.erase_due()


def forget_old_copies() -> None:
    """Copies that nobody fetched go."""
    actions.forget_old_copies()


def keep_by_rules() -> None:
    """What is older than the rules allow is forgotten."""
    actions.run_rules()
