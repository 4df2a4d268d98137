"""Rules and service levels: what they are, and in which order they are asked."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.activity.changes import columns_of, compare
from community.cases.models import RoutingRule, ServiceLevel, WorkingHours
from community.cases.queries import rules as queries
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Invalid
from community.members.models import Member

_KINDS: Mapping[type, str] = {RoutingRule: "rule.changed", ServiceLevel: "service_level.changed"}


def save_rule(rule: RoutingRule | None, *, by: Member, values: Mapping[str, Any]) -> RoutingRule:
    """Change a rule, or add one behind the others; a person and a team at once is Invalid."""
    if values["owner_id"] is not None and values["team_id"] is not None:
        raise Invalid(_l("Choose a person or a team, not both."), field="team_id")
    with unit_of_work() as session:
        row = lock(RoutingRule, rule.id) if rule is not None else RoutingRule(position=_behind(RoutingRule))
        before = columns_of(row) if rule is not None else {}
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)
        _note(row, by, before)
    return row


def save_level(level: ServiceLevel | None, *, by: Member, values: Mapping[str, Any]) -> ServiceLevel:
    """Change a service level, or add one behind the others; cases that are open keep their due times."""
    with unit_of_work() as session:
        row = (
            lock(ServiceLevel, level.id)
            if level is not None
            else ServiceLevel(position=_behind(ServiceLevel))
        )
        before = columns_of(row) if level is not None else {}
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)
        _note(row, by, before)
    return row


def move(row: RoutingRule | ServiceLevel, *, by: Member, steps: int) -> None:
    """Ask a rule or service level earlier (`steps` -1) or later (+1); at the end of the list it stays."""
    with unit_of_work():
        ordered = queries.lock_all(type(row))
        place = next(number for number, each in enumerate(ordered) if each.id == row.id)
        target = min(max(place + steps, 0), len(ordered) - 1)
        before = columns_of(ordered[place])
        ordered.insert(target, ordered.pop(place))
        for number, each in enumerate(ordered, start=1):
            each.position = number
        _note(ordered[target], by, before)


def switch(row: RoutingRule | ServiceLevel, *, by: Member, on: bool) -> None:
    """Ask a rule or service level again, or no longer."""
    with unit_of_work():
        locked = lock(type(row), row.id)
        before = columns_of(locked)
        locked.is_enabled = on
        _note(locked, by, before)


def delete(row: RoutingRule | ServiceLevel, *, by: Member) -> None:
    """Take a rule or service level away; cases it has led to stay where they are."""
    with unit_of_work() as session:
        queries.lock_to_delete(row)
        _note(row, by, columns_of(row), is_deleted=True)
        session.delete(row)


def set_working_hours(values: Mapping[str, Any], *, by: Member) -> WorkingHours:
    """Say when the company works."""
    with unit_of_work():
        hours = lock(WorkingHours, 1)
        before = columns_of(hours, *values)
        for name, value in values.items():
            setattr(hours, name, value)
        record("working_hours.changed", subject=hours, actor=by, **compare(before, values))
    return hours


def _behind(model: type[RoutingRule] | type[ServiceLevel]) -> int:
    return queries.last_position(model) + 1


def _note(
    row: RoutingRule | ServiceLevel, by: Member, before: Mapping[str, Any], *, is_deleted: bool = False
) -> None:
    # What its columns become by themselves is known once it is written.
    db.session.flush()
    after = {} if is_deleted else columns_of(row)
    flag = {"is_deleted": True} if is_deleted else {}
    record(_KINDS[type(row)], subject=row, actor=by, name=row.name, **flag, **compare(before, after))
