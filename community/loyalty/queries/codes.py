"""The codes of vouchers: which there are, which are free, and whom the others went to."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from community.infra import paging
from community.infra.db import db
from community.infra.errors import NotFound
from community.loyalty.models import Redemption, Reward, VoucherCode
from community.members.models import Member

PER_PAGE = 100


class CodeRow(NamedTuple):
    """One code of a voucher, and whom it went to."""

    id: int
    code: str
    redemption_id: int | None
    member_id: int | None
    member_name: str | None
    given_at: datetime | None


_CODES = (
    select(
        VoucherCode.id,
        VoucherCode.code,
        VoucherCode.redemption_id,
        Redemption.member_id,
        Member.display_name,
        Redemption.asked_at,
    )
    .outerjoin(Redemption, Redemption.id == VoucherCode.redemption_id)
    .outerjoin(Member, Member.id == Redemption.member_id)
    .order_by(VoucherCode.id)
)


def list_known_codes(reward: Reward, codes: Sequence[str]) -> set[str]:
    """Those of the codes that the reward has or had already."""
    known: set[str] = set()
    # Drivers take only so many values in one statement.
    for start in range(0, len(codes), 500):
        known.update(
            db.session.scalars(
                select(VoucherCode.code).where(
                    VoucherCode.reward_id == reward.id, VoucherCode.code.in_(codes[start : start + 500])
                )
            )
        )
    return known


def list_codes(reward: Reward, *, after: int = 0) -> paging.Stretch[CodeRow]:
    """A stretch of the reward's codes in the order in which they are given out."""
    rows = db.session.execute(
        _CODES.where(VoucherCode.reward_id == reward.id, VoucherCode.id > after).limit(PER_PAGE + 1)
    )
    return paging.read_stretch([CodeRow(*row) for row in rows], per_page=PER_PAGE)


def list_all_codes(reward: Reward) -> list[CodeRow]:
    """All codes of the reward, for a file."""
    return [CodeRow(*row) for row in db.session.execute(_CODES.where(VoucherCode.reward_id == reward.id))]


def count_codes(reward: Reward) -> int:
    """How many codes the reward has had, free ones and those given."""
    return (
        db.session.scalar(
            select(func.count()).select_from(VoucherCode).where(VoucherCode.reward_id == reward.id)
        )
        or 0
    )


def list_free_codes(reward: Reward, count: int) -> list[VoucherCode]:
    """The next codes to be given, locked; fewer if there are not so many."""
    return list(
        db.session.scalars(
            select(VoucherCode)
            .where(VoucherCode.reward_id == reward.id, VoucherCode.redemption_id.is_(None))
            .order_by(VoucherCode.id)
            .limit(count)
            .with_for_update()
        )
    )


def get_code(reward: Reward, code_id: int) -> VoucherCode:
    """One of the reward's codes; NotFound for any other."""
    code = db.session.get(VoucherCode, code_id, populate_existing=True)
    if code is None or code.reward_id != reward.id:
        raise NotFound()
    return code
