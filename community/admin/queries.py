"""Reading the mail that went out, or waits to."""

from sqlalchemy import select

from community.infra.db import db
from community.infra.errors import NotFound
from community.infra.mail import OutgoingMail

PER_PAGE = 50


def list_mails(*, page: int) -> list[OutgoingMail]:
    """One page of mails, the newest first, and one more if there are further ones."""
    return list(
        db.session.scalars(
            select(OutgoingMail)
            .order_by(OutgoingMail.id.desc())
            .limit(PER_PAGE + 1)
            .offset((page - 1) * PER_PAGE)
        )
    )


def get_mail(mail_id: int) -> OutgoingMail:
    """One mail; NotFound if there is none."""
    mail = db.session.get(OutgoingMail, mail_id)
    if mail is None:
        raise NotFound()
    return mail
