"""Reading promises."""

from datetime import date

from sqlalchemy import select

from community.cases.models import Case
from community.infra.db import db


def list_overdue_case_ids(today: date) -> list[int]:
    """The cases with an open promise whose day has passed."""
    return list(
        db.session.scalars(
            select(Case.id).where(Case.promise_state == "open", Case.promised_on < today).order_by(Case.id)
        )
    )
