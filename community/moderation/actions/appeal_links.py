"""Links in mails with which somebody who cannot sign in reads a decision and objects to it."""

from flask import current_app
from itsdangerous import BadSignature

from community.infra import keys
from community.infra.errors import NotFound
from community.moderation.models import Decision


def link_to(decision: Decision) -> str:
    """The address in a mail under which its author reads the decision and objects, without signing in."""
    token = keys.signer("appeal").dumps([decision.id, decision.author_id])
    return f"{current_app.config['BASE_URL']}/appeals/{token}"


def sign_in_link() -> str:
    """The address under which somebody who was let in again signs in."""
    return f"{current_app.config['BASE_URL']}/sign-in"


def read_link(token: str) -> tuple[int, int]:
    """The decision and the author of a link that we have written; NotFound for any other."""
    try:
        decision_id, author_id = keys.signer("appeal").loads(token)
    except (BadSignature, ValueError, TypeError):
        raise NotFound() from None
    return int(decision_id), int(author_id)
