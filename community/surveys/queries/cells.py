"""The quota cells of a survey, and the places that are held in them."""

from sqlalchemy import ColumnElement, select

from community.infra import clock
from community.infra.db import db
from community.infra.errors import NotFound
from community.members.models import Member
from community.panels import criteria
from community.panels import queries as panels
from community.surveys.models import Response, Survey, SurveyCell


def list_cells(survey: Survey) -> list[SurveyCell]:
    """The survey's cells in their order, as they are filled now."""
    return list(
        db.session.scalars(
            select(SurveyCell)
            .where(SurveyCell.survey_id == survey.id)
            .order_by(SurveyCell.position, SurveyCell.id)
            .execution_options(populate_existing=True)
        )
    )


def get_cell(survey: Survey, cell_id: int) -> SurveyCell:
    """One of the survey's cells; NotFound if it has no such cell."""
    cell = db.session.scalar(
        select(SurveyCell).where(SurveyCell.id == cell_id, SurveyCell.survey_id == survey.id)
    )
    if cell is None:
        raise NotFound()
    return cell


def list_fitting_cells(survey: Survey, member: Member) -> list[SurveyCell]:
    """The cells whose rule means this member, the emptiest by share first."""
    cells = list_cells(survey)
    if not cells:
        return []
    fits = panels.are_meant(member, [cell.rule for cell in cells], panels.get_vocabulary())
    fitting = [cell for cell, is_fitting in zip(cells, fits, strict=True) if is_fitting]
    return sorted(fitting, key=lambda cell: cell.taken_count / max(1, cell.target_count))


def list_survey_ids_with_lapsed(*, limit: int) -> list[int]:
    """The surveys in which a place is still held for somebody who went away."""
    ids = select(Response.survey_id).where(*_is_lapsed()).distinct().order_by(Response.survey_id)
    return list(db.session.scalars(ids.limit(limit)))


def list_lapsed(survey: Survey) -> list[Response]:
    """The responses whose held place is to be given back, locked until the unit of work ends."""
    return list(
        db.session.scalars(
            select(Response)
            .where(Response.survey_id == survey.id, *_is_lapsed())
            .order_by(Response.id)
            .with_for_update(of=Response)
            .execution_options(populate_existing=True)
        )
    )


def list_speaking_of(slug: str) -> list[SurveyCell]:
    """The cells whose rule names the panel, locked until the unit of work ends."""
    rows = db.session.scalars(select(SurveyCell).order_by(SurveyCell.id).with_for_update(key_share=True))
    return [cell for cell in rows if slug in criteria.panels_in(cell.rule)]


def _is_lapsed() -> tuple[ColumnElement[bool], ...]:
    return Response.held_until < clock.now(), Response.state == "started"
