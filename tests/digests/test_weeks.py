"""When the digest of a week goes out."""

from datetime import UTC, date, datetime, timedelta

import pytest

from community.digests.weeks import is_quiet, week_of

MINUTE = timedelta(minutes=1)


class TestWeek:
    @pytest.mark.parametrize(
        ("zone", "first", "last"),
        [
            # Clocks go forward in Berlin on Sunday 29 March 2026; Monday morning is an hour earlier in UTC.
            ("Europe/Berlin", "2026-03-23T07:00", "2026-03-24T22:59"),
            ("Europe/Berlin", "2026-03-30T06:00", "2026-03-31T21:59"),
            ("Asia/Shanghai", "2026-03-30T00:00", "2026-03-31T15:59"),
            ("America/Los_Angeles", "2026-03-30T15:00", "2026-04-01T06:59"),
        ],
    )
    def test_it_goes_out_from_monday_morning_to_tuesday_night(self, zone: str, first: str, last: str) -> None:
        begin, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (first, last))
        moments = (begin - MINUTE, begin, end, end + MINUTE)
        assert [week_of(at, zone=zone).is_open(at) for at in moments] == [False, True, True, False]

    def test_a_week_is_named_by_its_monday_where_the_member_lives(self) -> None:
        sunday_evening_in_london = datetime(2026, 3, 1, 22, tzinfo=UTC)
        assert week_of(sunday_evening_in_london, zone="Europe/London").on == date(2026, 2, 23)
        assert week_of(sunday_evening_in_london, zone="Asia/Shanghai").on == date(2026, 3, 2)


class TestQuiet:
    def test_quiet_hours_hold_it_back(self) -> None:
        eight = datetime(2026, 3, 2, 8, tzinfo=UTC)
        assert is_quiet(eight, zone="UTC", quiet_from=22, quiet_until=9)
        assert not is_quiet(eight, zone="UTC", quiet_from=22, quiet_until=8)
        assert not is_quiet(eight, zone="UTC", quiet_from=None, quiet_until=None)
