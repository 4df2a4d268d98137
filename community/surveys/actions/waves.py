"""Asking the same again: the next wave of a survey, with the same questions under the same codes."""

from flask_babel import lazy_gettext as _l

from community.activity import actions as activity
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict
from community.members.models import Member
from community.surveys import states
from community.surveys.actions import preparing
from community.surveys.models import Question, QuestionVersion, Survey, SurveyCell, SurveyPanel
from community.surveys.queries import cells
from community.surveys.queries import questions as queries
from community.surveys.queries import waves as wave_queries

COPIED = (
    "kind", "title", "purpose", "thanks", "languages", "owner_id", "idea_id", "asked_of", "segment_id",
    "sampling", "sample_size", "points", "minutes", "shuffles_questions", "shows_results",
    "weight_targets_id",
)  # fmt: skip
COPIED_OF_QUESTIONS = (
    "code", "kind", "page", "position", "is_required", "shuffles_options", "condition",
)  # fmt: skip


def copy_as_wave(survey: Survey, *, by: Member) -> Survey:
    """Begin the next wave as a draft: same questions, codes and options, same audience, nobody's answers.

    A sample is drawn anew. Ideas that take part, live statements and pictures on offer come along.
    """
    with unit_of_work() as session:
        survey = lock(Survey, survey.id)
        if states.is_building(survey.state):
            raise Conflict(_l("Open it first: a wave repeats what was asked."))
        # Whoever copies any wave of the series holds its first: two at once do not get one number.
        first = lock(Survey, survey.series_id or survey.id)
        wave = Survey(
            **{name: getattr(survey, name) for name in COPIED},
            series_id=first.id,
            wave=wave_queries.last_number(first) + 1,
            panels=[SurveyPanel(panel_id=panel_id) for panel_id in survey.panel_ids],
        )
        session.add(wave)
        session.flush()
        for question, version in queries.list_standing(survey):
            _copy_question(question, version, wave, by=by)
        for cell in cells.list_cells(survey):
            session.add(
                SurveyCell(
                    survey_id=wave.id,
                    name=cell.name,
                    rule=cell.rule,
                    target_count=cell.target_count,
                    position=cell.position,
                )
            )
        activity.record(
            "survey.created", subject=wave, actor=by, panel_id=wave.only_panel_id, wave_of=survey.id
        )
    return wave


def _copy_question(question: Question, version: QuestionVersion, wave: Survey, *, by: Member) -> None:
    copy = Question(survey_id=wave.id, **{name: getattr(question, name) for name in COPIED_OF_QUESTIONS})
    db.session.add(copy)
    db.session.flush()
    # Also what is offered no longer: its key must not come to name something else in the series.
    db.session.add(
        QuestionVersion(
            question_id=copy.id,
            number=1,
            text=version.text,
            hint=version.hint,
            options=version.options,
            settings=version.settings,
            made_by_id=by.id,
        )
    )
    db.session.flush()
    preparing.copy_supply(question, copy)
