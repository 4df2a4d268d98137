"""Which surveys the clock opens and closes now."""

from sqlalchemy import select

from community.infra import clock
from community.infra.db import db
from community.surveys.models import Survey


def list_to_open() -> list[Survey]:
    """Those whose opening was planned for a time that has come, the earliest first."""
    planned = select(Survey).where(Survey.state == "preview", Survey.opens_at <= clock.now())
    return list(db.session.scalars(planned.order_by(Survey.opens_at, Survey.id)))


def list_to_close() -> list[Survey]:
    """Those whose time is over."""
    over = select(Survey).where(Survey.state == "open", Survey.closes_at <= clock.now())
    return list(db.session.scalars(over.order_by(Survey.closes_at, Survey.id)))
