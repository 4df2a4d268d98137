"""Bringing in files of texts: uploaded, their columns chosen, taken in piece by piece by whoever is free."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any, BinaryIO, NamedTuple

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import SQLAlchemyError

from community.activity.actions import record
from community.feedback import columns as column_names
from community.feedback.actions.intake import Words, take_in_all
from community.feedback.import_rows import MOST_IN_KEY, Draft, read_row
from community.feedback.models import FeedbackImport, RefusedRow
from community.feedback.queries import imports as queries
from community.feedback.refusals import RowRefused
from community.infra import clock, jobs
from community.infra.db import after_commit, lock, unit_of_work
from community.infra.errors import Conflict, Invalid, NotFound
from community.infra.files import Store
from community.infra.spreadsheet import Row, Sheet, Unreadable, open_sheet
from community.infra.text import clean_line
from community.members import addresses
from community.members.models import Member
from community.panels.models import Panel

logger = logging.getLogger(__name__)

# Rows of one transaction: few enough that nobody waits long for it, enough that its cost does not count.
PIECE = 300
# How long a worker stays with one import before it looks whether something else is owed.
STAY_SECONDS = 10.0
# A file whose columns nobody chooses is forgotten.
LEFT_BEHIND_AFTER = timedelta(days=1)
FIRST_ROWS = 5
NAME_MOST = 60
FILE_NAME_MOST = 200

Progress = Callable[[int, int], None]


class _Turn(NamedTuple):
    """What one worker goes on with: how far the import is, and what its columns are."""

    import_id: int
    panel_id: int
    name: str
    uses: Mapping[str, str]
    sheet: Sheet
    done_count: int
    row_count: int


def upload_import(
    by: Member | None, panel: Panel, *, name: str, file_name: str, source: BinaryIO
) -> FeedbackImport:
    """Keep a file that is a table, with a guess at its columns; Invalid if it is none."""
    name = clean_line(name)
    if not name or len(name) > NAME_MOST:
        raise Invalid(
            _l("Say in at most %(max)d characters where it comes from.", max=NAME_MOST), field="name"
        )
    store = _store()
    key = store.put_from(source, "table")
    try:
        sheet = open_sheet(store.path(key))
        with unit_of_work() as session:
            upload = FeedbackImport(
                panel_id=panel.id,
                name=name,
                file_name=clean_line(file_name)[-FILE_NAME_MOST:],
                key=key,
                header=list(sheet.columns),
                columns=column_names.guess(sheet.columns),
                made_by_id=by.id if by is not None else None,
            )
            session.add(upload)
            _note("feedback.uploaded", upload, by, file_name=upload.file_name)
    except BaseException:
        store.delete(key)
        raise
    return upload


def start_import(upload: FeedbackImport, *, uses: Mapping[str, str], by: Member | None = None) -> None:
    """Say what the columns are (use → column) and owe the import to the workers; Invalid if it cannot be."""
    check_columns(uses, upload.header)
    with unit_of_work():
        upload = lock(FeedbackImport, upload.id)
        if upload.state != "mapping":
            raise Conflict(_l("This import has been started already."))
        upload.columns, upload.state = dict(uses), "owed"
        _note("feedback.import_started", upload, by, columns=dict(uses))
        after_commit(jobs.wake)


def first_rows(upload: FeedbackImport) -> list[list[str]]:
    """The cells of the first rows of an uploaded file."""
    sheet = open_sheet(_store().path(upload.key))
    return [row.cells for row in islice(sheet.rows(), FIRST_ROWS)]


def check_columns(uses: Mapping[str, str], columns: Sequence[str]) -> None:
    """Invalid unless the text has a column, each is in the file, and none is used twice."""
    if not uses.get("text"):
        raise Invalid(_l("Choose the column that holds what was said."), field="text")
    given: set[str] = set()
    for use, column in uses.items():
        if column not in columns:
            raise Invalid(_l("There is no column “%(column)s” in this file.", column=column), field=use)
        if column in given:
            raise Invalid(_l("The column “%(column)s” is chosen twice.", column=column), field=use)
        given.add(column)


def forget_import(upload: FeedbackImport, *, by: Member | None = None) -> None:
    """Drop a file whose import was never started."""
    with unit_of_work() as session:
        upload = lock(FeedbackImport, upload.id)
        if upload.state != "mapping":
            raise Conflict(_l("This import has been started already."))
        _forget_file(upload)
        _note("feedback.import_forgotten", upload, by, file_name=upload.file_name)
        session.delete(upload)


def _note(kind: str, upload: FeedbackImport, by: Member | None, **data: Any) -> None:
    record(kind, subject=upload, actor=by, panel_id=upload.panel_id, name=upload.name, **data)


def forget_left_behind() -> None:
    """Drop the files that somebody uploaded and left."""
    for upload in queries.list_left_behind(since=clock.now() - LEFT_BEHIND_AFTER):
        try:
            forget_import(upload)
        except (Conflict, NotFound):
            continue


def import_owed() -> int:
    """Go on with the oldest import that is owed and say how many rows were gone through."""
    import_id = queries.find_owed_id()
    return go_on_with_import(import_id, seconds=STAY_SECONDS) if import_id is not None else 0


def go_on_with_import(
    import_id: int, *, seconds: float = float("inf"), on_progress: Progress = lambda _done, _total: None
) -> int:
    """Take in rows of an import until it is done or the time is over; says how much was done, 0 for nothing.

    Each piece is one transaction that also says how far the import is, so it goes on there after a crash;
    a worker that finds another one ahead leaves it to that one.
    """
    until = time.monotonic() + seconds
    try:
        turn = _begin(import_id)
        if turn is None:
            return 0
        done = turn.done_count
        rows = turn.sheet.rows(after=done)
        while piece := list(islice(rows, PIECE)):
            if not _take(turn, piece, done_before=done):
                return done - turn.done_count
            done += len(piece)
            on_progress(done, turn.row_count)
            if time.monotonic() > until:
                return done - turn.done_count
        _finish(import_id, done)
    except Unreadable as unreadable:
        _fail(import_id, unreadable.reason)
        return 1
    except NotFound:
        _fail(import_id, "gone")
        return 1
    except SQLAlchemyError:
        raise
    except Exception:
        # One file that nobody can read is not to hold up those behind it.
        logger.exception("import %s stopped", import_id)
        _fail(import_id, "stopped")
        return 1
    return done - turn.done_count


def _begin(import_id: int) -> _Turn | None:
    with unit_of_work():
        upload = lock(FeedbackImport, import_id)
        if upload.state not in ("owed", "running"):
            return None
        upload.state = "running"
    sheet = open_sheet(_store().path(upload.key))
    row_count = upload.row_count
    if row_count is None:
        row_count = sum(1 for _row in sheet.rows())
        with unit_of_work():
            lock(FeedbackImport, import_id).row_count = row_count
    return _Turn(import_id, upload.panel_id, upload.name, upload.columns, sheet, upload.done_count, row_count)


def _take(turn: _Turn, piece: Sequence[Row], *, done_before: int) -> bool:
    """Take in some rows; False, and nothing happens, if another worker was quicker."""
    refused: list[RefusedRow] = []
    drafts = list(_drafts(turn, piece, refused))
    with unit_of_work() as session:
        upload = lock(FeedbackImport, turn.import_id)
        if upload.state != "running" or upload.done_count != done_before:
            return False
        seen = queries.list_seen(turn.import_id, [draft.key for draft in drafts])
        authors = _Authors(turn.panel_id, drafts)
        texts: dict[str, Words] = {}
        for draft in drafts:
            try:
                if draft.has_own_key and (draft.key in seen or draft.key in texts):
                    raise RowRefused("repeated", given=draft.key)
                words = _words(draft, authors.find(draft.member))
            except RowRefused as refusal:
                refused.append(_refused(turn, piece[draft.number - piece[0].number], refusal))
            else:
                # The same words in the same row without a key are known the second time.
                texts.setdefault(draft.key, words)
        taken = take_in_all(
            list(texts.values()),
            source="import",
            source_name=turn.name,
            panel_id=turn.panel_id,
            import_id=turn.import_id,
        ).taken
        session.add_all(refused)
        upload.done_count += len(piece)
        upload.taken_count += taken
        upload.known_count += len(piece) - len(refused) - taken
        upload.refused_count += len(refused)
    return True


def _drafts(turn: _Turn, piece: Sequence[Row], refused: list[RefusedRow]) -> Iterator[Draft]:
    now = clock.now()
    for row in piece:
        try:
            yield read_row(row, turn.sheet.columns, turn.uses, now=now)
        except RowRefused as refusal:
            refused.append(_refused(turn, row, refusal))


def _refused(turn: _Turn, row: Row, refusal: RowRefused) -> RefusedRow:
    return RefusedRow(
        import_id=turn.import_id,
        number=row.line,
        reason=refusal.reason,
        values=refusal.values,
        cells=row.cells,
    )


class _Authors:
    """Who wrote the rows of one piece, looked up at once."""

    def __init__(self, panel_id: int, drafts: Sequence[Draft]) -> None:
        given = {draft.member for draft in drafts if draft.member}
        self._by_email, self._ids = (
            queries.find_authors(
                panel_id=panel_id,
                emails=[addresses.fold(name) for name in given if "@" in name],
                member_ids=[int(name) for name in given if _is_number(name)],
            )
            if given
            else ({}, frozenset())
        )

    def find(self, given: str) -> int | None:
        """The member that a row names, None for somebody without an account; RowRefused for a wrong number.

        Members who may not read the panel are as good as unknown: what is said in it is not shown to them as
        their own, and a file of addresses tells nobody who has an account.
        """
        if "@" in given:
            return self._by_email.get(addresses.fold(given))
        if not _is_number(given):
            return None
        if int(given) not in self._ids:
            raise RowRefused("unknown_member", given=given)
        return int(given)


def _is_number(given: str) -> bool:
    # Eighteen digits fit into any column.
    return given.isascii() and given.isdigit() and len(given) <= 18


def _words(draft: Draft, author_id: int | None) -> Words:
    return Words(
        source_id=draft.key,
        text=draft.text,
        title=draft.title,
        author_id=author_id,
        author_key="" if author_id is not None else draft.member[:MOST_IN_KEY],
        said_at=draft.said_at,
        rating=draft.rating,
        language=draft.language,
    )


def _finish(import_id: int, done: int) -> None:
    with unit_of_work():
        upload = lock(FeedbackImport, import_id)
        if upload.state == "running" and upload.done_count == done:
            upload.state, upload.finished_at = "done", clock.now()
            _forget_file(upload)
            record(
                "feedback.imported",
                subject=upload,
                actor=upload.made_by,
                panel_id=upload.panel_id,
                taken=upload.taken_count,
            )


def _fail(import_id: int, reason: str) -> None:
    with unit_of_work() as session:
        upload = session.get(FeedbackImport, import_id, with_for_update=True)
        # With its panel its imports go too.
        if upload is not None and upload.state in ("owed", "running"):
            upload.state, upload.error, upload.finished_at = "failed", reason, clock.now()
            _forget_file(upload)


def _forget_file(upload: FeedbackImport) -> None:
    store, key = _store(), upload.key
    upload.key = ""
    after_commit(lambda: store.delete(key))


def _store() -> Store:
    return Store(current_app.config["UPLOAD_DIR"])
