"""Finding the cases whose time is nearly used up, or more than used up."""

from datetime import datetime

from sqlalchemy import Select, or_, select

from community.cases.models import Case
from community.infra.db import db
from community.members.models import Member, RoleGrant

# One run of the job; the next minute brings the rest.
BATCH = 500
# Whose work the triage desk is.
TRIAGE_ROLES = ("moderator", "admin")


def list_case_ids_to_remind(now: datetime) -> list[int]:
    """The cases whose owners are to be reminded by now."""
    statement = select(Case.id).where(Case.is_open, Case.remind_at <= now).order_by(Case.remind_at)
    return list(db.session.scalars(statement.limit(BATCH)))


def list_overdue_case_ids(now: datetime) -> list[int]:
    """The overdue cases that no second person has heard of."""
    statement = (
        select(Case.id)
        .where(Case.is_open, Case.due_at <= now, Case.escalated_at.is_(None))
        .order_by(Case.due_at)
    )
    return list(db.session.scalars(statement.limit(BATCH)))


def list_administrators(panel_id: int) -> list[int]:
    """Active administrators of the panel, then those of the site."""
    return list(
        db.session.scalars(
            select(RoleGrant.member_id)
            .join(Member, Member.id == RoleGrant.member_id)
            .where(
                RoleGrant.role == "admin",
                Member.state == "active",
                or_(RoleGrant.panel_id.is_(None), RoleGrant.panel_id == panel_id),
            )
            .order_by(RoleGrant.panel_id.is_(None), RoleGrant.member_id)
        )
    )


def ids_at_triage(panel_id: int) -> Select[int]:
    """The ids of those whose work the triage desk of a panel is."""
    return select(RoleGrant.member_id).where(
        RoleGrant.role.in_(TRIAGE_ROLES), or_(RoleGrant.panel_id.is_(None), RoleGrant.panel_id == panel_id)
    )
