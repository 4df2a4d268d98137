"""Making sure, before something that decides who gets in, that the member still sits there."""

from datetime import timedelta

from flask_babel import gettext as _

from community.infra import clock
from community.infra.db import unit_of_work
from community.infra.errors import Forbidden, NotFound
from community.members import queries
from community.members.actions.accounts import check_own_password
from community.members.models import Member

SURE_FOR = timedelta(minutes=15)


class Unsure(Forbidden):
    """Signing in was too long ago: the member has to show again who they are."""


def must_be_sure(member: Member) -> None:
    """Unsure unless this browser has signed in, or given the password, a moment ago."""
    browser = queries.find_session(member.session_token)
    sure_at = browser.confirmed_at if browser is not None else None
    if sure_at is None or sure_at < clock.now() - SURE_FOR:
        raise Unsure(_("Please show us again that it is you."))


def confirm_self(member: Member, *, password: str) -> None:
    """Let this browser change how the member signs in, for a quarter of an hour."""
    check_own_password(member, password)
    note_sure(member)


def note_sure(member: Member) -> None:
    """The same for a member who has shown it at the provider."""
    with unit_of_work():
        browser = queries.find_session(member.session_token)
        if browser is None:
            raise NotFound()
        browser.confirmed_at = clock.now()
