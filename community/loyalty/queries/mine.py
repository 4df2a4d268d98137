"""Reading what a member has, what of their own waits for its points, and what gave none."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import Select, bindparam, exists, or_, select
from sqlalchemy.orm import aliased

from community.infra import clock
from community.infra.db import db
from community.loyalty.models import Award, LedgerAccount, Programme
from community.loyalty.queries.programme import PROGRAMME_ID, is_open
from community.members.models import Member
from community.panels.queries import readable_panel_ids

MOST_SHOWN = 20


class Head(NamedTuple):
    """Whether the programme is open, and what the reader can spend."""

    is_open: bool
    to_spend: int


_later = aliased(Award)
CLOSED = Head(False, 0)
KEPT = timedelta(seconds=10)
_BALANCE = (
    select(LedgerAccount.balance)
    .where(LedgerAccount.member_id == bindparam("member_id"), LedgerAccount.kind == "member_available")
    .scalar_subquery()
)
# What of this is asked along with a member's session.
ALONG = {
    "has_rewards": select(Programme.is_open).where(Programme.id == PROGRAMME_ID).scalar_subquery(),
    "to_spend": (
        select(LedgerAccount.balance)
        .where(LedgerAccount.member_id == Member.id, LedgerAccount.kind == "member_available")
        .correlate(Member)
        .scalar_subquery()
    ),
}
_HEAD = select(Programme.is_open, _BALANCE).where(Programme.id == PROGRAMME_ID)


class Mine(NamedTuple):
    """An award of the member, and whether they may still go to what it is for."""

    award: Award
    is_readable: bool

    @property
    def path(self) -> str:
        """Where it leads; empty where the member may not go."""
        return self.award.path if self.is_readable and self.award.reason not in ("deleted", "removed") else ""


def list_pending(member: Member) -> list[Mine]:
    """What waits, the newest first."""
    return _read(_awards(member).where(Award.state == "pending"))


def list_uncounted(member: Member, *, since: datetime) -> list[Mine]:
    """What gave nothing, or was denied, since a moment and not given again, the newest first."""
    again = exists().where(
        _later.member_id == Award.member_id,
        _later.rule == Award.rule,
        _later.source_type == Award.source_type,
        _later.source_id == Award.source_id,
        _later.round > Award.round,
    )
    uncounted = Award.state.in_(("nothing", "denied")), Award.decided_at > since, ~again
    return _read(_awards(member).where(*uncounted))


def find_head(member: Member | None, *, along: Mapping[str, Any] = MappingProxyType({})) -> Head:
    """What the head of every page shows: for members what was asked `along`, else one statement.

    Whether the programme is open is asked anew for visitors after `KEPT` in each process.
    """
    if member is not None and along:
        return Head(along["has_rewards"], max(along["to_spend"] or 0, 0))
    if member is not None:
        opened, points = db.session.execute(_HEAD, {"member_id": member.id}).one()
        return Head(opened, max(points or 0, 0))
    kept: tuple[datetime, Head] | None = current_app.extensions.get("head_for_visitors")
    now = clock.now()
    if kept is None or abs(now - kept[0]) > KEPT:
        kept = now, Head(is_open(), 0)
        current_app.extensions["head_for_visitors"] = kept
    return kept[1]


def _awards(member: Member) -> Select[Award, bool]:
    is_readable = or_(Award.panel_id.is_(None), Award.panel_id.in_(readable_panel_ids(member)))
    return (
        select(Award, is_readable)
        .where(Award.member_id == member.id)
        .order_by(Award.id.desc())
        .limit(MOST_SHOWN)
    )


def _read(statement: Select[Award, bool]) -> list[Mine]:
    return [Mine(award, is_readable) for award, is_readable in db.session.execute(statement)]
