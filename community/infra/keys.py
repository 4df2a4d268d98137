"""What the site's secret does: sign, hide and seal. The newest does it, those still valid are understood.

Nothing else reads SECRET_KEY. Each purpose has a key of its own, derived from the secret, so that what is
handed out for one says nothing about another.
"""

import base64
import hmac
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask, current_app
from itsdangerous import Signer, URLSafeSerializer, URLSafeTimedSerializer
from sqlalchemy import String, select, update
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from community.infra.db import Base, db, insert_new, unit_of_work

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

_BATCH = 500


class KeptKey(Base):
    """A key that outlives the site's secret: what it makes has to stay the same for as long as the data does.

    It stands beside the people it hides: it keeps them from readers of files, not of this database.
    """

    __tablename__ = "kept_keys"

    purpose: Mapped[str] = mapped_column(String(60), primary_key=True)
    key: Mapped[str] = mapped_column(String(64))


class SealedColumn(NamedTuple):
    """A column whose values are sealed; `number` is the primary key of its table."""

    number: InstrumentedAttribute[Any]
    column: InstrumentedAttribute[Any]
    purpose: str


class Unreadable(Exception):
    """Something was sealed with a secret that is not valid any more, or has been changed since."""


def all_secrets() -> list[str]:
    """Every secret that is valid now, the one that signs last."""
    config = current_app.config
    return [*reversed(config["SECRET_KEY_FALLBACKS"]), config["SECRET_KEY"]]


def signer(purpose: str) -> URLSafeSerializer:
    """Signs what is put into links for good."""
    return URLSafeSerializer(all_secrets(), salt=purpose)


def timed_signer(purpose: str) -> URLSafeTimedSerializer:
    """Signs what is put into links that end."""
    return URLSafeTimedSerializer(all_secrets(), salt=purpose)


def plain_signer(purpose: str) -> Signer:
    """Signs a short text that stays readable."""
    return Signer(all_secrets(), salt=purpose)


def derived(purpose: str) -> str:
    """The key for one purpose, of the newest secret."""
    return _derived(current_app.config["SECRET_KEY"], purpose).hex()


def derived_from_all(purpose: str) -> list[str]:
    """The keys for one purpose of all valid secrets, the newest first: to find what was written before."""
    return [_derived(secret, purpose).hex() for secret in reversed(all_secrets())]


def kept(purpose: str) -> str:
    """The key for one purpose that stays when the secret changes; made when it is first asked for."""
    known = db.session.scalar(select(KeptKey.key).where(KeptKey.purpose == purpose))
    if known is not None:
        return known
    with unit_of_work() as session:
        insert_new(KeptKey, [{"purpose": purpose, "key": secrets.token_hex(32)}])
        # Of two that make it at once, both take the one that came first.
        return session.scalars(select(KeptKey.key).where(KeptKey.purpose == purpose)).one()


def seal(content: bytes, *, purpose: str) -> str:
    """The content so that only this site can read it, and notices if it was changed."""
    return _fernet(current_app.config["SECRET_KEY"], purpose).encrypt(content).decode()


def open_sealed(sealed: str, *, purpose: str) -> bytes:
    """What was sealed under any valid secret; Unreadable otherwise."""
    from cryptography.fernet import InvalidToken, MultiFernet

    boxes = MultiFernet([_fernet(secret, purpose) for secret in reversed(all_secrets())])
    try:
        return boxes.decrypt(sealed.encode())
    except InvalidToken:
        raise Unreadable(purpose) from None


def is_sealed_anew(sealed: str, *, purpose: str) -> bool:
    """Whether the newest secret alone is enough to read it."""
    from cryptography.fernet import InvalidToken

    try:
        _fernet(current_app.config["SECRET_KEY"], purpose).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def use_sealed(app: Flask, columns: Sequence[SealedColumn]) -> None:
    """Tell the app which columns are sealed."""
    app.extensions["sealed"] = columns


def seal_all_anew() -> int:
    """Seal with the newest secret what older ones have sealed, and say how much that was."""
    return sum(_seal_anew(each) for each in current_app.extensions["sealed"])


def count_sealed_before() -> int:
    """How much is still sealed with an older secret, or with one that is not valid any more."""
    return sum(
        not is_sealed_anew(sealed, purpose=purpose)
        for _number, column, purpose in current_app.extensions["sealed"]
        for sealed in db.session.scalars(select(column).where(column.is_not(None)))
    )


def count_unreadable() -> int:
    """How much was sealed with a secret that is not valid any more."""
    return sum(
        not _can_be_read(sealed, purpose=purpose)
        for _number, column, purpose in current_app.extensions["sealed"]
        for sealed in db.session.scalars(select(column).where(column.is_not(None)))
    )


def _can_be_read(sealed: str, *, purpose: str) -> bool:
    try:
        open_sealed(sealed, purpose=purpose)
    except Unreadable:
        return False
    return True


def _seal_anew(each: SealedColumn) -> int:
    done, after = 0, 0
    while True:
        with unit_of_work() as session:
            rows = session.execute(
                select(each.number, each.column)
                .where(each.number > after, each.column.is_not(None))
                .order_by(each.number)
                .limit(_BATCH)
                .with_for_update()
            ).all()
            for number, sealed in rows:
                if not is_sealed_anew(sealed, purpose=each.purpose):
                    content = open_sealed(sealed, purpose=each.purpose)
                    change = update(each.number.class_).where(each.number == number)
                    session.execute(change.values({each.column: seal(content, purpose=each.purpose)}))
                    done += 1
        if len(rows) < _BATCH:
            return done
        after = rows[-1][0]


def _fernet(secret: str, purpose: str) -> "Fernet":
    # Loaded only where something is sealed: most pages never need it.
    from cryptography.fernet import Fernet

    return Fernet(base64.urlsafe_b64encode(_derived(secret, f"sealed: {purpose}")))


def _derived(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), f"key for {purpose}".encode(), "sha256")
