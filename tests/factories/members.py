"""Members for tests: anybody, and the cast."""

import itertools

from community.infra.db import unit_of_work
from community.members import actions
from community.members.models import Member, ProfileAttribute, RoleGrant

_numbers = itertools.count(1)


def make_member(
    display_name: str = "", *, roles: tuple[str, ...] = (), panel_id: int | None = None, **values: object
) -> Member:
    """A verified member without a usable password, holding the roles on the site or on one panel."""
    number = next(_numbers)
    email = str(values.pop("email", f"member{number}@example.org"))
    values.setdefault("password_hash", "")
    with unit_of_work() as session:
        member = Member(
            display_name=display_name or f"Member {number}",
            email=email,
            email_folded=email.casefold(),
            **values,
        )
        member.roles = [RoleGrant(role=role, panel_id=panel_id) for role in roles]
        session.add(member)
    return member


def make_attribute(
    kind: str, label: str, *, options: tuple[str, ...] = (), visible_to: str = "staff"
) -> ProfileAttribute:
    """A profile question in English; the keys of its options are their words in small letters."""
    return actions.create_attribute(
        kind=kind,
        label={"en": label},
        why={"en": "So that we know."},
        options=[{"en": option} for option in options],
        visible_to=visible_to,
    )
