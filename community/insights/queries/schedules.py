"""Schedules: when they run next, on whose behalf, and who is told."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from community.infra.db import db
from community.insights import policy
from community.insights.models import Report, ReportRecipient, ReportSchedule, ReportTemplate
from community.insights.queries.doors import can_use
from community.insights.queries.panels import list_panel_ids
from community.members.models import Member, RoleGrant


def list_schedules(viewer: Member) -> list[ReportSchedule]:
    """The schedules of templates whose reports the viewer may build, the next one first."""
    schedules = db.session.scalars(
        select(ReportSchedule)
        .join(ReportSchedule.template)
        .where(ReportTemplate.archived_at.is_(None))
        .options(joinedload(ReportSchedule.template))
        .order_by(ReportSchedule.next_at.is_(None), ReportSchedule.next_at, ReportSchedule.id)
    )
    return [each for each in schedules if can_use(each.template, viewer)]


def find_schedule_of(template: ReportTemplate) -> ReportSchedule | None:
    """What runs the template, maybe paused; None if nothing ever did."""
    return db.session.scalar(
        select(ReportSchedule)
        .where(ReportSchedule.template_id == template.id)
        .order_by(ReportSchedule.id)
        .limit(1)
        .execution_options(populate_existing=True)
    )


def list_recipients(schedule_ids: Sequence[int]) -> Mapping[int, list[Member]]:
    """Who is told, by schedule."""
    rows = db.session.execute(
        select(ReportRecipient.schedule_id, Member)
        .join(Member, Member.id == ReportRecipient.member_id)
        .where(ReportRecipient.schedule_id.in_(schedule_ids))
        .options(selectinload(Member.roles))
        .order_by(Member.display_name, Member.id)
    )
    told: dict[int, list[Member]] = {each: [] for each in schedule_ids}
    for schedule_id, member in rows:
        told[schedule_id].append(member)
    return told


def list_readers(template: ReportTemplate) -> list[Member]:
    """Those who may read the template's reports, by name."""
    holders = db.session.scalars(
        select(Member)
        .where(
            Member.state == "active",
            Member.id.in_(select(RoleGrant.member_id).where(RoleGrant.role.in_((*policy.READERS, "admin")))),
        )
        .options(selectinload(Member.roles))
        .order_by(Member.display_name, Member.id)
    )
    return [each for each in holders if policy.can_read_report(each, template.settings["panel_ids"])]


def find_schedule(schedule_id: int) -> ReportSchedule | None:
    """The schedule, for what follows by itself; None if it is gone."""
    return db.session.get(ReportSchedule, schedule_id)


def list_told_of(report: Report) -> list[int]:
    """The recipients of the report's schedule who may read the report as they stand now."""
    told = db.session.scalars(
        select(Member)
        .join(ReportRecipient, ReportRecipient.member_id == Member.id)
        .where(ReportRecipient.schedule_id == report.schedule_id)
        .options(selectinload(Member.roles))
    )
    panel_ids = list_panel_ids(report.id)
    return [each.id for each in told if policy.can_read_report(each, panel_ids)]


def list_due_ids(*, now: datetime) -> list[int]:
    """The schedules whose time has come."""
    due = select(ReportSchedule.id).where(ReportSchedule.next_at <= now).order_by(ReportSchedule.id)
    return list(db.session.scalars(due))


def find_maker(schedule: ReportSchedule) -> Member | None:
    """On whose behalf it runs; None if they are gone."""
    return db.session.get(Member, schedule.made_by_id) if schedule.made_by_id is not None else None
