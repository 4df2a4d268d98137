"""The only place that asks what time it is; times are aware and in UTC."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

_stopped_at: datetime | None = None


def now() -> datetime:
    """The present moment in UTC."""
    return _stopped_at or datetime.now(UTC)


def today() -> date:
    """The present day in UTC."""
    return now().date()


def ago(**units: float) -> datetime:
    """The moment that lies `timedelta(**units)` back."""
    return now() - timedelta(**units)


def ahead(**units: float) -> datetime:
    """The moment that lies `timedelta(**units)` ahead."""
    return now() + timedelta(**units)


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """Hold the clock of this process at a moment, for tests and for writing a believable past."""
    global _stopped_at
    before, _stopped_at = _stopped_at, moment
    try:
        yield
    finally:
        _stopped_at = before
