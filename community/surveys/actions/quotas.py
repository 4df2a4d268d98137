"""Places in the cells of a survey: held while somebody answers, then used, or given back.

Callers hold the survey's row locked (`lock(Survey, …)`) before the response's, so that places and responses
change in one order. Each count changes by one conditional statement: the last place is given once.
"""

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import update

from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict
from community.members.models import Member
from community.surveys.models import Response, Survey, SurveyCell
from community.surveys.queries import cells

# How long somebody who has put the survey aside keeps the place.
HELD_FOR = timedelta(minutes=30)
BATCH = 100


def hold_place(survey: Survey, member: Member) -> SurveyCell | None:
    """Hold a place for the member in the cell with the most room; None if the survey has no quotas.

    Conflict tells kindly when no cell fits the member or all that fit are full. See `keep_place` for who has
    a response already.
    """
    if survey.sampling != "quotas":
        return None
    for cell in cells.list_fitting_cells(survey, member):
        held = db.session.execute(
            update(SurveyCell)
            .where(
                SurveyCell.id == cell.id,
                SurveyCell.held_count + SurveyCell.completed_count < SurveyCell.target_count,
            )
            .values(held_count=SurveyCell.held_count + 1)
            .returning(SurveyCell.id)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        if held is not None:
            db.session.refresh(cell)
            return cell
    raise Conflict(
        _("All places for people like you are taken. Thank you for wanting to answer; places may open again.")
    )


def keep_place(response: Response, survey: Survey, member: Member) -> None:
    """Hold the response's place on from now, or a new one if it was given back meanwhile (else Conflict)."""
    if survey.sampling != "quotas":
        return
    if response.cell_id is None:
        cell = hold_place(survey, member)
        response.cell_id = cell.id if cell is not None else None
    response.held_until = clock.now() + HELD_FOR


def use_place(response: Response) -> None:
    """Turn the place that is held for the response into one that is filled; call `keep_place` before."""
    if response.cell_id is not None and response.held_until is not None:
        _count(response.cell_id, held=-1, completed=1)
    response.held_until = None


def return_place(response: Response) -> None:
    """Give back the place of the response, held or filled, if it has one."""
    if response.cell_id is not None:
        if response.held_until is not None:
            _count(response.cell_id, held=-1)
        else:
            _count(response.cell_id, completed=-1)
    response.cell_id, response.held_until = None, None


def return_lapsed() -> int:
    """Give back the places of those who began long ago and went away; says how many."""
    returned = 0
    for survey_id in cells.list_survey_ids_with_lapsed(limit=BATCH):
        with unit_of_work():
            responses = cells.list_lapsed(lock(Survey, survey_id))
            for response in responses:
                return_place(response)
            returned += len(responses)
    return returned


def _count(cell_id: int, *, held: int = 0, completed: int = 0) -> None:
    db.session.execute(
        update(SurveyCell)
        .where(SurveyCell.id == cell_id)
        .values(
            held_count=SurveyCell.held_count + held, completed_count=SurveyCell.completed_count + completed
        )
        .execution_options(synchronize_session=False)
    )
