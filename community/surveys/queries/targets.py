"""Weighting targets: what the customer base looks like, in its versions."""

from sqlalchemy import or_, select

from community.infra.db import db, get_row
from community.surveys.models import WeightTargets


def list_targets() -> list[WeightTargets]:
    """All versions of all targets, by name, the newest first."""
    return list(
        db.session.scalars(select(WeightTargets).order_by(WeightTargets.name, WeightTargets.id.desc()))
    )


def list_offered(chosen_id: int | None) -> list[WeightTargets]:
    """The newest version of all targets, and the one that is chosen whatever its age."""
    is_offered = or_(WeightTargets.archived_at.is_(None), WeightTargets.id == (chosen_id or 0))
    return list(db.session.scalars(select(WeightTargets).where(is_offered).order_by(WeightTargets.name)))


def get_targets(targets_id: int) -> WeightTargets:
    """One version of the targets; NotFound if there is none."""
    return get_row(WeightTargets, targets_id)


def list_standing(name: str) -> list[WeightTargets]:
    """Those of this name that were not followed by another yet."""
    return list(
        db.session.scalars(
            select(WeightTargets).where(WeightTargets.name == name, WeightTargets.archived_at.is_(None))
        )
    )
