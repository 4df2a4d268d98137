"""Does the database answer, has it this release's tables, can it be written, does it keep what it has?"""

import time
from collections.abc import Iterator

from flask import current_app
from sqlalchemy import false, func, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from community.activity.models import Activity
from community.infra import clock, jobs, logs, migrations
from community.infra.db import beside, db
from community.operating.queries.doctor.finding import Finding, broken, fine, warning

# The oldest that PostgreSQL itself still looks after.
OLDEST_POSTGRES = 14
_SLOW_SECONDS = 0.1
_CLOCKS_APART = 5.0


def check_connection() -> Iterator[Finding]:
    """Whether it answers, and how quickly."""
    url = make_url(current_app.config["DATABASE_URL"])
    try:
        with migrations.connected() as connection:
            connection.execute(text("SELECT 1"))
            # What pages meet is a connection that is open already.
            began = time.perf_counter()
            connection.execute(text("SELECT 1"))
            seconds = time.perf_counter() - began
            version = ".".join(map(str, connection.dialect.server_version_info or ()))
    except SQLAlchemyError as error:
        where = url.database if url.get_backend_name() == "sqlite" else f"{url.host or 'this machine'}"
        yield broken(
            "database",
            f"It does not answer ({where}): {logs.told_safely(error)}.",
            "Start it, and look whether DATABASE_URL names the right host, name, user and password.",
        )
        return
    name = "SQLite" if url.get_backend_name() == "sqlite" else "PostgreSQL"
    said = f"{name} {version} answers in {seconds * 1000:.0f} ms."
    if seconds > _SLOW_SECONDS:
        yield warning(
            "database", said, "Pages ask it several times: put it nearer, or look what keeps it busy."
        )
    else:
        yield fine("database", said)


def check_tables() -> Iterator[Finding]:
    """Whether they are those of this release."""
    with migrations.connected() as connection:
        standing = migrations.standing(connection)
    if standing == migrations.newest():
        yield fine("tables", f"They are those of this release ({standing}).")
    elif standing is not None and not migrations.is_known(standing):
        yield broken(
            "tables",
            f"A newer release made them ({standing}).",
            "Run that release; a database cannot go back to an older one.",
        )
    else:
        said = f"They are those of an older release ({standing})." if standing else "There are none."
        yield broken("tables", said, "Run `flask db upgrade`.")


def check_writing() -> Iterator[Finding]:
    """Whether it can be written to; nothing is changed."""
    try:
        with beside() as session:
            session.execute(update(jobs.ScheduledJob).where(false()).values(name=""))
    except SQLAlchemyError as error:
        yield broken(
            "writing",
            f"The database cannot be written to: {logs.told_safely(error)}.",
            "Look at the rights of its files and at the room on its disk; a standby is not to be written to.",
        )
    else:
        yield fine("writing", "The database can be written to.")


def check_settings() -> Iterator[Finding]:
    """Whether what was acknowledged outlives a power cut."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    with migrations.connected() as connection:
        if is_sqlite:
            journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
            if journal != "wal":
                yield broken(
                    "durability",
                    f"SQLite writes its journal as {journal}, so readers and writers wait for each other.",
                    "Put the database on a local disk: network disks cannot share the memory that WAL needs.",
                )
            else:
                yield fine("durability", "SQLite writes ahead (WAL), each commit through to the disk.")
            return
        shown = {
            name: str(connection.exec_driver_sql(f"SHOW {name}").scalar())
            for name in ("fsync", "full_page_writes", "synchronous_commit", "server_encoding")
        }
        version = connection.dialect.server_version_info or (0,)
    off = [name for name in ("fsync", "full_page_writes", "synchronous_commit") if shown[name] == "off"]
    if off:
        yield broken(
            "durability",
            f"PostgreSQL does not wait for the disk: {', '.join(off)} is off.",
            f"Set {', '.join(f'{name} = on' for name in off)} in postgresql.conf and reload it.",
        )
    else:
        yield fine("durability", "PostgreSQL writes each commit through to the disk.")
    if shown["server_encoding"] != "UTF8":
        yield broken(
            "encoding",
            f"The database keeps text as {shown['server_encoding']}, which has no Chinese.",
            "Make a database with ENCODING 'UTF8' and bring a copy back into it.",
        )
    if int(version[0]) < OLDEST_POSTGRES:
        yield warning(
            "version", f"PostgreSQL {version[0]} gets no corrections any more.", "Bring it up to date."
        )


def check_clock() -> Iterator[Finding]:
    """Whether this machine and the database agree what time it is, and time has not gone back."""
    newest = db.session.scalar(select(func.max(Activity.occurred_at)))
    ahead = (newest - clock.now()).total_seconds() if newest is not None else 0.0
    apart = 0.0
    if db.engine.dialect.name != "sqlite":
        told_at = db.session.scalar(select(func.clock_timestamp()))
        apart = abs((told_at - clock.now()).total_seconds()) if told_at is not None else 0.0
    if apart > _CLOCKS_APART:
        yield broken(
            "clock",
            f"This machine and the database are {apart:.0f} seconds apart.",
            "Let both ask the same time servers (NTP).",
        )
    elif ahead > _CLOCKS_APART:
        yield broken(
            "clock",
            f"What happened last is {ahead:.0f} seconds in the future: the clock was ahead or is behind.",
            "Let this machine ask time servers (NTP). What was written keeps its order, which is by number.",
        )
    else:
        yield fine("clock", "It agrees with the database.")
