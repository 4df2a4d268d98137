"""The ground that benchmarks stand on: filled databases that are kept, servers on them, and people signed in.

What `flask seed scale` made is kept in build/bench (or BENCH_DIR) for the next run; benchmarks that write do
so in a copy. The reference is an empty Flask view under gunicorn with two workers of four threads.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import TypeVar

import psutil
from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import JSON, insert, literal, select

from benchmarks._figures import Served, tree_of
from benchmarks._load import HOST
from community import create_app
from community.digests.models import Digest
from community.digests.queries.due import list_open_weeks
from community.infra import clock, jobs
from community.infra.db import db, unit_of_work
from community.members import actions as members
from community.members.models import Member
from community.schedule import SCHEDULE
from tests.servers import postgres

ROOT = Path(__file__).parents[1]
FOLDER = Path(os.environ.get("BENCH_DIR", ROOT / "build" / "bench")).resolve()
SQLITE, POSTGRESQL = DATABASES = ("SQLite", "PostgreSQL")
# What `flask seed scale` is asked for.
SIZES: Mapping[str, Mapping[str, int]] = {
    "tiny": {"members": 1_000, "ideas": 1_000, "comments": 5_000, "votes": 10_000, "feedback": 2_000},
    "small": {"members": 10_000, "ideas": 10_000, "comments": 50_000, "votes": 100_000, "feedback": 20_000},
    "full": {
        "members": 100_000, "ideas": 100_000, "comments": 500_000, "votes": 1_000_000, "feedback": 1_000_000,
    },
    "million": {
        "members": 20_000, "ideas": 1_000_000, "comments": 50_000, "votes": 300_000, "feedback": 0,
    },
}  # fmt: skip
STARTS_WITHIN = 60.0
# From this period on, a regular job is not one of every few minutes.
RARELY = timedelta(hours=1)

Found = TypeVar("Found")


@dataclass(frozen=True)
class Ground:
    """A filled database, the folder of its site, and the first process of its server if it has one."""

    name: str
    url: str
    instance: Path
    database: psutil.Process | None = None

    def app(self) -> Flask:
        """The site on it, for looking and for signing in; without limits."""
        return create_app({"INSTANCE": self.instance, "DATABASE_URL": self.url, "RATE_LIMITS": False})


@dataclass(frozen=True)
class Browser:
    """Somebody signed in: the cookie, and the token that forms carry."""

    member_id: int
    cookie: str
    csrf_token: str


def options(about: str, **more: str) -> Namespace:
    """What every benchmark can be told: a size, rounds, seconds, and databases."""
    parser = ArgumentParser(description=about, **more)
    parser.add_argument("--size", default=os.environ.get("SIZE", "small"), choices=SIZES)
    parser.add_argument("--rounds", type=int, default=int(os.environ.get("ROUNDS", "3")))
    parser.add_argument(
        "--seconds", type=float, default=float(os.environ.get("SECONDS", "1")), help="of a turn"
    )
    parser.add_argument("--database", action="append", choices=DATABASES, help="only this one")
    asked = parser.parse_args()
    asked.database = asked.database or list(DATABASES)
    return asked


@contextmanager
def grounds(
    size: str, databases: Sequence[str] = DATABASES, *, is_copy: bool = False
) -> Iterator[list[Ground]]:
    """The filled databases of that size, made on the first run; as copies for those who write."""
    with _server_if(POSTGRESQL in databases) as server:
        made = [_kept(name, size, server) for name in databases]
        if not is_copy:
            yield made
            return
        copies = [_copied(each, server) for each in made]
        try:
            yield copies
        finally:
            for each in copies:
                _forget(each, server)


@contextmanager
def hello() -> Iterator[Served]:
    """The reference, with gunicorn's two workers of four threads."""
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", "benchmarks._hello:app", "--bind", f"{HOST}:{port}",
        "--workers", "2", "--worker-class", "gthread", "--threads", "4", "--no-control-socket",
        "--log-level", "error",
    ]  # fmt: skip
    with running(command, {}) as process:
        wait_for(port, "/", process)
        yield Served(port, process)


@contextmanager
def site(
    ground: Ground, *, processes: int = 2, workers: int = 0, settings: Mapping[str, str] | None = None,
    command: Sequence[str] | None = None,
) -> Iterator[Served]:  # fmt: skip
    """The site on it, with that many web processes and workers; `command` to serve it by another one."""
    port = free_port()
    command = command or [
        sys.executable, "-m", "flask", "serve", "--host", HOST, "--port", str(port),
        "--processes", str(processes), "--workers", str(workers),
    ]  # fmt: skip
    with running(
        [each.format(port=port) for each in command], environment(ground, port) | (settings or {})
    ) as process:
        wait_for(port, "/panels", process)
        yield Served(port, process, ground.database)


def environment(ground: Ground, port: int) -> dict[str, str]:
    """The settings of a site on this ground, on that port, that limits nobody."""
    return {
        "FLASK_APP": "wsgi",
        "INSTANCE": str(ground.instance),
        "DATABASE_URL": ground.url,
        "BASE_URL": f"http://{HOST}:{port}",
        "RATE_LIMITS": "off",
    }


@contextmanager
def running(command: Sequence[str], settings: Mapping[str, str]) -> Iterator[psutil.Process]:
    """A command in a process of its own, ended with all that it has started."""
    own = {
        name: value for name, value in os.environ.items() if name not in ("SIZE", "ROUNDS", "SECONDS", "PORT")
    }
    path = {"PYTHONPATH": str(ROOT)}
    # A line for each request, as in production: written, but not where the tables are.
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"{command[2]}.log").open("w") as file:
        process = psutil.Popen(command, env=own | path | dict(settings), cwd=ROOT, stdout=file, stderr=file)
    try:
        yield process
    finally:
        started = tree_of(process) if process.is_running() else []
        with suppress(psutil.NoSuchProcess):
            process.terminate()
        _gone, left = psutil.wait_procs(started, timeout=15)
        for each in left:
            with suppress(psutil.NoSuchProcess):
                each.kill()


