"""How the workers make reports: collected in one view of the data, frozen, and their charts drawn."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace

from flask_babel import force_locale
from sqlalchemy.exc import SQLAlchemyError

from community.activity.actions import record
from community.infra import clock, language
from community.infra.db import db, insert_new, one_view, unit_of_work
from community.infra.errors import Refusal
from community.insights import charts, figures, kinds, suppression
from community.insights.actions import holding, rolling
from community.insights.actions.holding import Held, Lost
from community.insights.figures import Figure, Snapshot
from community.insights.kinds.contract import Cancelled, Collected, Progress
from community.insights.models import Report, ReportChart, ReportQuote
from community.insights.queries import looking, scopes
from community.insights.queries import reports as queries
from community.insights.queries.owed import UNFINISHED
from community.insights.scope import Scope

logger = logging.getLogger(__name__)

# Of a hundred steps so many are the collecting; the rest are the charts.
STEPS = 100
COLLECTING = 70
# How long whoever waits for another worker looks away.
PAUSE_SECONDS = 0.5

# Told how many of the hundred steps are done; raises Cancelled or Lost if it is not to go on.
Note = Callable[[int], None]


def make_until_done(report_id: int, *, on_progress: Progress) -> None:
    """Make reports until this one is finished, or wait for the worker that makes it; says how far it is."""
    while True:
        db.session.rollback()
        report = queries.get_report(report_id)
        if report.state not in UNFINISHED:
            return
        on_progress(report.done_count, max(1, report.step_count))
        if not make_owed(on_progress=on_progress):
            time.sleep(PAUSE_SECONDS)


def make_owed(*, on_progress: Progress = lambda _done, _total: None) -> int:
    """Make the report that has waited longest, or go on with one whose worker died; 0 if none is owed."""
    held = holding.take(Report)
    if held is None:
        return 0
    if held.is_hopeless:
        _fail(held, "killed")
        return 1

    def note(done: int) -> None:
        holding.go_on(held, done_count=done, step_count=STEPS)
        on_progress(done, STEPS)

    with holding.hold(held):
        try:
            _make(held, note)
        except Cancelled:
            _cancel(held)
        except Lost:
            logger.info("report %s is not held any more", held.id)
        except Refusal as refusal:
            _fail(held, str(refusal.message))
        except SQLAlchemyError:
            # The database may be back in a moment: the hold runs out, and it is tried again.
            raise
        except Exception:
            # One report that cannot be made is not to hold up those behind it.
            logger.exception("the report %s could not be made", held.id)
            _fail(held, "stopped")
    return 1


def _make(held: Held[Report], note: Note) -> None:
    report = queries.get_report(held.id)
    if report.data_at is None:
        _collect(held, report, note)
    snapshot = queries.get_snapshot(held.id)
    with force_locale(snapshot.locale):
        _draw(held, snapshot, note)
    _finish(held)


def _collect(held: Held[Report], report: Report, note: Note) -> None:
    scope = Scope.from_settings(report.settings)
    kind, title, locale = kinds.KINDS[report.kind], report.title, report.locale

    def progress(done: int, total: int) -> None:
        note(COLLECTING * done // max(1, total))

    note(0)
    # What the kinds ask for is counted ahead, so that the view is not open for long.
    rolling.prepare(scope, check=lambda: note(0))
    with one_view(), language.writing_to(locale):
        data_at = clock.now()
        collected = kind.collect(scope, progress, now=data_at)
        snapshot = Snapshot(
            kind=kind.key,
            title=title,
            locale=locale,
            filters=scopes.in_words(scope, heeds=kind.heeds | kind.needs),
            settings=scope.to_settings(),
            data_at=data_at.isoformat(),
            sample=collected.sample,
            warnings=list(dict.fromkeys((*looking.list_warnings(scope, kind), *collected.warnings))),
            summary=collected.summary,
            sections=[
                replace(section, figures=[suppression.sealed(figure) for figure in section.figures])
                for section in collected.sections
            ],
            definitions=collected.definitions,
        )
    _freeze(held, snapshot, collected)


def _freeze(held: Held[Report], snapshot: Snapshot, collected: Collected) -> None:
    text = figures.to_json(_without_quotes(snapshot))
    with unit_of_work() as session:
        report = holding.lock_held(held)
        report.snapshot, report.fingerprint = text, figures.fingerprint(text)
        report.data_at = queries.moment_of(snapshot)
        report.item_count, report.people_count = collected.n, collected.people
        report.done_count = COLLECTING
        session.add_all(
            ReportQuote(
                report_id=report.id,
                figure=figure.key,
                position=position,
                item_id=quote.item_id,
                text=quote.text,
                source=quote.source,
                language=quote.language,
                sentiment=quote.sentiment,
            )
            for figure in snapshot.figures()
            for position, quote in enumerate(figure.quotes)
        )


def _without_quotes(snapshot: Snapshot) -> Snapshot:
    """Quotes can be taken back, so they are kept apart from what never changes."""
    return replace(
        snapshot,
        sections=[
            replace(section, figures=[replace(figure, quotes=()) for figure in section.figures])
            for section in snapshot.sections
        ],
    )


def _draw(held: Held[Report], snapshot: Snapshot, note: Note) -> None:
    """Draw each chart that is not there yet, and keep it at once."""
    charted = [figure for figure in snapshot.figures() if figure.chart is not None]
    drawn = queries.list_drawn(held.id)
    for count, figure in enumerate(charted):
        note(COLLECTING + (STEPS - COLLECTING) * count // len(charted))
        if figure.key not in drawn:
            _draw_one(held, figure, locale=snapshot.locale)


def _draw_one(held: Held[Report], figure: Figure, *, locale: str) -> None:
    try:
        svg = charts.svg_of(figure, locale)
    except Exception:
        # The numbers of a figure stand in its table: a report without one of its charts is better than none.
        logger.exception("the chart %s of report %s could not be drawn", figure.key, held.id)
        return
    with unit_of_work():
        holding.lock_held(held)
        insert_new(ReportChart, [{"report_id": held.id, "figure": figure.key, "svg": svg}])


def _finish(held: Held[Report]) -> None:
    with unit_of_work():
        report = holding.lock_held(held)
        report.state, report.done_count, report.step_count = "done", STEPS, STEPS
        if report.finished_at is not None:
            # Only its charts were drawn anew (actions/forgetting.py): nobody is told again.
            return
        report.finished_at = clock.now()
        record(
            "report.made",
            subject=report,
            actor=None,
            panel_id=queries.only_panel_id(report),
            title=report.title,
        )


def _cancel(held: Held[Report]) -> None:
    with unit_of_work():
        report = holding.find_held(held)
        if report is not None:
            report.state, report.finished_at = "cancelled", clock.now()


def _fail(held: Held[Report], error: str) -> None:
    with unit_of_work():
        report = holding.find_held(held)
        if report is None:
            return
        report.state, report.error, report.finished_at = "failed", error[:200], clock.now()
        record(
            "report.failed",
            subject=report,
            actor=None,
            panel_id=queries.only_panel_id(report),
            title=report.title,
        )
