"""What a report is about: panels, segments, days, topics, languages, and the moment of its data."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any


@dataclass(frozen=True)
class Scope:
    """A report's filter; an empty tuple means all. Days are days in UTC, both ends included."""

    # Never empty: "all panels" is written out as the panels there were, so that access can be decided.
    panel_ids: tuple[int, ...]
    from_on: date
    until_on: date
    segment_ids: tuple[int, ...] = ()
    # Each stands for itself and all below it.
    topic_ids: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()
    # The survey of a survey report, and the targets that panel health and weighted support are held against.
    survey_id: int | None = None
    targets_id: int | None = None
    # The profile question whose number is a customer's value, for ideas by customer value.
    value_attribute: str = ""

    @property
    def starts_at(self) -> datetime:
        """The first moment of the period."""
        return datetime.combine(self.from_on, time(), UTC)

    @property
    def ends_at(self) -> datetime:
        """The first moment after the period."""
        if self.until_on == date.max:
            # There is none.
            return datetime.max.replace(tzinfo=UTC)
        return datetime.combine(self.until_on + timedelta(days=1), time(), UTC)

    @property
    def day_count(self) -> int:
        """How many days the period has."""
        return (self.until_on - self.from_on).days + 1

    @property
    def before(self) -> "Scope":
        """The same over the period just before: as long, or as many calendar months if it is whole months."""
        months = _whole_months(self.from_on, self.until_on)
        until_on = self.from_on - timedelta(days=1)
        if months:
            first = self.from_on
            for _each in range(months):
                first = (first - timedelta(days=1)).replace(day=1)
            return replace(self, from_on=first, until_on=until_on)
        return replace(self, from_on=self.from_on - timedelta(days=self.day_count), until_on=until_on)

    def to_settings(self) -> dict[str, Any]:
        """The scope as plain JSON."""
        return {key: _plain(value) for key, value in asdict(self).items()}

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> "Scope":
        """The scope that `to_settings` wrote down."""
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in settings.items()
        }
        for key in ("from_on", "until_on"):
            values[key] = date.fromisoformat(values[key])
        return cls(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _whole_months(from_on: date, until_on: date) -> int:
    """How many whole calendar months the period is made of; 0 if it is not."""
    after = until_on + timedelta(days=1)
    if from_on.day != 1 or after.day != 1:
        return 0
    return (after.year - from_on.year) * 12 + after.month - from_on.month