def wait_for(port: int, path: str, process: psutil.Process) -> None:
    """Come back when the server answers."""
    ends = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < ends:
        if process.poll() is not None:
            raise SystemExit(f"the server ended; see the *.log in {FOLDER}")
        with suppress(OSError):
            if ask(port, path)[0] == 200:
                return
        time.sleep(0.1)
    raise SystemExit(f"no answer at {path} within {STARTS_WITHIN:.0f} s")


def ask(
    port: int, path: str, headers: Mapping[str, str] | None = None
) -> tuple[int, Mapping[str, str], bytes]:
    """One page by itself: status, headers, body."""
    connection = HTTPConnection(HOST, port, timeout=30)
    try:
        connection.request("GET", path, headers=dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def asked(ground: Ground, look: Callable[[Flask], Found]) -> Found:
    """What somebody finds who looks into the database of the ground."""
    app = ground.app()
    with app.app_context():
        try:
            return look(app)
        finally:
            db.session.remove()
            db.engine.dispose()


def let_settle(ground: Ground) -> None:
    """As after a week of life: the jobs of every few minutes were done, and the rarer ones are not due yet.

    Else the first thing a worker met would be the daily jobs, with years of texts to be heard and counted,
    and on Mondays the digests of everybody.
    """

    def settle(_app: Flask) -> None:
        now = clock.now()
        with unit_of_work() as session:
            for job, period in SCHEDULE.items():
                if period >= RARELY:
                    session.merge(jobs.ScheduledJob(name=jobs.name_of(job), next_at=now + period))
            for zone, week in list_open_weeks(now):
                theirs = select(Member.id, literal(week.on), literal(now), literal([], JSON))
                session.execute(
                    insert(Digest).from_select(
                        ("member_id", "week_on", "composed_at", "parts"),
                        theirs.where(Member.time_zone == zone),
                    )
                )
        jobs.do_scheduled()
        jobs.do_owed()

    asked(ground, settle)


def sign_in(ground: Ground, member_ids: Sequence[int]) -> list[Browser]:
    """A browser for each of the members, as after signing in."""

    def begin(_app: Flask) -> dict[int, str]:
        return {each: members.begin_session(db.session.get_one(Member, each)) for each in member_ids}

    tokens = asked(ground, begin)
    app = ground.app()
    return [_browser(app, each, {"_user_id": token, "_fresh": True}) for each, token in tokens.items()]


def visit(ground: Ground) -> Browser:
    """A browser of nobody, for forms that visitors send."""
    return _browser(ground.app(), 0, {})


def _browser(app: Flask, member_id: int, values: Mapping[str, object]) -> Browser:
    with app.test_request_context():
        session.update(values)
        csrf_token = generate_csrf()
        answer = app.response_class()
        app.session_interface.save_session(app, session, answer)  # type: ignore[arg-type]
        return Browser(member_id, answer.headers["Set-Cookie"].partition(";")[0], csrf_token)


@contextmanager
def _server_if(is_wanted: bool) -> Iterator[postgres.PostgresServer | None]:  # noqa: FBT001 - its only question
    if not is_wanted:
        yield None
        return
    folder = FOLDER / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    server = postgres.start(durable=True, folder=folder)
    try:
        yield server
    finally:
        server.stop()


def _kept(name: str, size: str, server: postgres.PostgresServer | None) -> Ground:
    ground = _ground(name, f"bench_{size}", server)
    made = ground.instance / f"{name}.json"
    wanted = dict(SIZES[size])
    flask = [sys.executable, "-m", "flask"]
    settings = {**os.environ, **environment(ground, 8000), "PYTHONPATH": str(ROOT)}
    if not made.exists() or json.loads(made.read_text()) != wanted:
        _forget(ground, server)
        ground.instance.mkdir(parents=True, exist_ok=True)
        if server is not None and name == POSTGRESQL:
            server.create_database(f"bench_{size}")
        numbers = [f"--{each}={count}" for each, count in wanted.items()]
        began = time.perf_counter()
        for command in (["db", "upgrade"], ["seed", "scale", *numbers]):
            subprocess.run([*flask, *command], env=settings, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        print(f"{name}, {size}: filled in {time.perf_counter() - began:.0f} s", flush=True)
        made.write_text(json.dumps(wanted))
    else:
        subprocess.run([*flask, "db", "upgrade"], env=settings, cwd=ROOT, check=True, capture_output=True)
    return ground


def _ground(name: str, key: str, server: postgres.PostgresServer | None) -> Ground:
    instance = FOLDER / key / name.lower()
    if name == SQLITE or server is None:
        return Ground(name, f"sqlite:///{instance / 'community.db'}", instance)
    return Ground(name, server.url_of(key), instance, psutil.Process(server.handle.get_pid()))


def _copied(ground: Ground, server: postgres.PostgresServer | None) -> Ground:
    key = f"{ground.instance.parent.name}_copy"
    copy = _ground(ground.name, key, server)
    _forget(copy, server)
    shutil.copytree(ground.instance, copy.instance)
    if server is not None and ground.name == POSTGRESQL:
        server.create_database(key, template=ground.instance.parent.name)
    return copy


def _forget(ground: Ground, server: postgres.PostgresServer | None) -> None:
    shutil.rmtree(ground.instance, ignore_errors=True)
    if server is not None and ground.name == POSTGRESQL:
        server.drop_database(ground.url)
