"""What must be there before a survey opens."""

import pytest

from community.infra import clock
from community.infra.db import unit_of_work
from community.members.models import Member
from community.panels import actions as panels
from community.panels.queries import get_panel_by_id
from community.surveys.actions import building, questions
from community.surveys.checks import Gap
from community.surveys.models import Statement, Survey
from community.surveys.queries import plans
from tests.factories.panels import make_panel
from tests.surveys.asking import BOTH, ask, begin, draft


def missing(survey: Survey) -> list[tuple[str, str]]:
    """Where each gap leads to: the page and the place on it."""
    return [(gap.endpoint.partition(".")[2], gap.anchor) for gap in plans.get_plan(survey).gaps]


class TestGaps:
    def test_a_whole_survey_has_none(self, omar: Member) -> None:
        assert missing(begin(omar, languages=BOTH, start="contact")) == []

    def test_a_survey_without_questions_asks_for_one(self, omar: Member) -> None:
        assert missing(begin(omar)) == [("questions", "")]

    def test_each_missing_text_is_named_with_its_language(self, omar: Member) -> None:
        survey = begin(omar, languages=BOTH)
        building.edit_survey(survey, by=omar, settings={"title": {"en": "T"}, "thanks": {"zh_Hans": "谢谢"}})
        ask(
            survey,
            omar,
            "single",
            text={"en": "Which?"},
            hint={"en": "One."},
            options=[{"text": {"en": "Tea"}}, "Coffee"],
        )
        ask(survey, omar, "nps", settings={"low": {"en": "Never"}})
        assert missing(survey) == [
            ("edit", "title"),
            ("edit", "thanks"),
            ("question", "text"),
            ("question", "hint"),
            ("question", "options"),
            ("question", "settings"),
        ]
        assert "简体中文" in plans.get_plan(survey).gaps[0].message

    def test_a_purpose_is_needed(self, omar: Member) -> None:
        survey = begin(omar, start="recommend")
        building.edit_survey(survey, by=omar, settings={"purpose": {}})
        assert missing(survey) == [("edit", "purpose")]

    def test_a_condition_that_names_a_later_question_is_found(self, omar: Member) -> None:
        survey = begin(omar)
        ask(survey, omar, code="a")
        later = ask(survey, omar, code="b", condition={"all": [{"question": "a", "is": "yes"}]})
        assert missing(survey) == []
        for _step in ("onto the page before", "before the other"):
            questions.move_question(survey, later.id, by=omar, is_up=True)
        (gap,) = plans.get_plan(survey).gaps
        assert gap == Gap(
            "1. It is asked depending on “a”, which does not come before it.",
            later.id,
            "surveys_staff.question",
            "condition",
        )

    def test_a_condition_on_an_answer_to_the_same_page_is_found(self, omar: Member) -> None:
        survey = begin(omar)
        ask(survey, omar, code="a")
        later = ask(survey, omar, code="b", condition={"all": [{"question": "a", "is": "yes"}]})
        questions.join_page(survey, later.id, by=omar)
        (gap,) = plans.get_plan(survey).gaps
        assert gap == Gap(
            "2. It depends on an answer on its own page: begin a new page with it.",
            endpoint="surveys_staff.questions",
            anchor=f"question-{later.id}",
        )

    @pytest.mark.parametrize(
        "part", [{"is": "9"}, {"includes": "yes"}, {"at_least": 3}], ids=["unknown", "includes", "at_least"]
    )
    def test_a_condition_that_can_never_hold_is_found(self, omar: Member, part: dict[str, object]) -> None:
        survey = begin(omar)
        ask(survey, omar, code="a")
        ask(survey, omar, code="b", condition={"any": [{"question": "a", **part}]})
        assert missing(survey) == [("question", "condition")]

    def test_a_condition_on_a_question_that_was_taken_out_is_found(self, omar: Member) -> None:
        survey = begin(omar)
        first = ask(survey, omar, code="a")
        ask(survey, omar, code="b", condition={"all": [{"question": "a", "is": "yes"}]})
        questions.remove_question(survey, first.id, by=omar)
        assert missing(survey) == [("question", "condition")]

    @pytest.mark.parametrize("name", ["text", "hint"])
    def test_piping_of_what_was_not_asked_before_is_found(self, omar: Member, name: str) -> None:
        survey = begin(omar)
        words = {"text": {"en": "Good?"}, "hint": {"en": "Yes."}} | {name: {"en": "You said {{a}}."}}
        ask(survey, omar, code="a", **words)
        assert missing(survey) == [("question", "text")]

    def test_a_poll_is_answered_in_one_click(self, omar: Member) -> None:
        survey = begin(omar, kind="poll", question=("nps", draft()))
        assert missing(survey) == [("question", "")]

    def test_statements_pictures_and_ideas_are_needed_where_they_are_asked_about(self, omar: Member) -> None:
        survey = begin(omar)
        opinions = ask(survey, omar, "opinions")
        ask(survey, omar, "picture")
        ask(survey, omar, "pairwise")
        assert [page for page, _anchor in missing(survey)] == ["statements", "pictures", "contenders"]
        with unit_of_work() as session:
            session.add(Statement(question_id=opinions.id, text="Tea is best.", state="live"))
        assert [page for page, _anchor in missing(survey)] == ["pictures", "contenders"]

    @pytest.mark.parametrize("sampling", ["random", "quotas"])
    def test_a_sample_has_its_size_or_its_places(self, omar: Member, sampling: str) -> None:
        survey = begin(omar, start="recommend")
        with unit_of_work():
            survey.sampling = sampling
        assert missing(survey) == [("audience", "")]

    def test_it_does_not_close_before_it_opens(self, omar: Member) -> None:
        survey = begin(omar, start="recommend")
        with unit_of_work():
            survey.closes_at = clock.ahead(hours=-1)
        assert missing(survey) == [("show", "opening")]

    def test_a_closed_panel_is_named(self, omar: Member, ada: Member) -> None:
        panel = make_panel("Runners")
        survey = begin(omar, panel=panel, start="recommend")
        panels.archive_panel(ada, get_panel_by_id(panel.id, ada).panel)
        (gap,) = plans.get_plan(survey).gaps
        assert gap.message == "The panel “Runners” is closed."


class TestThoughts:
    def test_many_questions_and_much_time_are_pointed_out_and_hold_nothing_up(self, omar: Member) -> None:
        survey = begin(omar)
        for _each in range(21):
            ask(survey, omar, is_required=False)
        building.edit_survey(survey, by=omar, settings={"minutes": 15})
        plan = plans.get_plan(survey)
        assert (len(plan.thoughts), plan.gaps) == (3, [])
