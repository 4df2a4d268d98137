"""What is held about a member in the loyalty programme: their books, what they earned and what they got."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from sqlalchemy import or_, select

from community.activity.personal_data import forget_data
from community.infra import clock
from community.infra.db import Base, db, get_row, lock
from community.infra.language import show_date, show_moment, text_in
from community.infra.own_data import Line, OwnFile, Part, change, facts_of, filled, lines, remove, rows
from community.loyalty import statement_lines
from community.loyalty.actions import points
from community.loyalty.models import (
    Adjustment,
    Allocation,
    Award,
    Debt,
    ExpiryWarning,
    Hold,
    LedgerAccount,
    LedgerTransaction,
    Lot,
    Redemption,
    Referral,
    ReferralLink,
    Reward,
    Ring,
    Tier,
    TierChange,
    TierStanding,
    VoucherCode,
    Wallet,
)
from community.loyalty.queries.statement import each_line
from community.members.models import Member

HOLDS: Mapping[str, str] = {
    "loyalty_wallets.member_id": "nameless",
    "ledger_accounts.member_id": "nameless",
    "ledger_transactions.member_id": "nameless",
    "ledger_transactions.actor_id": "nameless",
    "point_lots.member_id": "nameless",
    "point_holds.member_id": "nameless",
    "point_debts.member_id": "nameless",
    "books_checks.mismatches": "nameless",
    "earning_rule_versions.made_by_id": "nameless",
    "awards.member_id": "emptied",
    "awards.counterpart_id": "nameless",
    "awards.decided_by_id": "nameless",
    "point_adjustments.member_id": "emptied",
    "point_adjustments.asked_by_id": "nameless",
    "point_adjustments.decided_by_id": "nameless",
    "redemptions.member_id": "emptied",
    "redemptions.decided_by_id": "nameless",
    "voucher_codes.code": "emptied",
    "referral_links.member_id": "deleted",
    "referrals.friend_id": "deleted",
    "referrals.inviter_id": "deleted",
    "loyalty_rings.member_id": "deleted",
    "loyalty_rings.partner_ids": "nameless",
    "loyalty_rings.decided_by_id": "nameless",
    "tier_standings.member_id": "deleted",
    "tier_changes.member_id": "deleted",
    "expiry_warnings.member_id": "deleted",
}
# Keys of the books say which event moved points; they are of use to nobody else.
_LEFT_OUT = ("key", "payload_hash", "form_key")


def export(member: Member) -> Mapping[str, Part]:
    """The books, awards, adjustments, rewards with codes and addresses, friends, circles and tiers."""
    return filled(
        {
            "statement": Part(
                _("Your statement of points"), [_statement_line(each) for each in each_line(member)]
            ),
            "books": Part(_("Your points as the books have them"), _books(member)),
            "awards": Part(
                _("What you were thanked for"),
                lines(rows(Award, Award.member_id == member.id), _award, path=lambda row: row.path),
            ),
            "adjustments": Part(
                _("Points given or taken by hand"),
                lines(rows(Adjustment, Adjustment.member_id == member.id), _adjustment),
            ),
            "rewards": Part(
                _("Rewards you asked for"),
                [_redemption(row) for row in rows(Redemption, Redemption.member_id == member.id)],
            ),
            "friends": Part(_("Friends"), _friends(member)),
            "circles": Part(
                _("Circles of marks that a person looked at"),
                lines(
                    rows(Ring, Ring.member_id == member.id),
                    lambda row: _("Found on %(date)s", date=show_date(row.found_at)),
                    leave_out=("note",),
                ),
            ),
            "tiers": Part(_("Your tiers"), _tiers(member)),
            "warnings": Part(
                _("When you were told that points expire"),
                lines(
                    rows(ExpiryWarning, ExpiryWarning.member_id == member.id),
                    lambda row: show_moment(row.told_at),
                ),
            ),
        }
    )


def files(member: Member) -> list[OwnFile]:
    """There are none."""
    return []


def erase(member: Member, *, keeps_texts: bool) -> Mapping[str, int]:
    """The books stay as they are: they hold numbers only. What tells more than numbers is forgotten.

    A reward that still waits is given back, so that nobody sends something to an address that is gone.
    """
    _give_back(member)
    own = select(Redemption.id).where(Redemption.member_id == member.id)
    forget_data("ring", select(Ring.id).where(Ring.member_id == member.id))
    report = {
        "redemptions": change(Redemption, Redemption.member_id == member.id, address="", message=""),
        "voucher_codes": _forget_codes(member),
        "awards": change(Award, Award.member_id == member.id, title="", path="", note=""),
        "point_adjustments": change(Adjustment, Adjustment.member_id == member.id, reason=""),
        "referral_links": remove(ReferralLink, ReferralLink.member_id == member.id),
        "referrals": remove(Referral, or_(Referral.friend_id == member.id, Referral.inviter_id == member.id)),
        "loyalty_rings": remove(Ring, Ring.member_id == member.id),
        "tier_standings": remove(TierStanding, TierStanding.member_id == member.id),
        "tier_changes": remove(TierChange, TierChange.member_id == member.id),
        "expiry_warnings": remove(ExpiryWarning, ExpiryWarning.member_id == member.id),
    }
    forget_data("redemption", own)
    forget_data("award", select(Award.id).where(Award.member_id == member.id))
    forget_data("adjustment", select(Adjustment.id).where(Adjustment.member_id == member.id))
    return report


def _statement_line(line: statement_lines.Line) -> Line:
    return Line(
        f"{show_date(line.at)}: {statement_lines.sentence(line)}",
        {"at": line.at.isoformat(), "amount": line.amount, "balance_after": line.balance_after},
        path=statement_lines.path_of(line),
    )


def _books(member: Member) -> list[Line]:
    moved = select(LedgerTransaction.id).where(LedgerTransaction.member_id == member.id)
    found: dict[str, Sequence[Base]] = {
        _("Your place in the books"): rows(Wallet, Wallet.member_id == member.id),
        _("Your accounts"): rows(LedgerAccount, LedgerAccount.member_id == member.id),
        _("What moved points"): rows(LedgerTransaction, LedgerTransaction.member_id == member.id),
        _("Points that came together"): rows(Lot, Lot.member_id == member.id),
        _("Points set aside"): rows(Hold, Hold.member_id == member.id),
        _("What was taken from which points"): rows(Allocation, Allocation.transaction_id.in_(moved)),
        _("Points you owe"): rows(Debt, Debt.member_id == member.id),
    }
    return [
        Line(
            _("%(what)s: %(count)s entries", what=what, count=len(each)),
            {"entries": [facts_of(row, leave_out=_LEFT_OUT) for row in each]},
        )
        for what, each in found.items()
        if each
    ]


def _award(award: Award) -> str:
    return str(
        _(
            "%(points)s points for “%(title)s”, on %(date)s",
            points=award.points,
            title=award.title or award.rule,
            date=show_date(award.earned_at),
        )
    )


def _adjustment(row: Adjustment) -> str:
    return str(
        _(
            "%(points)s points, asked for on %(date)s: %(reason)s",
            points=row.amount,
            date=show_date(row.asked_at),
            reason=row.reason,
        )
    )


def _redemption(row: Redemption) -> Line:
    codes = rows(VoucherCode, VoucherCode.redemption_id == row.id)
    words = _("%(reward)s, on %(date)s", reward=text_in(row.reward.name), date=show_date(row.asked_at))
    facts = facts_of(row, leave_out=_LEFT_OUT) | {"codes": [code.code for code in codes]}
    return Line(words, facts, said="\n".join(filter(None, (row.address, row.message))))


def _friends(member: Member) -> list[Line]:
    links = rows(ReferralLink, ReferralLink.member_id == member.id)
    brought = rows(Referral, Referral.inviter_id == member.id)
    came = rows(Referral, Referral.friend_id == member.id)
    return [
        *lines(links, lambda row: _("Your link for friends has the code %(code)s", code=row.code)),
        *lines(
            brought,
            lambda row: _("A friend came by your link on %(date)s", date=show_date(row.joined_at)),
            leave_out=("friend_id",),
        ),
        *lines(
            came,
            lambda row: _("You came by the link of a friend on %(date)s", date=show_date(row.joined_at)),
            leave_out=("inviter_id",),
        ),
    ]


def _tiers(member: Member) -> list[Line]:
    standing = rows(TierStanding, TierStanding.member_id == member.id)
    steps = rows(TierChange, TierChange.member_id == member.id)
    return [
        *lines(
            standing,
            lambda row: _("%(tier)s, since %(date)s", tier=text_in(row.tier.name), date=show_date(row.since)),
        ),
        *lines(
            steps,
            lambda row: _(
                "%(tier)s, from %(date)s on", tier=_tier_name(row.to_tier_id), date=show_date(row.at)
            ),
        ),
    ]


def _tier_name(tier_id: int | None) -> str:
    tier = db.session.get(Tier, tier_id) if tier_id is not None else None
    return text_in(tier.name) if tier is not None else "–"


def _give_back(member: Member) -> None:
    waiting = rows(Redemption, Redemption.member_id == member.id, Redemption.state == "waiting")
    for known in sorted(waiting, key=lambda row: (row.reward_id, row.id)):
        reward, redemption = lock(Reward, known.reward_id), lock(Redemption, known.id)
        points.release(get_row(Hold, redemption.hold_id))
        if reward.stock_left is not None:
            reward.stock_left += redemption.quantity
        redemption.state, redemption.decided_at = "released", clock.now()
    db.session.flush()


def _forget_codes(member: Member) -> int:
    """A code that was given stays given: what stands in its place fits no voucher."""
    own = select(Redemption.id).where(Redemption.member_id == member.id)
    codes = rows(VoucherCode, VoucherCode.redemption_id.in_(own))
    for code in codes:
        code.code = f"–{code.id}"
    db.session.flush()
    return len(codes)
