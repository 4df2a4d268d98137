"""Cases for tests, opened as the site opens them; rules, teams and service levels."""

import itertools
from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from community.cases import clocks
from community.cases.actions import opening
from community.cases.dealing import Choice
from community.cases.models import Case, RoutingRule, ServiceLevel, Team, TeamMember
from community.feedback.actions import advance
from community.feedback.models import FeedbackItem
from community.infra.db import db, lock, unit_of_work
from community.members.models import Member
from community.panels.models import Panel
from tests.factories.feedback import make_item

_numbers = itertools.count(1)


def make_case(
    text: str = "The parcel came broken and nobody answers.", *, owner: Member | None = None,
    panel: Panel | None = None, author: Member | None = None, items: tuple[FeedbackItem, ...] = (),
    **values: object,
) -> Case:  # fmt: skip
    """An open case of one item (or of these), on the desk of this owner; `values` then set columns."""
    first, *others = items or (make_item(text, panel=panel, author=author),)
    with unit_of_work() as session:
        case = opening.open_case(lock(FeedbackItem, first.id), Choice(owner, None, None, "by_hand"))
        if owner is not None:
            advance([first.id], "with_person")
        for other in others:
            opening.add_item(case, lock(FeedbackItem, other.id))
        for name, value in values.items():
            setattr(case, name, value)
        session.flush()
    return case


def wait(case: Case, **time: float) -> Case:
    """The case as if its customer had begun to wait this much earlier, as in `wait(case, hours=30)`."""
    with unit_of_work():
        case = lock(Case, case.id)
        earlier = timedelta(**time)
        case.opened_at -= earlier
        clocks.begin(case, case.service_level)
    return case


def make_rule(
    effect: str = "case", *, owner: Member | None = None, team: Team | None = None,
    process_owner: Member | None = None, position: int | None = None, is_enabled: bool = True, name: str = "",
    **conditions: Any,
) -> RoutingRule:  # fmt: skip
    """A rule with these conditions, behind those that are there; see `forget_rules`."""
    number = next(_numbers)
    with unit_of_work() as session:
        rule = RoutingRule(
            name={"en": name or f"Rule {number}"},
            position=number + 1000 if position is None else position,
            conditions=conditions,
            effect=effect,
            owner_id=owner.id if owner else None,
            team_id=team.id if team else None,
            process_owner_id=process_owner.id if process_owner else None,
            is_enabled=is_enabled,
        )
        session.add(rule)
    return rule


def forget_rules() -> None:
    """Take away the rules and service levels that a site begins with."""
    with unit_of_work():
        db.session.execute(delete(RoutingRule))
        db.session.execute(delete(ServiceLevel))


def make_team(*members: Member, strategy: str = "round_robin", name: str = "") -> Team:
    """A team of these members."""
    with unit_of_work() as session:
        team = Team(name=name or f"Team {next(_numbers)}", strategy=strategy)
        session.add(team)
        session.flush()
        session.add_all(TeamMember(team_id=team.id, member_id=member.id) for member in members)
    return team


def make_level(
    *, answer_hours: float = 24, resolve_hours: float = 120, position: int | None = None, **values: object
) -> ServiceLevel:
    """A service level, behind those that are there unless it has a position."""
    number = next(_numbers)
    values.setdefault("name", {"en": f"Level {number}"})
    with unit_of_work() as session:
        level = ServiceLevel(
            position=number + 1000 if position is None else position,
            answer_hours=answer_hours,
            resolve_hours=resolve_hours,
            **values,
        )
        session.add(level)
    return level
