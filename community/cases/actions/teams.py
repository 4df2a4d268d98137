"""Teams that share work, and the days on which somebody is away."""

from collections.abc import Collection
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, exists, select
from sqlalchemy.exc import IntegrityError

from community.activity.actions import record
from community.activity.changes import columns_of, compare
from community.cases.models import Absence, RoutingRule, Team, TeamMember
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.members.models import Member


def save_team(
    team: Team | None, *, by: Member, name: str, strategy: str, member_ids: Collection[int]
) -> Team:
    """Change a team or form one; whoever stays in it keeps their turn. Invalid if the name is taken."""
    with unit_of_work() as session:
        row = lock(Team, team.id) if team is not None else Team()
        before = columns_of(row, "name", "strategy") if team is not None else {}
        row.name, row.strategy = name, strategy
        session.add(row)
        try:
            session.flush()
        except IntegrityError:
            raise Invalid(_l("This name is taken."), field="name") from None
        standing = set(session.scalars(select(TeamMember.member_id).where(TeamMember.team_id == row.id)))
        gone = standing.difference(member_ids)
        session.execute(
            delete(TeamMember).where(TeamMember.team_id == row.id, TeamMember.member_id.in_(gone))
        )
        session.add_all(
            TeamMember(team_id=row.id, member_id=member_id)
            for member_id in sorted(set(member_ids).difference(standing))
        )
        before["members"] = sorted(standing)
        after = {"name": name, "strategy": strategy, "members": sorted(set(member_ids))}
        record("team.changed", subject=row, actor=by, name=row.name, **compare(before, after))
    return row


def archive_team(team: Team, *, by: Member) -> None:
    """Deal out nothing to a team any more; Conflict while a rule names it."""
    with unit_of_work():
        row = lock(Team, team.id)
        if db.session.scalar(select(exists().where(RoutingRule.team_id == row.id))):
            raise Conflict(_l("A rule gives work to this team. Change the rule first."))
        row.archived_at = clock.now()
        record("team.changed", subject=row, actor=by, name=row.name, is_archived=True)


def add_absence(
    member: Member, *, by: Member, from_on: date, until_on: date, cover: Member | None
) -> Absence:
    """Give somebody nothing new on these days; whoever covers is given it instead."""
    if until_on < from_on:
        raise Invalid(_l("This has to be the first day or later."), field="until_on")
    with unit_of_work() as session:
        absence = Absence(
            member_id=member.id,
            from_on=from_on,
            until_on=until_on,
            cover_id=cover.id if cover is not None else None,
        )
        session.add(absence)
        session.flush()
        record(
            "absence.changed", subject=absence, actor=by, member_id=member.id,
            **compare({}, columns_of(absence)),
        )  # fmt: skip
    return absence


def end_absence(absence: Absence, *, by: Member) -> None:
    """They are not away on these days after all."""
    with unit_of_work() as session:
        row = lock(Absence, absence.id)
        record(
            "absence.changed", subject=row, actor=by, member_id=row.member_id, is_deleted=True,
            **compare(columns_of(row), {}),
        )  # fmt: skip
        session.delete(row)
