"""The members of bulk data, the panels, and who is in which."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from community.analysis.script import fold
from community.demo import content
from community.demo.actions.scale.bulk import Bulk
from community.infra.db import unit_of_work
from community.members import passwords
from community.members.models import Member, RoleGrant
from community.panels.models import Membership, Panel

AT_ONCE = 10_000
DOMAIN = "scale.example"
# The first members work here: their roles, by their number.
STAFF = {1: "admin", 2: "owner", 3: "moderator", 4: "analyst"}


@dataclass(frozen=True)
class Room:
    """A panel, how much of all ideas it has, and the numbers of its members."""

    id: int
    slug: str
    of_ideas: float
    member_ids: Sequence[int]


def open_rooms(count: int, *, now: datetime, on_progress: Callable[[int], None]) -> list[Room]:
    """Let so many members join, each at least one panel, and the staff all of them."""
    house = content.read("scale")
    panels = house["panel"]
    in_panels = _draw_panels(count, [panel["of_members"] for panel in panels])
    with unit_of_work() as session:
        rows = [
            Panel(
                slug=panel["slug"], name=panel["name"], visibility=panel["visibility"],
                admission=panel["admission"], member_count=len(members), created_at=now - timedelta(days=800),
            )
            for panel, members in zip(panels, in_panels, strict=True)
        ]  # fmt: skip
        session.add_all(rows)
        session.flush()
        rooms = [
            Room(row.id, row.slug, panel["of_ideas"], members)
            for row, panel, members in zip(rows, panels, in_panels, strict=True)
        ]
    _write_members(count, now=now, on_progress=on_progress)
    memberships = Bulk(Membership, "panel_id", "member_id", "joined_at")
    for room in rooms:
        for start in range(0, len(room.member_ids), AT_ONCE):
            memberships.write(
                (room.id, each, _joined_at(each, now=now))
                for each in room.member_ids[start : start + AT_ONCE]
            )
    with unit_of_work() as session:
        session.add_all(
            RoleGrant(member_id=number, role=role) for number, role in STAFF.items() if number <= count
        )
    return rooms


def address_of(number: int) -> str:
    """What the member with this number signs in with."""
    return f"m{number}@{DOMAIN}"


def _write_members(count: int, *, now: datetime, on_progress: Callable[[int], None]) -> None:
    people = content.read("scale")["people"]
    members = Bulk(
        Member, "id", "display_name", "name_folded", "email", "email_folded", "password_hash", "locale",
        "joined_at", "last_active_at",
    )  # fmt: skip
    password_hash = passwords.encode(content.PASSWORD)
    dice = Random("members")
    for start in range(1, count + 1, AT_ONCE):
        portion = range(start, min(count + 1, start + AT_ONCE))
        rows = []
        for number in portion:
            if number % 3 == 2:
                name, locale = (
                    dice.choice(people["chinese_last"]) + dice.choice(people["chinese_first"]),
                    "zh_Hans",
                )
            else:
                name, locale = f"{dice.choice(people['first'])} {dice.choice(people['last'])}", "en"
            address = address_of(number)
            seen = now - timedelta(days=min(dice.expovariate(1 / 40), 700))
            rows.append(
                (
                    number,
                    name,
                    fold(name),
                    address,
                    address,
                    password_hash,
                    locale,
                    _joined_at(number, now=now),
                    seen,
                )
            )
        members.write(rows)
        on_progress(len(portion))
    members.count_on()


def _joined_at(number: int, *, now: datetime) -> datetime:
    # Before the first idea; who came when does not matter for what is measured.
    return now - timedelta(days=740, minutes=number % 50_000)


def _draw_panels(count: int, chances: Sequence[float]) -> list[Sequence[int]]:
    dice = Random("memberships")
    in_panels: list[array[int]] = [array("l") for _each in chances]
    for number in range(1, count + 1):
        drawn = [place for place, chance in enumerate(chances) if dice.random() < chance]
        for place in range(len(chances)) if number in STAFF else drawn or [0]:
            in_panels[place].append(number)
    return [*in_panels]
