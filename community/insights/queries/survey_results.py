"""What reports read of a survey besides its stored results: its waves and the titles of ideas in it."""

from collections.abc import Collection

from sqlalchemy import or_, select

from community.ideas.models import Idea
from community.infra.db import db
from community.surveys.models import Survey, WeightTargets


def is_within(survey: Survey, panel_ids: Collection[int]) -> bool:
    """Whether a report about these panels may tell of the survey: its results are of all who were asked."""
    return set(survey.panel_ids) <= set(panel_ids)


def list_waves(survey: Survey, panel_ids: Collection[int]) -> list[Survey]:
    """The waves of the survey's series up to this one, the first one first, as far as the panels allow."""
    first_id = survey.series_id or survey.id
    rows = db.session.scalars(
        select(Survey)
        .where(or_(Survey.id == first_id, Survey.series_id == first_id), Survey.wave <= survey.wave)
        .order_by(Survey.wave)
    )
    return [each for each in rows if is_within(each, panel_ids)]


def list_idea_titles(idea_ids: Collection[int], panel_ids: Collection[int]) -> dict[int, str]:
    """The titles of those ideas that are still listed on the board of one of the panels."""
    if not idea_ids:
        return {}
    rows = db.session.execute(
        select(Idea.id, Idea.title).where(Idea.id.in_(idea_ids), Idea.is_listed, Idea.panel_id.in_(panel_ids))
    )
    return dict(rows.all())


def find_targets(targets_id: int | None) -> WeightTargets | None:
    """What the customer base looks like, by this version of targets."""
    return db.session.get(WeightTargets, targets_id) if targets_id is not None else None
