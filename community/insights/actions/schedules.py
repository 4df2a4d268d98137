"""Reports by the clock: templates that are run every week or month, and who is told."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from community.activity.actions import record
from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.infra.errors import Invalid, Refusal
from community.insights import periods
from community.insights.actions import asking, templates
from community.insights.models import (
    RHYTHMS,
    ReportRecipient,
    ReportSchedule,
    ReportTemplate,
)
from community.insights.queries import schedules as queries
from community.insights.queries.templates import only_panel_id
from community.members.models import Member

logger = logging.getLogger(__name__)

RECIPIENTS_MOST = 50


def save_schedule(
    by: Member,
    *,
    template: ReportTemplate,
    rhythm: str,
    recipient_ids: Sequence[int],
) -> ReportSchedule:
    """Run the template by the clock from now on, on behalf of whoever says so, and tell these members."""
    if rhythm not in RHYTHMS:
        raise Invalid(_l("Please choose one of the options."), field="rhythm")
    with unit_of_work() as session:
        template = lock(ReportTemplate, template.id)
        readers = {each.id for each in queries.list_readers(template)}
        if template.archived_at is not None or not set(recipient_ids) <= readers:
            raise Invalid(_l("Please choose one of the options."), field="recipient_ids")
        if not 0 < len(set(recipient_ids)) <= RECIPIENTS_MOST:
            raise Invalid(_l("Please choose at least one person."), field="recipient_ids")
        schedule = queries.find_schedule_of(template)
        if schedule is None:
            schedule = ReportSchedule(template_id=template.id, rhythm=rhythm)
            session.add(schedule)
        else:
            schedule = lock(ReportSchedule, schedule.id)
        schedule.rhythm, schedule.made_by_id = rhythm, by.id
        schedule.next_at = periods.next_at(rhythm, clock.now())
        session.flush()
        session.execute(delete(ReportRecipient).where(ReportRecipient.schedule_id == schedule.id))
        session.add_all(
            ReportRecipient(schedule_id=schedule.id, member_id=each) for each in sorted(set(recipient_ids))
        )
        record(
            "report_schedule.saved",
            subject=schedule,
            actor=by,
            panel_id=only_panel_id(template),
            name=template.name,
            rhythm=rhythm,
            count=len(set(recipient_ids)),
        )
    return schedule


def pause_schedule(schedule: ReportSchedule, by: Member) -> None:
    """Stop running the template until somebody saves its schedule anew."""
    with unit_of_work():
        schedule = lock(ReportSchedule, schedule.id)
        if schedule.next_at is None:
            return
        _end(schedule, by=by, reason="paused")


def run_due() -> None:
    """Ask for the reports whose time has come, each once however many workers ask."""
    for schedule_id in queries.list_due_ids(now=clock.now()):
        _run(schedule_id)


def _run(schedule_id: int) -> None:
    with unit_of_work():
        schedule, now = lock(ReportSchedule, schedule_id), clock.now()
        due_at = schedule.next_at
        if due_at is None or due_at > now:
            return
        maker = queries.find_maker(schedule)
        template = schedule.template
        try:
            if maker is None:
                raise Invalid()
            asking.ask_for_report(
                maker,
                kind=template.kind,
                scope=templates.scope_of(template),
                locale=template.locale,
                name=template.name,
                template_id=template.id,
                schedule_id=schedule.id,
                due_at=due_at,
            )
        except Refusal:
            # Whoever set it up may not build it any more, or something it speaks of is gone.
            _end(schedule, by=None, reason="refused")
        else:
            # After a long standstill once, not once for each time that was missed.
            schedule.next_at = periods.next_at(schedule.rhythm, max(now, due_at + timedelta(seconds=1)))


def _end(schedule: ReportSchedule, *, by: Member | None, reason: str) -> None:
    schedule.next_at = None
    record(
        "report_schedule.ended",
        subject=schedule,
        actor=by,
        panel_id=only_panel_id(schedule.template),
        name=schedule.template.name,
        reason=reason,
    )
