"""Surveys as they stand on pages of others: the poll above a board, and what is asked about an idea."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, exists, select
from sqlalchemy.orm import joinedload

from community.ideas.models import Idea
from community.infra import clock
from community.infra.db import BigId, db, table_of
from community.infra.reading import Reading
from community.members.models import Member
from community.panels import queries as panels
from community.panels.models import Panel
from community.surveys.models import Question, QuestionVersion, Response, Survey, SurveyPanel, Tally
from community.surveys.queries.audience import answerable, asked_by
from community.surveys.queries.tallying import MEMBERS_CUT

MOST = 20


class Short(NamedTuple):
    """A survey of one question as one viewer meets it; `n` answers came to the `figures` they may see."""

    survey: Survey
    question: Question
    version: QuestionVersion
    response_state: str | None
    n: int | None
    figures: Mapping[str, Any] | None

    @property
    def is_answered(self) -> bool:
        """Whether the viewer has answered it."""
        return self.response_state == "completed"


_SHORT: Select[Any] = (
    select(Survey, Question, QuestionVersion, Response.state, Tally.n, Tally.data)
    .join(Question, and_(Question.survey_id == Survey.id, Question.removed_at.is_(None)))
    .join(
        QuestionVersion,
        and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.version),
    )
    .outerjoin(
        Response,
        and_(Response.survey_id == Survey.id, Response.member_id == bindparam("viewer_id", type_=BigId)),
    )
    .outerjoin(Tally, and_(Tally.question_id == Question.id, Tally.cut == MEMBERS_CUT))
    .options(joinedload(Survey.segment))
    .limit(MOST)
)
_POLLS = (
    _SHORT.join(SurveyPanel, SurveyPanel.survey_id == Survey.id)
    .where(
        SurveyPanel.panel_id == bindparam("panel_id", type_=BigId),
        Survey.kind == "poll",
        answerable(bindparam("now")),
    )
    .order_by(Response.state.is_not_distinct_from("completed"), Survey.opened_at.desc(), Survey.id.desc())
)
# What of this is asked along with a panel: most have no poll, and then nothing more is asked.
ALONG = {
    "has_poll": exists()
    .where(
        SurveyPanel.panel_id == Panel.id,
        Survey.id == SurveyPanel.survey_id,
        Survey.kind == "poll",
        Survey.state == "open",
    )
    .correlate(Panel)
}
_ABOUT_IDEA = _SHORT.where(
    Survey.kind == "idea",
    Survey.idea_id.in_(select(Idea.id).where(Idea.root_id == bindparam("root_id", type_=BigId))),
    Survey.state.in_(("open", "closed", "told_back")),
).order_by(Survey.opened_at.desc(), Survey.id.desc())
# Asked for every idea that is opened: on the tables themselves it takes half as long.
_SURVEYS, _IDEAS = map(table_of, (Survey, Idea))
_ANY_ABOUT_IDEA = Reading(
    select(_SURVEYS.c.id)
    .join(_IDEAS, _IDEAS.c.id == _SURVEYS.c.idea_id)
    .where(_SURVEYS.c.kind == "idea", _IDEAS.c.root_id == bindparam("root_id", type_=BigId))
    .limit(1)
)


def find_poll(panel_id: int, member: Member) -> Short | None:
    """What stands above the board for a member: a poll to answer, else the last one they answered."""
    rows = db.session.execute(_POLLS, {"viewer_id": member.id, "panel_id": panel_id, "now": clock.now()})
    polls = [Short(*row) for row in rows]
    meant = _ids_of_meant(polls, member)
    return next((poll for poll in polls if poll.is_answered or poll.survey.id in meant), None)


def list_about_idea(root_id: int, viewer: Member | None) -> list[Short]:
    """What was asked around the idea and those merged into it, the newest first."""
    # Around most ideas nothing was.
    if _ANY_ABOUT_IDEA.find(root_id=root_id) is None:
        return []
    rows = db.session.execute(
        _ABOUT_IDEA, {"viewer_id": viewer.id if viewer is not None else None, "root_id": root_id}
    )
    return [Short(*row) for row in rows]


def ids_of_asking(surveys: Sequence[Survey], member: Member) -> set[int]:
    """Those of these surveys that ask the member now, in one statement."""
    if not surveys:
        return set()
    vocabulary = panels.get_vocabulary() if any(survey.segment_id for survey in surveys) else None
    conditions = [asked_by(survey, vocabulary=vocabulary).label(f"survey_{survey.id}") for survey in surveys]
    row = db.session.execute(select(*conditions).select_from(Member).where(Member.id == member.id)).one()
    return {survey.id for survey, is_asked in zip(surveys, row, strict=True) if is_asked}


def _ids_of_meant(polls: Sequence[Short], member: Member) -> set[int]:
    """A poll asks all members of its panels; only those for a segment need another look."""
    narrowed = [poll.survey for poll in polls if poll.survey.segment_id and not poll.is_answered]
    return {poll.survey.id for poll in polls if not poll.survey.segment_id} | ids_of_asking(narrowed, member)
