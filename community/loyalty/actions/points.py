"""What happens to a member's points, each verb one entry in the books and once for each event.

A verb that is called again for the same event returns what came of the first time; called with something
else in it, it is refused (Conflict). They record no activity: whoever calls them knows what it is about.
"""

from datetime import timedelta

from flask_babel import lazy_gettext as _l

from community.infra import clock
from community.infra.db import Row, db, insert_new, lock, unit_of_work
from community.infra.errors import Conflict, Invalid, NotFound, Unavailable
from community.loyalty.actions.posting import Event, find_first, post
from community.loyalty.models import (
    MEMBER_ACCOUNTS,
    Adjustment,
    Allocation,
    Award,
    Debt,
    Hold,
    LedgerAccount,
    LedgerTransaction,
    Lot,
    Wallet,
)
from community.loyalty.months import months_after
from community.loyalty.queries import books, lots
from community.loyalty.queries.programme import programme
from community.loyalty.taking import take
from community.members.models import Member


def open_wallet(member_id: int) -> Wallet:
    """The member's wallet, made if there is none, locked until the unit of work ends."""
    with unit_of_work():
        try:
            return lock(Wallet, member_id)
        except NotFound:
            # Also when another transaction makes it at this moment: then this one waits for it.
            insert_new(Wallet, [{"member_id": member_id}])
            insert_new(LedgerAccount, [{"member_id": member_id, "kind": kind} for kind in MEMBER_ACCOUNTS])
            return lock(Wallet, member_id)


def earn(award: Award) -> Lot:
    """Write the award's points down as pending, in a lot of their own."""
    with unit_of_work() as session:
        session.flush()
        open_wallet(award.member_id)
        again = f":{award.round}" if award.round > 1 else ""
        key = f"{award.rule}:{award.source_type}:{award.source_id}:{award.member_id}{again}"
        event = _event("earn", award, key=key, points=award.points)
        if (first := find_first(event)) is not None:
            return _there(lots.find_lot_of_transaction(first.id))
        lot = Lot(
            member_id=award.member_id,
            transaction_id=post(event).id,
            award_id=award.id,
            granted=award.points,
            qualifies=award.version.qualifies,
        )
        session.add(lot)
        session.flush()
    return lot


def mature(award: Award, *, actor: Member | None = None) -> Lot:
    """Make the award's pending points free to spend, from now until they expire; debts are paid first."""
    with unit_of_work():
        open_wallet(award.member_id)
        lot = _lot_of(award)
        event = _event("mature", award, points=lot.granted)
        if find_first(event) is None:
            _ensure_still(is_so=lot.state == "pending")
            _open(lot, by=post(event, actor=actor))
    return lot


def deny(award: Award, *, actor: Member | None = None) -> Lot:
    """Let the award's pending points go: the member never had them."""
    with unit_of_work():
        open_wallet(award.member_id)
        lot = _lot_of(award)
        event = _event("deny", award, points=lot.granted)
        if find_first(event) is None:
            _ensure_still(is_so=lot.state == "pending")
            post(event, actor=actor, reverses_id=lot.transaction_id)
            lot.used, lot.state = lot.granted, "closed"
    return lot


def claw_back(award: Award, *, actor: Member | None = None) -> Lot:
    """Take back what a matured award gave: from its own lot, then from others, and what is missing is owed.

    Points of it that have expired were lost already and are not taken once more.
    """
    with unit_of_work() as session:
        open_wallet(award.member_id)
        lot = _lot_of(award)
        event = _event("claw_back", award, points=lot.granted)
        if find_first(event) is not None or lot.clawed_back:
            return lot
        _ensure_still(is_so=lot.available_from is not None)
        _times, expired = lots.count_expired(lot.id)
        lot.clawed_back = lot.granted
        if expired == lot.granted:
            return lot
        transaction = post(event, actor=actor, points=lot.granted - expired, reverses_id=lot.transaction_id)
        missing = _use(award.member_id, by=transaction, first_id=lot.id)
        if missing:
            session.add(Debt(member_id=award.member_id, transaction_id=transaction.id, amount=missing))
    return lot


def hold(member_id: int, amount: int, *, key: str, reward_id: int) -> Hold:
    """Set points aside for a reward, those that expire first; `key` names this one wish.

    Invalid if there are not enough, Unavailable while the books do not add up.
    """
    if amount <= 0:
        raise Invalid()
    with unit_of_work() as session:
        open_wallet(member_id)
        event = Event("hold", f"hold:{member_id}:{key}", member_id, amount, source=("reward", reward_id))
        if (first := find_first(event)) is not None:
            return _there(lots.find_hold_of_transaction(first.id))
        _ensure_payouts()
        if books.balances_of(member_id).available < amount:
            raise Invalid(_l("You do not have enough points for this."))
        transaction = post(event)
        held = Hold(member_id=member_id, transaction_id=transaction.id, amount=amount)
        session.add(held)
        session.flush()
        taken, missing = take(lots.list_open_lots(member_id), amount)
        _ensure_covered(missing)
        for lot, part in taken:
            lot.reserved += part
            _allocate(lot, part, by=transaction, purpose="hold", hold_id=held.id, state="reserved")
    return held


def capture(held: Hold, *, actor: Member | None = None) -> Hold:
    """The reward was handed over: what was set aside is spent."""
    with unit_of_work():
        open_wallet(held.member_id)
        held = _there(lots.find_hold(held.id))
        event = Event("capture", f"capture:{held.id}", held.member_id, held.amount, ("hold", held.id))
        if find_first(event) is None:
            _ensure_still(is_so=held.state == "held")
            _ensure_payouts()
            post(event, actor=actor)
            held.state, held.ended_at = "captured", clock.now()
            for allocation, lot in lots.list_taken_by_hold(held.id):
                allocation.state = "used"
                lot.reserved -= allocation.amount
                lot.used += allocation.amount
                _close_if_empty(lot)
    return held


