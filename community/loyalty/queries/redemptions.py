"""Reading redemptions: a member's own, and the queue of those who hand rewards over."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from community.infra import clock, paging
from community.infra.db import db, get_row
from community.infra.errors import NotFound
from community.loyalty.models import Redemption, Reward, VoucherCode
from community.members.models import Member, RoleGrant
from community.panels.models import Panel
from community.panels.queries import readable_panels

PER_PAGE = 20
ROWS_PER_PAGE = 50
TABS = ("waiting", "fulfilled", "released")


class OwnLine(NamedTuple):
    """What a member redeemed, with the codes that are theirs."""

    id: int
    reward_id: int
    kind: str
    name: dict[str, str]
    handover: dict[str, str]
    quantity: int
    cost: int
    state: str
    message: str
    asked_at: datetime
    decided_at: datetime | None
    # Whether the reward's own page still answers the member.
    has_page: bool
    codes: tuple[str, ...] = ()


class QueueRow(NamedTuple):
    """A redemption in the queue; its address stands only on its own page."""

    id: int
    reward_id: int
    kind: str
    name: dict[str, str]
    member_id: int
    member_name: str
    quantity: int
    cost: int
    state: str
    asked_at: datetime
    decided_at: datetime | None
    decided_by_name: str | None
    message: str

    @property
    def is_late(self) -> bool:
        """Whether the member has waited for more than a week."""
        return self.state == "waiting" and self.asked_at < clock.ago(days=7)


_OWN = (
    select(
        Redemption.id,
        Redemption.reward_id,
        Reward.kind,
        Reward.name,
        Reward.handover,
        Redemption.quantity,
        Redemption.cost,
        Redemption.state,
        Redemption.message,
        Redemption.asked_at,
        Redemption.decided_at,
    )
    .join(Reward, Reward.id == Redemption.reward_id)
    .order_by(Redemption.id.desc())
)
_Decider = aliased(Member)
_QUEUE = (
    select(
        Redemption.id,
        Redemption.reward_id,
        Reward.kind,
        Reward.name,
        Redemption.member_id,
        Member.display_name,
        Redemption.quantity,
        Redemption.cost,
        Redemption.state,
        Redemption.asked_at,
        Redemption.decided_at,
        _Decider.display_name.label("decided_by_name"),
        Redemption.message,
    )
    .join(Reward, Reward.id == Redemption.reward_id)
    .join(Member, Member.id == Redemption.member_id)
    .outerjoin(_Decider, _Decider.id == Redemption.decided_by_id)
)


def list_own(member: Member, *, number: int = 1) -> paging.Page[OwnLine]:
    """One page of what the member redeemed, the newest first; two statements."""
    is_readable = exists().where(Panel.id == Reward.panel_id, readable_panels(member)).correlate(Reward)
    rows = db.session.execute(
        _OWN.add_columns(or_(Reward.panel_id.is_(None), is_readable).label("has_page"))
        .where(Redemption.member_id == member.id)
        .limit(PER_PAGE + 1)
        .offset(paging.offset(number, PER_PAGE))
    )
    page = paging.read_page([OwnLine(*row) for row in rows], number=number, per_page=PER_PAGE)
    codes = codes_of([line.id for line in page.items])
    lines = tuple(line._replace(codes=codes.get(line.id, ())) for line in page.items)
    return paging.Page(lines, page.number, page.per_page, page.has_next)


def page_of(member: Member, redemption_id: int) -> int:
    """On which page of `list_own` it stands; NotFound if it is not the member's."""
    redemption = get_redemption(redemption_id)
    if redemption.member_id != member.id:
        raise NotFound()
    newer = select(func.count()).where(Redemption.member_id == member.id, Redemption.id > redemption_id)
    return (db.session.scalar(newer) or 0) // PER_PAGE + 1


def codes_of(redemption_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The codes that each of these redemptions gave."""
    found: dict[int, tuple[str, ...]] = {}
    rows = db.session.execute(
        select(VoucherCode.redemption_id, VoucherCode.code)
        .where(VoucherCode.redemption_id.in_(redemption_ids))
        .order_by(VoucherCode.id)
    )
    for redemption_id, code in rows:
        # Only those that were given are asked for.
        assert redemption_id is not None
        found[redemption_id] = (*found.get(redemption_id, ()), code)
    return found


def list_queue(*, tab: str, reward_id: int | None = None, number: int = 1) -> paging.Page[QueueRow]:
    """One page of the queue: what waits longest first, what was decided last first."""
    rows = db.session.execute(
        _in_order(tab, reward_id).limit(ROWS_PER_PAGE + 1).offset(paging.offset(number, ROWS_PER_PAGE))
    )
    return paging.read_page([QueueRow(*row) for row in rows], number=number, per_page=ROWS_PER_PAGE)


def list_for_file(*, tab: str, reward_id: int | None = None) -> list[tuple[QueueRow, str]]:
    """The whole of a queue with the addresses that something is still to be sent to."""
    rows = db.session.execute(_in_order(tab, reward_id).add_columns(Redemption.address))
    return [(QueueRow(*row[:-1]), row[-1] if row.state == "waiting" else "") for row in rows]


def list_rows(redemption_ids: Sequence[int], *, besides: Member) -> list[QueueRow]:
    """Those of these that still wait, as rows, the oldest first, but nothing of one's own."""
    rows = db.session.execute(
        _in_order("waiting", None).where(
            Redemption.id.in_(redemption_ids), Redemption.member_id != besides.id
        )
    )
    return [QueueRow(*row) for row in rows]


def get_redemption(redemption_id: int) -> Redemption:
    """The redemption; NotFound if there is none."""
    return get_row(Redemption, redemption_id)


def find_sent(member_id: int, form_key: str) -> Redemption | None:
    """What came of this very form, if it was sent before."""
    return db.session.scalar(
        select(Redemption)
        .where(Redemption.member_id == member_id, Redemption.form_key == form_key)
        .execution_options(populate_existing=True)
    )


def who_fulfil() -> Select[int]:
    """Those who hand rewards over (see policy.can_fulfil)."""
    return select(RoleGrant.member_id).where(
        RoleGrant.role.in_(("owner", "admin")), RoleGrant.panel_id.is_(None)
    )


def _in_order(tab: str, reward_id: int | None) -> Select[*tuple[Any, ...]]:
    statement = _QUEUE.where(*_narrowing(tab, reward_id))
    if tab == "waiting":
        return statement.order_by(Redemption.asked_at, Redemption.id)
    return statement.order_by(Redemption.decided_at.desc(), Redemption.id.desc())


def _narrowing(tab: str, reward_id: int | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Redemption.state == tab]
    if reward_id is not None:
        conditions.append(Redemption.reward_id == reward_id)
    return conditions
