"""Files with one row per response: asked for, made by the worker, kept for some days."""

import logging
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import SQLAlchemyError

from community.activity.actions import record
from community.infra import clock, jobs, keys
from community.infra.db import after_commit, db, lock, unit_of_work
from community.infra.errors import Conflict, Invalid, NotFound
from community.infra.files import Store
from community.infra.language import text_in
from community.infra.spreadsheet import Cell, Variable, write_csv, write_sav, write_workbook
from community.members.models import Member
from community.surveys import exports, states
from community.surveys.exports import Layout
from community.surveys.models import EXPORT_FORMATS, Survey, SurveyExport
from community.surveys.queries import exporting as queries

logger = logging.getLogger(__name__)

# What is taken away is a copy: the answers themselves stay.
KEPT_FOR = timedelta(days=7)


def ask_for_file(survey: Survey, by: Member, *, file_format: str, locale: str) -> SurveyExport:
    """Owe a file of the survey's responses, with labels in this language, to the workers."""
    if file_format not in EXPORT_FORMATS:
        raise Invalid(_l("Please choose one of the options."), field="format")
    with unit_of_work() as session:
        survey = lock(Survey, survey.id)
        if states.is_building(survey.state):
            raise Conflict(_l("Nobody has answered yet: there is nothing to take away."))
        export = SurveyExport(survey_id=survey.id, format=file_format, locale=locale, asked_by_id=by.id)
        session.add(export)
        record(
            "survey.exported",
            subject=survey,
            actor=by,
            panel_id=survey.only_panel_id,
            format=file_format,
        )
        after_commit(jobs.wake)
    return export


def make_waiting() -> int:
    """Make the file that has waited longest; 0 if none waits."""
    export_id = queries.find_waiting_id()
    if export_id is None:
        return 0
    make_file(export_id)
    return 1


def make_file(export_id: int) -> None:
    """Make a file that was asked for; of two workers at one file the first to be done counts."""
    found = queries.find_export(export_id)
    if found is None:
        return
    export, survey = found
    store = _store()
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"responses.{export.format}"
            with force_locale(export.locale):
                row_count = _write(path, export, survey)
            with path.open("rb") as file:
                key = store.put_from(file, export.format)
    except SQLAlchemyError:
        raise
    except Exception:
        # One file that cannot be made is not to hold up those behind it.
        logger.exception("the file %s could not be made", export_id)
        _finish(export_id, state="failed")
        return
    # Nothing that was read is held open while the result is written down.
    db.session.rollback()
    if not _finish(export_id, state="done", key=key, row_count=row_count):
        store.delete(key)


def path_of(export: SurveyExport) -> Path:
    """Where a file that was made lies; NotFound if it is gone."""
    return _store().path(export.key or "")


def forget_old() -> None:
    """Delete the files that were made some days ago; that they were asked for stays known."""
    for export_id in queries.list_old(since=clock.now() - KEPT_FOR):
        try:
            with unit_of_work():
                export = lock(SurveyExport, export_id)
                store, key = _store(), export.key
                export.key = None
        except NotFound:
            continue
        # After the commit: a file without a row is found by nobody, a row without its file misleads.
        if key is not None:
            store.delete(key)


def _write(path: Path, export: SurveyExport, survey: Survey) -> int:
    layout = queries.get_layout(survey, locale=export.locale)
    answers = queries.each_answers(survey, secret=keys.kept("people in survey files"))
    if export.format == "sav":
        return write_sav(
            path,
            _variables(layout),
            (exports.row_of(layout, each, not_answered=exports.NOT_ANSWERED) for each in answers),
            title=text_in(survey.title, export.locale),
        )
    rows = (exports.row_of(layout, each) for each in answers)
    if export.format == "csv":
        return write_csv(path, _with_header(layout, rows))
    return write_workbook(
        path, {_("Responses"): _with_header(layout, rows), _("Codebook"): exports.codebook(layout)}
    )


def _with_header(layout: Layout, rows: Iterator[list[Cell]]) -> Iterator[list[Cell]]:
    yield exports.header(layout)
    yield from rows


def _variables(layout: Layout) -> list[Variable]:
    not_answered = {exports.NOT_ANSWERED: _("Not answered")}
    return [
        Variable(
            column.code,
            column.label,
            is_text=column.is_text,
            labels={**column.labels, **not_answered} if column.labels else {},
            missing=exports.NOT_ANSWERED if column.labels else None,
        )
        for column in layout.columns
    ]


def _finish(export_id: int, *, state: str, key: str | None = None, row_count: int | None = None) -> bool:
    """Write down what became of a file; False if somebody else was quicker or nobody wants it any more."""
    with unit_of_work() as session:
        export = session.get(SurveyExport, export_id, with_for_update=True)
        if export is None or export.state != "waiting":
            return False
        export.state, export.key, export.row_count, export.made_at = state, key, row_count, clock.now()
    return True


def _store() -> Store:
    return Store(current_app.config["UPLOAD_DIR"])
