"""Writing one transaction into the books, once for each key."""

import hashlib
import json
from dataclasses import asdict, dataclass

from flask_babel import lazy_gettext as _l

from community.infra import clock
from community.infra.db import db
from community.infra.errors import Conflict
from community.loyalty.models import LedgerTransaction
from community.loyalty.models.guarding import ROUTES
from community.loyalty.queries import books
from community.members.models import Member


@dataclass(frozen=True)
class Event:
    """What is to be written down: `points` as they were asked for, negative when an adjustment takes them."""

    kind: str
    key: str
    member_id: int
    points: int
    source: tuple[str, int]
    rule_version_id: int | None = None

    @property
    def payload_hash(self) -> str:
        """SHA-256 of everything that must be the same when the key comes again."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def find_first(event: Event) -> LedgerTransaction | None:
    """The transaction this event has already led to; Conflict if its key was used for something else.

    The caller holds the lock on the member's wallet, so nobody writes the same event meanwhile.
    """
    first = books.find_transaction(event.key)
    if first is not None and first.payload_hash != event.payload_hash:
        raise Conflict(_l("This was already booked with other content."))
    return first


def post(
    event: Event, *, actor: Member | None = None, points: int | None = None, reverses_id: int | None = None
) -> LedgerTransaction:
    """Write the transaction, to which the database adds its entries; `points` if other than asked for."""
    amount = event.points if points is None else points
    debit, credit = ROUTES[event.kind]
    if amount < 0:
        debit, credit = credit, debit
    accounts = books.account_ids(event.member_id)
    transaction = LedgerTransaction(
        key=event.key,
        payload_hash=event.payload_hash,
        kind=event.kind,
        debit_account_id=accounts[debit],
        credit_account_id=accounts[credit],
        amount=abs(amount),
        member_id=event.member_id,
        actor_id=None if actor is None else actor.id,
        rule_version_id=event.rule_version_id,
        source_type=event.source[0],
        source_id=event.source[1],
        effective_at=clock.now(),
        posted_at=clock.now(),
        reverses_id=reverses_id,
    )
    db.session.add(transaction)
    db.session.flush()
    return transaction
