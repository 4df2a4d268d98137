from datetime import timedelta

import pytest
from sqlalchemy import select

from community.activity.models import Activity
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.loyalty import jobs
from community.loyalty.actions import points
from community.loyalty.actions.expiring import expire_due
from community.loyalty.models import LedgerTransaction, Lot
from community.loyalty.queries.books import balances_of
from community.members.models import Member
from community.schedule import SCHEDULE
from tests.factories.loyalty import make_award, make_lot
from tests.loyalty.books.reading import ensure_balanced


def keys() -> list[str]:
    lines = select(LedgerTransaction.key).where(LedgerTransaction.kind == "expire")
    return list(db.session.scalars(lines.order_by(LedgerTransaction.id)))


class TestExpireDue:
    def test_free_points_go_on_their_day_and_not_before(self, ana: Member) -> None:
        lot = make_lot(ana, 10, expires_at=clock.ahead(days=3))
        assert expire_due() == 0
        with clock.stopped_at(lot.expires_at):
            assert expire_due() == 10
        assert balances_of(ana.id) == (0, 0, 0, 0)
        assert lot.state == "closed"
        assert ensure_balanced().totals["program_expired"] == 10

    def test_again_takes_nothing_more(self, ana: Member) -> None:
        make_lot(ana, 10, expires_at=clock.ago(days=1))
        assert [expire_due(), expire_due()] == [10, 0]
        assert len(keys()) == 1

    def test_what_never_expires_and_what_waits_stays(self, ana: Member) -> None:
        lot = make_lot(ana, 10)
        with unit_of_work():
            lot.expires_at = None
        make_award(ana, 5)
        with clock.stopped_at(clock.ahead(days=20_000)):
            assert expire_due() == 0

    def test_what_is_set_aside_waits_for_what_comes_of_it(self, ana: Member) -> None:
        lot = make_lot(ana, 10, expires_at=clock.ahead(days=1))
        held = points.hold(ana.id, 6, key="wish", reward_id=1)
        with clock.stopped_at(clock.ahead(days=2)):
            assert expire_due() == 4
            points.release(held)
            assert expire_due() == 0
        with clock.stopped_at(clock.ahead(days=2) + timedelta(days=30)):
            assert expire_due() == 6
        assert keys() == [f"expire:{lot.id}:1", f"expire:{lot.id}:2"]
        ensure_balanced()

    def test_each_lot_is_told_of(self, ana: Member) -> None:
        lot = make_lot(ana, 10, expires_at=clock.ago(days=1))
        expire_due()
        told = db.session.scalars(select(Activity).where(Activity.kind == "points.expired")).one()
        assert (told.subject_type, told.subject_id) == ("lot", lot.id)
        assert told.data == {"member_id": ana.id, "points": 10}

    def test_more_members_than_fit_into_one_portion(
        self, ana: Member, ben: Member, lin: Member, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("community.loyalty.actions.expiring.BATCH", 2)
        for member in (ana, ben, lin):
            make_lot(member, 10, expires_at=clock.ago(days=1))
            make_lot(member, 1, expires_at=clock.ago(days=2))
        assert expire_due() == 33

    def test_books_that_do_not_add_up_hold_up_nobody_else(self, ana: Member, ben: Member) -> None:
        broken = make_lot(ana, 10, expires_at=clock.ago(days=1))
        make_lot(ben, 10, expires_at=clock.ago(days=1))
        with unit_of_work():
            db.session.get_one(Lot, broken.id).granted = 11
        assert expire_due() == 10
        assert balances_of(ana.id).available == 10
        assert balances_of(ben.id).available == 0

    def test_it_runs_every_day(self) -> None:
        assert SCHEDULE[jobs.expire_due] == timedelta(days=1)
