"""Surveys for tests: questions of any kind, responses, and what they say."""

import itertools
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.members.models import Member
from community.panels.models import Panel
from community.surveys import kinds as survey_kinds
from community.surveys.models import Answer, Question, QuestionVersion, Response, Survey, SurveyPanel
from tests.factories.panels import make_panel

_numbers = itertools.count(1)

OPTIONS: dict[str, tuple[str, ...]] = {
    "single": ("red", "green", "blue"),
    "several": ("red", "green", "blue"),
    "ranking": ("speed", "price", "care"),
    "matrix": ("speed", "price", "care"),
    "allocation": ("speed", "price", "care"),
    "maxdiff": ("speed", "price", "care", "taste", "smell", "sound"),
    "kano": ("speed", "price", "care"),
}
COLUMNS = [
    {"key": str(point), "text": {"en": word}}
    for point, word in enumerate(("Never", "Rarely", "Sometimes", "Often", "Always"), start=1)
]
SETTINGS: dict[str, dict[str, Any]] = {
    "number": {"min": 0, "max": 100, "decimals": 1},
    "matrix": {"columns": COLUMNS},
    "moment": {"unit": {"en": "days"}, "larger_is_better": False},
}


def make_survey(
    *, kinds: tuple[str, ...] = ("single",), state: str = "open", panel: Panel | None = None,
    panels: tuple[Panel, ...] = (), title: str = "", **values: Any,
) -> Survey:  # fmt: skip
    """A survey with one question of each kind on one page, asked of everyone in the panel (or panels).

    The code of a question is its kind, with a number if there are several: "nps", "nps_2".
    """
    asked = panels or (panel or make_panel(),)
    number = next(_numbers)
    values.setdefault("languages", ["en"])
    values.setdefault("purpose", {"en": "Your answers decide what we build next."})
    if state not in ("draft", "preview"):
        values.setdefault("opened_at", clock.now() - timedelta(days=1))
    if state in ("closed", "told_back"):
        values.setdefault("closed_at", clock.now())
    with unit_of_work() as session:
        survey = Survey(title={"en": title or f"Survey {number}"}, state=state, **values)
        survey.panels = [SurveyPanel(panel_id=each.id) for each in asked]
        session.add(survey)
        session.flush()
        for kind in kinds:
            make_question(survey, kind)
    return survey


def make_question(
    survey: Survey, kind: str = "single", *, code: str = "", text: str = "", options: Any = None,
    settings: dict[str, Any] | None = None, has_other: bool = False, **values: Any,
) -> Question:  # fmt: skip
    """A question behind those that are there; options are keys, or as they are stored."""
    with unit_of_work() as session:
        codes = set(session.scalars(select(Question.code).where(Question.survey_id == survey.id)))
        position = session.scalar(
            select(func.coalesce(func.max(Question.position), -1)).where(Question.survey_id == survey.id)
        )
        question = Question(
            survey_id=survey.id, kind=kind, code=code or _free(kind, codes), position=position + 1, **values
        )
        session.add(question)
        session.flush()
        stored = [
            option if isinstance(option, dict) else {"key": option, "text": {"en": option.capitalize()}}
            for option in (OPTIONS.get(kind, ()) if options is None else options)
        ]
        if has_other:
            stored.append({"key": "else", "text": {"en": "Something else"}, "is_other": True})
        session.add(
            QuestionVersion(
                question_id=question.id,
                number=1,
                text={"en": text or f"What do you say to {question.code}?"},
                options=stored,
                settings=survey_kinds.of(kind).check(
                    stored, SETTINGS.get(kind, {}) if settings is None else settings
                ),
            )
        )
    return question


def answer(
    survey: Survey, member: Member, values: dict[str, Any] | None = None, *, state: str = "completed",
    **columns: Any,
) -> Response:  # fmt: skip
    """The member's response, saying this by question code; a value is as it is stored, or in short.

    In short: a word for a choice, a number for a scale, a text, a day, a list of keys (chosen or in order).
    """
    with unit_of_work() as session:
        survey = lock(Survey, survey.id)
        columns.setdefault("seed", next(_numbers))
        columns.setdefault("locale", "en")
        columns.setdefault("seconds", 90.0)
        now = clock.now()
        columns.setdefault("started_at", now - timedelta(seconds=columns["seconds"]))
        columns.setdefault("last_at", now)
        if state == "completed":
            columns.setdefault("completed_at", now)
            survey.completed_count += 1
            survey.excluded_count += columns.get("excluded_at") is not None
            survey.answers_changed_at = now
        survey.started_count += state in ("started", "completed")
        response = Response(
            survey_id=survey.id,
            member_id=member.id,
            panel_id=survey.panel_ids[0],
            state=state,
            **columns,
        )
        session.add(response)
        session.flush()
        rows = session.execute(
            select(Question.code, Question.id, Question.kind, QuestionVersion.id)
            .join(QuestionVersion, QuestionVersion.question_id == Question.id)
            .where(Question.survey_id == survey.id, QuestionVersion.number == Question.version)
        )
        asked = {code: (question_id, kind, version_id) for code, question_id, kind, version_id in rows}
        for code, value in (values or {}).items():
            question_id, kind, version_id = asked[code]
            session.add(
                Answer(
                    response_id=response.id,
                    question_id=question_id,
                    version_id=version_id,
                    value=in_full(kind, value),
                    answered_at=now,
                )
            )
        response.path = response.path or ",".join(values or {})
    return response


def in_full(kind: str, value: Any) -> dict[str, Any]:
    """A value as it is stored, from its short form."""
    if isinstance(value, dict):
        return value
    names = {
        "single": "choice", "yes_no": "choice", "several": "choices", "date": "date", "short_text": "text",
        "long_text": "text", "ranking": "order", "pairwise": "pairs", "opinions": "votes",
    }  # fmt: skip
    return {names.get(kind, "number"): list(value) if isinstance(value, tuple) else value}


def answers_of(response: Response) -> dict[str, Any]:
    """What is stored for the response, by question code."""
    rows = db.session.execute(
        select(Question.code, Answer.value)
        .join(Answer, Answer.question_id == Question.id)
        .where(Answer.response_id == response.id)
        .execution_options(populate_existing=True)
    )
    return {row.code: row.value for row in rows}


def _free(kind: str, codes: set[str]) -> str:
    numbered = (f"{kind}_{number}" for number in itertools.count(2))
    return next(code for code in itertools.chain((kind,), numbered) if code not in codes)
