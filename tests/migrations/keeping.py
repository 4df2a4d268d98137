"""Keeps a release's demo community for the tests of later ones: python -m tests.migrations.keeping INSTANCE.

INSTANCE is a folder that the release's own `flask db upgrade` and `flask seed demo` have filled, on SQLite.
What is told and sent is most of it and says little: of that some rows are kept. See CONTRIBUTING.md.
"""

import json
import shutil
import sqlite3
import sys
import tempfile
import zipfile
from contextlib import closing
from pathlib import Path

from community import create_app
from community.operating.actions import backing_up
from community.operating.copies import archive, manifest
from tests.operating.quiet import quietly

KEPT = Path(__file__).parent / "kept"
FEW = {
    "activities": 150,
    "digests": 12,
    "idea_neighbours": 60,
    "learned_facts": 40,
    "notices": 80,
    "outgoing_mails": 15,
    "owed_reactions": 60,
    "sightings": 60,
    "visit_days": 60,
}
# A row for every so many, so that those kept are of all times.
SPREAD = 97


def main() -> None:
    """Write the copy under the name of the release's last migration."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(Path(sys.argv[1]) / "community.db", folder)
        with closing(sqlite3.connect(folder / "community.db", isolation_level=None)) as database:
            shorten(database)
        with create_app({"INSTANCE": folder}).app_context():
            backing_up.back_up(folder / "copy", beside={}, has_secret=False, stage=quietly)
        with archive.reading(folder / "copy") as copy:
            target = KEPT / f"{copy.manifest.revision}.zip"
        pack(folder / "copy", target)
    print(target, target.stat().st_size)  # noqa: T201 - a script


def shorten(database: sqlite3.Connection) -> None:
    """Leave few rows in tables that nothing is counted from, and what leads to none that is gone."""
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    for (trigger,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        database.execute(f"DROP TRIGGER {trigger}")
    for table in tables & FEW.keys():
        kept = f"SELECT rowid FROM {table} ORDER BY rowid % {SPREAD}, rowid LIMIT {FEW[table]}"
        database.execute(f"DELETE FROM {table} WHERE rowid NOT IN ({kept})")
    while broken := database.execute("PRAGMA foreign_key_check").fetchall():
        for table, row, *_rest in broken:
            database.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))
    unread = "SELECT count(*) FROM notices WHERE member_id = members.id AND read_at IS NULL"
    database.execute(f"UPDATE members SET unread_count = ({unread})")


def pack(copy: Path, target: Path) -> None:
    """The same copy, as small as it gets."""
    with zipfile.ZipFile(copy) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_LZMA) as packed:
        for name in [*sorted(json.loads(source.read(manifest.NAME))["entries"]), manifest.NAME]:
            packed.writestr(zipfile.ZipInfo(name), source.read(name), zipfile.ZIP_LZMA)


if __name__ == "__main__":
    main()