def release(held: Hold, *, actor: Member | None = None) -> Hold:
    """Nothing came of it: the points go back to their lots; one that has expired lives on for a little."""
    with unit_of_work():
        open_wallet(held.member_id)
        held = _there(lots.find_hold(held.id))
        event = Event("release", f"release:{held.id}", held.member_id, held.amount, ("hold", held.id))
        if find_first(event) is None:
            _ensure_still(is_so=held.state == "held")
            transaction = post(event, actor=actor, reverses_id=held.transaction_id)
            held.state, held.ended_at = "released", clock.now()
            grace = timedelta(days=programme().grace_days)
            for allocation, lot in lots.list_taken_by_hold(held.id):
                allocation.state = "released"
                lot.reserved -= allocation.amount
                if lot.expires_at is not None and lot.expires_at <= clock.now():
                    lot.expires_at = clock.now() + grace
                _pay_debts(lot, by=transaction)
    return held


def adjust(adjustment: Adjustment, *, actor: Member | None) -> LedgerTransaction:
    """Give or take points by hand; Invalid if more were to be taken than are free."""
    with unit_of_work() as session:
        session.flush()
        open_wallet(adjustment.member_id)
        event = Event(
            "adjust",
            f"adjust:{adjustment.id}",
            adjustment.member_id,
            adjustment.amount,
            ("adjustment", adjustment.id),
        )
        if (first := find_first(event)) is not None:
            return first
        if adjustment.amount < 0:
            if books.balances_of(adjustment.member_id).available < -adjustment.amount:
                raise Invalid(_l("There are not so many points to take."), field="amount")
            transaction = post(event, actor=actor)
            _ensure_covered(_use(adjustment.member_id, by=transaction))
            return transaction
        transaction = post(event, actor=actor)
        lot = Lot(
            member_id=adjustment.member_id,
            transaction_id=transaction.id,
            granted=adjustment.amount,
            qualifies=False,
        )
        session.add(lot)
        _open(lot, by=transaction)
    return transaction


def expire(lot: Lot) -> int:
    """Take the free points of a lot whose time is over, and say how many they were.

    For `actions.expiring`, which has locked the wallet and read the lot anew.
    """
    points = lot.free
    times, _points = lots.count_expired(lot.id)
    event = Event("expire", f"expire:{lot.id}:{times + 1}", lot.member_id, points, ("lot", lot.id))
    transaction = post(event)
    lot.used += points
    _allocate(lot, points, by=transaction, purpose="expire")
    _close_if_empty(lot)
    return points


def _event(kind: str, award: Award, *, points: int, key: str = "") -> Event:
    return Event(
        kind,
        f"{kind}:{key or award.id}",
        award.member_id,
        points,
        source=("award", award.id),
        rule_version_id=award.rule_version_id,
    )


def _lot_of(award: Award) -> Lot:
    lot = lots.find_lot_of_award(award.id)
    if lot is None:
        raise Conflict(_l("No points were given for this."))
    return lot


def _open(lot: Lot, *, by: LedgerTransaction) -> None:
    """Let the points of a lot be spent from now on."""
    months = programme().valid_months
    lot.state, lot.available_from = "open", clock.now()
    lot.expires_at = None if months is None else months_after(clock.now(), months)
    db.session.flush()
    _pay_debts(lot, by=by)


def _use(member_id: int, *, by: LedgerTransaction, first_id: int | None = None) -> int:
    """Take a transaction's points out of the member's open lots, and say how many are missing."""
    taken, missing = take(lots.list_open_lots(member_id), by.amount, first_id=first_id)
    for lot, part in taken:
        lot.used += part
        _allocate(lot, part, by=by, purpose=by.kind)
        _close_if_empty(lot)
    return missing


def _pay_debts(lot: Lot, *, by: LedgerTransaction) -> None:
    """Points that come (back) into a lot pay what is owed, so that nobody has free points and debts."""
    paid = 0
    for debt in lots.list_unpaid_debts(lot.member_id):
        part = min(lot.free - paid, debt.amount - debt.paid)
        debt.paid += part
        paid += part
    if paid:
        lot.used += paid
        _allocate(lot, paid, by=by, purpose="debt")
        _close_if_empty(lot)


def _allocate(
    lot: Lot,
    amount: int,
    *,
    by: LedgerTransaction,
    purpose: str,
    hold_id: int | None = None,
    state: str = "used",
) -> None:
    db.session.add(
        Allocation(
            lot_id=lot.id,
            transaction_id=by.id,
            hold_id=hold_id,
            purpose=purpose,
            amount=amount,
            state=state,
        )
    )


def _close_if_empty(lot: Lot) -> None:
    if lot.used == lot.granted:
        lot.state = "closed"


def _ensure_payouts() -> None:
    if books.payouts_stopped():
        raise Unavailable(_l("Points cannot be spent right now. Please come back a little later."))


def _ensure_covered(missing: int) -> None:
    """The lots and the balance say the same, else nothing is written and the next check finds out why."""
    if missing:
        raise Unavailable(_l("Points cannot be spent right now. Please come back a little later."))


def _ensure_still(*, is_so: bool) -> None:
    if not is_so:
        raise Conflict(_l("This has been decided meanwhile."))


def _there(row: Row | None) -> Row:
    if row is None:
        raise NotFound()
    return row
