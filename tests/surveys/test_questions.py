"""Writing questions, ordering them, and changing one while people answer."""

from typing import Any

import pytest

from community.infra.errors import Conflict, Invalid, NotFound
from community.members.models import Member
from community.surveys.actions import opening, questions
from community.surveys.models import QUESTION_KINDS, Question, Survey
from community.surveys.queries import answering
from community.surveys.queries import questions as queries
from tests.factories.surveys import SETTINGS, answer, answers_of
from tests.surveys.asking import BOTH, ask, begin, draft

THINGS = ["Speed", "Price", "Care", "Taste", "Smell", "Sound"]
COLUMNS = [{"key": str(n), "text": {"en": str(n)}} for n in range(1, 4)]


def codes(survey: Survey) -> list[list[str]]:
    """The codes of the questions, page by page."""
    pages: dict[int, list[str]] = {}
    for each in queries.list_standing(survey):
        pages.setdefault(each.question.page, []).append(each.question.code)
    assert list(pages) == list(range(1, len(pages) + 1))
    return list(pages.values())


def keys(survey: Survey, question: Question) -> list[str]:
    """The options of the question that are still offered."""
    options = queries.get_standing(survey, question.id).version.options
    return [option["key"] for option in options if not option.get("is_out")]


@pytest.fixture
def survey(omar: Member) -> Survey:
    """A draft that asks nothing yet."""
    return begin(omar)


@pytest.fixture
def asked(omar: Member) -> Survey:
    """An open survey with one single choice."""
    survey = begin(omar)
    ask(survey, omar, "single", code="drink", options=["Tea", "Coffee", "Water"])
    opening.open_survey(survey, omar)
    return survey


class TestAddQuestion:
    @pytest.mark.parametrize("kind", QUESTION_KINDS)
    def test_every_kind_can_be_asked(self, survey: Survey, omar: Member, kind: str) -> None:
        has_options = kind in ("single", "several", "ranking", "matrix", "allocation", "maxdiff", "kano")
        settings = {"columns": COLUMNS} if kind == "matrix" else SETTINGS.get(kind, {})
        question = ask(survey, omar, kind, options=THINGS if has_options else (), settings=settings)
        standing = queries.get_standing(survey, question.id)
        assert standing.question.code == "q1"
        assert [option["key"] for option in standing.version.options] == (
            list("123456") if has_options else []
        )

    def test_it_comes_last_with_a_code_of_its_own(self, survey: Survey, omar: Member) -> None:
        for _each in range(2):
            ask(survey, omar, "nps", code="nps")
        ask(survey, omar)
        assert codes(survey) == [["nps", "nps_2", "q3"]]

    def test_what_depends_on_an_answer_begins_a_page(self, survey: Survey, omar: Member) -> None:
        ask(survey, omar, "yes_no", code="good")
        ask(survey, omar, "nps", code="nps")
        ask(survey, omar, code="why", condition={"all": [{"question": "good", "is": "no"}]})
        ask(survey, omar, code="more", text={"en": "You said {{nps}}. Why?"})
        assert codes(survey) == [["good", "nps"], ["why", "more"]]

    def test_a_poll_asks_one_question_only(self, omar: Member) -> None:
        poll = begin(omar, kind="poll", question=("yes_no", draft()))
        with pytest.raises(Conflict):
            ask(poll, omar)

    def test_an_unknown_kind_is_not_there(self, survey: Survey, omar: Member) -> None:
        with pytest.raises(NotFound):
            ask(survey, omar, "mood")

    def test_while_it_is_open_all_languages_are_needed(self, omar: Member) -> None:
        survey = begin(omar, languages=BOTH, start="recommend")
        opening.open_survey(survey, omar)
        with pytest.raises(Invalid) as refused:
            ask(survey, omar, text={"en": "Good?"})
        assert refused.value.field == "text_zh_Hans"

    def test_it_depends_on_questions_that_are_there(self, survey: Survey, omar: Member) -> None:
        with pytest.raises(Invalid) as refused:
            ask(survey, omar, condition={"all": [{"question": "nps", "at_least": 9}]})
        assert refused.value.field == "condition"


