from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from huey.registry import Message

from community.infra import clock, jobs

START = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def ran(app: Flask) -> Iterator[list[datetime]]:
    """The moments at which a planted regular job ran; it is due every hour."""
    work = app.extensions["work"]
    before = (work.owed, work.schedule)
    moments: list[datetime] = []

    def hourly() -> None:
        moments.append(clock.now())

    work.schedule = {hourly: timedelta(hours=1)}
    yield moments
    work.owed, work.schedule = before


class TestSchedule:
    def test_a_job_runs_once_per_period_however_often_one_looks(self, ran: list[datetime]) -> None:
        for minutes in (0, 10, 59, 60, 61, 119, 200):
            with clock.stopped_at(START + timedelta(minutes=minutes)):
                jobs.do_scheduled()
        assert [(moment - START).seconds // 60 for moment in ran] == [0, 60, 200]

    def test_a_clock_set_back_runs_nothing_at_once_and_everything_after_a_period(
        self, ran: list[datetime]
    ) -> None:
        for hours in (0, -48, -47.5, -46.9):
            with clock.stopped_at(START + timedelta(hours=hours)):
                jobs.do_scheduled()
        assert ran == [START, START - timedelta(hours=46.9)]

    def test_a_daily_job_that_failed_is_tried_again_after_an_hour(self, app: Flask) -> None:
        work, tries = app.extensions["work"], []
        before = work.schedule

        def daily() -> None:
            tries.append(clock.now())
            if len(tries) == 1:
                raise ZeroDivisionError

        work.schedule = {daily: timedelta(days=1)}
        for hours in (0, 0.5, 1, 2, 24, 25):
            with clock.stopped_at(START + timedelta(hours=hours)):
                jobs.do_scheduled()
        work.schedule = before
        assert [(moment - START).total_seconds() / 3600 for moment in tries] == [0, 1, 25]

    def test_a_failing_job_does_not_stop_the_others(self, app: Flask, ran: list[datetime]) -> None:
        def broken() -> None:
            raise ZeroDivisionError

        work = app.extensions["work"]
        work.schedule = {broken: timedelta(hours=1), **work.schedule}
        assert jobs.do_scheduled() == 2
        assert len(ran) == 1


class TestOwed:
    def test_it_goes_on_until_nothing_is_left(self, app: Flask, ran: list[datetime]) -> None:
        left = [3, 0, 2, 0, 0]
        app.extensions["work"].owed = (lambda: left.pop(0), lambda: 0)
        assert jobs.do_owed() == 3
        assert left == [2, 0, 0]

    def test_a_failing_step_does_not_hold_up_those_behind_it(self, app: Flask, ran: list[datetime]) -> None:
        left = [2, 1, 0]

        def broken() -> int:
            raise ZeroDivisionError

        app.extensions["work"].owed = (broken, lambda: left.pop(0))
        assert jobs.do_owed() == 3
        assert left == []


class TestQueue:
    def test_a_queue_that_is_down_stops_nobody(self, new_app: Callable[..., Flask]) -> None:
        app = new_app(QUEUE_URL="redis://127.0.0.1:1/0")
        with app.app_context():
            jobs.wake()

    def test_messages_are_json_and_come_back_as_they_went(self) -> None:
        message = Message("id", "wake", None, 0, 0, None, (), {}, None, None)
        data = jobs.JsonSerializer().serialize(message)
        assert data.startswith(b'["id"')
        assert jobs.JsonSerializer().deserialize(data).name == "wake"
