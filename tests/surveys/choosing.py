"""Surveys of pairs, statements and pictures, and reading what their pages offer to press."""

import io
import re
from typing import Any

from PIL import Image
from sqlalchemy import func, select

from community.ideas.models import Idea
from community.infra.db import db
from community.members.models import Member
from community.panels.models import Panel
from community.surveys.actions import answering, pairs, preparing, statements
from community.surveys.models import (
    Answer,
    Contender,
    PairVote,
    Question,
    Response,
    Statement,
    StatementVote,
    Survey,
)
from community.surveys.queries import questions
from community.surveys.queries.questions import Standing
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.surveys import make_question, make_survey


def standing_of(survey: Survey, kind: str) -> Standing:
    """The survey's question of this kind with what it asks."""
    return next(each for each in questions.list_standing(survey) if each.question.kind == kind)


def make_pairs(
    panel: Panel,
    *,
    ideas: int = 4,
    author: Member | None = None,
    state: str = "open",
    is_required: bool = True,
    **settings: Any,
) -> Survey:
    """A survey that asks about pairs of this many ideas, all there are in the panel."""
    for _number in range(ideas):
        make_idea(panel=panel, author=author)
    survey = make_survey(kinds=(), panel=panel, state=state)
    make_question(survey, "pairwise", is_required=is_required, settings={"least": 2, "most": 10, **settings})
    preparing.draw_ideas(survey)
    return survey


def make_opinions(
    panel: Panel, staff: Member, *texts: str, state: str = "open", is_required: bool = True, **settings: Any
) -> Survey:
    """A survey with these statements."""
    survey = make_survey(kinds=(), panel=panel, state=state)
    make_question(survey, "opinions", is_required=is_required, settings={"least": 2, **settings})
    for text in texts:
        statements.write(standing_of(survey, "opinions").question, survey, text=text, staff=staff)
    return survey


def choose(
    survey: Survey, member: Member, left: Idea | int, right: Idea | int, winner: Idea | int | None
) -> bool:
    """The member's choice, begun if need be."""
    ids = [each if isinstance(each, int) or each is None else each.id for each in (left, right, winner)]
    response = answering.begin(survey, member)
    return pairs.choose(
        response, standing_of(survey, "pairwise"), member, left_id=ids[0], right_id=ids[1], winner_id=ids[2]
    )


def vote(survey: Survey, member: Member, text: str, vote: int) -> None:
    """The member's vote on the statement with this text, begun if need be."""
    statement = statement_saying(text)
    response = answering.begin(survey, member)
    statements.vote(response, standing_of(survey, "opinions"), member, statement_id=statement.id, vote=vote)


def statement_saying(text: str) -> Statement:
    """The statement with this text."""
    return db.session.scalars(select(Statement).where(Statement.text == text)).one()


def standings(survey: Survey) -> dict[int, tuple[int, int, int]]:
    """Won, lost and undecided of each idea; fails if the counts are not those of the rows that count."""
    rows = db.session.execute(
        select(Contender.idea_id, Contender.win_count, Contender.loss_count, Contender.tie_count)
        .join(Question, Question.id == Contender.question_id)
        .where(Question.survey_id == survey.id)
    )
    counted = {idea_id: (won, lost, tied) for idea_id, won, lost, tied in rows}
    by_rows = dict.fromkeys(counted, (0, 0, 0))
    for low_id, high_id, winner_id in db.session.execute(
        select(PairVote.low_id, PairVote.high_id, PairVote.winner_id)
        .join(Response, Response.id == PairVote.response_id)
        .where(Response.survey_id == survey.id, Response.state != "trial")
    ):
        for idea_id in (low_id, high_id):
            won, lost, tied = by_rows[idea_id]
            by_rows[idea_id] = (
                won + (winner_id == idea_id),
                lost + (winner_id is not None and winner_id != idea_id),
                tied + (winner_id is None),
            )
    assert counted == by_rows
    return counted


def counts_of(statement: Statement) -> tuple[int, int, int]:
    """Agreed, disagreed and passed; fails if the counts are not those of the votes that count."""
    row = db.session.execute(
        select(Statement.agree_count, Statement.disagree_count, Statement.pass_count).where(
            Statement.id == statement.id
        )
    ).one()
    by_rows = [
        db.session.scalar(
            select(func.count(StatementVote.id))
            .join(Response, Response.id == StatementVote.response_id)
            .where(
                StatementVote.statement_id == statement.id,
                StatementVote.vote == number,
                Response.state != "trial",
            )
        )
        for number in (1, -1, 0)
    ]
    assert list(row) == by_rows
    return tuple(row)


def value_of(survey: Survey, member: Member) -> dict[str, Any] | None:
    """What the member's response says to the survey's only question."""
    return db.session.scalar(
        select(Answer.value)
        .join(Response, Response.id == Answer.response_id)
        .where(Response.survey_id == survey.id, Response.member_id == member.id)
    )


def press(browser: Client, page: str, *, name: str, value: str | None = None, **more: str) -> Any:
    """Press the button of this name (and value) on a page without a script, with all that the page sends."""
    html = browser.get(page).get_data(as_text=True)
    for tag in re.findall(r"<button[^>]*>", html):
        marks = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if marks.get("name") == name and value in (None, marks.get("value")):
            sent = hidden_fields(html) | {name: marks["value"]} | more
            return browser.post(marks["formaction"], data=sent)
    raise AssertionError(f"there is no button {name} {value}")


def hidden_fields(html: str) -> dict[str, str]:
    """What stands in the hidden fields of a page."""
    found = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', html):
        marks = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        found[marks["name"]] = marks.get("value", "")
    return found


def picture_file(color: str = "teal") -> io.BytesIO:
    """A small picture as a file."""
    written = io.BytesIO()
    Image.new("RGB", (40, 30), color).save(written, "PNG")
    written.seek(0)
    return written
