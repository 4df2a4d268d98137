"""When a notice goes out by mail: the chosen pace, the member's morning, and their quiet hours."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# What happens within this time goes out in one mail.
BUNDLED_FOR = timedelta(minutes=5)
# After a mail that nobody has looked at, the next one waits.
REST = timedelta(hours=1)
# The hour of the member's day at which daily and weekly mails are due; weekly ones on this day of the week.
MORNING = 8
MONDAY = 0


def due_at(pace: str, told_at: datetime, *, zone: str) -> datetime | None:
    """When a notice of this moment is due at the pace; None if never."""
    match pace:
        case "at_once":
            return told_at + BUNDLED_FOR
        case "daily":
            return next_morning(told_at, zone=zone)
        case "weekly":
            return next_monday(told_at, zone=zone)
        case _:
            return None


def next_morning(moment: datetime, *, zone: str) -> datetime:
    """The first morning after the moment where the member lives, in UTC."""
    return _next(moment, zone=zone, step=1)


def next_monday(moment: datetime, *, zone: str) -> datetime:
    """The first Monday morning after the moment where the member lives, in UTC."""
    return _next(moment, zone=zone, step=7)


def after_quiet_hours(
    moment: datetime, *, zone: str, quiet_from: int | None, quiet_until: int | None
) -> datetime:
    """The moment itself, or the end of the quiet hours it falls into, by the clock where the member lives."""
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return moment
    local = moment.astimezone(_zone(zone))
    is_over_night = quiet_from > quiet_until
    if is_over_night:
        is_quiet = local.hour >= quiet_from or local.hour < quiet_until
    else:
        is_quiet = quiet_from <= local.hour < quiet_until
    if not is_quiet:
        return moment
    ends_on = local.date() + timedelta(days=1 if is_over_night and local.hour >= quiet_from else 0)
    # On the day on which an hour comes twice, the end may lie in its first round.
    return max(_at(ends_on, quiet_until, zone), moment)


def _next(moment: datetime, *, zone: str, step: int) -> datetime:
    day = moment.astimezone(_zone(zone)).date()
    if step == 7:
        day += timedelta(days=(MONDAY - day.weekday()) % 7)
    while _at(day, MORNING, zone) <= moment:
        day += timedelta(days=step)
    return _at(day, MORNING, zone)


def _at(day: date, hour: int, zone: str) -> datetime:
    return datetime.combine(day, time(hour), _zone(zone)).astimezone(UTC)


@lru_cache(maxsize=500)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
