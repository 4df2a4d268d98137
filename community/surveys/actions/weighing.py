"""Writing down what the customer base looks like, and choosing what a survey is weighted to."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.activity.changes import compare
from community.infra import clock
from community.infra.db import after_commit, lock, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.infra.jobs import wake
from community.members.models import Member
from community.surveys import states
from community.surveys.models import Survey, WeightTargets
from community.surveys.queries import targets as queries

# What people who write per cents by hand may be off by.
ROUNDING = 0.006


def add_targets(
    by: Member, *, name: str, source: str, as_of: date, margins: Sequence[Mapping[str, Any]]
) -> WeightTargets:
    """Write down targets; they follow those that have stood under the same name, which stay as they were.

    `margins` as in WeightTargets; shares that add up to one but for rounding are made to do so.
    """
    if not margins:
        raise Invalid(_l("Please give the shares of at least one profile question."))
    with unit_of_work() as session:
        for earlier in queries.list_standing(name):
            lock(WeightTargets, earlier.id).archived_at = clock.now()
        targets = WeightTargets(
            name=name,
            source=source,
            as_of=as_of,
            margins=[_margin(each) for each in margins],
            created_by_id=by.id,
        )
        session.add(targets)
        record(
            "weight_targets.added", subject=targets, actor=by, name=name,
            **compare({}, {"source": source, "margins": targets.margins}),
        )  # fmt: skip
    return targets


def archive_targets(targets: WeightTargets, by: Member) -> None:
    """Offer the targets no longer; surveys that are weighted to them stay so."""
    with unit_of_work():
        locked = lock(WeightTargets, targets.id)
        if locked.archived_at is None:
            locked.archived_at = clock.now()
            record("weight_targets.archived", subject=locked, actor=by, name=locked.name)


def choose_targets(survey: Survey, by: Member, *, targets: WeightTargets | None) -> None:
    """Weight the survey's results to these targets, or no longer; they are computed anew at once."""
    with unit_of_work():
        locked = lock(Survey, survey.id)
        if states.is_building(locked.state):
            raise Conflict(_l("There is nothing to weight before the survey has opened."))
        was_id = locked.weight_targets_id
        locked.weight_targets_id = targets.id if targets is not None else None
        locked.answers_changed_at = clock.now()
        # Whoever is counting at this moment does so without these weights, and leaves it to the next.
        locked.tally_due_at = None
        record(
            "survey.weighted",
            subject=locked,
            actor=by,
            title=locked.title,
            targets_id=locked.weight_targets_id,
            **compare({"targets": was_id}, {"targets": locked.weight_targets_id}),
        )
        after_commit(wake)


def _margin(margin: Mapping[str, Any]) -> dict[str, Any]:
    shares = {str(key): float(share) for key, share in margin["targets"].items() if share > 0}
    total = sum(shares.values())
    if len(shares) < 2:
        raise Invalid(_l("Please give at least two options a share."), field=str(margin["attribute"]))
    if abs(total - 1) > ROUNDING:
        message = _l("These shares add up to %(sum)s%%; please make them 100%%.", sum=round(100 * total, 1))
        raise Invalid(message, field=str(margin["attribute"]))
    return {
        "attribute": str(margin["attribute"]),
        "targets": {key: share / total for key, share in shares.items()},
    }
