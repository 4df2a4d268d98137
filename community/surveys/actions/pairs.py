"""Choosing between ideas: which take part, each choice with its counts, and ideas that join later."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, false, update

from community.activity.actions import record
from community.ideas.actions.publishing import publish_idea
from community.ideas.models import Idea
from community.infra import clock
from community.infra.db import db, insert_new, lock, unit_of_work
from community.infra.errors import Conflict, Invalid, NotFound
from community.members.models import Member
from community.panels.models import Panel
from community.surveys import states
from community.surveys.actions import live
from community.surveys.kinds.pairwise import MOST_IDEAS
from community.surveys.models import Contender, PairVote, Question, Response, Survey
from community.surveys.queries import pairs as queries
from community.surveys.queries.questions import Standing

# For each idea how much each of its counts changes.
Changes = dict[int, dict[Any, int]]


def choose(
    response: Response,
    standing: Standing,
    member: Member,
    *,
    left_id: int,
    right_id: int,
    winner_id: int | None,
) -> bool:
    """Keep which of two ideas the member would rather have, None if they cannot say; once for each pair.

    False, and nothing is kept, if one of the two has been taken out since the pair was shown.
    """
    if winner_id not in (left_id, right_id, None) or left_id == right_id:
        raise Invalid(_l("Please choose one of the two."))
    low_id, high_id = sorted((left_id, right_id))
    with unit_of_work():
        response = live.lock_answerable(response, standing.question)
        question_id = standing.question.id
        if not {low_id, high_id} <= {each.item for each in queries.list_records(question_id, member)}:
            return False
        row = {
            "response_id": response.id,
            "question_id": question_id,
            "low_id": low_id,
            "high_id": high_id,
            "winner_id": winner_id,
            "voted_at": clock.now(),
        }
        if insert_new(PairVote, [row]):
            if live.is_counted(response):
                _count(question_id, _changes(low_id, high_id, winner_id, by=1))
            live.keep_answer(response, standing, member)
    return True


def add_idea(
    response: Response,
    standing: Standing,
    member: Member,
    *,
    panel: Panel,
    title: str,
    body: str = "",
    tags: Sequence[str] = (),
    began: datetime | None = None,
    trap: str = "",
) -> Idea:
    """Publish an idea on the panel's board, as one does there; it takes part at once if there is room.

    One that waits for a moderator takes no part, as nobody may see it.
    """
    if not live.is_counted(response):
        raise Conflict(_l("A preview adds nothing to the board."))
    with unit_of_work():
        # The panel and the idea are locked before the survey, as everywhere.
        idea = publish_idea(panel, member, title=title, body=body, tags=tags, began=began, trap=trap)
        live.lock_answerable(response, standing.question)
        if idea.is_listed and _has_room(standing.question):
            _let_in(standing.question, [idea.id])
    return idea


def forget_votes(response: Response) -> None:
    """Take out all choices of the response, from the counts too."""
    with unit_of_work() as session:
        if live.is_counted(response):
            changes: dict[int, Changes] = {}
            for vote in queries.list_votes(response):
                of_question = changes.setdefault(vote.question_id, {})
                for idea_id, columns in _changes(vote.low_id, vote.high_id, vote.winner_id, by=-1).items():
                    of_idea = of_question.setdefault(idea_id, {})
                    for column, change in columns.items():
                        of_idea[column] = of_idea.get(column, 0) + change
            for question_id in sorted(changes):
                _count(question_id, changes[question_id])
        session.execute(delete(PairVote).where(PairVote.response_id == response.id))


def draw_contenders(question: Question, settings: Mapping[str, Any], survey: Survey) -> None:
    """Let those ideas take part that the settings mean now; what staff took out stays out."""
    if settings["source"] == "chosen":
        return
    with unit_of_work() as session:
        meant = queries.list_fitting(survey, settings)
        session.execute(
            delete(Contender).where(
                Contender.question_id == question.id,
                Contender.idea_id.not_in(meant),
                Contender.is_out == false(),
            )
        )
        _let_in(question, meant)


def draw_anew(
    question: Question, settings: Mapping[str, Any], survey: Survey, *, staff: Member | None = None
) -> None:
    """Look again which ideas the settings mean; Conflict once it has opened: then ideas join one by one."""
    with unit_of_work():
        survey = lock(Survey, survey.id)
        if not states.is_building(survey.state):
            raise Conflict(_l("It has been opened: ideas now join one by one."))
        draw_contenders(question, settings, survey)
        _note(survey, staff, question, what="drawn")


def join_new_idea(idea_id: int) -> None:
    """Let an idea that was just published take part wherever new ideas of its panel do and there is room."""
    with unit_of_work():
        idea = queries.find_listed_idea(idea_id)
        if idea is None:
            return
        for question, version in queries.list_open_questions(idea.panel_id):
            is_wanted = version.settings["follows"] and queries.is_meant(idea, version.settings)
            if is_wanted and _has_room(question):
                _let_in(question, [idea.id])


def put_in(question: Question, survey: Survey, *, idea_id: int, staff: Member) -> None:
    """Let an idea take part by hand, or again."""
    with unit_of_work():
        survey = _lock_askable(survey)
        if queries.find_idea_to_add(survey, idea_id) is None:
            raise NotFound()
        contender = queries.find_contender(question.id, idea_id)
        if contender is not None:
            contender.is_out = False
        elif not _has_room(question):
            raise Conflict(_l("%(most)d ideas are enough to compare.", most=MOST_IDEAS))
        else:
            _let_in(question, [idea_id])
        survey.answers_changed_at = clock.now()
        _note(survey, staff, question, idea_id=idea_id, is_out=False)


def take_out(question: Question, survey: Survey, *, idea_id: int, staff: Member) -> None:
    """Ask about an idea no longer; the choices that were made stay."""
    with unit_of_work():
        survey = _lock_askable(survey)
        contender = queries.find_contender(question.id, idea_id)
        if contender is None:
            raise NotFound()
        contender.is_out = True
        survey.answers_changed_at = clock.now()
        _note(survey, staff, question, idea_id=idea_id, is_out=True)


def _lock_askable(survey: Survey) -> Survey:
    survey = lock(Survey, survey.id)
    if not states.can_ask_anew(survey.state):
        raise Conflict(_l("The survey is closed: which ideas took part stays as it was."))
    return survey


def _has_room(question: Question) -> bool:
    # Locked, so that two who come at once do not both take the last place.
    lock(Question, question.id)
    return queries.has_room(question.id)


def _let_in(question: Question, idea_ids: Sequence[int]) -> None:
    now = clock.now()
    insert_new(
        Contender,
        [
            {"question_id": question.id, "idea_id": idea_id, "added_at": now, "is_out": False}
            for idea_id in sorted(idea_ids)
        ],
    )


def _changes(low_id: int, high_id: int, winner_id: int | None, *, by: int) -> Changes:
    if winner_id is None:
        return {low_id: {Contender.tie_count: by}, high_id: {Contender.tie_count: by}}
    loser_id = low_id + high_id - winner_id
    return {winner_id: {Contender.win_count: by}, loser_id: {Contender.loss_count: by}}


def _count(question_id: int, changes: Changes) -> None:
    # In the order of their ids, so that two who choose between the same ideas do not wait in a ring.
    for idea_id in sorted(changes):
        db.session.execute(
            update(Contender)
            .where(Contender.question_id == question_id, Contender.idea_id == idea_id)
            .values({column: column + change for column, change in changes[idea_id].items()})
            .execution_options(synchronize_session=False)
        )


def _note(survey: Survey, staff: Member | None, question: Question, **data: Any) -> None:
    record(
        "survey.contender_changed",
        subject=question,
        actor=staff,
        panel_id=survey.only_panel_id,
        survey_id=survey.id,
        **data,
    )
