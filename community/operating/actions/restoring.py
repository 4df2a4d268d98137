"""Bringing a copy back into an empty site: all of it, brought to this release and checked, or nothing."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from flask import current_app
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, text

from community.infra import jobs, keys, migrations, replacing
from community.infra.copying import filling, layout
from community.infra.db import db
from community.infra.files import written_whole
from community.operating.actions.backing_up import PURPOSE, SECRET, Stage
from community.operating.copies import archive, manifest
from community.operating.copies.archive import Damaged, Progress, Reader
from community.operating.copies.manifest import Manifest


@dataclass(frozen=True)
class Restored:
    """What was brought back; `remarks` are what somebody should look after."""

    row_count: int
    file_count: int
    remarks: Sequence[str]


class CannotRestore(Exception):
    """Why nothing was brought back; the site is as it was."""


def restore(
    path: Path,
    *,
    beside: Mapping[str, Callable[[bytes], None]],
    afterwards: Mapping[str, Callable[[], Sequence[str]]],
    stage: Stage,
) -> Restored:
    """Bring a copy back; `beside` takes what was kept beside the database, by file name.

    `afterwards` is done in the new database, each step under its name, before it is the site's; what these
    steps answer are remarks.
    """
    try:
        with archive.reading(path) as copy:
            page = copy.manifest
            _check_fits(page)
            with stage("Checking the copy") as show:
                copy.check(show)
            with stage("Files") as show:
                _bring_files(copy, show)
            for name, take in beside.items():
                if copy.has(name):
                    with copy.open(name) as source:
                        take(source.read())
            remarks = [*_bring_secret(copy)]
            with replacing.replaced():
                fill_tables(copy, stage=stage)
                with stage("Bringing it to this release"):
                    upgrade()
                for label, step in afterwards.items():
                    with stage(label):
                        remarks += step()
            return Restored(page.count_rows(), copy.count_uploads(), remarks)
    except (Damaged, filling.BrokenReference) as damaged:
        raise CannotRestore(f"the copy is damaged: {damaged}") from damaged
    except manifest.FromNewerRelease:
        raise CannotRestore("a newer release made this copy: install that one first") from None


def leave_as_found() -> None:
    """Take away what the command that was refused has made by beginning: an empty folder stays one."""
    instance, found = Path(current_app.config["INSTANCE"]), current_app.config["INSTANCE_FOUND"]
    with migrations.connected() as connection:
        has_tables = bool(layout.list_tables(connection))
    db.session.remove()
    db.engine.dispose()
    jobs.leave_queue(current_app._get_current_object())  # type: ignore[attr-defined]
    for name in _made_by_beginning(has_tables=has_tables):
        if name not in (found or ()):
            (instance / name).unlink(missing_ok=True)
    if found is None and not any(instance.iterdir()):
        instance.rmdir()


def _made_by_beginning(*, has_tables: bool) -> Iterator[str]:
    instance = Path(current_app.config["INSTANCE"])
    if has_tables:
        # Somebody has made a site of it since.
        return
    yield SECRET
    for setting in ("QUEUE_URL", "DATABASE_URL"):
        file = Path(str(current_app.config[setting]).removeprefix("sqlite:///"))
        if file.parent == instance:
            yield from (f"{file.name}{ending}" for ending in ("", "-wal", "-shm", "-journal"))


def is_empty() -> bool:
    """Whether nobody is in the site yet."""
    with migrations.connected() as connection:
        return "members" not in {
            table.name for table in layout.list_tables(connection)
        } or not connection.scalar(text("SELECT EXISTS (SELECT 1 FROM members)"))


def _check_fits(page: Manifest) -> None:
    if not migrations.is_known(page.revision):
        raise manifest.FromNewerRelease
    with migrations.connected() as connection:
        revision = migrations.standing(connection)
    if revision is not None and not migrations.is_known(revision):
        raise CannotRestore("a newer release has changed the database of this site")
    if not is_empty():
        raise CannotRestore("there are people in this site: a copy is brought back into an empty one only")


def fill_tables(copy: Reader, *, stage: Stage) -> None:
    """Make the tables of the copy's release in a database that is built anew, and fill them."""
    page = copy.manifest
    _build(page.revision)
    with replacing.by_hand() as connection:
        _check_same_tables(connection, page)
        with stage("Tables") as show, filling.laid_bare(connection):
            total, done = page.count_rows(), 0
            for table in page.tables:
                name = archive.name_of_table(table.name)
                with copy.open(name) as lines:
                    filling.fill(connection, table, lines)
                done += page.entries[name].rows or 0
                show(done, total)
        filling.count_on(connection, page.last_numbers)


def _build(revision: str) -> None:
    """Empty tables as they were when the copy was made."""
    with migrations.connected() as connection:
        standing = migrations.standing(connection)
    if standing is not None and int(standing) > int(revision):
        downgrade(revision=revision)
    else:
        upgrade(revision=revision)


def _check_same_tables(connection: Connection, page: Manifest) -> None:
    ours = {table.name: {column.name for column in table.columns} for table in layout.list_tables(connection)}
    theirs = {table.name: {column.name for column in table.columns} for table in page.tables}
    if ours != theirs:
        differing = sorted(name for name in ours.keys() | theirs if ours.get(name) != theirs.get(name))
        raise Damaged(f"its tables are not those of release step {page.revision}: {', '.join(differing)}")


def _bring_files(copy: Reader, show: Progress) -> None:
    folder = Path(current_app.config["UPLOAD_DIR"])
    files = list(copy.uploads())
    for done, (name, inside) in enumerate(files, start=1):
        target = folder / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        with copy.open(name) as source:
            _write(source, target)
        show(done, len(files))
    # Once for all of them: before rows name them they are safe on the disk.
    os.sync()


def _write(source: BinaryIO, target: Path) -> None:
    part = target.with_name(f".{target.name}.part")
    with part.open("wb") as file:
        shutil.copyfileobj(source, file)
    part.replace(target)


def _bring_secret(copy: Reader) -> Sequence[str]:
    """Put the key in its place if it is in the copy and the site was given none."""
    kept = Path(current_app.config["INSTANCE"]) / SECRET
    if copy.has(SECRET) and kept.exists() and kept.read_text().split()[:1] == keys.all_secrets()[-1:]:
        with copy.open(SECRET) as source, written_whole(kept) as file:
            shutil.copyfileobj(source, file)
        return []
    if any(manifest.is_of_secret(copy.manifest.secret, each) for each in keys.derived_from_all(PURPOSE)):
        return []
    return [
        "the copy was made under another SECRET_KEY: with this one everybody signs in anew, links in mails "
        "that were sent open nothing, and second factors cannot be read"
    ]
