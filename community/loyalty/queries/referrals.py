"""Reading links for friends, and who came by them."""

from typing import NamedTuple

from sqlalchemy import func, select

from community.infra.db import db
from community.loyalty.models import Award, Referral, ReferralLink
from community.loyalty.referring import FIRST_CONTRIBUTIONS
from community.members.models import Member


class Friends(NamedTuple):
    """How many came by a member's link, and how many of them have become active."""

    joined: int
    active: int


def find_code(member_id: int) -> str | None:
    """The code in the member's link, if they have asked for one."""
    return db.session.scalar(select(ReferralLink.code).where(ReferralLink.member_id == member_id))


def find_inviter(code: str) -> Member | None:
    """The member whose link has this code, if they are still here."""
    return db.session.scalar(
        select(Member)
        .join(ReferralLink, ReferralLink.member_id == Member.id)
        .where(ReferralLink.code == code, Member.state == "active")
    )


def count_friends(member_id: int) -> Friends:
    """How many friends joined by the member's link, and how many count."""
    row = db.session.execute(
        select(func.count(), func.count(Referral.active_at)).where(Referral.inviter_id == member_id)
    ).one()
    return Friends(*row)


def find_referral(friend_id: int) -> Referral | None:
    """Who invited the member, if anybody did."""
    return db.session.get(Referral, friend_id)


def list_counted_addresses(inviter_id: int) -> list[str | None]:
    """Where the friends of the member read their mail who have become active."""
    return list(
        db.session.scalars(
            select(Member.email)
            .join(Referral, Referral.friend_id == Member.id)
            .where(Referral.inviter_id == inviter_id, Referral.active_at.is_not(None))
        )
    )


def has_contributed(member_id: int) -> bool:
    """Whether an idea, a comment or answers of the member were accepted and still are."""
    first = select(Award.id).where(
        Award.member_id == member_id, Award.state == "matured", Award.rule.in_(FIRST_CONTRIBUTIONS)
    )
    return db.session.scalar(first.limit(1)) is not None
