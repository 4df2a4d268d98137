"""What is read from a form, page by page or all at once; nothing here reaches a database."""

from typing import Any

from werkzeug.datastructures import MultiDict

from community.surveys import filling
from community.surveys.filling import Filled
from community.surveys.models import Question, QuestionVersion
from community.surveys.paper import Paper

WHEN_NO = {"all": [{"question": "again", "is": "no"}]}


def paper(**answers: Any) -> Paper:
    """Again? (1) Why not, if no (1). Score (2). More, if the score is low, not required (3)."""
    questions = [
        Question(id=1, code="again", kind="yes_no", page=1, is_required=True),
        Question(id=2, code="why", kind="short_text", page=1, is_required=True, condition=WHEN_NO),
        Question(id=3, code="score", kind="nps", page=2, is_required=True),
        Question(
            id=4, code="more", kind="long_text", page=3, is_required=False,
            condition={"all": [{"question": "score", "at_most": 6}]},
        ),
    ]  # fmt: skip
    versions = {
        question.id: QuestionVersion(
            id=question.id * 10, number=1, text={"en": question.code}, hint={}, options=[], settings={}
        )
        for question in questions
    }
    for question in questions:
        question.shuffles_options = False
    return Paper(questions, versions, answers)


def read(on: Paper, page: int | None = None, **fields: str | list[str]) -> Filled:
    """The form's fields as a browser sends them."""
    return filling.read(on, MultiDict(fields), page=page)


class TestOnePage:
    def test_its_answers_are_read_and_no_others_asked_for(self) -> None:
        filled = read(paper(), 1, q1="yes")

        assert filled.errors == {}
        assert filled.answers == {"again": {"choice": "yes"}}
        assert [asked.code for asked in filled.given] == ["again"]

    def test_what_must_be_answered_is_asked_for(self) -> None:
        assert set(read(paper(), 1).errors) == {"q1"}
        assert set(read(paper(again={"choice": "no"}), 1, q1="no").errors) == {"q2"}

    def test_a_question_that_an_answer_here_brings_up_is_shown_first(self) -> None:
        filled = read(paper(), 1, q1="no")

        assert filled.errors == {}
        assert filled.has_more

    def test_a_question_that_an_answer_here_takes_away_is_not_read(self) -> None:
        filled = read(paper(again={"choice": "no"}, why={"text": "Late"}), 1, q1="yes", q2="Late")

        assert filled.errors == {}
        assert [question.code for question in filled.path] == ["again", "score"]

    def test_an_answer_to_another_page_is_refused(self) -> None:
        assert filling.FORM in read(paper(), 1, q1="yes", q3="9").errors

    def test_an_answer_to_a_question_of_nobody_is_refused(self) -> None:
        assert filling.FORM in read(paper(), 1, q1="yes", q99="9").errors

    def test_an_emptied_field_is_no_answer(self) -> None:
        on = paper(again={"choice": "yes"}, score={"number": 3}, more={"text": "Late"})

        assert "more" not in read(on, 3, q4="  ").answers

    def test_a_question_changed_meanwhile_is_shown_anew(self) -> None:
        assert read(paper(), 1, q1="yes", version=["10", "20"]).errors == {}
        assert set(read(paper(), 1, q1="yes", version=["9", "20"]).errors) == {"q1"}


class TestAllAtOnce:
    def test_each_answer_decides_what_follows(self) -> None:
        assert read(paper(), q1="yes", q3="9").errors == {}
        assert set(read(paper(), q1="no", q3="9").errors) == {"q2"}
        assert read(paper(), q1="no", q2="Late", q3="4", q4="Very late").errors == {}

    def test_an_answer_that_the_path_does_not_ask_for_is_refused(self) -> None:
        assert set(read(paper(), q1="yes", q2="Late", q3="9").errors) == {filling.FORM}
        assert set(read(paper(), q1="yes", q3="9", q4="More").errors) == {filling.FORM}

    def test_every_error_is_told_at_once(self) -> None:
        assert set(read(paper(), q1="perhaps", q3="11").errors) == {"q1", "q3"}

    def test_what_was_answered_before_stays(self) -> None:
        filled = read(paper(again={"choice": "yes"}), q3="9")

        assert filled.errors == {}
        assert filled.answers == {"again": {"choice": "yes"}, "score": {"number": 9}}


class TestDraft:
    def test_what_can_be_understood_is_kept_and_nothing_refused(self) -> None:
        on = paper(again={"choice": "no"})
        filled = filling.read_draft(on, MultiDict({"q1": "maybe", "q2": "Late", "q3": "9"}), page=1)

        assert filled.answers == {"again": {"choice": "no"}, "why": {"text": "Late"}}
        assert [asked.code for asked in filled.given] == ["why"]

    def test_an_emptied_field_is_emptied(self) -> None:
        on = paper(again={"choice": "no"}, why={"text": "Late"})

        assert "why" not in filling.read_draft(on, MultiDict({"q1": "no", "q2": ""}), page=1).answers
