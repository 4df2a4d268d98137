"""Whose desk it is: owners who are there, those who cover for them, and whose turn it is in a team."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from community.cases import policy
from community.members.models import Member

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class Choice(NamedTuple):
    """Who answers for the customer and who for the process, and how that came about; see models.ROUTED_BY."""

    owner: Member | None
    process_owner: Member | None
    team_id: int | None
    routed_by: str


@dataclass(frozen=True)
class Wish:
    """Whom a rule names; None for nobody."""

    owner_id: int | None = None
    team_id: int | None = None
    process_owner_id: int | None = None


@dataclass
class Turns:
    """A team whose row is locked: who was given something when, and how much they have."""

    strategy: str
    last_given: dict[int, datetime | None]
    # How many open cases everybody has; shared by all teams.
    loads: dict[int, int]
    # What is to be written down: who was given something, and when last.
    given: dict[int, datetime] = field(default_factory=dict)

    def order(self) -> list[int]:
        """The members in the order in which they are to be given the next thing."""

        def turn(member_id: int) -> tuple[int, datetime, int]:
            load = self.loads.get(member_id, 0) if self.strategy == "least_loaded" else 0
            return load, self.last_given[member_id] or _LONG_AGO, member_id

        return sorted(self.last_given, key=turn)

    def give(self, member_id: int, *, now: datetime) -> None:
        """Note that it was this member's turn; strictly after everybody else's, also at one moment."""
        last = max((given for given in self.last_given.values() if given is not None), default=_LONG_AGO)
        self.given[member_id] = self.last_given[member_id] = max(now, last + timedelta(microseconds=1))
        self.loads[member_id] = self.loads.get(member_id, 0) + 1


@dataclass
class Hands:
    """Everybody who may be given a case today."""

    staff: Mapping[int, Member]
    # Who is away today, and who covers for them.
    away: Mapping[int, int | None]
    teams: Mapping[int, Turns]
    # Topic → the one above it, its owner, its process owner.
    topics: Mapping[int, tuple[int | None, int | None, int | None]]

    def choose(self, wish: Wish | None, *, panel_id: int, topic_id: int | None, now: datetime) -> Choice:
        """Whom a rule wishes for; if it names nobody, the owner of the topic; else the triage desk."""
        of_topic, process_of_topic = self.owners_of(topic_id)
        if wish is None:
            return Choice(None, self.present(process_of_topic, panel_id), None, "no_rule")
        process_owner = self.present(wish.process_owner_id or process_of_topic, panel_id)
        owner, team_id = self.present(wish.owner_id, panel_id), None
        if owner is None and wish.team_id is not None:
            owner, team_id = self._next_of(wish.team_id, panel_id, now=now), wish.team_id
        if owner is not None:
            return Choice(owner, process_owner, team_id, "rule")
        owner = self.present(of_topic, panel_id)
        return Choice(owner, process_owner, team_id, "topic" if owner is not None else "nobody")

    def owners_of(self, topic_id: int | None) -> tuple[int | None, int | None]:
        """Owner and process owner of a topic, each of the nearest above it if it has none of its own."""
        owner_id: int | None = None
        process_owner_id: int | None = None
        seen: set[int] = set()
        while topic_id is not None and topic_id in self.topics and topic_id not in seen:
            seen.add(topic_id)
            parent_id, own, own_process = self.topics[topic_id]
            owner_id, process_owner_id = owner_id or own, process_owner_id or own_process
            topic_id = parent_id
        return owner_id, process_owner_id

    def present(self, member_id: int | None, panel_id: int) -> Member | None:
        """The member, or who covers for them today and so on; None if nobody is there who may answer."""
        seen: set[int] = set()
        while member_id is not None and member_id not in seen:
            seen.add(member_id)
            if member_id not in self.away:
                return self._able(member_id, panel_id)
            member_id = self.away[member_id]
        return None

    def _next_of(self, team_id: int, panel_id: int, *, now: datetime) -> Member | None:
        turns = self.teams.get(team_id)
        if turns is None:
            return None
        order = turns.order()
        for member_id in order:
            member = self._able(member_id, panel_id)
            if member is not None and member_id not in self.away:
                turns.give(member_id, now=now)
                return member
        # Nobody of the team is there: whoever covers for the one whose turn it is.
        for member_id in order:
            member = self.present(member_id, panel_id)
            if member is not None:
                turns.give(member_id, now=now)
                return member
        return None

    def _able(self, member_id: int, panel_id: int) -> Member | None:
        member = self.staff.get(member_id)
        return member if policy.can_own_cases(member, panel_id) else None
