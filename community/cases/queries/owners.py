"""Reading who answers for what: owners to choose from, today's absences, teams and the owners of topics."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased

from community.cases import policy
from community.cases.dealing import Hands, Turns
from community.cases.models import Absence, Case, Team, TeamMember, WorkingHours
from community.feedback.models import Topic
from community.infra import clock
from community.infra.db import db, get_row
from community.members.models import Member, RoleGrant


class Owner(NamedTuple):
    """Somebody a case can be given to; `away_until` if they are given nothing by themselves today."""

    id: int
    name: str
    open_count: int
    away_until: date | None
    cover_name: str | None


def list_owners(panel_id: int) -> list[Owner]:
    """Who answers for the panel, by name, with how much they have and whether they are away."""
    cover, today = aliased(Member), company_day()
    open_count = (
        select(func.count())
        .where(Case.owner_id == Member.id, Case.is_open)
        .correlate(Member)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Member.id, Member.display_name, open_count, Absence.until_on, cover.display_name)
        .outerjoin(
            Absence,
            (Absence.member_id == Member.id) & (Absence.from_on <= today) & (Absence.until_on >= today),
        )
        .outerjoin(cover, cover.id == Absence.cover_id)
        .where(Member.id.in_(ids_of_owners(panel_id)), Member.state == "active")
        .order_by(Member.name_folded, Member.id, Absence.until_on.desc())
    )
    # Absences may lie over each other: the one that ends last counts.
    owners: dict[int, Owner] = {}
    for row in rows:
        owners.setdefault(row[0], Owner._make(row))
    return list(owners.values())


def find_owner(member_id: int | None, panel_id: int) -> Member | None:
    """The member if they answer for the panel."""
    member = db.session.get(Member, member_id) if member_id is not None else None
    return member if policy.can_own_cases(member, panel_id) else None


def ids_of_owners(panel_id: int | None = None) -> Select[int]:
    """The ids of those who answer for the panel, or for any."""
    statement = select(RoleGrant.member_id).where(RoleGrant.role.in_(policy.ROLES))
    if panel_id is None:
        return statement
    return statement.where(or_(RoleGrant.panel_id.is_(None), RoleGrant.panel_id == panel_id))


def these(member_ids: Collection[int]) -> Select[int]:
    """The ids of these members, to be used inside another statement."""
    return select(Member.id).where(Member.id.in_(member_ids))


def list_staff() -> list[Member]:
    """Everybody who answers for some panel, with their roles, by name."""
    return list(
        db.session.scalars(
            select(Member)
            .where(Member.id.in_(ids_of_owners()), Member.state == "active")
            .order_by(Member.name_folded, Member.id)
        )
    )


def get_hands(team_ids: Collection[int] = ()) -> Hands:
    """Who may be given a case today; these teams' rows stay locked until the unit of work ends."""
    return Hands(
        staff={member.id: member for member in list_staff()},
        away=list_away(company_day()),
        teams=_lock_teams(team_ids),
        topics=list_topic_owners(),
    )


def list_away(today: date) -> dict[int, int | None]:
    """Who is away on a day, and who covers for them."""
    rows = db.session.execute(
        select(Absence.member_id, Absence.cover_id)
        .where(Absence.from_on <= today, Absence.until_on >= today)
        .order_by(Absence.id)
    )
    away: dict[int, int | None] = {}
    for member_id, cover_id in rows:
        away[member_id] = away.get(member_id) or cover_id
    return away


def list_topic_owners() -> dict[int, tuple[int | None, int | None, int | None]]:
    """Topic → the one above it, its owner and its process owner."""
    rows = db.session.execute(select(Topic.id, Topic.parent_id, Topic.owner_id, Topic.process_owner_id))
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def get_working_hours() -> WorkingHours:
    """When the company works."""
    return get_row(WorkingHours, 1)


def company_zone() -> ZoneInfo:
    """The zone in which the company counts its days."""
    return ZoneInfo(get_working_hours().time_zone)


def company_day() -> date:
    """The day it is where the company works."""
    return clock.now().astimezone(company_zone()).date()


def _lock_teams(team_ids: Collection[int]) -> Mapping[int, Turns]:
    if not team_ids:
        return {}
    # In one order, so that two that deal out to the same teams wait for each other, and not in a ring.
    teams = db.session.scalars(
        select(Team)
        .where(Team.id.in_(team_ids), Team.archived_at.is_(None))
        .order_by(Team.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    loads: dict[int, int] = {}
    turns = {team.id: Turns(team.strategy, {}, loads) for team in teams}
    members = db.session.execute(
        select(TeamMember.team_id, TeamMember.member_id, TeamMember.last_given_at).where(
            TeamMember.team_id.in_(turns)
        )
    ).all()
    for team_id, member_id, last_given_at in members:
        turns[team_id].last_given[member_id] = last_given_at
    loads |= _loads({member_id for _team, member_id, _at in members})
    return turns


def _loads(member_ids: Collection[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(Case.owner_id, func.count())
        .where(Case.owner_id.in_(member_ids), Case.is_open)
        .group_by(Case.owner_id)
    )
    return {owner_id: count for owner_id, count in rows if owner_id is not None}
