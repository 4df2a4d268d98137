"""What members were given besides having a text hidden: warnings, pauses, suspensions."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from community.infra import clock
from community.infra.db import db, get_row
from community.members.models import Member
from community.moderation.models import Sanction

LIST_CAP = 50

_NEWEST = select(Sanction).order_by(Sanction.id.desc())


def get_sanction(sanction_id: int) -> Sanction:
    """The sanction with this number."""
    return get_row(Sanction, sanction_id)


def list_of_member(member_id: int) -> list[Sanction]:
    """What a member was ever given, the newest first."""
    return list(
        db.session.scalars(
            _NEWEST.where(Sanction.member_id == member_id).options(joinedload(Sanction.panel)).limit(LIST_CAP)
        )
    )


def list_pauses(member_id: int) -> list[Sanction]:
    """The pauses of the member that stand, the longest first."""
    return list(
        db.session.scalars(
            select(Sanction)
            .where(
                Sanction.member_id == member_id,
                Sanction.kind == "pause",
                Sanction.ended_at.is_(None),
                Sanction.until > clock.now(),
            )
            .options(joinedload(Sanction.panel))
            .order_by(Sanction.until.desc())
        )
    )


def list_of_decision(decision_id: int) -> list[Sanction]:
    """What rests on a decision."""
    return list(
        db.session.scalars(select(Sanction).where(Sanction.decision_id == decision_id).order_by(Sanction.id))
    )


def list_standing(*, panel_ids: set[int] | None = None) -> list[Sanction]:
    """Pauses and suspensions that stand now, the newest first, with their members; `None` for all panels."""
    statement = (
        _NEWEST.where(
            Sanction.kind != "warning",
            Sanction.ended_at.is_(None),
            or_(Sanction.until.is_(None), Sanction.until > clock.now()),
        )
        .options(
            joinedload(Sanction.member, innerjoin=True).lazyload(Member.roles), joinedload(Sanction.panel)
        )
        .limit(LIST_CAP)
    )
    if panel_ids is not None:
        statement = statement.where(Sanction.panel_id.in_(panel_ids))
    return list(db.session.scalars(statement))


def paused_until(member_id: int, *, panel_id: int | None, now: datetime) -> datetime | None:
    """Until when the longest pause that stands in this panel (None: everywhere) goes, if there is one."""
    return db.session.scalar(
        select(func.max(Sanction.until)).where(
            Sanction.member_id == member_id,
            Sanction.kind == "pause",
            Sanction.panel_id == panel_id if panel_id is not None else Sanction.panel_id.is_(None),
            Sanction.ended_at.is_(None),
            Sanction.until > now,
        )
    )


def list_standing_suspensions(member_id: int) -> list[Sanction]:
    """The suspensions of a member that stand."""
    return list(
        db.session.scalars(
            select(Sanction).where(
                Sanction.member_id == member_id, Sanction.kind == "suspension", Sanction.ended_at.is_(None)
            )
        )
    )
