"""The customer's clock never stops; the company's counts its working hours."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from community.cases import clocks
from community.cases.clocks import Hours
from community.cases.models import Case, ServiceLevel

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def hours(zone: str = "UTC", *, weekdays: tuple[int, ...] = (0, 1, 2, 3, 4), **values: object) -> Hours:
    """Nine to five from Monday to Friday, unless said otherwise."""
    settings = {"from_minute": 540, "until_minute": 1020, "holidays": frozenset()} | values
    return Hours(zone=ZoneInfo(zone), weekdays=frozenset(weekdays), **settings)  # type: ignore[arg-type]


def case(**values: object) -> Case:
    """An open case whose customer began to wait on Monday at nine."""
    row = Case(state="new", opened_at=MONDAY, **values)
    clocks.begin(row, ServiceLevel(answer_hours=24, resolve_hours=120, remind_at_share=0.75))
    return row


class TestWorkingTime:
    def test_a_working_day_counts_its_hours(self) -> None:
        assert clocks.working_time(MONDAY, MONDAY + timedelta(days=1), hours=hours()) == timedelta(hours=8)

    def test_nights_and_weekends_do_not_count(self) -> None:
        friday = datetime(2026, 3, 6, 16, 0, tzinfo=UTC)
        monday = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
        assert clocks.working_time(friday, monday, hours=hours()) == timedelta(hours=2)

    def test_days_off_do_not_count(self) -> None:
        off = hours(holidays=frozenset({date(2026, 3, 3)}))
        assert clocks.working_time(MONDAY, MONDAY + timedelta(days=2), hours=off) == timedelta(hours=8)

    def test_it_counts_in_the_zone_of_the_company(self) -> None:
        # Nine in the evening in London is the next morning in Shanghai.
        evening = datetime(2026, 3, 2, 21, 0, tzinfo=UTC)
        counted = clocks.working_time(evening, evening + timedelta(hours=6), hours=hours("Asia/Shanghai"))
        assert counted == timedelta(hours=2)

    @pytest.mark.parametrize(("day", "length"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
    def test_a_day_on_which_the_clocks_change_has_its_real_length(self, day: date, length: int) -> None:
        always = hours("Europe/Berlin", weekdays=tuple(range(7)), from_minute=0, until_minute=23 * 60)
        start = datetime.combine(day, datetime.min.time(), ZoneInfo("Europe/Berlin"))
        end = datetime.combine(day + timedelta(days=1), datetime.min.time(), ZoneInfo("Europe/Berlin"))
        assert clocks.working_time(start, end, hours=always) == timedelta(hours=length - 1)

    def test_working_hours_keep_their_place_when_the_clocks_change(self) -> None:
        week = hours("Europe/Berlin")
        start = datetime(2026, 3, 27, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))
        end = datetime(2026, 3, 30, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))
        assert clocks.working_time(start, end, hours=week) == timedelta(hours=6)

    def test_what_ends_before_it_began_has_no_time(self) -> None:
        assert clocks.working_time(MONDAY, MONDAY - timedelta(days=3), hours=hours()) == timedelta()


class TestDueTimes:
    def test_first_an_answer_is_due_then_the_end(self) -> None:
        row = case()
        assert row.due_at == MONDAY + timedelta(hours=24)
        row.answered_at, row.state = MONDAY + timedelta(hours=3), "answered"
        clocks.follow(row)
        assert row.due_at == MONDAY + timedelta(hours=120)

    def test_nights_count_for_the_customer(self) -> None:
        reading = clocks.read(case(), hours(), now=MONDAY + timedelta(hours=30))
        assert reading.customer == timedelta(hours=30)
        assert reading.business == timedelta(hours=14)
        assert reading.left == timedelta(hours=-6)
        assert reading.is_overdue

    def test_waiting_for_the_member_stops_nothing(self) -> None:
        row = case()
        row.answered_at, row.state = MONDAY + timedelta(hours=1), "answered"
        clocks.follow(row)
        reading = clocks.read(row, hours(), now=MONDAY + timedelta(hours=121))
        assert reading.is_overdue

    def test_each_due_time_is_reminded_of(self) -> None:
        row = case()
        assert row.remind_at == MONDAY + timedelta(hours=18)
        row.remind_at, row.reminded_at = None, MONDAY + timedelta(hours=18)
        clocks.follow(row)
        assert row.remind_at is None
        row.answered_at = MONDAY + timedelta(hours=20)
        clocks.follow(row)
        assert (row.remind_at, row.reminded_at) == (MONDAY + timedelta(hours=90), None)

    def test_a_resolved_case_is_due_no_more_and_both_clocks_stand(self) -> None:
        row = case()
        row.state, row.resolved_at = "resolved", MONDAY + timedelta(hours=5)
        clocks.follow(row)
        assert (row.is_open, row.due_at, row.remind_at) == (False, None, None)
        reading = clocks.read(row, hours(), now=MONDAY + timedelta(days=9))
        assert (reading.customer, reading.business, reading.left) == (
            timedelta(hours=5), timedelta(hours=5), None,
        )  # fmt: skip

    def test_whoever_comes_back_waits_no_longer_than_for_a_first_answer(self) -> None:
        row, later = case(), MONDAY + timedelta(days=20)
        row.answered_at = MONDAY + timedelta(hours=1)
        row.state, row.resolved_at = "resolved", MONDAY + timedelta(hours=5)
        clocks.follow(row)
        row.state, row.reopened_count = "reopened", 1
        clocks.begin_again(row, now=later)
        assert (row.is_open, row.due_at) == (True, later + timedelta(hours=24))
        row.state = "answered"
        clocks.follow(row)
        assert row.due_at == later + timedelta(hours=24)

    def test_who_writes_again_is_due_an_answer_once_more(self) -> None:
        row = case()
        row.answered_at, row.state = MONDAY + timedelta(hours=1), "answered"
        clocks.follow(row)
        clocks.wait_again(row, now=MONDAY + timedelta(hours=10))
        assert row.due_at == MONDAY + timedelta(hours=34)
        clocks.follow(row)
        assert row.due_at == MONDAY + timedelta(hours=120)

    def test_a_level_that_answers_sooner_hastens_and_a_slower_one_does_not(self) -> None:
        row = case()
        clocks.hasten(row, ServiceLevel(answer_hours=72, resolve_hours=90, remind_at_share=0.5))
        assert row.due_at == MONDAY + timedelta(hours=24)
        clocks.hasten(row, ServiceLevel(answer_hours=4, resolve_hours=90, remind_at_share=0.5))
        assert row.due_at == MONDAY + timedelta(hours=4)

    def test_without_a_level_there_is_a_due_time_all_the_same(self) -> None:
        row = Case(state="new", opened_at=MONDAY)
        clocks.begin(row, None)
        assert row.due_at == MONDAY + timedelta(hours=clocks.ANSWER_HOURS)
