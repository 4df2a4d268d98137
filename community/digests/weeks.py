"""When a member's digest of the week is due: on Monday morning where they live, not in their quiet hours."""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from community.notifications.paces import MORNING, after_quiet_hours

# What could not be sent by then waits for the next week: news of last week is no news on a Thursday.
SENT_UNTIL = timedelta(days=2)


class Week(NamedTuple):
    """A week as a zone counts it: its Monday, when it begins, and from when until when digests go out."""

    on: date
    begins_at: datetime
    due_at: datetime
    ends_at: datetime

    def is_open(self, now: datetime) -> bool:
        """Whether digests of this week go out now."""
        return self.due_at <= now < self.ends_at


def week_of(now: datetime, *, zone: str) -> Week:
    """The week in which this moment lies where the member lives."""
    place = ZoneInfo(zone)
    today = now.astimezone(place).date()
    monday = today - timedelta(days=today.weekday())
    begins_at = datetime.combine(monday, time(), place).astimezone(UTC)
    due_at = datetime.combine(monday, time(MORNING), place).astimezone(UTC)
    return Week(monday, begins_at, due_at, begins_at + SENT_UNTIL)


def is_quiet(now: datetime, *, zone: str, quiet_from: int | None, quiet_until: int | None) -> bool:
    """Whether the member wants no mail at this moment."""
    return after_quiet_hours(now, zone=zone, quiet_from=quiet_from, quiet_until=quiet_until) > now
