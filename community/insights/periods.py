"""Periods that move along: which days "last month" means on a day, and when a rhythm comes round again.

All days and hours are those of UTC, as everywhere in reports.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

LABELS: Mapping[str, Any] = {
    "last_week": _l("Last week, Monday to Sunday"),
    "last_month": _l("Last calendar month"),
    "last_quarter": _l("Last calendar quarter"),
    "last_year": _l("Last calendar year"),
    "last_30_days": _l("The last 30 days"),
    "last_90_days": _l("The last 90 days"),
    "fixed": _l("These days"),
}
RHYTHM_LABELS: Mapping[str, Any] = {
    "weekly": _l("Every Monday at 06:00 (UTC)"),
    "monthly": _l("On the first of each month at 06:00 (UTC)"),
}
_AT = time(6, tzinfo=UTC)


def days_of(period: str, today: date) -> tuple[date, date]:
    """The first and the last day of a period that is over; "fixed" has no days of its own."""
    if period == "last_week":
        monday = today - timedelta(days=today.weekday())
        return monday - timedelta(days=7), monday - timedelta(days=1)
    if period in ("last_30_days", "last_90_days"):
        count = 30 if period == "last_30_days" else 90
        return today - timedelta(days=count), today - timedelta(days=1)
    if period == "last_month":
        first = today.replace(day=1)
    elif period == "last_quarter":
        first = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    elif period == "last_year":
        first = today.replace(month=1, day=1)
    else:
        raise ValueError(period)
    months = {"last_month": 1, "last_quarter": 3, "last_year": 12}[period]
    return _months_before(first, months), first - timedelta(days=1)


def next_at(rhythm: str, now: datetime) -> datetime:
    """When the rhythm comes round next, after this moment."""
    today = now.astimezone(UTC).date()
    if rhythm == "weekly":
        day = today - timedelta(days=today.weekday())
        following = day + timedelta(days=7)
    else:
        day = today.replace(day=1)
        following = (day + timedelta(days=31)).replace(day=1)
    moment = datetime.combine(day, _AT)
    return moment if moment > now else datetime.combine(following, _AT)


def _months_before(first: date, count: int) -> date:
    months = first.year * 12 + first.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)
