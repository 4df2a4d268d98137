"""Links for friends: who came by one, and thanks once they have become active."""

from community.activity.actions import record
from community.infra import clock
from community.infra.db import insert_new, lock, unit_of_work
from community.infra.errors import NotFound
from community.loyalty import referring
from community.loyalty.actions import awarding, points
from community.loyalty.models import Referral, ReferralLink
from community.loyalty.queries import referrals as queries
from community.loyalty.queries.programme import is_open
from community.members import queries as members
from community.members.models import Member

# Two members with one code are less likely than a lost letter; trying again costs nothing.
TRIES = 5


def code_of(member: Member) -> str:
    """The code in the member's own link, made when it is first asked for."""
    known = queries.find_code(member.id)
    for _try in range(TRIES):
        if known is not None:
            return known
        with unit_of_work():
            insert_new(
                ReferralLink,
                [{"member_id": member.id, "code": referring.new_code(), "made_at": clock.now()}],
            )
            known = queries.find_code(member.id)
    raise NotFound()


def note_friend(friend: Member, *, code: str) -> Referral | None:
    """Write down by whose link a member has joined, once; None if it leads to nobody or to themselves."""
    with unit_of_work() as session:
        inviter = queries.find_inviter(code) if code and is_open() else None
        if inviter is None or inviter.id == friend.id:
            return None
        added = insert_new(
            Referral,
            [{"friend_id": friend.id, "inviter_id": inviter.id, "joined_at": friend.joined_at}],
        )
        if added:
            record("referral.made", subject=friend, actor=None, inviter_id=inviter.id)
        return session.get_one(Referral, friend.id)


def count_friend(friend: Member) -> None:
    """Thank the inviter once their friend is active: address confirmed, something of theirs accepted."""
    with unit_of_work():
        if queries.find_referral(friend.id) is None:
            return
        referral = lock(Referral, friend.id)
        if referral.active_at is not None or not (friend.is_active and friend.is_verified):
            return
        if not queries.has_contributed(friend.id):
            return
        inviter = members.get_member(referral.inviter_id)
        # Friends of one member are counted one after the other: two may be one person.
        points.open_wallet(inviter.id)
        known = (inviter.address, *queries.list_counted_addresses(inviter.id))
        if any(referring.is_one_mailbox(address, friend.address) for address in known):
            return
        referral.active_at = clock.now()
        record("referral.activated", subject=friend, actor=None, inviter_id=inviter.id)
        awarding.thank(
            "referral_active",
            member_id=inviter.id,
            source=("member", friend.id),
            # Not the friend's name: what others know of them here is not for the statement to tell.
            title="",
            path="/me/invite",
            counterpart_id=friend.id,
        )
