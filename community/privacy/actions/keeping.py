"""Rules about how long things are kept: setting them, and forgetting what is older, each night."""

from collections.abc import Mapping

from flask import Flask, current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from community.activity.actions import record
from community.activity.changes import compare
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Forbidden, Invalid
from community.infra.own_data import Ageing, Reach
from community.members.models import Member
from community.panels.models import Panel
from community.privacy import policy, retention
from community.privacy.models import RetentionRule
from community.privacy.queries import wishes as queries
from community.privacy.retention import Due

BATCH = 500


def use_ageing(app: Flask, ageing: Mapping[str, Ageing]) -> None:
    """Give the app its table: thing → how it is forgotten when it is old."""
    app.extensions["ageing"] = ageing


def set_rules(by: Member, *, panel: Panel | None, months: Mapping[str, int | None]) -> None:
    """Keep each thing so many months, in the panel or on the site; None as the site says, or for ever."""
    things = retention.things_of(is_site=panel is None)
    for what, count in months.items():
        if what not in things:
            raise Invalid(field=what)
        if count is not None and not things[what].least <= count <= retention.MOST_MONTHS:
            raise Invalid(
                _l(
                    "Please use between %(min)s and %(max)s.",
                    min=things[what].least,
                    max=retention.MOST_MONTHS,
                ),
                field=what,
            )
    with unit_of_work() as session:
        # Two who save at once do so one after the other; the last one's rules stand.
        if panel is not None:
            lock(Panel, panel.id)
        else:
            lock(Member, by.id)
            if session.get_bind().dialect.name == "postgresql":
                # The site has no row of its own, nor has a rule that is set for the first time.
                session.execute(text("LOCK TABLE retention_rules IN SHARE ROW EXCLUSIVE MODE"))
        if not policy.can_set_retention(by, panel):
            raise Forbidden()
        panel_id = panel.id if panel is not None else None
        before = queries.list_rules(panel_id=panel_id)
        after = {**before, **months}
        after = {what: count for what, count in after.items() if count is not None}
        if before == after:
            return
        former = queries.list_rule_rows(panel_id=panel_id)
        for rule in former:
            session.delete(rule)
        session.flush()
        rules = [
            RetentionRule(panel_id=panel_id, what=what, months=count, changed_by_id=by.id)
            for what, count in after.items()
        ]
        session.add_all(rules)
        subject = [*rules, *former][0]
        record("retention.changed", subject=subject, actor=by, panel_id=panel_id, **compare(before, after))


def count_due(panel: Panel | None, months: Mapping[str, int | None]) -> dict[str, int]:
    """How many of each thing such rules would forget today, in the panel or on the site."""
    rules = queries.list_all_rules()
    panel_id = panel.id if panel is not None else None
    rules[panel_id] = {what: count for what, count in months.items() if count is not None}
    panel_ids = [panel.id] if panel is not None else [each.id for each in queries.list_panels()]
    counts = dict.fromkeys(months, 0)
    for due in retention.plan(rules, panel_ids, now=clock.now()):
        if due.what in counts:
            is_site = due.is_site and panel is None
            reach = Reach(due.before, due.panel_ids, is_site)
            counts[due.what] += _ageing()[due.what].count(reach)
    return counts


def run_rules() -> int:
    """Forget what is older than the rules allow, in small steps; says how much that was."""
    panel_ids = [panel.id for panel in queries.list_panels()]
    plan = retention.plan(queries.list_all_rules(), panel_ids, now=clock.now())
    return sum(_run(due) for due in plan)


def _run(due: Due) -> int:
    """One line of the plan; what was not done when a worker dies is done the next night."""
    reach, total = Reach(due.before, due.panel_ids, due.is_site), 0
    # Counted first: a row that stays due though it was emptied must not keep the worker for ever.
    expected = _ageing()[due.what].count(reach)
    while total < expected and (done := _step(due.what, reach)):
        total += done
    if total:
        with unit_of_work():
            rule = queries.get_any_rule(due.what)
            record("retention.ran", subject=rule, actor=None, what=due.what, count=total)
    return total


def _step(what: str, reach: Reach) -> int:
    with unit_of_work():
        done = _ageing()[what].forget(reach, BATCH)
        db.session.flush()
        db.session.expire_all()
    return done


def _ageing() -> Mapping[str, Ageing]:
    table: Mapping[str, Ageing] = current_app.extensions["ageing"]
    return table
