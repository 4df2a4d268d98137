"""Reading awards: for those who give them, and for those who decide about them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from community.infra import clock, paging
from community.infra.db import db, get_row
from community.infra.paging import Page
from community.loyalty.models import Award, RuleVersion
from community.members.models import Member

PER_PAGE = 50
Source = tuple[str, int]


class WaitingRow(NamedTuple):
    """Points that wait, as those who decide about them see them."""

    id: int
    member_id: int
    member_name: str
    rule: str
    title: str
    path: str
    panel_id: int | None
    points: int
    earned_at: datetime
    waits_until: datetime | None
    supporters_needed: int | None


_WAITING = (
    select(
        Award.id,
        Award.member_id,
        Member.display_name,
        Award.rule,
        Award.title,
        Award.path,
        Award.panel_id,
        Award.points,
        Award.earned_at,
        Award.waits_until,
        RuleVersion.supporters_needed,
    )
    .join(Member, Member.id == Award.member_id)
    .join(RuleVersion, RuleVersion.id == Award.rule_version_id)
    .where(Award.state == "pending")
    .order_by(Award.id)
)


def get_award(award_id: int) -> Award:
    """The award; NotFound if there is none."""
    return get_row(Award, award_id)


def list_given(rule: str, source: Source, member_ids: Sequence[int]) -> dict[int, Award]:
    """What each of these members was given for this by the rule: the newest round, by member."""
    rows = db.session.scalars(
        select(Award)
        .where(
            Award.source_type == source[0],
            Award.source_id == source[1],
            Award.rule == rule,
            Award.member_id.in_(member_ids),
        )
        .order_by(Award.round)
    )
    return {award.member_id: award for award in rows}


def list_of_source(
    source: Source, *, states: Collection[str], rules: Collection[str] | None = None
) -> list[Award]:
    """The awards for a thing that are in one of the states, in the order in which wallets are locked."""
    statement = (
        select(Award)
        .where(Award.source_type == source[0], Award.source_id == source[1], Award.state.in_(states))
        .order_by(Award.member_id, Award.id)
        .execution_options(populate_existing=True)
    )
    if rules is not None:
        statement = statement.where(Award.rule.in_(rules))
    return list(db.session.scalars(statement))


def list_waiting_of(award_ids: Collection[int]) -> list[Award]:
    """Those of these awards that wait, in the order in which wallets are locked."""
    return list(
        db.session.scalars(
            select(Award)
            .where(Award.id.in_(award_ids), Award.state == "pending")
            .order_by(Award.member_id, Award.id)
            .execution_options(populate_existing=True)
        )
    )


def list_waiting(
    *, besides: Member, panel_ids: Collection[int] | None, rule: str, number: int
) -> Page[WaitingRow]:
    """What waits in these panels (None: everywhere), the oldest first, but nothing of one's own."""
    statement = _WAITING.where(Award.member_id != besides.id)
    if panel_ids is not None:
        statement = statement.where(Award.panel_id.in_(panel_ids))
    if rule:
        statement = statement.where(Award.rule == rule)
    rows = db.session.execute(statement.offset(paging.offset(number, PER_PAGE)).limit(PER_PAGE + 1))
    return paging.read_page([WaitingRow(*row) for row in rows], number=number, per_page=PER_PAGE)


def list_due_ids(*, after: int, limit: int) -> list[int]:
    """Awards of active members with a number above `after` that have waited long enough, in order."""
    return list(
        db.session.scalars(
            select(Award.id)
            .join(Member, Member.id == Award.member_id)
            .where(
                Award.id > after,
                Award.state == "pending",
                Award.waits_until <= clock.now(),
                Member.state == "active",
            )
            .order_by(Award.id)
            .limit(limit)
        )
    )


def list_payable(member_ids: Sequence[int]) -> list[Member]:
    """Those of the members who may earn anything: active, and with an e-mail address that is theirs."""
    return list(
        db.session.scalars(
            select(Member)
            .where(Member.id.in_(member_ids), Member.state == "active", Member.email.is_not(None))
            .order_by(Member.id)
        )
    )
