"""Reading circles: those whose marks do not count, and what staff have to judge."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from community.infra import paging
from community.infra.db import db, get_row
from community.infra.errors import NotFound
from community.infra.paging import Page
from community.loyalty.contributions import CONTRIBUTIONS
from community.loyalty.models import Award, Ring
from community.members.models import Member

PER_PAGE = 50
_ACCEPTED_BY_MEMBERS = [rule for rule, each in CONTRIBUTIONS.items() if each.supporters is not None]


class CircleRow(NamedTuple):
    """A circle as staff see it in a list."""

    id: int
    member_id: int
    member_name: str
    reciprocity: float
    concentration: float
    volume: int
    partner_ids: Sequence[int]
    found_at: datetime
    state: str
    note: str
    decided_at: datetime | None
    decided_by: str | None


class Person(NamedTuple):
    """Somebody in a circle."""

    id: int
    name: str
    state: str


_decider = aliased(Member)
_ROWS: Select[*tuple[Any, ...]] = (
    select(
        Ring.id,
        Ring.member_id,
        Member.display_name,
        Ring.reciprocity,
        Ring.concentration,
        Ring.volume,
        Ring.partner_ids,
        Ring.found_at,
        Ring.state,
        Ring.note,
        Ring.decided_at,
        _decider.display_name,
    )
    .join(Member, Member.id == Ring.member_id)
    .outerjoin(_decider, _decider.id == Ring.decided_by_id)
)
_STANDING = select(Ring.member_id, Ring.partner_ids).where(Ring.state != "dismissed")


def ids_in_circle_with(member_id: int) -> set[int]:
    """All with whom the member goes round in a circle that is open or upheld."""
    together: set[int] = set()
    for circle in list_standing():
        if member_id in circle:
            together |= circle
    return together - {member_id}


def list_standing() -> list[set[int]]:
    """The members of each circle whose marks do not count: rare, so that all are read."""
    return [{one, *others} for one, others in db.session.execute(_STANDING)]


def list_open() -> list[CircleRow]:
    """The circles that wait for a person, those with the most marks first."""
    rows = db.session.execute(
        _ROWS.where(Ring.state == "open").order_by(Ring.volume.desc(), Ring.id).limit(PER_PAGE)
    )
    return [CircleRow(*row) for row in rows]


def list_judged(*, number: int = 1) -> Page[CircleRow]:
    """What was decided, the newest first."""
    rows = db.session.execute(
        _ROWS.where(Ring.state != "open")
        .order_by(Ring.decided_at.desc(), Ring.id.desc())
        .offset(paging.offset(number, PER_PAGE))
        .limit(PER_PAGE + 1)
    )
    return paging.read_page([CircleRow(*row) for row in rows], number=number, per_page=PER_PAGE)


def count_open() -> int:
    """How many circles wait for a person."""
    return db.session.scalar(select(func.count(Ring.id)).where(Ring.state == "open")) or 0


def get_circle(ring_id: int) -> Ring:
    """The circle with this number."""
    return get_row(Ring, ring_id)


def list_people(ring: Ring) -> list[Person]:
    """The member and then their partners, by how many marks go round with them."""
    ids = [ring.member_id, *ring.partner_ids]
    rows = db.session.execute(select(Member.id, Member.display_name, Member.state).where(Member.id.in_(ids)))
    return sorted((Person(*row) for row in rows), key=lambda person: ids.index(person.id))


def find_standing(member_id: int) -> Ring | None:
    """The member's circle that is open or upheld."""
    return db.session.scalar(select(Ring).where(Ring.member_id == member_id, Ring.state != "dismissed"))


def get_standing(member_id: int) -> Ring:
    """The member's circle that is open or upheld; NotFound if there is none."""
    ring = find_standing(member_id)
    if ring is None:
        raise NotFound()
    return ring


def list_dismissed(member_id: int, *, since: datetime) -> list[set[int]]:
    """Who was in circles around the member that staff looked at since a moment and found to be none."""
    rows = db.session.scalars(
        select(Ring.partner_ids).where(
            Ring.member_id == member_id, Ring.state == "dismissed", Ring.decided_at > since
        )
    )
    return [set(partner_ids) for partner_ids in rows]


def list_awards(member_ids: Collection[int], *, state: str, reason: str = "") -> list[Award]:
    """What these members are thanked for that others can accept, in the order in which wallets are locked."""
    statement = (
        select(Award)
        .where(
            Award.member_id.in_(member_ids),
            Award.state == state,
            Award.rule.in_(_ACCEPTED_BY_MEMBERS),
        )
        .order_by(Award.member_id, Award.id)
    )
    if reason:
        statement = statement.where(Award.reason == reason)
    return list(db.session.scalars(statement))
