import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from community.infra import clock
from community.infra.db import after_commit, db, lock, unit_of_work
from community.infra.errors import NotFound
from community.members.models import Member
from tests.factories.members import make_member


def names() -> list[str]:
    return list(db.session.scalars(select(Member.display_name).order_by(Member.id)))


class TestUnitOfWork:
    def test_nested_ones_join_the_outermost(self, app: Flask) -> None:
        with pytest.raises(ZeroDivisionError), unit_of_work():
            make_member("Inner")
            raise ZeroDivisionError
        assert names() == []

    def test_changes_made_outside_of_it_are_a_mistake(self, ana: Member) -> None:
        ana.display_name = "Somebody else"
        with pytest.raises(RuntimeError, match="outside"), unit_of_work():
            pass

    def test_what_was_read_before_is_read_anew_inside(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            ana = make_member("Ana")
            ana_id = ana.id
            assert ana.display_name == "Ana"

            def rename() -> None:
                with app.app_context(), unit_of_work() as session:
                    session.get_one(Member, ana_id).display_name = "Ana Martins"

            thread = threading.Thread(target=rename)
            thread.start()
            thread.join()
            with unit_of_work():
                assert ana.display_name == "Ana Martins"

    def test_followers_come_after_the_commit_and_once(self, app: Flask) -> None:
        called: list[int] = []

        def follow() -> None:
            called.append(len(names()))

        with unit_of_work():
            after_commit(follow)
            with unit_of_work():
                after_commit(follow)
            make_member()
            assert called == []
        assert called == [1]

    def test_nobody_follows_what_was_rolled_back(self, app: Flask) -> None:
        called: list[int] = []
        with pytest.raises(ZeroDivisionError), unit_of_work():
            after_commit(lambda: called.append(1))
            raise ZeroDivisionError
        with unit_of_work():
            pass
        assert called == []

    def test_writers_wait_for_each_other_and_nothing_is_lost(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            counter_id = make_member("0").id
        start = threading.Barrier(8)

        def count_up() -> None:
            start.wait()
            for _ in range(5):
                with app.app_context(), unit_of_work():
                    member = lock(Member, counter_id)
                    member.display_name = str(int(member.display_name) + 1)

        threads = [threading.Thread(target=count_up) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with app.app_context():
            assert names() == ["40"]


class TestLock:
    def test_a_row_that_is_gone_is_not_found(self, app: Flask) -> None:
        with unit_of_work(), pytest.raises(NotFound):
            lock(Member, 12345)


class TestReading:
    def test_what_was_changed_and_not_committed_is_gone_with_the_page(
        self, new_app: Callable[..., Flask]
    ) -> None:
        app = new_app()
        with app.app_context():
            number = make_member("Ana").id
        with app.app_context():
            member = db.session.get_one(Member, number)
            member.display_name = "Somebody else"
        with app.app_context():
            assert db.session.get_one(Member, number).display_name == "Ana"

    def test_what_was_read_can_be_looked_at_later(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            number = make_member("Ana").id
        with app.app_context():
            member = db.session.get_one(Member, number)
        assert member.display_name == "Ana"

    def test_what_the_driver_has_prepared_is_good_for_the_next_page(
        self, new_app: Callable[..., Flask]
    ) -> None:
        app = new_app()
        with app.app_context():
            if db.engine.dialect.name == "sqlite":
                return
            for _often in range(10):
                db.session.execute(select(Member.id, Member.alias)).all()
        with app.app_context():
            prepared = db.session.scalars(text("SELECT statement FROM pg_prepared_statements"))
            assert any("members.alias" in statement for statement in prepared)


class TestMoments:
    def test_they_come_back_in_utc_from_any_zone(self, app: Flask) -> None:
        moment = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=8)))
        member = make_member(joined_at=moment)
        db.session.expire_all()
        assert member.joined_at == moment
        assert member.joined_at.tzinfo is UTC

    def test_a_naive_one_is_refused(self, app: Flask) -> None:
        with pytest.raises(StatementError, match="time zone"):
            make_member(joined_at=datetime(2026, 3, 1))  # noqa: DTZ001 that is the point

    def test_the_clock_can_be_held(self) -> None:
        moment = datetime(2020, 2, 29, tzinfo=UTC)
        with clock.stopped_at(moment):
            assert clock.now() == moment
            assert clock.ago(days=1) == moment - timedelta(days=1)
        assert clock.now() > moment


class TestSqlite:
    def test_it_keeps_promises_others_make_by_themselves(self, shared_app: Flask) -> None:
        with shared_app.app_context():
            if db.engine.dialect.name != "sqlite":
                return
            answers = [
                db.session.execute(text(f"PRAGMA {name}")).scalar()
                for name in ("journal_mode", "foreign_keys", "synchronous")
            ]
            assert answers == ["wal", 1, 2]
