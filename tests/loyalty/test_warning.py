"""Members are told a month and a week before points of theirs expire, once for each day."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from community.activity.actions import follow_due
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.loyalty.actions import points
from community.loyalty.actions.expiring import expire_due
from community.loyalty.actions.warning import warn_of_expiry
from community.loyalty.models import ExpiryWarning
from community.members.models import Member
from community.notifications.queries import list_newest
from tests.conftest import Client
from tests.factories.loyalty import make_lot
from tests.factories.members import make_member
from tests.racing import at_once

MARCH = datetime(2026, 3, 1, 10, tzinfo=UTC)


def day(number: int) -> datetime:
    """So many days after March began."""
    return MARCH + timedelta(days=number)


def warn(at: datetime) -> None:
    """Let the job run at a moment, and what it told reach its readers."""
    with clock.stopped_at(at):
        warn_of_expiry()
        follow_due()


def told(member: Member) -> list[tuple[int, str]]:
    """Of how many points, and of which day, the member was told, the first one first."""
    return [
        (each.data["points"], each.data["expires_at"][:10])
        for each in reversed(list_newest(member, limit=20))
        if each.kind == "loyalty.points_expiring"
    ]


class TestWarnOfExpiry:
    def test_a_month_and_a_week_before_and_never_again(self, app: Flask, ana: Member) -> None:
        make_lot(ana, 25, expires_at=day(40))
        for number in (0, 9):
            warn(day(number))
        assert told(ana) == []
        for number in (10, 10, 11, 32):
            warn(day(number))
        assert told(ana) == [(25, "2026-04-10")]
        for number in (33, 33, 34, 39):
            warn(day(number))
        assert told(ana) == [(25, "2026-04-10")] * 2

    def test_all_that_expires_on_a_day_is_told_at_once(self, app: Flask, ana: Member) -> None:
        make_lot(ana, 25, expires_at=day(30).replace(hour=1))
        make_lot(ana, 5, expires_at=day(30).replace(hour=23))
        make_lot(ana, 7, expires_at=day(31))
        warn(day(0))
        assert told(ana) == [(30, "2026-03-31")]
        warn(day(1))
        assert told(ana) == [(30, "2026-03-31"), (7, "2026-04-01")]

    def test_a_month_that_was_missed_is_not_told_a_week_before(self, app: Flask, ana: Member) -> None:
        make_lot(ana, 25, expires_at=day(5))
        warn(day(0))
        warn(day(1))
        assert told(ana) == [(25, "2026-03-06")]
        assert [warning.days for warning in db.session.scalars(select(ExpiryWarning))] == [7]

    def test_only_what_is_free_is_told(self, app: Flask, ana: Member, ben: Member) -> None:
        for member in (ana, ben):
            make_lot(member, 25, expires_at=day(20))
        with unit_of_work():
            points.hold(ana.id, 10, key="a", reward_id=1)
            points.hold(ben.id, 25, key="b", reward_id=1)
        warn(day(0))
        assert told(ana) == [(15, "2026-03-21")]
        assert told(ben) == []

    def test_what_has_expired_or_never_does_is_not_told(self, app: Flask, ana: Member) -> None:
        lot = make_lot(ana, 25, expires_at=day(0))
        never = make_lot(ana, 25)
        with unit_of_work():
            db.session.merge(never).expires_at = None
        with clock.stopped_at(day(1)):
            expire_due()
        warn(day(1))
        assert told(ana) == []
        assert lot.state == "closed"

    def test_who_is_suspended_is_not_told(self, app: Flask) -> None:
        member = make_member(state="suspended")
        make_lot(member, 25, expires_at=day(5))
        warn(day(0))
        assert db.session.scalars(select(ExpiryWarning)).all() == []

    def test_the_notice_says_the_day_where_the_reader_lives(
        self, browser_of, ana: Member, lin: Member
    ) -> None:
        for member in (ana, lin):
            make_lot(member, 1250, expires_at=datetime(2026, 3, 20, 20, tzinfo=UTC))
        warn(day(0))
        inbox: Client = browser_of(ana)
        assert "1250 of your points expire on March 20, 2026" in inbox.get("/inbox").text
        assert "2026年3月21日" in browser_of(lin).get("/inbox").text

    def test_two_workers_at_once_tell_once(self, new_app) -> None:
        app = new_app()
        with app.app_context():
            make_lot(make_member(), 25, expires_at=clock.ahead(days=5))
            db.session.commit()
        at_once(app, *[warn_of_expiry] * 3)
        with app.app_context():
            assert len(db.session.scalars(select(ExpiryWarning)).all()) == 1


@pytest.mark.parametrize("hours", [0, 23])
def test_the_job_may_run_at_any_hour(app: Flask, ana: Member, hours: int) -> None:
    make_lot(ana, 25, expires_at=day(30))
    warn(day(0).replace(hour=hours))
    assert told(ana) == [(25, "2026-03-31")]
