"""The stage for all tests: an app on each database, rolled back after each test, and a client."""

import contextvars
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_migrate import upgrade
from werkzeug.test import TestResponse

from community import create_app
from community.infra.db import db
from community.infra.limits import limiter
from community.members import actions as members
from community.members.models import Member
from tests.factories.members import make_member

pytest_plugins = ["tests.servers.fixtures"]

QUIET = {"RATE_LIMITS": False, "WTF_CSRF_ENABLED": False, "TESTING": True, "SERVER_NAME": None}


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Every test that reaches data runs on both databases."""
    return str(request.param)


@pytest.fixture(scope="session")
def template_database(
    database_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The address of a database that the migrations made from nothing, to be copied or rolled back."""
    folder = tmp_path_factory.mktemp("template")
    if database_kind == "sqlite":
        url = f"sqlite:///{folder / 'template.db'}"
    else:
        url = request.getfixturevalue("postgres_server").create_database()
    app = create_app({**QUIET, "INSTANCE": folder, "DATABASE_URL": url})
    with app.app_context():
        upgrade()
        db.engine.dispose()
    return url


@pytest.fixture(scope="session")
def shared_app(template_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One app per database for all tests that are rolled back."""
    folder = tmp_path_factory.mktemp("instance")
    app = create_app({**QUIET, "INSTANCE": folder, "DATABASE_URL": template_database})
    app.test_client_class = Client
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(shared_app: Flask) -> Iterator[Flask]:
    """The app with its context pushed; whatever the test commits is rolled back after it."""
    # Kept in a real process; here the next test's panels and versions have the same numbers.
    for kept in ("board_asides", "known"):
        shared_app.extensions.pop(kept, None)
    # All tests come from one address.
    limiter.reset()
    with shared_app.app_context():
        engine = db.engine
        with engine.connect() as connection:
            transaction = connection.begin()
            db.engines[None] = connection  # type: ignore[assignment]
            try:
                yield shared_app
            finally:
                db.session.remove()
                db.engines[None] = engine
                transaction.rollback()


@pytest.fixture
def new_app(
    template_database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[..., Flask]]:
    """A function that makes apps on one database of this test's own, for real parallel connections."""
    if template_database.startswith("sqlite"):
        url = f"sqlite:///{tmp_path / 'own.db'}"
        shutil.copy(template_database.removeprefix("sqlite:///"), tmp_path / "own.db")
    else:
        server = request.getfixturevalue("postgres_server")
        name = template_database.partition("@/")[2].partition("?")[0]
        # PostgreSQL copies a database only while nobody is connected to it.
        with request.getfixturevalue("shared_app").app_context():
            db.engine.dispose()
        url = server.create_database(template=name)
    apps: list[Flask] = []
    limiter.reset()
    # There is one limiter for all apps of a process, and it counts where the newest one says.
    counting = dict(vars(limiter))

    def make(**overrides: Any) -> Flask:
        app = create_app({**QUIET, "INSTANCE": tmp_path, "DATABASE_URL": url, **overrides})
        apps.append(app)
        return app

    yield make
    vars(limiter).update(counting)
    for app in apps:
        with app.app_context():
            db.engine.dispose()
    if not url.startswith("sqlite"):
        server.drop_database(url)


class Client(FlaskClient):
    """A browser without scripts: each request has a context, a session and a `g` of its own."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request; what the test had read before is read anew after it."""
        if has_app_context():
            db.session.commit()
        response = contextvars.Context().run(super().open, *args, **kwargs)
        if has_app_context():
            db.session.expire_all()
        return response

    def sign_in(self, member: Member) -> "Client":
        """Be this member from now on."""
        token = members.begin_session(member)
        with self.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True
        return self


@pytest.fixture
def client(app: Flask) -> Client:
    """A visitor's browser."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def browser_of(app: Flask) -> Callable[[Member], Client]:
    """A function that opens a browser in which a member is signed in."""
    return lambda member: app.test_client().sign_in(member)  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def ana(app: Flask) -> Member:
    """A new member."""
    return make_member("Ana Martins")


@pytest.fixture
def ben(app: Flask) -> Member:
    """A member who is often here."""
    return make_member("Ben Okoro")


@pytest.fixture
def lin(app: Flask) -> Member:
    """A member who writes Chinese."""
    return make_member("林晓", locale="zh_Hans", time_zone="Asia/Shanghai")


@pytest.fixture
def mia(app: Flask) -> Member:
    """A moderator of the whole site."""
    return make_member("Mia Berg", roles=("moderator",))


@pytest.fixture
def omar(app: Flask) -> Member:
    """An owner on the whole site."""
    return make_member("Omar Haddad", roles=("owner",))


@pytest.fixture
def ada(app: Flask) -> Member:
    """An administrator."""
    return make_member("Ada Novak", roles=("admin",))
