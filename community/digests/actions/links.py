"""The links in a digest's mail with which its reader says "more like this" or "less like this"."""

from typing import NamedTuple

from flask import current_app
from itsdangerous import BadSignature

from community.digests.models import OPINIONS
from community.infra import keys
from community.infra.errors import NotFound

# Long enough for whoever reads old mail; not so long that a mail that gets around speaks for ever.
VALID_SECONDS = 90 * 24 * 60 * 60


class Said(NamedTuple):
    """What a link says, and for whom."""

    member_id: int
    idea_id: int
    opinion: str


def opinion_url(member_id: int, idea_id: int, opinion: str) -> str:
    """The address that leads to saying so, without signing in."""
    token = keys.timed_signer("digest-opinion").dumps([member_id, idea_id, opinion])
    return f"{current_app.config['BASE_URL']}/digest/{token}"


def read_token(token: str) -> Said:
    """What a link says; NotFound for one that we have not written, or long ago."""
    try:
        said = Said(*keys.timed_signer("digest-opinion").loads(token, max_age=VALID_SECONDS))
    except BadSignature:
        raise NotFound() from None
    if said.opinion not in OPINIONS:
        raise NotFound()
    return said
