"""What goes into the file of a survey's responses, and the files that were asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from community.infra.db import db
from community.infra.errors import NotFound
from community.infra.language import text_in
from community.members.models import Member
from community.surveys import exports, policy
from community.surveys.exports import Answers, Attribute, Layout
from community.surveys.kinds import Asked, Value
from community.surveys.models import (
    Answer,
    Question,
    QuestionVersion,
    Response,
    ResponseFlag,
    Survey,
    SurveyExport,
)
from community.surveys.queries import pictures, profiles
from community.surveys.wording import asked_of

SHOWN = 30
BATCH = 500


class Line(NamedTuple):
    """A file that somebody asked for."""

    id: int
    format: str
    locale: str
    state: str
    key: str | None
    row_count: int | None
    asked_at: datetime
    asked_by: str | None
    made_at: datetime | None


_LINES = (
    select(
        SurveyExport.id,
        SurveyExport.format,
        SurveyExport.locale,
        SurveyExport.state,
        SurveyExport.key,
        SurveyExport.row_count,
        SurveyExport.asked_at,
        Member.display_name,
        SurveyExport.made_at,
    )
    .outerjoin(Member, Member.id == SurveyExport.asked_by_id)
    .order_by(SurveyExport.id.desc())
    .limit(SHOWN)
)


def list_exports(survey: Survey) -> list[Line]:
    """The files of the survey, the newest first."""
    return [Line._make(row) for row in db.session.execute(_LINES.where(SurveyExport.survey_id == survey.id))]


def get_export(export_id: int, viewer: Member | None) -> SurveyExport:
    """A file that can be fetched; NotFound if it is gone, or for whoever may not read the results."""
    export = db.session.get(SurveyExport, export_id)
    survey = db.session.get(Survey, export.survey_id) if export is not None else None
    if export is None or survey is None or not policy.can_read_results(viewer, survey):
        raise NotFound()
    if export.state != "done" or export.key is None:
        raise NotFound()
    return export


def find_waiting_id() -> int | None:
    """The file that has waited longest to be made."""
    return db.session.scalar(
        select(SurveyExport.id).where(SurveyExport.state == "waiting").order_by(SurveyExport.id).limit(1)
    )


def find_export(export_id: int) -> tuple[SurveyExport, Survey] | None:
    """A file that is to be made, with its survey; None if either is gone."""
    row = db.session.execute(
        select(SurveyExport, Survey)
        .join(Survey, Survey.id == SurveyExport.survey_id)
        .where(SurveyExport.id == export_id)
    ).first()
    return (row[0], row[1]) if row is not None else None


def list_old(*, since: datetime) -> list[int]:
    """The files that were made before this moment and are still kept."""
    return list(
        db.session.scalars(
            select(SurveyExport.id).where(SurveyExport.key.is_not(None), SurveyExport.made_at < since)
        )
    )


def get_layout(survey: Survey, *, locale: str) -> Layout:
    """The columns of the survey's file, with labels in this language; also of questions taken out."""
    rows = db.session.execute(
        select(Question, QuestionVersion)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .where(Question.survey_id == survey.id)
        .order_by(Question.page, Question.position, Question.id, QuestionVersion.number.desc())
    ).all()
    shown = pictures.list_shown({row[0].id for row in rows if row[0].kind == "picture"}, locale=locale)
    versions: dict[int, list[Asked]] = {}
    for question, version in rows:
        asked = asked_of(question, version, locale=locale)
        asked = replace(asked, options=shown.get(question.id, asked.options))
        versions.setdefault(question.id, []).append(asked)
    return exports.lay_out([exports.merged(each) for each in versions.values()], _attributes(locale))


def each_answers(survey: Survey, *, secret: str) -> Iterator[Answers]:
    """The completed responses, some at a time; in the order of their made-up names, which says nothing."""
    codes = dict(
        db.session.execute(select(Question.id, Question.code).where(Question.survey_id == survey.id)).all()
    )
    ids = db.session.execute(
        select(Response.id, Response.member_id).where(
            Response.survey_id == survey.id, Response.state == "completed"
        )
    )
    series_id = survey.series_id or survey.id
    named = sorted(
        (exports.person_of(member_id, series_id=series_id, secret=secret), response_id)
        for response_id, member_id in ids
    )
    for start in range(0, len(named), BATCH):
        yield from _batch(named[start : start + BATCH], codes)


def _batch(named: Sequence[tuple[str, int]], codes: dict[int, str]) -> Iterator[Answers]:
    ids = [response_id for _person, response_id in named]
    responses = {
        row.id: row
        for row in db.session.execute(
            select(
                Response.id,
                Response.completed_at,
                Response.seconds,
                Response.locale,
                Response.weight,
                Response.excluded_at,
                Response.profile,
                Response.path,
            ).where(Response.id.in_(ids), Response.state == "completed")
        )
    }
    values: dict[int, dict[str, Value]] = {}
    for response_id, question_id, value in db.session.execute(
        select(Answer.response_id, Answer.question_id, Answer.value).where(Answer.response_id.in_(ids))
    ):
        values.setdefault(response_id, {})[codes[question_id]] = value
    flags: dict[int, list[str]] = {}
    for response_id, kind in db.session.execute(
        select(ResponseFlag.response_id, ResponseFlag.kind)
        .where(ResponseFlag.response_id.in_(ids))
        .order_by(ResponseFlag.id)
    ):
        flags.setdefault(response_id, []).append(kind)
    for person, response_id in named:
        row = responses.get(response_id)
        # Withdrawn meanwhile.
        if row is None:
            continue
        yield Answers(
            person=person,
            completed_at=row.completed_at,
            seconds=row.seconds,
            locale=row.locale,
            weight=row.weight,
            is_excluded=row.excluded_at is not None,
            flags=flags.get(response_id, ()),
            profile=row.profile,
            path=frozenset(row.path.split(",")),
            values=values.get(response_id, {}),
        )


def _attributes(locale: str) -> list[Attribute]:
    return [
        Attribute(
            attribute.key,
            text_in(attribute.label, locale),
            attribute.kind == "single_choice",
            [(str(option["key"]), profiles.option_text(option, locale)) for option in attribute.options],
        )
        for attribute in profiles.list_choice_attributes()
    ]
