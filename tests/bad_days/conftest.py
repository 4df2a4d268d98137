"""One running site for each database and module: starting one takes seconds."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import make_url, text

from community import create_app
from community.infra import clock
from community.infra.db import db
from tests.bad_days.journal import Journal
from tests.bad_days.people import Browser, Crowd, browsers_of
from tests.bad_days.running import Site, free_port, until
from tests.conftest import QUIET, Stage
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.servers import postgres
from tests.workers import start_worker

PEOPLE = 50
OWED = """
    SELECT (SELECT count(*) FROM owed_reactions WHERE state = 'owed')
         + (SELECT count(*) FROM feedback_items WHERE state = 'waiting')"""


@dataclass
class Town:
    """A running site with people on it, and the journal of what it promised them."""

    site: Site
    journal: Journal
    slug: str
    ideas: list[int]
    browsers: list[Browser]
    # The server of its own, where the database is PostgreSQL.
    database: postgres.PostgresServer | None

    @property
    def app(self) -> Flask:
        """The site's app in this process."""
        return self.site.app

    def crowd(self, size: int = 6) -> Crowd:
        """So many of its members at their browsers, for as long as the block lasts."""
        return Crowd(self.journal, self.browsers[:size], slug=self.slug, ideas=self.ideas)

    def do_owed(self) -> None:
        """All that is owed, by one more worker; what the site's own has in its hands owes more when done."""
        assert start_worker(self.app, "--until-idle").wait(timeout=120) == 0
        self.wait_until_followed(seconds=120)

    def wait_until_followed(self, *, seconds: float = 60) -> None:
        """Wait for the site's own worker."""
        what = "the worker to follow all that happened"
        until(lambda: not self.owes_something(), seconds=seconds, what=what)

    def owes_something(self) -> bool:
        """Whether something that happened is not followed yet, or a text not read."""
        with self.app.app_context():
            return bool(db.session.scalar(text(OWED)))

    def leave(self) -> None:
        """Everybody goes home, and the site is stopped."""
        for browser in self.browsers:
            browser.close()
        self.site.stop()
        self.journal.close()
        with self.app.app_context():
            db.engine.dispose()
        if self.database is not None:
            self.database.stop()


def build(app: Flask, folder: Path, *, port: int, database: postgres.PostgresServer | None = None) -> Town:
    """A site that is ready to be started: a panel, ideas in it, and members who have been here a while."""
    site = Site(app, folder, port)
    with app.app_context():
        members = [make_member(joined_at=clock.ago(days=60)) for _ in range(PEOPLE)]
        panel = make_panel(members=tuple(members))
        slug, ideas = panel.slug, [make_idea(panel=panel, author=members[0]).id for _ in range(3)]
        browsers = browsers_of(app, site.port, members)
    return Town(site, Journal(folder / "journal.jsonl"), slug, ideas, browsers, database)


@pytest.fixture(scope="module")
def towns() -> Iterator[dict[str, Town]]:
    """The towns of this module by their database; each is built when it is first asked for."""
    built: dict[str, Town] = {}
    yield built
    for town in built.values():
        town.leave()


@pytest.fixture(scope="module")
def settings() -> dict[str, object]:
    """With what the sites of a module are started besides; modules have their own."""
    return {"RATE_LIMITS": False}


@pytest.fixture
def town(
    towns: dict[str, Town],
    database_kind: str,
    database_stage: Stage,
    settings: dict[str, object],
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Town:
    """A running town on this test's database, shared by the tests of a module.

    A module says with `DURABLE = True` that its database will be killed.
    """
    if database_kind not in towns:
        folder = tmp_path_factory.mktemp("town")
        is_durable = getattr(request.module, "DURABLE", False)
        database, url = None, f"sqlite:///{folder / 'community.db'}"
        if database_kind == "sqlite":
            shutil.copy(make_url(database_stage.url).database or "", folder / "community.db")
        elif is_durable:
            database = postgres.start(durable=True)
            url = database.create_database()
        else:
            server = request.getfixturevalue("postgres_server")
            url = server.create_database(template=make_url(database_stage.template).database)
        port = free_port()
        own = {"DATABASE_URL": url, "BASE_URL": f"http://127.0.0.1:{port}", "SECRET_KEY": "kept"}
        app = create_app({**QUIET, "INSTANCE": folder, **own, **settings})
        if database is not None:
            with app.app_context():
                upgrade()
        towns[database_kind] = build(app, folder, port=port, database=database)
        towns[database_kind].site.start(RATE_LIMITS="on" if app.config["RATE_LIMITS"] else "off")
    towns[database_kind].site.wait_until_up()
    return towns[database_kind]
