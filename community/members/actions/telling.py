"""Telling members that the doors of their account have changed."""

from typing import Any

from community.infra import mail
from community.members import provider
from community.members.actions import tokens
from community.members.models import Member


def tell(member: Member, what: str, **values: Any) -> None:
    """Mail the member that how they sign in has changed; `what` is a word of the mail's template."""
    # Only to an address that is known to be theirs.
    if member.email is not None:
        mail.post(
            "members/sign_in_changed",
            to=member.email,
            name=member.display_name,
            locale=member.locale,
            what=what,
            security=tokens.link("/me/security"),
            forgotten=tokens.link("/forgotten-password"),
            **{"is_last": False, "parted_from": "", "provider": provider.name(), **values},
        )
