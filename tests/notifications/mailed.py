"""Small helpers for tests about notices that go out by mail."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from community.activity.actions import record
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.infra.mail import OutgoingMail, send_due
from community.members.models import Member
from community.notifications.actions import tell
from community.notifications.actions.mailing import mail_due
from community.notifications.models import Notice
from community.panels.models import Panel
from tests.factories.members import make_member


def say(
    *readers: Member, title: str = "Cards that sing", kind: str = "ideas.replied", by: Member | None = None,
    panel: Panel | None = None, **data: Any,
) -> None:  # fmt: skip
    """Tell these members something that could also have come by mail."""
    speaker = by or make_member("Ben Okoro")
    with unit_of_work():
        activity = record(
            "idea.support_withdrawn", subject=speaker, actor=speaker, panel_id=panel.id if panel else None
        )
    ids = [reader.id for reader in readers]
    tell(
        activity,
        kind=kind,
        to=select(Member.id).where(Member.id.in_(ids)),
        path="/ideas/1",
        data={"title": title, "message": "Yes, please.", **data},
    )


def mail_after(**units: float) -> int:
    """Let time pass, then have the worker look what is due."""
    with clock.stopped_at(clock.now() + timedelta(**units)):
        looked = mail_due()
    db.session.expire_all()
    return looked


def send_after(**units: float) -> int:
    """Let time pass, then have the worker send what waits."""
    with clock.stopped_at(clock.now() + timedelta(**units)):
        tried = send_due()
    db.session.expire_all()
    return tried


def mails() -> list[OutgoingMail]:
    """All mails, in the order in which they were written."""
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def states() -> list[str]:
    """What became of each notice by mail, in order."""
    return list(db.session.scalars(select(Notice.mail_state).order_by(Notice.id)))
