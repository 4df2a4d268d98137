"""Files to take away: owed, made by the worker, called off, kept for some days.

Who makes what is in the table MAKERS. A file whose worker was killed is begun anew by another one.
"""

import errno
import logging
import shutil
import tempfile
import time
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import SQLAlchemyError

from community.infra import clock, jobs, language
from community.infra.db import after_commit, db, lock, unit_of_work
from community.infra.errors import Conflict, NotFound, TooMany, Unavailable
from community.infra.files import Store
from community.insights.actions import feedback_files, holding, report_files
from community.insights.actions.holding import Held, Lost
from community.insights.failures import CannotMake
from community.insights.files.contract import Made, Maker
from community.insights.kinds.contract import Cancelled, Progress
from community.insights.models import InsightFile
from community.insights.queries import files as queries
from community.members.models import Member

logger = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=7)
# Files that one person may have waiting or being made.
AT_ONCE = 3
# Saying how far it is costs a transaction.
TELL_EVERY_SECONDS = 0.5
_BEGUN = ".making-"
# Full disks and full quotas.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


# What a file is of → who makes it.
MAKERS: Mapping[str, Maker] = {
    "report": report_files.make,
    "feedback": feedback_files.make,
}


def owe_file(file: InsightFile, by: Member) -> None:
    """Owe a new file to the workers, in the asking action's unit of work; TooMany if others are under way."""
    with unit_of_work() as session:
        lock(Member, by.id)
        if queries.count_unfinished(by) >= AT_ONCE:
            raise TooMany(_l("Please wait until your other files are made."))
        file.asked_by_id = by.id
        session.add(file)
        session.flush()
        after_commit(jobs.wake)


def make_owed() -> int:
    """Make the file that has waited longest, or anew the one whose worker died; 0 if none is owed."""
    held = holding.take(InsightFile)
    if held is None:
        return 0
    if held.is_hopeless:
        _end(held, state="failed", error="killed")
        return 1
    with holding.hold(held):
        try:
            _make(held)
        except Cancelled:
            _end(held, state="cancelled")
        except Lost:
            logger.info("file %s is not held any more", held.id)
        except CannotMake as cannot:
            _end(held, state="failed", error=cannot.reason)
        except SQLAlchemyError:
            # The database may be back in a moment: the hold runs out, and it is tried again.
            raise
        except Exception as error:
            # One file that cannot be made is not to hold up those behind it.
            logger.exception("the file %s could not be made", held.id)
            _end(held, state="failed", error="disk" if _is_full(error) else "stopped")
    return 1


def cancel_file(file: InsightFile) -> None:
    """Call a file off; one that is being made stops at its next step."""
    with unit_of_work():
        file = lock(InsightFile, file.id)
        if file.state == "waiting":
            file.state, file.made_at = "cancelled", clock.now()
        elif file.state == "running":
            file.cancel_asked_at = clock.now()
        elif file.state != "cancelled":
            raise Conflict(_l("It is made already."))


def path_of(file: InsightFile) -> Path:
    """Where a file that was made lies; NotFound if it is gone."""
    return _store().path(file.key or "")


def forget_file(file_id: int) -> None:
    """Delete a file that was made; that it was asked for stays known.

    One that is being made may have read already what is to go: it is begun anew.
    """
    try:
        with unit_of_work():
            file = lock(InsightFile, file_id)
            if file.state == "running":
                file.state, file.held_until = "waiting", None
            if file.key is not None:
                # After the commit: a file without a row is found by nobody, a row without its file misleads.
                after_commit(partial(_store().delete, file.key))
                file.key = None
    except NotFound:
        return


def forget_files_of(report_id: int) -> None:
    """Delete the files that were made of a report, and begin anew those that are being made."""
    for file_id in queries.list_begun_ids(report_id):
        forget_file(file_id)


def forget_old() -> None:
    """Delete files whose days are over or that quote who took it back, and what killed workers left."""
    for file_id in queries.list_old_ids(clock.now() - KEPT_FOR):
        forget_file(file_id)
    for file in queries.list_quoting():
        if queries.has_lost_quotes(file):
            forget_file(file.id)
    _store().delete_before(clock.now() - KEPT_FOR - timedelta(days=1))
    _forget_begun()


def _make(held: Held[InsightFile]) -> None:
    tell = _tell_progress(held)
    tell(0, 0)
    wanted = queries.get_wanted(held.id)
    store = _store()
    store.root.mkdir(parents=True, exist_ok=True)
    # Beside where it will lie: the system's folder for temporary files may be in memory.
    with tempfile.TemporaryDirectory(dir=store.root, prefix=_BEGUN) as folder:
        path = Path(folder) / f"file.{wanted.format}"
        with language.writing_to(wanted.locale):
            made = MAKERS["feedback" if wanted.report_id is None else "report"](path, wanted, tell)
        size = path.stat().st_size
        with path.open("rb") as file:
            key = store.put_from(file, wanted.format)
    try:
        _keep(held, key, size=size, made=made)
    except BaseException:
        store.delete(key)
        raise


def _forget_begun() -> None:
    """What killed workers had begun can be large, and nobody goes on with it."""
    for folder in _store().root.glob(f"{_BEGUN}*"):
        if folder.stat().st_mtime < (clock.now() - timedelta(days=1)).timestamp():
            shutil.rmtree(folder, ignore_errors=True)


def _tell_progress(held: Held[InsightFile]) -> Progress:
    told_at = float("-inf")

    def tell(done: int, total: int) -> None:
        nonlocal told_at
        if time.monotonic() < told_at + TELL_EVERY_SECONDS:
            return
        told_at = time.monotonic()
        holding.go_on(held, done_count=done, row_count=total)

    return tell


def _keep(held: Held[InsightFile], key: str, *, size: int, made: Made) -> None:
    # Nothing that was read is held open while the result is written down.
    db.session.rollback()
    with unit_of_work():
        file = holding.lock_held(held)
        file.state, file.key, file.byte_count, file.made_at = "done", key, size, clock.now()
        file.row_count, file.done_count = made.row_count, made.row_count or 0
        file.quotes_mark = made.quotes_mark


def _end(held: Held[InsightFile], *, state: str, error: str = "") -> None:
    db.session.rollback()
    with unit_of_work():
        file = holding.find_held(held)
        if file is not None:
            file.state, file.error, file.made_at = state, error, clock.now()


def _is_full(error: BaseException | None) -> bool:
    """Whether the disk is what refused; the store says so with an error of its own."""
    while error is not None:
        if isinstance(error, Unavailable) or (isinstance(error, OSError) and error.errno in _NO_ROOM):
            return True
        error = error.__cause__
    return False


def _store() -> Store:
    return Store(Path(current_app.config["UPLOAD_DIR"]) / "insights")