class TestEditQuestion:
    def test_in_a_draft_it_is_written_over_and_keys_stay_with_their_words(
        self, survey: Survey, omar: Member
    ) -> None:
        question = ask(survey, omar, "single", options=["Tea", "Coffee", "Water"])
        rows = [
            {"key": "3", "text": {"en": "Water"}},
            {"key": "", "text": {"en": "Juice"}},
            {"key": "1", "text": {"en": "Green tea"}},
        ]
        questions.edit_question(survey, question.id, by=omar, draft=draft(options=rows))
        standing = queries.get_standing(survey, question.id)
        assert standing.question.version == 1
        assert [(row["key"], row["text"]["en"]) for row in standing.version.options] == [
            ("3", "Water"),
            ("4", "Juice"),
            ("1", "Green tea"),
        ]

    def test_a_new_code_is_followed_by_conditions_and_piping(self, survey: Survey, omar: Member) -> None:
        first = ask(survey, omar, code="good")
        ask(
            survey,
            omar,
            code="why",
            text={"en": "Why {{good}}?"},
            condition={"all": [{"question": "good", "is": "no"}]},
        )
        questions.edit_question(survey, first.id, by=omar, draft=draft(code="liked"))
        why = queries.list_standing(survey)[1]
        assert why.version.text == {"en": "Why {{liked}}?"}
        assert why.question.condition == {"all": [{"question": "liked", "is": "no"}]}

    def test_two_questions_do_not_share_a_code(self, survey: Survey, omar: Member) -> None:
        ask(survey, omar, code="good")
        other = ask(survey, omar, code="better")
        with pytest.raises(Invalid) as refused:
            questions.edit_question(survey, other.id, by=omar, draft=draft(code="good"))
        assert refused.value.field == "code"

    def test_trials_of_a_changed_question_are_forgotten(self, survey: Survey, omar: Member) -> None:
        question = ask(survey, omar, code="good")
        trial = answer(survey, omar, {"good": "yes"}, state="trial")
        questions.edit_question(survey, question.id, by=omar, draft=draft())
        assert answers_of(trial) == {}


