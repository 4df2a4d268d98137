"""Who may know of a survey and answer it, and what stands in the way."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from community.ideas.actions import votes
from community.ideas.actions.sightings import note_sighting
from community.infra import clock
from community.infra.db import unit_of_work
from community.infra.errors import NotFound
from community.members.models import Member
from community.panels.actions import leave_panel
from community.surveys.actions import drawing
from community.surveys.models import Survey, SurveyCell
from community.surveys.queries.doors import Seen, get_built, get_survey
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import answer as tell
from tests.factories.panels import make_attribute, make_panel, make_segment
from tests.factories.surveys import answer, make_survey


def is_hidden(survey: Survey, viewer: Member | None, get: Callable[..., Seen | Survey] = get_survey) -> bool:
    """Whether it does not exist for them."""
    try:
        get(survey.id, viewer)
    except NotFound:
        return True
    return False


class TestGetSurvey:
    def test_members_of_its_panel_may_answer_it(self, ana: Member, ben: Member) -> None:
        first, second = make_panel(members=(ben,)), make_panel(members=(ana, ben))
        survey = make_survey(panels=(first, second))
        assert get_survey(survey.id, ana) == (survey, None, None, second.id, True, "", None)
        assert get_survey(survey.id, ben).panel_id == first.id

    def test_it_does_not_exist_for_those_it_does_not_ask(self, ana: Member) -> None:
        survey = make_survey(panel=make_panel())
        assert is_hidden(survey, ana)
        assert is_hidden(survey, None)
        assert is_hidden(Survey(id=survey.id + 1), ana)

    @pytest.mark.parametrize("state", ["draft", "preview"])
    def test_while_it_is_built_only_staff_know_of_it(self, state: str, ana: Member, omar: Member) -> None:
        survey = make_survey(panel=make_panel(members=(ana,)), state=state)
        assert is_hidden(survey, ana)
        assert get_survey(survey.id, omar).why == "not_open"

    def test_staff_who_are_not_asked_see_it_and_cannot_answer(self, omar: Member) -> None:
        assert get_survey(make_survey().id, omar).why == "not_asked"

    def test_a_segment_narrows_whom_it_asks(self, ana: Member, ben: Member) -> None:
        cooks = make_attribute("cooks", "single_choice", "daily", "never")
        tell(ana, cooks, "daily")
        panel = make_panel(members=(ana, ben))
        segment = make_segment({"attribute": "cooks", "is": "daily"})
        survey = make_survey(panel=panel, segment_id=segment.id)
        assert get_survey(survey.id, ana).can_answer
        assert is_hidden(survey, ben)

    def test_a_sample_asks_nobody_but_who_was_drawn(self, ana: Member, ben: Member) -> None:
        survey = make_survey(panel=make_panel(members=(ana, ben)), sampling="random", sample_size=1)
        assert drawing.draw(survey) == 1
        hidden = [is_hidden(survey, member) for member in (ana, ben)]
        assert sorted(hidden) == [False, True]

    def test_around_an_idea_it_asks_supporters_or_those_who_saw_it_and_did_not_support_it(
        self, ana: Member, ben: Member, lin: Member
    ) -> None:
        author = make_member()
        panel = make_panel(members=(author, ana, ben, lin))
        idea = make_idea("Longer hours", panel=panel, author=author)
        for member in (author, ana, ben):
            note_sighting(idea, member)
        votes.support_idea(idea, ana)
        supporters = make_survey(panel=panel, kind="idea", idea_id=idea.id, asked_of="supporters")
        unconvinced = make_survey(panel=panel, kind="idea", idea_id=idea.id, asked_of="unconvinced")
        everyone = (author, ana, ben, lin)
        assert [not is_hidden(supporters, each) for each in everyone] == [
            False, True, False, False,
        ]  # fmt: skip
        assert [not is_hidden(unconvinced, each) for each in everyone] == [
            False, False, True, False,
        ]  # fmt: skip

    def test_who_was_drawn_stays_asked_when_they_change_but_not_when_they_leave(
        self, ana: Member, ben: Member
    ) -> None:
        panel = make_panel(members=(ana, ben), visibility="private")
        idea = make_idea("Longer hours", panel=panel, author=ben)
        votes.support_idea(idea, ana)
        survey = make_survey(panel=panel, kind="idea", idea_id=idea.id, asked_of="supporters")
        drawing.draw(survey)
        votes.withdraw_support(idea, ana)
        assert get_survey(survey.id, ana).can_answer
        leave_panel(ana, panel)
        assert is_hidden(survey, ana)

    def test_who_answered_keeps_seeing_it_while_they_may_read_its_panel(self, ana: Member) -> None:
        for visibility, is_gone in (("open", False), ("private", True)):
            panel = make_panel(members=(ana,), visibility=visibility)
            survey = make_survey(panel=panel)
            response = answer(survey, ana, {"single": "red"})
            assert get_survey(survey.id, ana)[1] == response
            assert get_survey(survey.id, ana).why == "answered"
            leave_panel(ana, panel)
            assert is_hidden(survey, ana) is is_gone

    def test_it_is_closed_once_its_time_is_over_even_if_the_clock_is_late(self, ana: Member) -> None:
        panel = make_panel(members=(ana,))
        assert get_survey(make_survey(panel=panel, state="closed").id, ana).why == "closed"
        late = make_survey(panel=panel, closes_at=clock.ago(seconds=1))
        assert get_survey(late.id, ana).why == "closed"

    def test_it_is_full_for_those_whose_places_are_gone(self, ana: Member) -> None:
        survey = make_survey(panel=make_panel(members=(ana,)), sampling="quotas")
        assert get_survey(survey.id, ana).why == "full"
        with unit_of_work() as session:
            rule = {"joined_after": "2000-01-01"}
            cell = SurveyCell(survey_id=survey.id, name="All", rule=rule, target_count=1)
            session.add(cell)
        assert get_survey(survey.id, ana).can_answer
        with unit_of_work():
            cell.held_count = 1
        assert get_survey(survey.id, ana).why == "full"

    def test_who_took_their_answer_back_may_answer_again(self, ana: Member) -> None:
        survey = make_survey(panel=make_panel(members=(ana,)))
        answer(survey, ana, {"single": "red"}, state="withdrawn")
        assert get_survey(survey.id, ana).can_answer


class TestGetBuilt:
    def test_those_who_ask_on_every_panel_of_it_may_build_it(self, omar: Member, mia: Member) -> None:
        first, second = make_panel(), make_panel()
        survey = make_survey(panels=(first, second), state="draft")
        of_one = make_member(roles=("analyst",), panel_id=first.id)
        of_both = make_member(roles=("owner",), panel_id=first.id)
        with unit_of_work() as session:
            session.add(type(of_both.roles[0])(member_id=of_both.id, role="analyst", panel_id=second.id))
        assert get_built(survey.id, omar) == get_built(survey.id, of_both) == survey
        for other in (of_one, mia, None):
            assert is_hidden(survey, other, get_built)

    def test_a_suspended_analyst_builds_nothing(self, omar: Member) -> None:
        survey = make_survey(state="draft", opens_at=clock.now() + timedelta(days=1))
        with unit_of_work():
            omar.state = "suspended"
        assert is_hidden(survey, omar, get_built)
