"""Asking for a report: checked, written down, and owed to the workers."""

from dataclasses import replace
from datetime import date, datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.infra import clock, jobs
from community.infra.db import after_commit, lock, unit_of_work
from community.infra.errors import Forbidden, Invalid, TooMany
from community.infra.language import text_in
from community.insights import kinds, policy
from community.insights.models import Report, ReportPanel
from community.insights.queries import reports as queries
from community.insights.queries import scopes
from community.insights.scope import Scope
from community.members.models import Member
from community.surveys import policy as survey_policy

TITLE_MOST = 160
YEARS_MOST = 10
# So many reports of one person wait or run at a time.
AT_ONCE = 5
EARLIEST = date(2000, 1, 1)


def ask_for_report(
    by: Member | None,
    *,
    kind: str,
    scope: Scope,
    locale: str,
    title: str = "",
    name: str = "",
    template_id: int | None = None,
    schedule_id: int | None = None,
    due_at: datetime | None = None,
) -> Report:
    """Owe a report to the workers; `by` is None for the command line, which may ask for all.

    Without a title it is called by the name, else by its survey or its kind, with its days behind.
    """
    with unit_of_work() as session:
        scope = check_scope(by, kind=kind, scope=scope)
        if by is not None and schedule_id is None:
            # Two that are asked for at once are counted one after the other.
            lock(Member, by.id)
            if queries.count_unfinished(by) >= AT_ONCE:
                raise TooMany(_l("Please wait until your other reports are done."))
        report = Report(
            kind=kind,
            title=title.strip()[:TITLE_MOST]
            or titled(name or _called(kind, scope, locale=locale), scope, locale=locale),
            settings=scope.to_settings(),
            locale=locale,
            template_id=template_id,
            schedule_id=schedule_id,
            due_at=due_at,
            asked_by_id=by.id if by is not None else None,
        )
        session.add(report)
        session.flush()
        session.add_all(ReportPanel(report_id=report.id, panel_id=each) for each in scope.panel_ids)
        record(
            "report.asked",
            subject=report,
            actor=by,
            panel_id=scope.panel_ids[0] if len(scope.panel_ids) == 1 else None,
            kind=kind,
            title=report.title,
        )
        after_commit(jobs.wake)
    return report


def check_scope(by: Member | None, *, kind: str, scope: Scope) -> Scope:
    """The scope with what its kind does not heed left out; Invalid or Forbidden if it cannot be reported."""
    chosen = kinds.KINDS.get(kind)
    if chosen is None:
        raise Invalid(_l("Please choose one of the options."), field="kind")
    scope = _heeded(scope, heeds=chosen.heeds | chosen.needs)
    if "survey" in chosen.needs:
        scope = _of_survey(by, scope)
    if not scope.panel_ids or scopes.has_unknown(scope):
        raise Invalid(_l("Please choose one of the options."), field="panel_ids")
    if by is not None and not policy.can_build_report(by, scope.panel_ids):
        raise Forbidden()
    _check_days(scope)
    return scope


def titled(name: object, scope: Scope, *, locale: str) -> str:
    """A name with the days of the scope behind it, as it is written in the language of the report."""
    with force_locale(locale):
        return str(
            _("%(name)s, %(days)s", name=name, days=scopes.days_in_words(scope.from_on, scope.until_on))
        )[:TITLE_MOST]


def _called(kind: str, scope: Scope, *, locale: str) -> object:
    survey = scopes.find_survey(scope.survey_id)
    return kinds.KINDS[kind].name if survey is None else text_in(survey.title, locale)


def _heeded(scope: Scope, *, heeds: frozenset[str]) -> Scope:
    return replace(
        scope,
        segment_ids=scope.segment_ids if "segments" in heeds else (),
        topic_ids=scope.topic_ids if "topics" in heeds else (),
        languages=scope.languages if "languages" in heeds else (),
        survey_id=scope.survey_id if "survey" in heeds else None,
        targets_id=scope.targets_id if "targets" in heeds else None,
        value_attribute=scope.value_attribute if "value" in heeds else "",
    )


def _of_survey(by: Member | None, scope: Scope) -> Scope:
    survey = scopes.find_survey(scope.survey_id)
    if survey is None or (by is not None and not survey_policy.can_read_results(by, survey)):
        raise Invalid(_l("Please choose one of the options."), field="survey_id")
    # Whoever reads the report reads of all whom the survey asked, over all the days it was open.
    first = survey.opened_at or clock.now()
    return replace(
        scope,
        panel_ids=tuple(survey.panel_ids),
        from_on=first.date(),
        until_on=max(first, survey.closed_at or clock.now()).date(),
    )


def _check_days(scope: Scope) -> None:
    if scope.until_on < scope.from_on:
        raise Invalid(_l("The last day lies before the first."), field="until_on")
    if scope.from_on > clock.today():
        raise Invalid(_l("The period has not begun."), field="from_on")
    if scope.from_on < EARLIEST or scope.day_count > YEARS_MOST * 366:
        raise Invalid(_l("Please choose a period of at most ten years."), field="from_on")
