"""Statements and the votes on them: counters move with the votes, members' own wait for staff."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update

from community.activity.actions import record
from community.activity.changes import compare
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Forbidden, Invalid
from community.infra.text import clean_line
from community.members.models import Member
from community.moderation.actions.screening import hold, let_go, screen
from community.panels.models import Panel
from community.surveys import states
from community.surveys.actions import live
from community.surveys.models import Question, Response, Statement, StatementVote, Survey
from community.surveys.models.live import STATEMENT_STATES
from community.surveys.queries import statements as queries
from community.surveys.queries.questions import Standing

LONGEST = 140
SHORTEST = 5
VOTES = {"agree": 1, "disagree": -1, "pass": 0}
# Which count of a statement a vote belongs to.
COUNTS = {1: Statement.agree_count, 0: Statement.pass_count, -1: Statement.disagree_count}


def vote(response: Response, standing: Standing, member: Member, *, statement_id: int, vote: int) -> None:
    """Keep what the member thinks of a live statement, now or anew."""
    if vote not in VOTES.values():
        raise Invalid(_l("Please choose one of the answers."))
    with unit_of_work():
        response = live.lock_answerable(response, standing.question)
        statement = lock(Statement, queries.get_statement(standing.question.id, statement_id).id)
        if statement.state != "live":
            raise Conflict(_l("This statement has been taken out meanwhile."))
        _cast(response, statement, vote)
        live.keep_answer(response, standing, member)


def add(response: Response, standing: Standing, member: Member, *, text: str) -> Statement:
    """Write a statement of one's own, which counts as agreed with; it waits for staff unless it goes live."""
    words = checked(text)
    settings = standing.version.settings
    if not live.is_counted(response):
        raise Conflict(_l("A preview adds no statements."))
    if not settings["members_write"]:
        raise Forbidden(_l("These statements are written by staff."))
    with unit_of_work() as session:
        response = live.lock_answerable(response, standing.question)
        # Two windows of one member wait for each other at the response, so both are counted.
        if queries.count_own(standing.question.id, member) >= queries.MOST_OWN:
            message = _l("You have written %(most)d statements already.", most=queries.MOST_OWN)
            raise Conflict(message, field="text")
        _check_new(standing.question, words)
        verdict = screen(member, panel=session.get_one(Panel, response.panel_id), texts={"text": words})
        goes_live = settings["goes_live"] and not verdict.is_held
        statement = Statement(
            question_id=standing.question.id,
            author_id=member.id,
            text=words,
            state="live" if goes_live else "waiting",
        )
        session.add(statement)
        session.flush()
        _cast(response, statement, VOTES["agree"])
        live.keep_answer(response, standing, member)
        survey = session.get_one(Survey, standing.question.survey_id)
        if verdict.is_held:
            hold(
                verdict,
                subject_type="statement",
                subject=statement,
                panel_id=survey.only_panel_id,
                author=member,
                title=words,
                excerpt=words,
                path=f"/surveys/{survey.id}",
            )
        _record("statement.held" if verdict.is_held else "survey.statement_added", survey, member, statement)
    return statement


def forget_votes(response: Response) -> None:
    """Take out all votes of the response, from the counts too, and its statements that still wait."""
    with unit_of_work() as session:
        if live.is_counted(response):
            for standing in queries.list_votes(response):
                _change_counts(standing.statement_id, {standing.vote: -1})
        session.execute(delete(StatementVote).where(StatementVote.response_id == response.id))
        asked = select(Question.id).where(Question.survey_id == response.survey_id)
        session.execute(
            delete(Statement).where(
                Statement.question_id.in_(asked),
                Statement.author_id == response.member_id,
                Statement.state == "waiting",
            )
        )


def write(question: Question, survey: Survey, *, text: str, staff: Member) -> Statement:
    """Write a statement for members to begin with; it is live at once."""
    words = checked(text)
    with unit_of_work() as session:
        if not states.can_ask_anew(lock(Survey, survey.id).state):
            raise Conflict(_l("It is closed: its questions stay as they were answered."))
        _check_new(question, words)
        statement = Statement(
            question_id=question.id,
            text=words,
            state="live",
            decided_at=clock.now(),
            decided_by_id=staff.id,
        )
        session.add(statement)
        session.flush()
        _record("survey.statement_decided", survey, staff, statement)
    return statement


def decide(statement: Statement, survey: Survey, *, state: str, staff: Member | None) -> None:
    """Let a statement live, take it out, or let it wait again; the votes it has stay."""
    if state not in STATEMENT_STATES:
        raise Invalid(field="state")
    with unit_of_work():
        if state != "waiting":
            # What is decided on the survey's page need not be decided in the queue any more.
            let_go("statement", statement.id, kinds=("held",))
        survey = lock(Survey, survey.id)
        statement = lock(Statement, statement.id)
        if statement.state == state:
            return
        survey.answers_changed_at = clock.now()
        was = statement.state
        statement.state, statement.decided_at = state, clock.now()
        statement.decided_by_id = staff.id if staff is not None else None
        _record("survey.statement_decided", survey, staff, statement, was=was)


def checked(text: str) -> str:
    """A statement as it is stored; Invalid if it is too short or too long."""
    words = clean_line(text)
    if len(words) < SHORTEST:
        raise Invalid(_l("Please write a short sentence."), field="text")
    if len(words) > LONGEST:
        raise Invalid(_l("Please use at most %(most)d characters.", most=LONGEST), field="text")
    return words


def _check_new(question: Question, words: str) -> None:
    if queries.find_same(question.id, words) is not None:
        raise Invalid(_l("Somebody has said this already."), field="text")


def _cast(response: Response, statement: Statement, vote: int) -> None:
    standing = queries.find_vote(response, statement.id)
    changes = {vote: 1}
    if standing is None:
        db.session.add(StatementVote(response_id=response.id, statement_id=statement.id, vote=vote))
    elif standing.vote != vote:
        changes[standing.vote] = -1
        standing.vote, standing.voted_at = vote, clock.now()
    else:
        return
    db.session.flush()
    if live.is_counted(response):
        _change_counts(statement.id, changes)


def _change_counts(statement_id: int, changes: dict[int, int]) -> None:
    db.session.execute(
        update(Statement)
        .where(Statement.id == statement_id)
        .values({COUNTS[vote]: COUNTS[vote] + change for vote, change in changes.items()})
        .execution_options(synchronize_session=False)
    )


def _record(kind: str, survey: Survey, actor: Member | None, statement: Statement, *, was: str = "") -> None:
    # About the statement: the survey's own story tells what staff did with it as a whole.
    record(
        kind,
        subject=statement,
        actor=actor,
        panel_id=survey.only_panel_id,
        survey_id=survey.id,
        question_id=statement.question_id,
        state=statement.state,
        **compare({"state": was}, {"state": statement.state}),
    )
