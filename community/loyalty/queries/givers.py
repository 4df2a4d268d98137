"""Reading what decides whose marks count towards somebody's points."""

from collections.abc import Collection

from sqlalchemy import bindparam, exists, or_, select

from community.infra.db import db
from community.loyalty.givers import Giver, Receiver
from community.loyalty.models import Referral
from community.loyalty.queries import circles
from community.members.models import Member, RoleGrant

_GIVERS = select(
    Member.id,
    Member.state == "active",
    Member.email.is_not(None),
    exists().where(RoleGrant.member_id == Member.id),
).where(Member.id.in_(bindparam("member_ids", expanding=True)))
_REFERRALS = select(Referral.inviter_id, Referral.friend_id).where(
    or_(Referral.inviter_id == bindparam("member_id"), Referral.friend_id == bindparam("member_id"))
)


def list_givers(member_ids: Collection[int]) -> list[Giver]:
    """These members, with what matters for whether their marks count."""
    rows = db.session.execute(_GIVERS, {"member_ids": list(member_ids) or [0]})
    return [Giver(*row) for row in rows]


def receiver_of(member_id: int) -> Receiver:
    """The member with those whose marks never count for them: inviter, friends, and their circle."""
    referrals = db.session.execute(_REFERRALS, {"member_id": member_id})
    friends = {one for pair in referrals for one in pair}
    return Receiver(member_id, frozenset(friends | circles.ids_in_circle_with(member_id)))
