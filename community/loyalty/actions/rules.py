"""Changing what gives points: each change is a new version, and the ones before stay as they were."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.infra.db import lock, unit_of_work
from community.infra.errors import Conflict
from community.loyalty.contributions import settings_of
from community.loyalty.models import RuleVersion
from community.loyalty.queries import rules as queries
from community.members.models import Member

# What a version says; what its contribution does not let staff set stays as it was before.
_SAYS = (
    "is_on", "points", "per_day", "per_week", "decay", "decay_days", "first_bonus", "gate",
    "supporters_needed", "wait_days", "per_pair", "staff_earn", "qualifies",
)  # fmt: skip


def change_rule(rule: str, values: Mapping[str, Any], *, by: Member, seen: int) -> RuleVersion:
    """Let a rule say something else from now on; what says nothing new makes no version.

    `seen` is the number of the version that the change was made from: Conflict if another one stands now.
    """
    settable = settings_of(rule)
    with unit_of_work() as session:
        # Whoever waited here for a colleague finds the version that the colleague made.
        lock(RuleVersion, queries.standing(rule).id)
        before = queries.standing(rule)
        if before.number != seen:
            raise Conflict(
                _l("A colleague has changed this rule meanwhile. Please look at what it says now.")
            )
        said = {name: getattr(before, name) for name in _SAYS}
        said |= {name: value for name, value in values.items() if name in settable}
        if said["gate"] == "none":
            said |= {"supporters_needed": None, "wait_days": None}
        changed = {
            name: [getattr(before, name), value]
            for name, value in said.items()
            if getattr(before, name) != value
        }
        if not changed:
            return before
        version = RuleVersion(rule=rule, number=before.number + 1, made_by_id=by.id, **said)
        session.add(version)
        record(
            "earning_rule.changed",
            subject=version,
            actor=by,
            rule=rule,
            number=version.number,
            changed=changed,
        )
    return version
