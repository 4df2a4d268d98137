"""What a page of questions shows beside some of its kinds: the next pair, the next statement, pictures."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import and_, bindparam, select

from community.infra import clock
from community.infra.db import db
from community.infra.language import text_in
from community.members.models import Member
from community.panels import policy as panel_policy
from community.panels.models import Membership
from community.surveys.kinds.contract import LIVE, Asked, Option, Value
from community.surveys.models import Answer, Question, Response, Survey
from community.surveys.queries import pairs, pictures, statements
from community.surveys.queries.questions import Standing

_PAUSES = (
    select(Member, Membership)
    .select_from(Response)
    .join(Member, Member.id == Response.member_id)
    .outerjoin(
        Membership,
        and_(Membership.member_id == Response.member_id, Membership.panel_id == Response.panel_id),
    )
    .where(Response.id == bindparam("response_id"))
)

Beside = pairs.Pairs | statements.Opinions | pictures.Pictures


def paused_until(response: Response) -> datetime | None:
    """Until when the member who answers only reads where they began to, if moderators had them pause."""
    row = db.session.execute(_PAUSES, {"response_id": response.id}).one()
    return panel_policy.paused_until(row.Member, row.Membership, now=clock.now())


def list_picture_options(asked: Iterable[Question], member_id: int | None) -> dict[int, tuple[Option, ...]]:
    """For each question about pictures those that this member may choose from, as its options."""
    return {
        question.id: tuple(
            Option(str(picture.id), text_in(picture.description) or _("A picture of your own"))
            for picture in pictures.list_choosable(question.id, member_id)
        )
        for question in asked
        if question.kind == "picture"
    }


def find_beside(asked: Asked, survey: Survey, response: Response | None, member: Member) -> Beside | None:
    """What the question's part of the page needs beside the question itself, if anything."""
    # A preview shows what members will meet, but adds nothing to boards and lists.
    may_add = response is not None and response.state == "started"
    if asked.kind == "pairwise":
        shown = pairs.get_pairs(asked.id, asked.settings, response, member)
        can_add = (
            may_add
            and asked.settings["members_add"]
            and pairs.has_room(asked.id)
            and bool(pairs.list_rooms(survey, member))
        )
        return shown._replace(can_add=can_add)
    if asked.kind == "opinions":
        said = statements.get_opinions(asked.id, asked.settings, response, member)
        return said._replace(can_write=said.can_write and may_add)
    if asked.kind == "picture":
        return pictures.get_pictures(asked.id, asked.settings, member)
    return None


def find_value(standing: Standing, response: Response, member: Member) -> Value | None:
    """What a response has chosen so far, once it is enough or nothing more is left to choose."""
    question, settings = standing.question, standing.version.settings
    if question.kind == "pairwise":
        shown = pairs.get_pairs(question.id, settings, response, member)
        is_enough = shown.answered >= shown.least or shown.pair is None
        return _value("pairs", shown.answered, is_enough=is_enough, is_required=question.is_required)
    if question.kind == "opinions":
        said = statements.get_opinions(question.id, settings, response, member)
        is_enough = said.voted >= said.least or said.id is None
        return _value("votes", said.voted, is_enough=is_enough, is_required=question.is_required)
    raise ValueError(f"{question.kind} is not in {LIVE}")


def find_answer(response: Response, question_id: int) -> Answer | None:
    """What the response says to the question."""
    return db.session.scalar(
        select(Answer).where(Answer.response_id == response.id, Answer.question_id == question_id)
    )


def _value(name: str, count: int, *, is_enough: bool, is_required: bool) -> Value | None:
    return {name: count} if (is_enough if is_required else count) else None
