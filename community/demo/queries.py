"""Asks whether there is a community already, and who can sign in to the demo."""

from typing import NamedTuple

from sqlalchemy import func, select

from community.demo import content
from community.infra.db import db
from community.members.models import Member


class SignIn(NamedTuple):
    """Somebody of the demo whom a visitor can be."""

    email: str
    name: str
    role: str


def count_members() -> int:
    """How many members the site has."""
    return db.session.scalar(select(func.count(Member.id))) or 0


def list_sign_ins() -> list[SignIn]:
    """The cast of the demo as far as it is there; empty on a site that is not the demo."""
    emails = [content.email_of(key) for key in content.CAST]
    members = db.session.scalars(select(Member).where(Member.email_folded.in_(emails)))
    by_email = {member.email_folded: member for member in members}
    return [
        SignIn(
            email, by_email[email].display_name, ", ".join(g.role for g in by_email[email].roles) or "member"
        )
        for email in emails
        if email in by_email
    ]
