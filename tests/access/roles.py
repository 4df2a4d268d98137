"""Everybody there is, as far as doors are concerned."""

from dataclasses import dataclass

from community.members.models import ROLES, Member
from tests.access.whole import Whole
from tests.factories.members import make_member
from tests.factories.panels import make_panel

PLACES = ("panel", "elsewhere", "site")
# A staff role on the private panel, on another one, and on the whole site.
STAFF = tuple(f"{role} ({place})" for role in ROLES for place in PLACES)
EVERYBODY = ("visitor", "suspended", "member", "neighbour", "insider", *STAFF)


@dataclass(frozen=True)
class Cast:
    """Somebody for each of `EVERYBODY` but the visitor."""

    members: dict[str, Member]


def make_cast(whole: Whole) -> Cast:
    """A suspended insider, a member of no panel, one of another private panel, the author, and all staff."""
    there = make_panel("Next door", slug="next-door", visibility="private")
    panels = {"panel": whole.closed.id, "elsewhere": there.id, "site": None}
    people = {
        "suspended": make_member("Suspended"),
        "member": make_member("Member"),
        "neighbour": make_member("Neighbour"),
        "insider": whole.insider,
    }
    for role in ROLES:
        for place in PLACES:
            name = f"{role} ({place})"
            people[name] = make_member(name, roles=(role,), panel_id=panels[place])
    return Cast(people)
