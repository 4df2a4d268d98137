"""How moderators find and change statements: their door in the table `community/curated.py`."""

from markupsafe import escape

from community.infra.db import get_row
from community.infra.errors import NotFound
from community.members.models import Member
from community.moderation.doors import Change, Door, Subject
from community.surveys.actions import statements as actions
from community.surveys.models import Question, Statement, Survey
from community.surveys.queries import doors
from community.surveys.queries import listening as queries

# What moderation calls the states of a statement.
_STATES = {"waiting": "waiting", "live": "published", "out": "hidden"}


def find(statement_id: int) -> Subject | None:
    """The statement whatever its state; None if there is none."""
    statement = queries.find_statement(statement_id)
    if statement is None:
        return None
    survey = _survey_of(statement)
    return Subject(
        type="statement",
        id=statement.id,
        panel_id=survey.only_panel_id,
        author_id=statement.author_id,
        title=statement.text[:120],
        html=escape(statement.text),
        excerpt=statement.text,
        path=f"/surveys/{survey.id}",
        state=_STATES[statement.state],
        support_count=statement.agree_count,
        body=statement.text,
    )


def may_see(viewer: Member | None, subject: Subject) -> bool:
    """Whether the viewer meets the statement as others do: it is live, and they may see its survey."""
    statement = queries.find_statement(subject.id)
    if statement is None or statement.state != "live":
        return False
    try:
        doors.get_survey(_survey_of(statement).id, viewer)
    except NotFound:
        return False
    return True


def show(statement_id: int, by: Member | None) -> Change:
    """Let the statement live."""
    return _put(statement_id, by, state="live")


def hide(statement_id: int, by: Member | None) -> Change:
    """Take the statement out; the votes it has stay."""
    return _put(statement_id, by, state="out")


def wait(statement_id: int, by: Member | None) -> Change:
    """Let the statement wait for a moderator again."""
    return _put(statement_id, by, state="waiting")


def _put(statement_id: int, by: Member | None, *, state: str) -> Change:
    statement = get_row(Statement, statement_id)
    before = {"state": _STATES[statement.state]}
    actions.decide(statement, _survey_of(statement), state=state, staff=by)
    return Change(before, {"state": _STATES[state]})


def _survey_of(statement: Statement) -> Survey:
    return get_row(Survey, get_row(Question, statement.question_id).survey_id)


STATEMENT_DOOR = Door(find=find, may_see=may_see, show=show, hide=hide, wait=wait)
