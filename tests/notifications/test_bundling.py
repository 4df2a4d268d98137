"""When a notice is due by mail: paces, mornings, quiet hours and clocks that are turned."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from community.notifications import paces
from community.notifications.bundling import Plan, Reader, Waiting, plan

BERLIN = "Europe/Berlin"
MONDAY_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def notice(number: int = 1, *, ago: timedelta = timedelta(minutes=6), **changes: Any) -> Waiting:
    told = Waiting(number, "ideas.replied", None, MONDAY_NOON - ago, is_read=False, is_readable=True)
    return told._replace(**changes)


def reader(chosen: Mapping[tuple[str, int | None], str] | None = None, **changes: Any) -> Reader:
    plain = Reader("UTC", None, None, True, None, False, chosen or {})
    return plain._replace(**changes)


class TestPaces:
    @pytest.mark.parametrize(
        ("told", "zone", "due"),
        [
            ("2026-01-10 06:59", BERLIN, "2026-01-10 07:00"),
            ("2026-01-10 07:00", BERLIN, "2026-01-11 07:00"),
            ("2026-01-10 07:00", "Asia/Shanghai", "2026-01-11 00:00"),
            # The night in which the clock goes forward, and the one in which it goes back.
            ("2026-03-28 12:00", BERLIN, "2026-03-29 06:00"),
            ("2026-10-24 12:00", BERLIN, "2026-10-25 07:00"),
        ],
    )
    def test_daily_mail_comes_in_the_morning_where_the_member_lives(
        self, told: str, zone: str, due: str
    ) -> None:
        assert paces.due_at("daily", utc(told), zone=zone) == utc(due)

    @pytest.mark.parametrize(
        ("told", "zone", "due"),
        [
            ("2026-03-02 06:00", BERLIN, "2026-03-02 07:00"),
            ("2026-03-02 07:30", BERLIN, "2026-03-09 07:00"),
            ("2026-03-01 23:59", BERLIN, "2026-03-02 07:00"),
            # Over the turn of the clock it is still eight in the morning.
            ("2026-03-25 10:00", BERLIN, "2026-03-30 06:00"),
            ("2026-03-08 15:00", "America/Los_Angeles", "2026-03-09 15:00"),
        ],
    )
    def test_weekly_mail_comes_on_monday_morning(self, told: str, zone: str, due: str) -> None:
        assert paces.due_at("weekly", utc(told), zone=zone) == utc(due)


class TestQuietHours:
    @pytest.mark.parametrize(
        ("moment", "hours", "until"),
        [
            ("2026-01-10 21:30", (22, 7), "2026-01-11 06:00"),
            ("2026-01-10 20:59", (22, 7), "2026-01-10 20:59"),
            ("2026-01-11 05:59", (22, 7), "2026-01-11 06:00"),
            ("2026-01-11 06:00", (22, 7), "2026-01-11 06:00"),
            ("2026-01-11 12:00", (13, 15), "2026-01-11 14:00"),
            ("2026-01-11 14:00", (13, 15), "2026-01-11 14:00"),
            # From one to four, on the day without two o'clock and on the day that has it twice.
            ("2026-03-29 00:30", (1, 4), "2026-03-29 02:00"),
            ("2026-10-25 00:30", (1, 4), "2026-10-25 03:00"),
            ("2026-03-29 00:30", (1, 2), "2026-03-29 01:00"),
        ],
    )
    def test_mail_waits_until_they_end(self, moment: str, hours: tuple[int, int], until: str) -> None:
        assert paces.after_quiet_hours(
            utc(moment), zone=BERLIN, quiet_from=hours[0], quiet_until=hours[1]
        ) == utc(until)

    def test_on_the_day_with_a_double_hour_mail_is_never_due_in_the_past(self) -> None:
        moment = utc("2026-10-25 01:30")  # half past two for the second time
        assert paces.after_quiet_hours(moment, zone=BERLIN, quiet_from=1, quiet_until=3) >= moment


class TestPlan:
    def sorted(self, *notices: Waiting, **how: Any) -> Plan:
        return plan(notices, reader(**how), now=MONDAY_NOON)

    def test_what_has_only_just_come_goes_along(self) -> None:
        planned = self.sorted(notice(1), notice(2, ago=timedelta(seconds=10)))
        assert planned == Plan([1, 2], [], {})

    def test_alone_it_waits_for_others(self) -> None:
        planned = self.sorted(notice(ago=timedelta(minutes=2)))
        assert planned == Plan([], [], {1: MONDAY_NOON + timedelta(minutes=3)})

    @pytest.mark.parametrize(
        "changes",
        [{"is_read": True}, {"is_readable": False}, {"kind": "surveys.invited"}, {"kind": "no.such"}],
    )
    def test_what_was_read_or_may_not_be_or_has_its_own_mail_is_left_out(
        self, changes: dict[str, Any]
    ) -> None:
        assert self.sorted(notice(**changes)).skipped == [1]

    def test_who_cannot_be_reached_is_sent_nothing(self) -> None:
        assert self.sorted(notice(), is_reachable=False).skipped == [1]

    def test_an_hour_passes_after_a_mail_that_was_not_looked_at(self) -> None:
        mailed_at = MONDAY_NOON - timedelta(minutes=20)
        planned = self.sorted(notice(), mailed_at=mailed_at)
        assert planned.later == {1: mailed_at + timedelta(hours=1)}
        assert self.sorted(notice(), mailed_at=mailed_at, has_read_since=True).now == [1]

    def test_the_choice_for_a_panel_goes_before_that_for_everywhere(self) -> None:
        chosen = {("replies", None): "never", ("replies", 7): "daily"}
        planned = self.sorted(notice(1, panel_id=7), notice(2, panel_id=8), notice(3), chosen=chosen)
        assert planned == Plan([], [2, 3], {1: utc("2026-03-03 08:00")})

    def test_daily_ones_do_not_go_with_those_at_once(self) -> None:
        planned = self.sorted(notice(1), notice(2, kind="loyalty.adjusted"))
        assert planned == Plan([1], [], {2: utc("2026-03-03 08:00")})

    def test_quiet_hours_hold_back_daily_mail_too(self) -> None:
        told = notice(kind="loyalty.adjusted", ago=timedelta(days=1))
        planned = self.sorted(told, quiet_from=6, quiet_until=14)
        assert planned.later == {1: utc("2026-03-02 14:00")}
