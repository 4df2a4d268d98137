"""What an act changed, as the log tells it: only what differs, before and after, in values JSON can hold."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from community.infra.db import Base

# Longer texts are told by their beginning: the log says what was changed, it is no second archive of it.
LONGEST = 300


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """{"before": …, "after": …} with the values that differ; what is missing is as what is empty."""
    keys = [key for key in {**before, **after} if _filled(before.get(key)) != _filled(after.get(key))]
    return {
        "before": {key: plain(before.get(key)) for key in keys},
        "after": {key: plain(after.get(key)) for key in keys},
    }


def columns_of(row: Base, *names: str) -> dict[str, Any]:
    """These columns of a row as they are now; without names all but its number and the moments."""
    if names:
        return {name: getattr(row, name) for name in names}
    columns = type(row).__mapper__.column_attrs
    told = [each.key for each in columns if each.key != "id" and not each.key.endswith("_at")]
    return {name: getattr(row, name) for name in told}


def plain(value: Any) -> Any:
    """The value as JSON can hold it, long texts cut."""
    if isinstance(value, str):
        return value if len(value) <= LONGEST else f"{value[:LONGEST]}…"
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    return plain(str(value))


def _filled(value: Any) -> Any:
    return None if value in ("", [], {}) else value
