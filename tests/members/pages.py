"""What tests need to read from pages and mails."""

import re

from sqlalchemy import select

from community.infra.db import db
from community.infra.mail import OutgoingMail

GOOD_PASSWORD = "three geese on a tram"
OTHER_PASSWORD = "seven lamps by the sea"


def without_secrets(body: bytes) -> bytes:
    """A page without what is fresh on each answer."""
    body = re.sub(rb'nonce="[^"]*"', b"", body)
    return re.sub(rb'(name="csrf_token" value=")[^"]*', rb"\1", body)


def token_in(text: str) -> str:
    """What the forms of a page carry."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert found is not None
    return found[1]


def mails() -> list[OutgoingMail]:
    """All mails that were written, the oldest first."""
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def link_in(mail: OutgoingMail) -> str:
    """The path of the first link in a mail."""
    found = re.search(r"http://(?:127\.0\.0\.1|localhost):8000(/\S+)", mail.body)
    assert found, mail.body
    return found[1]


def secret_in(mail: OutgoingMail) -> str:
    """The secret at the end of the first link in a mail."""
    return link_in(mail).rpartition("/")[2]
