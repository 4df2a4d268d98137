"""Links in mails that end mails of their kind: signed, for good, and without signing in."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import current_app
from itsdangerous import BadSignature

from community.infra import keys
from community.infra.db import db
from community.infra.errors import NotFound
from community.members.models import Member
from community.notifications import topics
from community.notifications.actions.preferring import choose_paces

# In links of mails to surveys that were sent before all mails had one way to end them.
_FORMER_SALT = "survey-mail"


class Stop(NamedTuple):
    """What a link ends: mails about these topics; `panel_id` is the panel all of that mail came from."""

    member: Member
    topics: tuple[str, ...]
    panel_id: int | None


def stop_url(member_id: int, *, about: Sequence[str], panel_id: int | None = None) -> str:
    """The address in a mail with which its reader ends such mails."""
    token = keys.signer("stop-mail").dumps([member_id, panel_id, *about])
    return f"{current_app.config['BASE_URL']}/notices/stop/{token}"


def read_token(token: str) -> Stop:
    """What a link ends, and for whom; NotFound for a link that we have not written."""
    try:
        member_id, panel_id, *about = keys.signer("stop-mail").loads(token)
    except BadSignature:
        raise NotFound() from None
    return Stop(_reader(member_id), tuple(key for key in about if key in topics.TOPICS), panel_id)


def read_former_token(token: str) -> Stop:
    """The same for a link in an older invitation to a survey."""
    try:
        member_id = keys.signer(_FORMER_SALT).loads(token)
    except BadSignature:
        raise NotFound() from None
    return Stop(_reader(member_id), ("surveys",), None)


def stop_mail(stop: Stop, *, only_in_panel: bool = False) -> None:
    """Send no mail about these topics from now on, or none of them from the panel of that mail."""
    if only_in_panel and stop.panel_id is not None:
        narrow = [key for key in stop.topics if topics.TOPICS[key].is_by_panel]
        choose_paces(stop.member, dict.fromkeys(narrow, "never"), panel_id=stop.panel_id)
    else:
        choose_paces(stop.member, dict.fromkeys(stop.topics, "never"))


def _reader(member_id: int) -> Member:
    member = db.session.get(Member, member_id)
    if member is None or member.state == "erased":
        raise NotFound()
    return member
