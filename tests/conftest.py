"""The stage for all tests: an app on each database, rolled back after each test, and a client."""

import contextlib
import contextvars
import gc
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import werkzeug.routing
from argon2 import PasswordHasher
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import HealthCheck, settings
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from redis import RedisError
from sqlalchemy import Connection, Engine, event, make_url
from werkzeug.test import TestResponse

from community import create_app
from community.ideas.queries import told_back
from community.infra import visitors
from community.infra.db import db
from community.infra.limits import limiter
from community.loyalty.queries import mine
from community.members import actions as members
from community.members import passwords
from community.members.models import Member
from tests.factories.members import make_member

pytest_plugins = ["tests.servers.fixtures"]


class Rule(werkzeug.routing.Rule):
    """An address that learns to be written when it first is: an app has hundreds, and a test writes few."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = cache(partial(super()._compile_builder, append_unknown))
        return lambda rule, /, **values: compiled()(rule, **values)


Flask.url_rule_class = Rule

# The hashes of a real site are as dear as guessing must be; `slow_hashes` are for who tests just that.
SLOW_HASHER = passwords._hasher
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)

# The same examples everywhere and each time, however slow the machine is at the moment.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")

TESTS = Path(__file__).parent
# Folders of tests that take long, mostly with real processes and browsers.
LONG = {"access", "bad_days", "demo", "journeys", "loyalty", "migrations", "operating", "serving"}
TEMPLATES = TESTS.parent / "build" / "templates"
QUIET = {
    "RATE_LIMITS": False,
    "WTF_CSRF_ENABLED": False,
    "TESTING": True,
    "SERVER_NAME": None,
    "LOG_LEVEL": "warning",
}


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Modules and tests stay until the end: nobody needs to look for garbage among them.

    Nor for what a test leaves behind after every few lines of it: that was a twentieth of all the time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(10_000, 10, 10)
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long is begun first, or the last of it would be waited for by all others."""
    items.sort(key=lambda item: item.path.relative_to(TESTS).parts[0] not in LONG)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Every test that reaches data runs on both databases."""
    return str(request.param)


@dataclass(frozen=True)
class Stage:
    """A database that the migrations made from nothing, and the app of all tests that are rolled back.

    `template` is a copy that no test was in, to be copied by those that want a database of their own: what is
    rolled back on PostgreSQL stays in the files, which grow with each test and cost whoever copies them.
    """

    url: str
    app: Flask
    template: str


@pytest.fixture(scope="session")
def stages() -> Iterator[dict[str, Stage]]:
    """The stage of each database; kept while tests on the other one run, for it is dear to build."""
    built: dict[str, Stage] = {}
    yield built
    for stage in built.values():
        with stage.app.app_context():
            db.engine.dispose()


@pytest.fixture
def database_stage(
    database_kind: str,
    stages: dict[str, Stage],
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    compiled_templates: BytecodeCache,
) -> Stage:
    """The stage of this test's database."""
    if database_kind not in stages:
        folder = tmp_path_factory.mktemp("instance")
        if database_kind == "sqlite":
            url = f"sqlite:///{folder / 'template.db'}"
        else:
            url = request.getfixturevalue("postgres_server").create_database()
        app = create_app({**QUIET, "INSTANCE": folder, "DATABASE_URL": url})
        app.jinja_env.bytecode_cache = compiled_templates
        app.test_client_class = Client
        with app.app_context():
            upgrade()
            db.engine.dispose()
            turn_rows_around(db.engine)
            write_savepoints_plainly(db.engine)
        stages[database_kind] = Stage(url, app, _unused_copy(url, request))
    return stages[database_kind]


def _unused_copy(url: str, request: pytest.FixtureRequest) -> str:
    # SQLite forgets what is rolled back: its file stays as it is.
    if url.startswith("sqlite"):
        return url
    server = request.getfixturevalue("postgres_server")
    return str(server.create_database(template=str(make_url(url).database)))


@pytest.fixture(scope="session")
def compiled_templates() -> BytecodeCache:
    """What templates were compiled to, for all apps of all processes; one that was changed is another one."""
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    return FileSystemBytecodeCache(str(TEMPLATES))


def forget_with_the_machine(engine: Engine) -> None:
    """SQLite waits for no disk; as on PostgreSQL, what a crash of the machine would lose goes anyway."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))


def turn_rows_around(engine: Engine) -> None:
    """SQLite gives rows that nobody put in order the other way round; nothing may rest on their order."""
    if engine.dialect.name == "sqlite":
        pragma = "PRAGMA reverse_unordered_selects = ON"
        event.listen(engine, "connect", lambda connection, _: connection.execute(pragma))


def write_savepoints_plainly(engine: Engine) -> None:
    """Sessions of tests that are rolled back live in savepoints, which SQLAlchemy compiles anew each time."""

    def say(words: str) -> Callable[[Connection, str], object]:
        return lambda connection, name: connection.exec_driver_sql(f"{words} {name}")

    dialect: Any = engine.dialect
    dialect.do_savepoint = say("SAVEPOINT")
    dialect.do_rollback_to_savepoint = say("ROLLBACK TO SAVEPOINT")
    dialect.do_release_savepoint = say("RELEASE SAVEPOINT")


@pytest.fixture
def shared_app(database_stage: Stage) -> Flask:
    """The app of all tests on this database that are rolled back."""
    return database_stage.app


@pytest.fixture
def app(shared_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The app with its context pushed; whatever the test commits is rolled back after it."""
    # However slow the machine is, what is kept for seconds is there until the test ends.
    monkeypatch.setattr(visitors, "SECONDS", 3600.0)
    monkeypatch.setattr(mine, "KEPT", timedelta(hours=1))
    monkeypatch.setattr(told_back, "KEPT", timedelta(hours=1))
    # Kept in a real process; here the next test's panels and versions have the same numbers.
    for kept in ("board_asides", "known", "head_for_visitors"):
        shared_app.extensions.pop(kept, None)
    shared_app.extensions["pages_for_visitors"].clear()
    # All tests come from one address; another test's app may have counted in a Redis that is gone by now.
    with contextlib.suppress(RedisError):
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
    database_stage: Stage, request: pytest.FixtureRequest, tmp_path: Path, compiled_templates: BytecodeCache
) -> Iterator[Callable[..., Flask]]:
    """A function that makes apps on one database of this test's own, for real parallel connections."""
    if database_stage.url.startswith("sqlite"):
        url = f"sqlite:///{tmp_path / 'own.db'}"
        shutil.copy(database_stage.url.removeprefix("sqlite:///"), tmp_path / "own.db")
    else:
        server = request.getfixturevalue("postgres_server")
        url = server.create_database(template=make_url(database_stage.template).database)
    apps: list[Flask] = []
    with contextlib.suppress(RedisError):
        limiter.reset()
    # There is one limiter for all apps of a process, and it counts where the newest one says.
    counting = dict(vars(limiter))

    def make(**overrides: Any) -> Flask:
        app = create_app({**QUIET, "INSTANCE": tmp_path, "DATABASE_URL": url, **overrides})
        app.jinja_env.bytecode_cache = compiled_templates
        with app.app_context():
            forget_with_the_machine(db.engine)
            turn_rows_around(db.engine)
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
def slow_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed as on a real site."""
    monkeypatch.setattr(passwords, "_hasher", SLOW_HASHER)


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