class TestEditOpenQuestion:
    def edit(self, asked: Survey, omar: Member, *, note: str = "A slip.", **given: Any) -> Question:
        question = queries.list_standing(asked)[0].question
        given.setdefault(
            "options",
            [
                {"key": key, "text": {"en": word}}
                for key, word in (("1", "Tea"), ("2", "Coffee"), ("3", "Water"))
            ],
        )
        return questions.edit_question(
            asked, question.id, by=omar, draft=draft(code="drink", **given), note=note
        )

    def test_it_becomes_a_new_version_with_its_note(self, asked: Survey, omar: Member, ana: Member) -> None:
        before = queries.list_standing(asked)[0].version.id
        response = answer(asked, ana, {"drink": "2"})
        question = self.edit(asked, omar, text={"en": "What do you drink?"})
        assert question.version == 2
        newest, first = queries.list_versions(question)
        assert (newest.number, newest.note, newest.made_by) == (2, "A slip.", omar.display_name)
        assert first.text["en"] == "Was it good?"
        # What was answered stays with what was asked then.
        assert answers_of(response) == {"drink": {"choice": "2"}}
        assert queries.list_standing(asked)[0].version.id != before

    def test_it_says_why(self, asked: Survey, omar: Member) -> None:
        with pytest.raises(Invalid) as refused:
            self.edit(asked, omar, text={"en": "Else?"}, note=" ")
        assert refused.value.field == "note"

    def test_saving_what_stands_makes_no_version(self, asked: Survey, omar: Member) -> None:
        standing = queries.list_standing(asked)[0]
        question = self.edit(asked, omar, note="", options=standing.version.options)
        assert question.version == 1

    def test_an_option_that_was_chosen_stays_in_the_results_and_is_not_offered(
        self, asked: Survey, omar: Member, ana: Member
    ) -> None:
        answer(asked, ana, {"drink": "2"})
        question = self.edit(
            asked, omar, options=[{"key": "1", "text": {"en": "Tea"}}, {"key": "", "text": {"en": "Milk"}}]
        )
        version = queries.get_standing(asked, question.id).version
        assert [(row["key"], row.get("is_out", False)) for row in version.options] == [
            ("1", False),
            ("4", False),
            ("2", True),
        ]
        offered = answering.get_paper(asked).asked(question).options
        assert [option.key for option in offered] == ["1", "4"]

    def test_it_is_offered_again_under_its_key(self, asked: Survey, omar: Member, ana: Member) -> None:
        answer(asked, ana, {"drink": "2"})
        two = [{"key": "1", "text": {"en": "Tea"}}, {"key": "3", "text": {"en": "Water"}}]
        question = self.edit(asked, omar, options=two)
        self.edit(asked, omar)
        assert keys(asked, question) == ["1", "2", "3"]

    def test_its_code_and_condition_stay(self, asked: Survey, omar: Member) -> None:
        question = queries.list_standing(asked)[0].question
        questions.edit_question(
            asked,
            question.id,
            by=omar,
            draft=draft(
                code="other",
                options=["Tea", "Coffee", "Water"],
                condition={"all": [{"question": "drink", "is": "1"}]},
            ),
            note="A try.",
        )
        assert (question.code, question.condition) == ("drink", None)

    def test_a_scale_stays(self, omar: Member) -> None:
        survey = begin(omar)
        question = ask(survey, omar, "number", settings={"min": 0, "max": 10})
        opening.open_survey(survey, omar)
        with pytest.raises(Invalid) as refused:
            questions.edit_question(
                survey, question.id, by=omar, draft=draft(settings={"min": 0, "max": 100}), note="More."
            )
        assert refused.value.field == "settings"

    def test_words_of_a_scale_change(self, omar: Member) -> None:
        survey = begin(omar)
        question = ask(survey, omar, "nps")
        opening.open_survey(survey, omar)
        low = {"low": {"en": "Never"}}
        questions.edit_question(survey, question.id, by=omar, draft=draft(settings=low), note="Clearer.")
        assert queries.get_standing(survey, question.id).version.settings == low

    @pytest.mark.parametrize("kind", ["ranking", "allocation", "maxdiff"])
    def test_nothing_joins_what_was_weighed_together(self, omar: Member, kind: str) -> None:
        survey = begin(omar)
        question = ask(survey, omar, kind, options=THINGS)
        opening.open_survey(survey, omar)
        version = queries.get_standing(survey, question.id).version
        with pytest.raises(Invalid) as refused:
            questions.edit_question(
                survey,
                question.id,
                by=omar,
                draft=draft(options=[*version.options, "Colour"], settings=version.settings),
                note="One more.",
            )
        assert refused.value.field in ("options", "settings")

    def test_a_closed_survey_is_not_edited(self, asked: Survey, omar: Member) -> None:
        opening.close_survey(asked, omar)
        with pytest.raises(Conflict):
            self.edit(asked, omar, text={"en": "Else?"})


