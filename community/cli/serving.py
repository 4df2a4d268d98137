"""Commands that run the site."""

import logging
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from community.activity import queries as activity_queries
from community.infra import jobs, migrations
from community.infra.db import db
from community.infra.security import LOCAL_HOSTS
from community.infra.serving import listening as sockets
from community.infra.serving import supervising, web
from community.insights.queries import owed as owed_reports

# How much a process may hold before it is replaced: far more than pages need; reports and models take more.
HEAVIEST_WEB = 400 * 1024**2
HEAVIEST_WORKER = 1500 * 1024**2
# What takes longer to load hangs somewhere.
CHECK_SECONDS = 120.0
# Needs nothing but the database, and most of what all pages need.
READ_AHEAD = "panels.index"

logger = logging.getLogger(__name__)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--socket", "path", type=click.Path(path_type=Path), help="A Unix socket instead.")
@click.option("--processes", default=1, show_default=True, type=click.IntRange(min=1), help="Web processes.")
@click.option(
    "--threads",
    default=4,
    show_default=True,
    type=click.IntRange(min=1),
    help="How many requests a web process answers at once.",
)
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(min=0),
    help="Workers; 0 if they run elsewhere.",
)
@click.option("--check", is_flag=True, help="Only say whether it would start.")
@with_appcontext
def serve(
    host: str, port: int, path: Path | None, processes: int, threads: int, workers: int, check: bool
) -> None:
    """Run the site and its workers until stopped (SIGTERM); SIGHUP loads a new release without a pause.

    A process that dies or grows is replaced.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if not migrations.is_current():
        raise click.ClickException("The database is not that of this release: run `flask db upgrade` first.")
    if check:
        return
    listening = _listen(host, port, path)
    base = app.config["BASE_URL"]
    known_as = f", to be reached as {base}" if urlsplit(base).hostname not in LOCAL_HOSTS else ""
    limits = web.Limits(threads, app.config["MAX_CONTENT_LENGTH"])
    _read_ahead(app)
    # The processes to come must not share what is connected here.
    for engine in db.engines.values():
        engine.dispose()
    jobs.leave_queue(app)

    def answer(say: supervising.Say) -> None:
        web.run(
            app,
            listening,
            limits,
            on_ready=lambda: say(supervising.READY),
            on_stuck=lambda: say(supervising.REPLACE),
        )

    def follow(say: supervising.Say) -> None:
        listening.close()
        say(supervising.READY)
        jobs.run_worker(app)

    supervising.Supervisor(
        kinds={
            "web": supervising.Kind(processes, answer, web.RETIRE, HEAVIEST_WEB),
            "worker": supervising.Kind(workers, follow, signal.SIGTERM, HEAVIEST_WORKER),
        },
        on_ready=lambda: click.echo(f"Sounding Board at {sockets.address(listening)}{known_as}"),
        check=would_start,
        kept=(listening.fileno(),),
    ).run()
    if path is not None:
        path.unlink(missing_ok=True)


def _read_ahead(app: Flask) -> None:
    """Write a page for nobody: what has been read for it here, the processes to come share."""
    try:
        with app.app_context(), app.test_request_context():
            app.view_functions[READ_AHEAD]()
    except Exception:
        # Whoever asks for the page will be told.
        logger.exception("%s cannot be written", READ_AHEAD)


def would_start() -> bool:
    """Whether the release that is there now would start; while that is tried, no process is looked after."""
    try:
        tried = subprocess.run([sys.executable, *sys.orig_argv[1:], "--check"], timeout=CHECK_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    except OSError as error:
        # No memory for one more process, or Python itself is being replaced.
        logger.error("the new release cannot be tried: %s", error.strerror)
        return False
    return tried.returncode == 0


def _listen(host: str, port: int, path: Path | None) -> socket.socket:
    if kept := supervising.handed_over_sockets():
        return sockets.adopt(kept[0])
    if given := sockets.given():
        return given
    try:
        return sockets.listen_locally(path) if path else sockets.listen(host, port)
    except OSError as error:
        where = path or f"{host}:{port}"
        raise click.ClickException(f"Cannot listen on {where}: {error.strerror}.") from None


@click.command()
@click.option("--until-idle", is_flag=True, help="Do all that is owed now, then stop.")
@with_appcontext
def work(until_idle: bool) -> None:
    """Follow what happened, send mail and run the schedule."""
    if not until_idle:
        jobs.run_worker(current_app._get_current_object())  # type: ignore[attr-defined]
        return
    done = jobs.do_scheduled() + jobs.do_owed()
    # What a worker that died had taken is free again within seconds: "all that is owed" includes it.
    while (pause := _seconds_until_idle()) is not None:
        time.sleep(pause + 0.05)
        done += jobs.do_owed()
    click.echo(f"{done} things done")


def _seconds_until_idle() -> float | None:
    pauses = (activity_queries.seconds_until_idle(), owed_reports.seconds_until_free())
    return min((pause for pause in pauses if pause is not None), default=None)
