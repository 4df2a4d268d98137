"""Reading statements: which comes next for a member, what they said of others, what waits for staff."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import aliased

from community.infra import paging
from community.infra.db import db
from community.infra.errors import NotFound
from community.members.models import Member
from community.statistics import opinions
from community.surveys.models import Response, Statement, StatementVote, Tally

# One member's share of the sentences to vote on.
MOST_OWN = 10
PER_PAGE = 50


class Said(NamedTuple):
    """A statement that the member has voted on, or that is theirs."""

    id: int
    text: str
    state: str
    vote: int


class Opinions(NamedTuple):
    """Where a member stands with the statements of a question; none is next when all were voted on."""

    id: int | None
    text: str
    voted: int
    left: int
    least: int
    said: Sequence[Said]
    can_write: bool
    goes_live: bool


class StatementLine(NamedTuple):
    """A statement on the staff's page."""

    id: int
    text: str
    state: str
    author_name: str | None
    created_at: datetime
    decided_at: datetime | None
    decided_by_name: str | None
    agree_count: int
    disagree_count: int
    pass_count: int


_Decider = aliased(Member)

_TALLIES = (
    select(Statement.id, Statement.agree_count, Statement.disagree_count, Statement.pass_count)
    .where(Statement.question_id == bindparam("question_id"), Statement.state == "live")
    .order_by(Statement.id)
)
_SAID = (
    select(Statement.id, Statement.text, Statement.state, StatementVote.vote)
    .join(StatementVote, StatementVote.statement_id == Statement.id)
    .where(
        Statement.question_id == bindparam("question_id"),
        StatementVote.response_id == bindparam("response_id"),
    )
    .order_by(StatementVote.voted_at.desc(), StatementVote.id.desc())
)
_LINES = (
    select(
        Statement.id,
        Statement.text,
        Statement.state,
        Member.display_name,
        Statement.created_at,
        Statement.decided_at,
        _Decider.display_name.label("decider_name"),
        Statement.agree_count,
        Statement.disagree_count,
        Statement.pass_count,
    )
    .outerjoin(Member, Member.id == Statement.author_id)
    .outerjoin(_Decider, _Decider.id == Statement.decided_by_id)
    .where(Statement.question_id == bindparam("question_id"))
    .order_by(case({"waiting": 0, "live": 1}, value=Statement.state, else_=2), Statement.id)
)


def get_opinions(
    question_id: int, settings: Mapping[str, Any], response: Response | None, member: Member
) -> Opinions:
    """The next statement for this member, how many are left, and what they said so far."""
    said = list_said(response, question_id)
    tallies = list_tallies(question_id)
    voted = {each.id for each in said}
    next_id = opinions.next_statement(tallies, voted, seed=member.id * 1000 + len(voted))
    statement = db.session.get(Statement, next_id) if next_id is not None else None
    return Opinions(
        id=next_id,
        text=statement.text if statement is not None else "",
        voted=len(voted),
        left=sum(tally.statement not in voted for tally in tallies),
        least=settings["least"],
        said=said,
        can_write=settings["members_write"] and count_own(question_id, member) < MOST_OWN,
        goes_live=settings["goes_live"],
    )


def list_tallies(question_id: int) -> list[opinions.Tally]:
    """The live statements with their votes, and how far out they lie on the map that was last drawn."""
    drawn = db.session.scalar(select(Tally.data).where(Tally.question_id == question_id, Tally.cut == ""))
    far = (drawn or {}).get("extremities") or {}
    return [
        opinions.Tally(*row, extremity=float(far.get(str(row.id)) or 0))
        for row in db.session.execute(_TALLIES, {"question_id": question_id})
    ]


def list_said(response: Response | None, question_id: int) -> list[Said]:
    """What the response says of statements, the latest first."""
    if response is None:
        return []
    values = {"response_id": response.id, "question_id": question_id}
    return [Said._make(row) for row in db.session.execute(_SAID, values)]


def list_lines(question_id: int, *, number: int = 1) -> paging.Page[StatementLine]:
    """The statements of the question, those that wait first, page by page."""
    rows = db.session.execute(
        _LINES.limit(PER_PAGE + 1).offset(paging.offset(number, PER_PAGE)), {"question_id": question_id}
    )
    return paging.read_page([StatementLine._make(row) for row in rows], number=number, per_page=PER_PAGE)


def get_statement(question_id: int, statement_id: int) -> Statement:
    """A statement of this question; NotFound for any other."""
    statement = db.session.get(Statement, statement_id)
    if statement is None or statement.question_id != question_id:
        raise NotFound()
    return statement


def find_same(question_id: int, text: str) -> Statement | None:
    """A statement of the question that says this already, in large or small letters."""
    folded = text.casefold()
    rows = db.session.scalars(select(Statement).where(Statement.question_id == question_id))
    return next((row for row in rows if row.text.casefold() == folded), None)


def count_own(question_id: int, member: Member) -> int:
    """How many statements the member has written for the question."""
    statement = select(func.count(Statement.id)).where(
        Statement.question_id == question_id, Statement.author_id == member.id
    )
    return db.session.scalar(statement) or 0


def find_vote(response: Response, statement_id: int) -> StatementVote | None:
    """What the response says of the statement."""
    return db.session.scalar(
        select(StatementVote).where(
            StatementVote.response_id == response.id, StatementVote.statement_id == statement_id
        )
    )


def list_votes(response: Response) -> list[StatementVote]:
    """All votes of a response, in the order of the statements they are on."""
    return list(
        db.session.scalars(
            select(StatementVote)
            .where(StatementVote.response_id == response.id)
            .order_by(StatementVote.statement_id)
        )
    )
