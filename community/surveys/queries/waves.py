"""The waves of a survey: all of its series, and the one before and after."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select

from community.infra.db import db
from community.members.models import Member
from community.surveys import policy
from community.surveys.models import Survey


class Wave(NamedTuple):
    """One survey of a series."""

    id: int
    wave: int
    state: str
    opened_at: datetime | None
    closed_at: datetime | None
    completed_count: int
    excluded_count: int


def list_waves(survey: Survey, viewer: Member | None) -> list[Wave]:
    """The waves of the series that the viewer may read, in order, also those nobody has answered yet."""
    rows = db.session.scalars(select(Survey).where(_of_series(survey)).order_by(Survey.wave))
    return [
        Wave(
            each.id,
            each.wave,
            each.state,
            each.opened_at,
            each.closed_at,
            each.completed_count,
            each.excluded_count,
        )
        for each in rows
        if policy.can_read_results(viewer, each)
    ]


def find_next_wave(survey: Survey) -> Survey | None:
    """The wave after this one."""
    return db.session.scalar(
        select(Survey)
        .where(_of_series(survey), Survey.wave > survey.wave)
        .order_by(Survey.wave)
        .limit(1)
        .execution_options(populate_existing=True)
    )


def find_wave_before(survey: Survey) -> Survey | None:
    """The wave before this one."""
    return db.session.scalar(
        select(Survey)
        .where(_of_series(survey), Survey.wave < survey.wave)
        .order_by(Survey.wave.desc())
        .limit(1)
    )


def last_number(survey: Survey) -> int:
    """The number of the newest wave of the series."""
    return db.session.scalar(select(func.max(Survey.wave)).where(_of_series(survey))) or 1


def _of_series(survey: Survey) -> ColumnElement[bool]:
    first_id = survey.series_id or survey.id
    return or_(Survey.id == first_id, Survey.series_id == first_id)
