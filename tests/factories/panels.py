"""Panels for tests and people in them."""

import itertools

from community.infra.db import unit_of_work
from community.members.models import Member
from community.panels.models import Membership, Panel

_numbers = itertools.count(1)


def make_panel(name: str = "", *, members: tuple[Member, ...] = (), **values: object) -> Panel:
    """An open panel that admits anyone, with these members in it."""
    number = next(_numbers)
    values.setdefault("slug", f"panel-{number}")
    with unit_of_work() as session:
        panel = Panel(name=name or f"Panel {number}", member_count=len(members), **values)
        session.add(panel)
        session.flush()
        session.add_all(Membership(panel_id=panel.id, member_id=member.id) for member in members)
    return panel
