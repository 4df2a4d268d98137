"""What the worker reads to compute results: which survey is due, its responses, and their answers."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Text, and_, bindparam, cast, func, or_, select

from community.ideas.models import Idea
from community.infra import clock
from community.infra.db import db
from community.members.models import Member
from community.surveys import states
from community.surveys.kinds.contract import Value
from community.surveys.models import (
    Answer,
    Contender,
    PairVote,
    Question,
    QuestionVersion,
    Response,
    Statement,
    StatementVote,
    Survey,
    SurveyPicture,
    Tally,
    WeightTargets,
)
from community.surveys.queries.audience import audience_of
from community.surveys.tallies.live import Choice, Vote
from community.surveys.tallies.sums import Counted

# Who is in which group of an opinion map stands beside the results under this cut.
PEOPLE_CUT = "~people"
# What members see of the results: older than what staff see, so that no single answer can be told from it.
MEMBERS_CUT = "~members"


class Counting(NamedTuple):
    """A response that counts."""

    id: int
    profile: dict[str, list[str]]
    weight: float | None
    seconds: float
    completed_at: datetime


class Asked(NamedTuple):
    """A question as it is counted, and whether everybody was asked it."""

    counted: Counted
    is_for_all: bool


_COUNTS = and_(Response.state == "completed", Response.excluded_at.is_(None))
_RESPONSES = (
    select(Response.id, Response.profile, Response.weight, Response.seconds, Response.completed_at)
    .where(Response.survey_id == bindparam("survey_id"), _COUNTS)
    .order_by(Response.id)
)
_QUESTIONS = (
    select(Question.id, Question.kind, Question.condition, QuestionVersion.options, QuestionVersion.settings)
    .join(QuestionVersion, QuestionVersion.question_id == Question.id)
    .where(Question.survey_id == bindparam("survey_id"))
    .order_by(Question.page, Question.position, Question.id, QuestionVersion.number.desc())
)
_ANSWERS = (
    # As text: most answers are given by many people, and are then read only once.
    select(Answer.response_id, cast(Answer.value, Text))
    .join(Response, Response.id == Answer.response_id)
    .where(Answer.question_id == bindparam("question_id"), _COUNTS)
    .order_by(Answer.response_id)
)
_CHOICES = (
    select(PairVote.response_id, PairVote.low_id, PairVote.high_id, PairVote.winner_id)
    .join(Response, Response.id == PairVote.response_id)
    .where(PairVote.question_id == bindparam("question_id"), _COUNTS)
    .order_by(PairVote.id)
)
_VOTES = (
    select(StatementVote.response_id, StatementVote.statement_id, StatementVote.vote)
    .join(Statement, Statement.id == StatementVote.statement_id)
    .join(Response, Response.id == StatementVote.response_id)
    .where(Statement.question_id == bindparam("question_id"), _COUNTS)
    .order_by(StatementVote.id)
)


def due() -> Any:
    """The condition on surveys that their answers changed since they were counted, and nobody is at it."""
    return and_(
        Survey.answers_changed_at.is_not(None),
        or_(Survey.tallied_at.is_(None), Survey.tallied_at != Survey.answers_changed_at),
        or_(Survey.tally_due_at.is_(None), Survey.tally_due_at <= clock.now()),
        Survey.state.not_in(states.BUILDING),
    )


def is_any_due() -> bool:
    """Whether the results of some survey are to be computed now."""
    return db.session.scalar(select(Survey.id).where(due()).limit(1)) is not None


def find_due() -> Survey | None:
    """The survey that has waited longest, locked; None if others are at all that are due."""
    return db.session.scalar(
        select(Survey)
        .where(due())
        .order_by(Survey.tally_due_at.nulls_first(), Survey.id)
        .limit(1)
        .with_for_update(skip_locked=True, key_share=True, of=Survey)
        .execution_options(populate_existing=True)
    )


def count_asked(survey: Survey) -> int:
    """How many members the survey is for."""
    return db.session.scalar(select(func.count()).select_from(Member).where(audience_of(survey))) or 0


def list_counting(survey_id: int) -> list[Counting]:
    """The responses that count, in their order."""
    return [Counting._make(row) for row in db.session.execute(_RESPONSES, {"survey_id": survey_id})]


def list_asked(survey_id: int) -> list[Asked]:
    """All questions, also those no longer asked, with the options of all their versions, the newest first."""
    found: dict[int, Asked] = {}
    for question_id, kind, condition, options, settings in db.session.execute(
        _QUESTIONS, {"survey_id": survey_id}
    ):
        keys = tuple(str(option["key"]) for option in options)
        known = found.get(question_id)
        if known is None:
            found[question_id] = Asked(Counted(question_id, kind, keys, settings), condition is None)
        else:
            newer = known.counted
            added = tuple(key for key in keys if key not in newer.options)
            counted = Counted(question_id, kind, newer.options + added, newer.settings)
            found[question_id] = Asked(counted, known.is_for_all)
    pictures = _offered([each.counted.id for each in found.values() if each.counted.kind == "picture"])
    for question_id, keys in pictures.items():
        counted = found[question_id].counted
        found[question_id] = found[question_id]._replace(
            counted=Counted(question_id, counted.kind, keys, counted.settings)
        )
    return list(found.values())


def read_answers(question_id: int) -> list[tuple[int, Value]]:
    """Who said what; equal answers are one object."""
    known: dict[str, Value] = {}
    found = []
    for person, written in db.session.execute(_ANSWERS, {"question_id": question_id}):
        value = known.get(written)
        if value is None:
            value = known[written] = json.loads(written)
        found.append((person, value))
    return found


def read_choices(question_id: int) -> list[Choice]:
    """Which of two ideas people would rather have."""
    return [Choice._make(row) for row in db.session.execute(_CHOICES, {"question_id": question_id})]


def read_votes(question_id: int) -> list[Vote]:
    """What people think of the statements."""
    return [Vote._make(row) for row in db.session.execute(_VOTES, {"question_id": question_id})]


def list_contenders(question_id: int) -> list[int]:
    """The ideas that take part."""
    return list(
        db.session.scalars(
            select(Contender.idea_id)
            .join(Idea, Idea.id == Contender.idea_id)
            .where(Contender.question_id == question_id, Contender.is_out.is_(False), Idea.is_listed)
            .order_by(Contender.idea_id)
        )
    )


def list_statements(question_id: int) -> dict[int, str]:
    """The statements that are or were live, with their states."""
    rows = db.session.execute(
        select(Statement.id, Statement.state)
        .where(Statement.question_id == question_id, Statement.state != "waiting")
        .order_by(Statement.id)
    )
    return dict(rows.all())


def get_people(question_id: int) -> Mapping[str, Any]:
    """Who was in which group of the opinion map before; empty if there is none yet."""
    stored = select(Tally.data).where(Tally.question_id == question_id, Tally.cut == PEOPLE_CUT)
    return db.session.scalar(stored) or {}


def list_seen(question_ids: Collection[int]) -> dict[int, int]:
    """From how many answers the figures come that members see of these questions."""
    rows = db.session.execute(
        select(Tally.question_id, Tally.n).where(
            Tally.question_id.in_(question_ids), Tally.cut == MEMBERS_CUT
        )
    )
    return dict(rows.all())


def find_targets(survey: Survey) -> WeightTargets | None:
    """What the survey is weighted to."""
    if survey.weight_targets_id is None:
        return None
    return db.session.get(WeightTargets, survey.weight_targets_id, populate_existing=True)


def _offered(question_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    if not question_ids:
        return {}
    rows = db.session.execute(
        select(SurveyPicture.question_id, SurveyPicture.id)
        .where(SurveyPicture.question_id.in_(question_ids), SurveyPicture.is_offered)
        .order_by(SurveyPicture.position, SurveyPicture.id)
    )
    found: dict[int, tuple[str, ...]] = dict.fromkeys(question_ids, ())
    for question_id, picture_id in rows:
        found[question_id] += (str(picture_id),)
    return found
