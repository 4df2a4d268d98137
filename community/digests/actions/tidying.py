"""Forgetting digests of long ago."""

from datetime import timedelta

from sqlalchemy import delete

from community.digests.models import Digest
from community.infra import clock
from community.infra.db import unit_of_work

# Longer than the links in their mails are valid, and than what was shown is kept from being shown again.
KEPT_FOR = timedelta(days=120)


def forget_old() -> None:
    """Forget all digests of weeks that are long over; what was said to ideas in them stays."""
    with unit_of_work() as session:
        session.execute(delete(Digest).where(Digest.week_on < clock.today() - KEPT_FOR))
