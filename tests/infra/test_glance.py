"""Looks beside the session: what is committed, over one connection that is kept and costs nobody anything."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import bindparam, select, text

from community.infra import glance
from community.infra.db import db, unit_of_work
from community.infra.glance import Glance
from community.panels.models import Panel
from tests.factories.panels import make_panel

LOOK = Glance(select(Panel.id, Panel.visibility, Panel.names_shown).where(Panel.slug == bindparam("slug")))


@pytest.fixture
def own_app(new_app: Callable[..., Flask]) -> Iterator[Flask]:
    app = new_app()
    with app.app_context():
        make_panel(slug="seen")
        yield app


def close_panel() -> None:
    with unit_of_work() as session:
        session.scalars(select(Panel).where(Panel.slug == "seen")).one().visibility = "private"


def visibility() -> object:
    found = LOOK.find(slug="seen")
    return found and found[1]


class TestGlance:
    def test_it_finds_one_row_or_none(self, own_app: Flask) -> None:
        found = LOOK.find(slug="seen")
        assert found is not None
        assert found[1:] == ("open", "full")
        assert LOOK.find(slug="seen'; --") is None

    def test_it_sees_what_is_committed_and_nothing_else(self, own_app: Flask) -> None:
        assert visibility() == "open"
        with unit_of_work() as session:
            session.scalars(select(Panel).where(Panel.slug == "seen")).one().visibility = "private"
            session.flush()
            assert visibility() == "open"
        assert visibility() == "private"

    def test_all_looks_take_one_connection_and_hold_nothing(self, own_app: Flask) -> None:
        db.session.remove()
        for _ in range(3):
            visibility()
        assert db.engine.pool.checkedout() == 1  # type: ignore[attr-defined]
        with db.engine.connect() as connection:
            if db.engine.dialect.name == "sqlite":
                # Whoever held on to what they see would keep the log from being emptied.
                close_panel()
                busy = connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()[0]
                assert busy == 0
            else:
                states = connection.execute(
                    text("SELECT state FROM pg_stat_activity WHERE datname = current_database()")
                )
                assert "idle in transaction" not in set(states.scalars())

    def test_it_lets_go_when_the_engine_does_and_comes_back(self, own_app: Flask) -> None:
        visibility()
        db.session.remove()
        db.engine.dispose()
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        close_panel()
        assert visibility() == "private"

    def test_a_connection_that_dies_is_replaced(self, own_app: Flask) -> None:
        visibility()
        (line,) = own_app.extensions["lines_for_looks"].values()
        line._connection.driver_connection.close()
        close_panel()
        assert visibility() is None
        assert visibility() == "private"

    def test_a_table_that_changes_is_looked_at_as_it_is(self, own_app: Flask) -> None:
        visibility()
        with db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE panels RENAME COLUMN visibility TO was_visibility"))
        assert visibility() is None
        with db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE panels RENAME COLUMN was_visibility TO visibility"))
        assert visibility() == "open"


class TestWhoWaits:
    def test_they_are_told_what_was_looked_up_after_they_came(
        self, own_app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Three come while somebody looks: one of them looks for all three, and sees what has changed."""
        looks, is_looking, may_go_on = [], Event(), Event()
        look = glance._Line._look

        def slow_look(line: glance._Line, *asked: object) -> object:
            found = look(line, *asked)  # type: ignore[arg-type]
            looks.append(found)
            is_looking.set()
            assert may_go_on.wait(60)
            return found

        monkeypatch.setattr(glance._Line, "_look", slow_look)
        came = []
        now = time.monotonic_ns

        def come() -> int:
            came.append(now())
            return came[-1]

        monkeypatch.setattr(time, "monotonic_ns", come)

        def ask() -> object:
            with own_app.app_context():
                return visibility()

        with ThreadPoolExecutor(4) as threads:
            first = threads.submit(ask)
            assert is_looking.wait(60)
            before = len(came)
            close_panel()
            others = [threads.submit(ask) for _ in range(3)]
            while len(came) < before + 3:
                Event().wait(0.01)
            may_go_on.set()
            assert first.result(60) == "open"
            assert [each.result(60) for each in others] == ["private"] * 3
        assert len(looks) == 2
