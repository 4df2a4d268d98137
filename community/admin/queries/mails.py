"""Reading the mail that went out, or waits to."""

from sqlalchemy import select

from community.infra.db import db, get_row
from community.infra.mail import OutgoingMail
from community.infra.paging import Page, offset, read_page

PER_PAGE = 50


def list_mails(*, page: int) -> Page[OutgoingMail]:
    """One page of mails, the newest first."""
    rows = db.session.scalars(
        select(OutgoingMail)
        .order_by(OutgoingMail.id.desc())
        .limit(PER_PAGE + 1)
        .offset(offset(page, PER_PAGE))
    ).all()
    return read_page(rows, number=page, per_page=PER_PAGE)


def get_mail(mail_id: int) -> OutgoingMail:
    """One mail; NotFound if there is none."""
    return get_row(OutgoingMail, mail_id)
