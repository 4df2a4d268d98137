"""Members for tests: anybody, and the cast."""

import itertools

from community.infra.db import unit_of_work
from community.members.models import Member, RoleGrant

_numbers = itertools.count(1)


def make_member(
    display_name: str = "", *, roles: tuple[str, ...] = (), panel_id: int | None = None, **values: object
) -> Member:
    """A verified member without a usable password, holding the roles on the site or on one panel."""
    number = next(_numbers)
    email = str(values.pop("email", f"member{number}@example.org"))
    with unit_of_work() as session:
        member = Member(
            display_name=display_name or f"Member {number}",
            email=email,
            email_folded=email.casefold(),
            password_hash="",
            **values,
        )
        member.roles = [RoleGrant(role=role, panel_id=panel_id) for role in roles]
        session.add(member)
    return member
