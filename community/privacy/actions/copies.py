"""A copy of all that is held about a member: asked for, made by the worker, kept for some days."""

import json
import logging
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy.exc import SQLAlchemyError

from community.activity.actions import record
from community.infra import clock, jobs
from community.infra.db import after_commit, db, lock, unit_of_work
from community.infra.errors import NotFound
from community.infra.files import Store
from community.infra.own_data import OwnFile
from community.members.actions.accounts import check_own_password
from community.members.models import Member
from community.privacy import naming
from community.privacy.models import DataFile
from community.privacy.queries import gathering
from community.privacy.queries import wishes as queries

logger = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=7)


def ask_for_copy(member: Member, *, password: str) -> DataFile:
    """Owe the member a copy of their data; who asks again while it is made waits for the same one."""
    check_own_password(member, password, field="password")
    with unit_of_work() as session:
        locked = lock(Member, member.id)
        copy = queries.find_waiting_copy(locked)
        if copy is None:
            copy = DataFile(member_id=locked.id)
            session.add(copy)
            record("data_file.asked", subject=copy, actor=locked)
            after_commit(jobs.wake)
    return copy


def make_waiting() -> int:
    """Make the copy that has waited longest; 0 if none waits."""
    copy_id = queries.find_owed_copy_id()
    if copy_id is None:
        return 0
    make_copy(copy_id)
    return 1


def make_copy(copy_id: int) -> None:
    """Make one copy; of two workers at one the first to be done counts."""
    copy = db.session.get(DataFile, copy_id)
    if copy is None or copy.state != "owed":
        return
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "copy.zip"
            with force_locale(copy.member.locale):
                _write(path, copy.member)
            with path.open("rb") as file:
                key, size = _store().put_from(file, "zip"), path.stat().st_size
    except SQLAlchemyError:
        raise
    except Exception as error:
        # One copy that cannot be made is not to hold up those behind it.
        logger.exception("the copy %s could not be made", copy_id)
        _finish(copy_id, state="failed", error=type(error).__name__)
        return
    if not _finish(copy_id, state="done", key=key, size=size):
        _store().delete(key)


def path_of(copy: DataFile) -> Path:
    """Where the copy lies; NotFound if it is gone or its time is over."""
    if copy.file_key is None or copy.expires_at is None or copy.expires_at <= clock.now():
        raise NotFound()
    return _store().path(copy.file_key)


def forget_old_copies() -> None:
    """Delete the copies whose days are over; that they were asked for stays known."""
    for copy_id in queries.list_expired_copy_ids(now=clock.now()):
        with unit_of_work():
            copy = lock(DataFile, copy_id)
            key, copy.file_key = copy.file_key, None
        if key is not None:
            _store().delete(key)
    # A worker that is killed between a file and its row leaves a file that no row knows of.
    _store().delete_before(clock.now() - KEPT_FOR - timedelta(days=1))


def forget_file(key: str) -> None:
    """Remove the file of a copy whose row is gone."""
    _store().delete(key)


def _write(path: Path, member: Member) -> None:
    gathered = gathering.gather(member)
    page = render_template(
        "privacy/copy.html", member=member, gathered=gathered, titles=naming.DOMAINS, now=clock.now()
    )
    facts = json.dumps(gathering.as_json(gathered), ensure_ascii=False, indent=2, default=str)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("your-data.html", page)
        target.writestr("data.json", facts)
        _add_files(target, gathering.list_files(member))


def _add_files(target: zipfile.ZipFile, files: Sequence[OwnFile]) -> None:
    for file in files:
        target.write(file.path, f"files/{file.name}")


def _finish(copy_id: int, *, state: str, key: str | None = None, size: int = 0, error: str = "") -> bool:
    """Write down what became of a copy; False if somebody was quicker, or the member is gone meanwhile."""
    # Nothing that was read is held open while the result is written down.
    db.session.rollback()
    with unit_of_work() as session:
        copy = session.get(DataFile, copy_id, with_for_update=True)
        if copy is None or copy.state != "owed" or copy.member.state == "erased":
            return False
        copy.state, copy.file_key, copy.size, copy.error = state, key, size, error
        copy.ready_at, copy.expires_at = clock.now(), clock.now() + KEPT_FOR
        record("data_file.made", subject=copy, actor=None, state=state)
    return True


def _store() -> Store:
    return Store(Path(current_app.config["UPLOAD_DIR"]) / "copies")
