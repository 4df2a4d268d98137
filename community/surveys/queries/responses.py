"""The responses of a survey as staff read them: those that were flagged first of all, and one in full."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, RowMapping, Select, exists, func, select, true
from sqlalchemy.orm import joinedload

from community.infra import paging
from community.infra.db import db
from community.infra.errors import NotFound
from community.infra.language import text_in
from community.members.models import Member
from community.members.names import first_name
from community.surveys import kinds, piping, policy
from community.surveys.models import (
    Answer,
    Question,
    QuestionVersion,
    Response,
    ResponseDecision,
    ResponseFlag,
    Survey,
)
from community.surveys.queries import pictures, questions
from community.surveys.wording import asked_of

PER_PAGE = 50

# What the list is narrowed to: those to look at, those with any flag, those excluded, or all.
SHOWN = ("look", "flagged", "excluded", "all")


class FlagOf(NamedTuple):
    """Something odd about a response, with what it rests on."""

    kind: str
    detail: Mapping[str, Any]


class Line(NamedTuple):
    """A completed response in the list."""

    id: int
    member_id: int
    first_name: str
    completed_at: datetime
    seconds: float
    locale: str
    flag_count: int
    needs_look: bool
    excluded_at: datetime | None
    flags: tuple[FlagOf, ...] = ()
    # What a person decided last.
    decision: str = ""


class Told(NamedTuple):
    """One question as this member met it, and what they answered, in words; "" if nothing."""

    code: str
    text: str
    words: str
    # Texts are shown as they were written.
    is_text: bool


class DecisionLine(NamedTuple):
    """What a person decided about a response, and why."""

    decision: str
    reason: str
    told: str
    flags: Sequence[str]
    decided_at: datetime
    decided_by: str


_LINES = (
    select(
        Response.id,
        Response.member_id,
        Member.display_name,
        Response.completed_at,
        Response.seconds,
        Response.locale,
        Response.flag_count,
        Response.needs_look,
        Response.excluded_at,
    )
    .join(Member, Member.id == Response.member_id)
    .where(Response.state == "completed")
    .order_by(Response.completed_at.desc(), Response.id.desc())
)
_FLAGS = select(ResponseFlag.response_id, ResponseFlag.kind, ResponseFlag.detail).order_by(ResponseFlag.id)
_DECISIONS = (
    select(
        ResponseDecision.decision,
        ResponseDecision.reason,
        ResponseDecision.told,
        ResponseDecision.flags,
        ResponseDecision.decided_at,
        Member.display_name,
    )
    .join(Member, Member.id == ResponseDecision.decided_by_id)
    .order_by(ResponseDecision.id.desc())
)


def list_responses(survey: Survey, *, shown: str, flag: str = "", number: int = 1) -> paging.Page[Line]:
    """One page of the completed responses, the newest first; three statements, however many there are."""
    statement = _LINES.where(Response.survey_id == survey.id, *_narrowing(shown, flag))
    rows = db.session.execute(statement.limit(PER_PAGE + 1).offset(paging.offset(number, PER_PAGE)))
    return paging.read_page(
        _with_flags([_line(row._mapping) for row in rows]), number=number, per_page=PER_PAGE
    )


def count_waiting(survey: Survey) -> int:
    """How many responses wait for a person to look at them."""
    statement = select(func.count(Response.id)).where(
        Response.survey_id == survey.id, Response.state == "completed", Response.needs_look
    )
    return db.session.scalar(statement) or 0


def get_response(response_id: int, viewer: Member | None) -> tuple[Response, Survey]:
    """A completed response with its survey; NotFound for whoever may not judge it."""
    response = db.session.scalar(
        select(Response)
        .where(Response.id == response_id, Response.state == "completed")
        .options(joinedload(Response.member))
    )
    survey = db.session.get(Survey, response.survey_id) if response is not None else None
    if response is None or survey is None or not policy.can_judge(viewer, survey):
        raise NotFound()
    return response, survey


def find_next_id(response: Response) -> int | None:
    """The next response of the survey that waits for a person, after this one."""
    return db.session.scalar(
        select(Response.id)
        .where(
            Response.survey_id == response.survey_id,
            Response.state == "completed",
            Response.needs_look,
            Response.id != response.id,
        )
        .order_by((Response.id < response.id).desc(), Response.id.desc())
        .limit(1)
    )


def list_flags_of(response: Response) -> list[FlagOf]:
    """The flags of one response."""
    rows = db.session.execute(_FLAGS.where(ResponseFlag.response_id == response.id))
    return [FlagOf(kind, detail) for _response_id, kind, detail in rows]


def list_flag_kinds(response: Response) -> list[str]:
    """The names of the flags of one response."""
    return [flag.kind for flag in list_flags_of(response)]


def list_decisions(response: Response) -> list[DecisionLine]:
    """What was decided about one response, the newest first."""
    rows = db.session.execute(_DECISIONS.where(ResponseDecision.response_id == response.id))
    return [DecisionLine(*row[:5], decided_by=first_name(row[5])) for row in rows]


def find_told(response: Response) -> str:
    """What the member reads of the last decision; "" stands for the usual sentence."""
    return (
        db.session.scalar(
            select(ResponseDecision.told)
            .where(ResponseDecision.response_id == response.id, ResponseDecision.decision != "kept")
            .order_by(ResponseDecision.id.desc())
            .limit(1)
        )
        or ""
    )


def get_judged(decision_id: int) -> tuple[ResponseDecision, Response, Survey]:
    """A decision with the response it is about and its survey."""
    row = db.session.execute(
        select(ResponseDecision, Response, Survey)
        .join(Response, Response.id == ResponseDecision.response_id)
        .join(Survey, Survey.id == Response.survey_id)
        .where(ResponseDecision.id == decision_id)
    ).one()
    return row[0], row[1], row[2]


def author_of(response: Response) -> Select[int]:
    """The member whose response it is."""
    return select(Response.member_id).where(Response.id == response.id)


def list_told(response: Response, survey: Survey, *, locale: str) -> list[Told]:
    """All that this member was asked and answered, in the order of the survey, in the reader's language.

    Questions are told as they stood when they were answered.
    """
    rows = db.session.execute(
        select(Question, QuestionVersion, Answer.value)
        .select_from(Question)
        .outerjoin(Answer, (Answer.question_id == Question.id) & (Answer.response_id == response.id))
        .join(
            QuestionVersion,
            (QuestionVersion.question_id == Question.id)
            & (
                (QuestionVersion.id == Answer.version_id)
                | (Answer.id.is_(None) & (QuestionVersion.number == Question.version))
            ),
        )
        .where(Question.survey_id == survey.id)
        .order_by(Question.page, Question.position, Question.id)
    ).all()
    asked_codes = set(response.path.split(","))
    shown = pictures.list_shown([row[0].id for row in rows if row[0].kind == "picture"], locale=locale)
    answers: dict[str, str] = {}
    told = []
    for question, version, value in rows:
        if value is None and question.code not in asked_codes:
            continue
        asked = asked_of(question, version, locale=locale, seed=response.seed)
        asked = replace(asked, options=shown.get(question.id, asked.options))
        words = kinds.of(question.kind).words(asked, value) if value is not None else ""
        answers[question.code] = words
        told.append(
            Told(
                question.code,
                piping.pipe(asked.text, answers),
                words,
                is_text=question.kind in ("short_text", "long_text", "picture"),
            )
        )
    return told


def list_question_texts(survey: Survey, *, locale: str) -> dict[str, str]:
    """What each question asks now, by code, for telling which one a flag is about."""
    standing = questions.list_standing(survey, with_removed=True)
    return {question.code: text_in(version.text, locale) for question, version in standing}


def _narrowing(shown: str, flag: str) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if shown == "look":
        conditions.append(Response.needs_look == true())
    elif shown == "flagged":
        conditions.append(Response.flag_count > 0)
    elif shown == "excluded":
        conditions.append(Response.excluded_at.is_not(None))
    if flag:
        has_it = exists().where(ResponseFlag.response_id == Response.id, ResponseFlag.kind == flag)
        conditions.append(has_it)
    return conditions


def _line(row: RowMapping) -> Line:
    values = {name: row[name] for name in row if name != "display_name"}
    return Line(**values, first_name=first_name(row["display_name"]))


def _with_flags(lines: list[Line]) -> list[Line]:
    ids = [line.id for line in lines]
    flags: dict[int, list[FlagOf]] = {}
    for response_id, kind, detail in db.session.execute(_FLAGS.where(ResponseFlag.response_id.in_(ids))):
        flags.setdefault(response_id, []).append(FlagOf(kind, detail))
    decisions = dict(
        db.session.execute(
            select(ResponseDecision.response_id, ResponseDecision.decision)
            .where(ResponseDecision.response_id.in_(ids))
            .order_by(ResponseDecision.id)
        ).all()
    )
    return [
        line._replace(flags=tuple(flags.get(line.id, ())), decision=decisions.get(line.id, ""))
        for line in lines
    ]
