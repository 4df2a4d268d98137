"""Which decisions their author can object to, and for how long."""

from datetime import datetime, timedelta

from community.moderation.models import Appeal, Decision

# What a moderator did for somebody needs no appeal.
APPEALABLE = frozenset(
    ("edit", "hide", "keep_private", "merge", "move", "lock", "warn", "pause", "suspend", "exclude_votes")
)
# Half a year, as European law asks of places like this.
WINDOW = timedelta(days=183)
SHORTEST, LONGEST = 10, 2000


def can_be_appealed(decision: Decision, appeal: Appeal | None, *, now: datetime) -> bool:
    """Whether its author can still object: once, in time, and while it stands."""
    return (
        decision.verb in APPEALABLE
        and decision.undone_at is None
        and appeal is None
        and now - decision.decided_at <= WINDOW
    )
