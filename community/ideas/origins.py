"""Where a vote came from, as something that tells equal from different and nothing else."""

from datetime import timedelta

from community.members import secrets

# Long enough to find out about a burst, too short to follow anybody.
KEPT_FOR = timedelta(days=30)


def origin_of(idea_id: int, seen_from: str, *, key: str) -> str:
    """What is stored of a network and a browser: of no use without the site's key, nor for another idea."""
    return secrets.keyed(f"vote:{idea_id}:{seen_from}", key)