class TestRemoveQuestion:
    def test_from_a_draft_it_goes(self, survey: Survey, omar: Member) -> None:
        first, _second = ask(survey, omar, code="a"), ask(survey, omar, code="b")
        answer(survey, omar, {"a": "yes"}, state="trial")
        questions.remove_question(survey, first.id, by=omar)
        assert codes(survey) == [["b"]]
        assert queries.list_codes(survey) == {"b"}

    def test_from_an_open_survey_its_answers_stay(self, survey: Survey, omar: Member, ana: Member) -> None:
        first, _second = ask(survey, omar, code="a"), ask(survey, omar, code="b")
        opening.open_survey(survey, omar)
        response = answer(survey, ana, {"a": "yes", "b": "no"})
        questions.remove_question(survey, first.id, by=omar)
        assert codes(survey) == [["b"]]
        assert answers_of(response) == {"a": {"choice": "yes"}, "b": {"choice": "no"}}
        # Its code is not given to another one.
        assert ask(survey, omar, code="a").code == "a_2"

    def test_what_others_depend_on_stays_while_it_is_open(self, survey: Survey, omar: Member) -> None:
        first = ask(survey, omar, code="a")
        ask(survey, omar, code="b", condition={"all": [{"question": "a", "is": "yes"}]})
        opening.open_survey(survey, omar)
        with pytest.raises(Conflict):
            questions.remove_question(survey, first.id, by=omar)

    def test_the_last_one_stays_while_it_is_open(self, asked: Survey, omar: Member) -> None:
        with pytest.raises(Conflict):
            questions.remove_question(asked, queries.list_standing(asked)[0].question.id, by=omar)

    def test_a_question_of_another_survey_is_not_there(
        self, asked: Survey, survey: Survey, omar: Member
    ) -> None:
        with pytest.raises(NotFound):
            questions.remove_question(survey, queries.list_standing(asked)[0].question.id, by=omar)


class TestOrder:
    @pytest.fixture
    def four(self, survey: Survey, omar: Member) -> dict[str, int]:
        """The questions a, b, c, d on one page, by their codes."""
        return {code: ask(survey, omar, code=code).id for code in "abcd"}

    def test_a_question_goes_up_and_down(self, survey: Survey, omar: Member, four: dict[str, int]) -> None:
        questions.move_question(survey, four["c"], by=omar, is_up=True)
        questions.move_question(survey, four["a"], by=omar, is_up=False)
        assert codes(survey) == [["c", "a", "b", "d"]]

    def test_at_both_ends_it_stays(self, survey: Survey, omar: Member, four: dict[str, int]) -> None:
        questions.move_question(survey, four["a"], by=omar, is_up=True)
        questions.move_question(survey, four["d"], by=omar, is_up=False)
        assert codes(survey) == [["a", "b", "c", "d"]]

    def test_pages_begin_and_join(self, survey: Survey, omar: Member, four: dict[str, int]) -> None:
        questions.start_page(survey, four["b"], by=omar)
        questions.start_page(survey, four["d"], by=omar)
        assert codes(survey) == [["a"], ["b", "c"], ["d"]]
        questions.join_page(survey, four["b"], by=omar)
        assert codes(survey) == [["a", "b", "c"], ["d"]]
        questions.join_page(survey, four["c"], by=omar)
        assert codes(survey) == [["a", "b", "c"], ["d"]]

    def test_at_the_edge_of_a_page_it_goes_over(
        self, survey: Survey, omar: Member, four: dict[str, int]
    ) -> None:
        questions.start_page(survey, four["c"], by=omar)
        questions.move_question(survey, four["b"], by=omar, is_up=False)
        assert codes(survey) == [["a"], ["b", "c", "d"]]
        questions.move_question(survey, four["b"], by=omar, is_up=True)
        assert codes(survey) == [["a", "b"], ["c", "d"]]

    def test_an_empty_page_is_gone(self, survey: Survey, omar: Member, four: dict[str, int]) -> None:
        questions.start_page(survey, four["d"], by=omar)
        questions.remove_question(survey, four["d"], by=omar)
        assert codes(survey) == [["a", "b", "c"]]

    def test_once_open_the_order_stays(self, survey: Survey, omar: Member, four: dict[str, int]) -> None:
        opening.open_survey(survey, omar)
        with pytest.raises(Conflict):
            questions.move_question(survey, four["b"], by=omar, is_up=True)
