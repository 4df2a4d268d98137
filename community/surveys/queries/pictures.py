"""Reading pictures: those a member may choose from, and one for whoever may look at it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, or_, select, true

from community.infra.db import BigId, db
from community.infra.errors import NotFound
from community.infra.language import text_in
from community.members.models import Member
from community.surveys import policy
from community.surveys.kinds import Option
from community.surveys.models import Question, Survey, SurveyPicture

# One member's own pictures for one question.
MOST_OWN = 5


class PictureLine(NamedTuple):
    """A picture as pages show it."""

    id: int
    key: str
    width: int
    height: int
    description: dict[str, str]
    is_offered: bool


class Pictures(NamedTuple):
    """The pictures a member may choose from, and whether they may bring another one."""

    pictures: Sequence[PictureLine]
    can_upload: bool


_LINES = (
    select(
        SurveyPicture.id,
        SurveyPicture.key,
        SurveyPicture.width,
        SurveyPicture.height,
        SurveyPicture.description,
        SurveyPicture.is_offered,
    )
    .where(SurveyPicture.question_id == bindparam("question_id"), SurveyPicture.removed_at.is_(None))
    .order_by(SurveyPicture.is_offered.desc(), SurveyPicture.position, SurveyPicture.id)
)
_CHOOSABLE = _LINES.where(
    or_(
        SurveyPicture.is_offered == true(),
        SurveyPicture.uploaded_by_id == bindparam("member_id", type_=BigId),
    )
)


def list_choosable(question_id: int, member_id: int | None) -> list[PictureLine]:
    """The offered pictures in their order, then those the member brought."""
    values = {"question_id": question_id, "member_id": member_id}
    return [PictureLine._make(row) for row in db.session.execute(_CHOOSABLE, values)]


def list_offered(question_id: int) -> list[PictureLine]:
    """The pictures that staff offer, in their order."""
    statement = _LINES.where(SurveyPicture.is_offered == true())
    return [PictureLine._make(row) for row in db.session.execute(statement, {"question_id": question_id})]


def list_shown(question_ids: Collection[int], *, locale: str | None = None) -> dict[int, tuple[Option, ...]]:
    """For each of these questions what its pictures show, also those that are offered no longer."""
    if not question_ids:
        return {}
    rows = db.session.execute(
        select(SurveyPicture.question_id, SurveyPicture.id, SurveyPicture.description)
        .where(SurveyPicture.question_id.in_(question_ids), SurveyPicture.is_offered == true())
        .order_by(SurveyPicture.position, SurveyPicture.id)
    )
    shown: dict[int, tuple[Option, ...]] = {}
    for question_id, picture_id, description in rows:
        option = Option(str(picture_id), text_in(description, locale))
        shown[question_id] = (*shown.get(question_id, ()), option)
    return shown


def get_offered(question_id: int, picture_id: int) -> SurveyPicture:
    """A picture that this question offers; NotFound for any other."""
    picture = db.session.get(SurveyPicture, picture_id)
    if picture is None or picture.question_id != question_id or not picture.is_offered:
        raise NotFound()
    return picture


def get_file_key(survey: Survey, key: str, viewer: Member) -> str:
    """The key of one of the survey's pictures: offered, one's own, or any for who reads its results."""
    picture = db.session.scalar(
        select(SurveyPicture)
        .join(Question, Question.id == SurveyPicture.question_id)
        .where(Question.survey_id == survey.id, SurveyPicture.key == key)
    )
    if picture is None:
        raise NotFound()
    is_own = picture.uploaded_by_id == viewer.id and picture.removed_at is None
    if not (picture.is_offered or is_own or policy.can_read_results(viewer, survey)):
        raise NotFound()
    return picture.key


def count_own(question_id: int, member: Member) -> int:
    """How many pictures the member has brought to the question."""
    statement = select(func.count(SurveyPicture.id)).where(
        SurveyPicture.question_id == question_id,
        SurveyPicture.uploaded_by_id == member.id,
        SurveyPicture.is_offered.is_(False),
        SurveyPicture.removed_at.is_(None),
    )
    return db.session.scalar(statement) or 0


def list_own(survey_id: int, member_id: int) -> list[SurveyPicture]:
    """The pictures that the member brought to the survey."""
    return list(
        db.session.scalars(
            select(SurveyPicture)
            .join(Question, Question.id == SurveyPicture.question_id)
            .where(
                Question.survey_id == survey_id,
                SurveyPicture.uploaded_by_id == member_id,
                SurveyPicture.is_offered.is_(False),
            )
        )
    )


def list_keys(question_ids: Sequence[int]) -> list[str]:
    """The files of all pictures of these questions, also of those that are no longer offered."""
    return list(
        db.session.scalars(select(SurveyPicture.key).where(SurveyPicture.question_id.in_(question_ids)))
    )


def next_position(question_id: int) -> int:
    """The place behind the last picture that is offered."""
    last = select(func.max(SurveyPicture.position)).where(SurveyPicture.question_id == question_id)
    return (db.session.scalar(last) or 0) + 1


def get_pictures(question_id: int, settings: Mapping[str, Any], member: Member) -> Pictures:
    """The pictures this member may choose from, and whether there is room for one more of their own."""
    can_upload = settings["lets_upload"] and count_own(question_id, member) < MOST_OWN
    return Pictures(list_choosable(question_id, member.id), can_upload)
