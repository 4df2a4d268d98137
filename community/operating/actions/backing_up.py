"""A copy of all that the site holds, of one moment, while it runs."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from flask import current_app
from sqlalchemy import Connection

from community.infra import clock, keys, migrations
from community.infra.copying import layout, reading
from community.infra.copying.layout import Table
from community.infra.db import one_view
from community.infra.files import written_whole
from community.operating.copies import archive, manifest
from community.operating.copies.archive import Progress, Writer

SECRET = "secret_key"  # noqa: S105 - the name of a file
PURPOSE = "copies of the site"

# A step of the work, which then says how far it is.
Stage = Callable[[str], AbstractContextManager[Progress]]


@dataclass(frozen=True)
class Made:
    """What a new copy holds."""

    row_count: int
    file_count: int
    size: int


class CannotCopy(Exception):
    """Why there is no copy."""


def back_up(path: Path, *, beside: Mapping[str, Callable[[], bytes]], has_secret: bool, stage: Stage) -> Made:
    """Write a copy of the database and the uploaded files, and of what is kept `beside` them, by file name.

    It is under its name as a whole, checked and safe on the disk, or not at all.
    """
    with written_whole(path) as file:
        copy = Writer(file)
        try:
            page = _write(copy, beside, has_secret=has_secret, stage=stage)
        except BaseException:
            copy.abandon()
            raise
        file.flush()
        # What a full disk or a bad one made of it is found now, not on the day on which it is needed.
        with stage("Checking the copy") as show, archive.reading(file) as written:
            written.check(show)
            file_count = written.count_uploads()
        return Made(page.count_rows(), file_count, file.seek(0, 2))


def _write(
    copy: Writer, beside: Mapping[str, Callable[[], bytes]], *, has_secret: bool, stage: Stage
) -> manifest.Manifest:
    folder = Path(current_app.config["UPLOAD_DIR"])
    # A file never changes, is written before the row that names it and removed after it: with those from
    # before the view and those that came until it, none is missing that a row of the view names.
    before = _files_in(folder)
    with stage("Copying files") as show:
        _add_files(copy, folder, before, show)
    with one_view() as session:
        connection = session.connection()
        reading.speak_plainly(connection)
        standing = _files_in(folder)
        page = _begin(connection)
        with stage("Copying tables") as show:
            _add_tables(copy, connection, page.tables, show)
    with stage("Copying files that came meanwhile") as show:
        _add_files(copy, folder, standing - before, show)
    for gone in before - standing:
        copy.forget(archive.name_of_upload(gone))
    for name, read in beside.items():
        copy.add(name, [read()])
    if has_secret:
        # Those that are still valid as well, the newest first, as the file of the instance folder has them.
        copy.add(SECRET, ["\n".join(reversed(keys.all_secrets())).encode()])
    copy.finish(page)
    return page


def _begin(connection: Connection) -> manifest.Manifest:
    revision = migrations.standing(connection)
    if revision is None:
        raise CannotCopy("there is no site in this database")
    if not migrations.is_known(revision):
        raise CannotCopy("a newer release has changed this database: use that one")
    return manifest.Manifest(
        revision=revision,
        made_at=clock.now().isoformat(),
        database=connection.dialect.name,
        secret=manifest.of_secret(keys.derived(PURPOSE)),
        tables=layout.list_tables(connection),
        last_numbers=reading.last_numbers(connection),
    )


def _add_tables(copy: Writer, connection: Connection, tables: Sequence[Table], show: Progress) -> None:
    counts = {table.name: reading.count_rows(connection, table) for table in tables}
    total, done = sum(counts.values()), 0
    for table in tables:

        def chunks(table: Table = table, before: int = done) -> Iterator[bytes]:
            ready = before
            for chunk in reading.each_chunk(connection, table):
                yield chunk
                ready += chunk.count(b"\n")
                show(ready, total)

        entry = copy.add(archive.name_of_table(table.name), chunks(), is_table=True)
        if entry.rows != counts[table.name]:
            raise CannotCopy(f"{entry.rows} rows of {table.name} were read of {counts[table.name]}")
        done += counts[table.name]


def _files_in(folder: Path) -> set[PurePosixPath]:
    """All files but those that are being written."""
    return {
        PurePosixPath(path.relative_to(folder).as_posix())
        for path in folder.rglob("*")
        if not path.name.startswith(".") and path.is_file()
    }


def _add_files(copy: Writer, folder: Path, files: Set[PurePosixPath], show: Progress) -> None:
    for done, inside in enumerate(sorted(files), start=1):
        # What was removed since it was listed is missed by nobody; see above.
        with suppress(FileNotFoundError), (folder / inside).open("rb") as source:
            copy.add(archive.name_of_upload(inside), archive.chunks_of(source))
        show(done, len(files))
