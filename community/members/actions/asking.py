"""Asking those on staff who sign in without a second step to set one up, and until when."""

from datetime import timedelta

from flask import current_app
from sqlalchemy import update

from community.infra import clock, mail
from community.infra.db import lock, unit_of_work
from community.members import queries
from community.members.actions import tokens
from community.members.models import Member


def ask_staff() -> None:
    """Tell whoever has not been told yet; with nobody to be asked, forget until when they were."""
    if current_app.config["STAFF_SECOND_FACTOR"] == "offered":
        with unit_of_work() as session:
            session.execute(
                update(Member).where(Member.second_step_due_at.is_not(None)).values(second_step_due_at=None)
            )
        return
    for member_id in queries.list_unasked_staff():
        _ask(member_id)


def _ask(member_id: int) -> None:
    with unit_of_work():
        member = lock(Member, member_id)
        if member.second_step_since is not None or member.second_step_due_at is not None:
            return
        days = timedelta(days=current_app.config["STAFF_SECOND_FACTOR_DAYS"])
        member.second_step_due_at = clock.now() + days
        if member.email is not None:
            mail.post(
                "members/second_step_asked",
                to=member.email,
                name=member.display_name,
                locale=member.locale,
                zone=member.time_zone,
                due_at=member.second_step_due_at,
                link=tokens.link("/me/security/second-step"),
            )
