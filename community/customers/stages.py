"""Where members stand in their time with us, by when they came and when they were last here."""

from datetime import datetime, timedelta
from typing import Literal

Stage = Literal["new", "active", "at_risk", "lapsed"]

NEW_FOR = timedelta(days=30)
AT_RISK_AFTER = timedelta(days=30)
LAPSED_AFTER = timedelta(days=90)


def stage_of(*, joined_at: datetime, last_here_at: datetime, now: datetime) -> Stage:
    """New for a month; then by how long ago they were last here."""
    away = now - last_here_at
    if away > LAPSED_AFTER:
        return "lapsed"
    if away > AT_RISK_AFTER:
        return "at_risk"
    return "new" if now - joined_at <= NEW_FOR else "active"
