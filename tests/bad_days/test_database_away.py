"""The database goes away under load, locks its doors or hangs up: the site says so, and heals by itself."""

import sqlite3
from contextlib import closing

import pytest

from tests.bad_days import checking
from tests.bad_days.conftest import Town
from tests.bad_days.running import crash, cut_connections, start_again, until

DURABLE = True
HEALS_IN = 90

only_postgresql = pytest.mark.parametrize(
    "database_kind", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def ensure_nothing_was_lost(town: Town) -> None:
    town.do_owed()
    checking.ensure_true(town.app, town.journal)


class TestTheDatabaseAway:
    @only_postgresql
    def test_it_is_killed_under_load_and_nothing_confirmed_is_lost(self, town: Town) -> None:
        assert town.database is not None
        with town.crowd() as crowd:
            for _ in range(2):
                crowd.wait_for(303, more=10)
                crash(town.database)
                crowd.wait_for(503)
                away = town.browsers[-1].get("/")
                start_again(town.database)
                until(lambda: town.site.answers() == 200, seconds=HEALS_IN, what="the site to heal")
                assert (away.status, away.headers.get("Retry-After")) == (503, "5")
                assert b"Back in a moment" in away.body
            crowd.wait_for(303, more=10)
        ensure_nothing_was_lost(town)

    @only_postgresql
    def test_it_hangs_up_on_everybody(self, town: Town) -> None:
        assert town.database is not None
        with town.crowd() as crowd:
            for _ in range(3):
                crowd.wait_for(303, more=5)
                assert cut_connections(town.database, town.app.config["DATABASE_URL"]) > 0
            crowd.wait_for(303, more=5)
        ensure_nothing_was_lost(town)

    @only_sqlite
    def test_somebody_else_keeps_it_locked(self, town: Town) -> None:
        path = town.app.config["DATABASE_URL"].removeprefix("sqlite:///")
        reader, writer = town.browsers[-2:]
        reader.get(f"/ideas/{town.ideas[0]}")
        with closing(sqlite3.connect(path, isolation_level=None)) as greedy:
            greedy.execute("BEGIN IMMEDIATE")
            with town.crowd(2) as crowd:
                crowd.wait_for(503)
                # Reading goes on, also what notes by the way who has read what.
                for idea_id in town.ideas:
                    assert reader.get(f"/ideas/{idea_id}").status in (200, 301)
                refused = writer.post(f"/ideas/{town.ideas[0]}/vote", {})
                greedy.execute("ROLLBACK")
                crowd.wait_for(303, more=5)
        assert (refused.status, refused.headers.get("Retry-After")) == (503, "5")
        ensure_nothing_was_lost(town)
