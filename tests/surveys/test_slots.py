"""The quick poll above a board, and what is asked about an idea on its page."""

import itertools
import re
from collections.abc import Callable

import pytest

from community.ideas.actions import votes
from community.ideas.actions.sightings import note_sighting
from community.ideas.models import Idea
from community.infra import clock
from community.infra.db import unit_of_work
from community.members.models import Member
from community.panels.models import Panel
from community.surveys.actions.tallying import recompute_waiting
from community.surveys.models import Survey
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import answer as tell
from tests.factories.panels import make_attribute, make_panel, make_segment
from tests.factories.surveys import answer, make_survey
from tests.statements import statements

_hours = itertools.count(1)
Open = Callable[[Member], Client]


def make_poll(panel: Panel, kind: str = "single", **values: object) -> Survey:
    """An open quick poll above this board."""
    return make_survey(kinds=(kind,), panel=panel, kind="poll", **values)  # type: ignore[arg-type]


def recount() -> None:
    """Have results computed, after the pause between two times."""
    with clock.stopped_at(clock.ahead(hours=next(_hours))):
        recompute_waiting()


def button(text: str, value: str) -> str:
    """The name of the button that sends this answer."""
    return re.findall(rf'<button class="short-choice" type="submit" name="(q\d+)" value="{value}"', text)[0]


class TestPollAboveBoard:
    def test_one_click_answers_it_and_leads_back_to_the_board(self, ana: Member, browser_of: Open) -> None:
        panel = make_panel(members=(ana,))
        poll, client, path = make_poll(panel), browser_of(ana), f"/panels/{panel.slug}"
        text = client.get(path).text
        assert "What do you say to single?" in text
        response = client.post(
            f"/surveys/{poll.id}/response", data={button(text, "green"): "green", "next": path}
        )
        assert (response.status_code, response.location) == (303, path)
        text = client.get(path).text
        assert "Thank you, your answer is in." in text
        assert "short-choice" not in text
        assert poll.completed_count == 1

    @pytest.mark.parametrize("kind", ["yes_no", "rating5", "nps"])
    def test_other_kinds_are_buttons_too(self, kind: str, ana: Member, browser_of: Open) -> None:
        panel = make_panel(members=(ana,))
        poll, value = make_poll(panel, kind), "yes" if kind == "yes_no" else "4"
        client = browser_of(ana)
        name = button(client.get(f"/panels/{panel.slug}").text, value)
        assert client.post(f"/surveys/{poll.id}/response", data={name: value}).status_code == 303
        assert poll.completed_count == 1

    def test_shares_are_shown_to_those_who_answered_from_ten_answers_on(
        self, ana: Member, ben: Member, browser_of: Open
    ) -> None:
        others = tuple(make_member() for _number in range(9))
        panel = make_panel(members=(ana, ben, *others))
        poll = make_poll(panel, shows_results=True)
        for number, member in enumerate(others):
            answer(poll, member, {"single": "red" if number < 5 else "green"})
        recount()
        path = f"/panels/{panel.slug}"
        assert "%" not in result_on(browser_of(ben).get(path).text)
        answer(poll, ana, {"single": "blue"})
        recount()
        assert "%" not in result_on(browser_of(ben).get(path).text)
        shown = result_on(browser_of(ana).get(path).text)
        assert [part for part in ("50%", "40%", "10%", "10 answers so far") if part in shown] == [
            "50%", "40%", "10%", "10 answers so far",
        ]  # fmt: skip

    def test_answers_count_at_once_though_the_shares_follow_later(
        self, ana: Member, browser_of: Open
    ) -> None:
        others = tuple(make_member() for _number in range(10))
        panel = make_panel(members=(ana, *others))
        poll = make_poll(panel, shows_results=True)
        for member in others:
            answer(poll, member, {"single": "red"})
        recount()
        path = f"/panels/{panel.slug}"
        later = "The figures follow when"
        answer(poll, ana, {"single": "blue"})
        shown = result_on(browser_of(ana).get(path).text)
        assert "11 answers so far" in shown
        assert "100%" in shown
        assert later in shown

    def test_nine_answers_are_shown_to_nobody(self, ana: Member, browser_of: Open) -> None:
        others = tuple(make_member() for _number in range(8))
        panel = make_panel(members=(ana, *others))
        poll = make_poll(panel, shows_results=True)
        for member in (ana, *others):
            answer(poll, member, {"single": "red"})
        recount()
        assert "%" not in result_on(browser_of(ana).get(f"/panels/{panel.slug}").text)

    def test_it_is_there_for_members_of_the_panel_only(
        self, ana: Member, ben: Member, client: Client, browser_of: Open
    ) -> None:
        panel = make_panel(members=(ana,))
        make_poll(panel)
        make_poll(panel, state="draft")
        path = f"/panels/{panel.slug}"
        assert "One question" in browser_of(ana).get(path).text
        assert "One question" not in browser_of(ben).get(path).text
        assert "One question" not in client.get(path).text

    def test_one_for_a_segment_is_shown_to_that_segment(
        self, ana: Member, ben: Member, browser_of: Open
    ) -> None:
        tell(ana, make_attribute("region", "single_choice", "north", "south"), "north")
        panel = make_panel(members=(ana, ben))
        segment = make_segment({"attribute": "region", "is": "north"})
        make_poll(panel, segment_id=segment.id)
        path = f"/panels/{panel.slug}"
        assert "One question" in browser_of(ana).get(path).text
        assert "One question" not in browser_of(ben).get(path).text

    def test_what_is_not_answered_comes_before_what_is_and_nothing_closed_comes(
        self, ana: Member, browser_of: Open
    ) -> None:
        panel = make_panel(members=(ana,))
        make_poll(panel, state="closed")
        late = make_poll(panel, closes_at=clock.ago(minutes=1))
        first, second = make_poll(panel), make_poll(panel)
        client, path = browser_of(ana), f"/panels/{panel.slug}"
        for expected in (second, first, None):
            shown = re.findall(r'data-survey-id="(\d+)"', client.get(path).text)[0]
            assert shown != str(late.id)
            if expected is None:
                assert "Thank you, your answer is in." in client.get(path).text
            else:
                assert shown == str(expected.id)
                answer(expected, ana, {"single": "red"})

    def test_it_costs_the_same_however_many_polls_there_are(self, ana: Member, browser_of: Open) -> None:
        panel = make_panel(members=(ana,))
        client, path, counts = browser_of(ana), f"/panels/{panel.slug}", []
        for _number in range(3):
            make_poll(panel)
            make_poll(panel, shows_results=True)
            client.get(path)
            with statements() as sent:
                client.get(path)
            counts.append(len(sent))
        assert len(set(counts)) == 1


def result_on(text: str) -> str:
    """The part of a page in which a short question stands."""
    return text.split('class="short-question"')[1].split("</section>")[0]


class TestAskedAboutIdea:
    @pytest.fixture
    def idea(self, ana: Member, ben: Member, lin: Member) -> Idea:
        """An idea of Lin's that Ana supports and Ben has only seen."""
        idea = make_idea("Longer hours", panel=make_panel(members=(ana, ben, lin)), author=lin)
        note_sighting(idea, ben)
        votes.support_idea(idea, ana)
        return idea

    def about(
        self, idea: Idea, asked_of: str = "supporters", kind: str = "yes_no", **values: object
    ) -> Survey:
        """A question to those around the idea."""
        return make_survey(
            kinds=(kind,),
            panel=idea.panel,
            kind="idea",
            idea_id=idea.id,
            asked_of=asked_of,
            **values,  # type: ignore[arg-type]
        )

    def path(self, idea: Idea) -> str:
        """The idea's page."""
        return f"/ideas/{idea.id}-{idea.slug}"

    def test_it_stands_on_the_ideas_page_for_those_it_asks(
        self, idea: Idea, ana: Member, ben: Member, lin: Member, client: Client, browser_of: Open
    ) -> None:
        survey = self.about(idea)
        text = browser_of(ana).get(self.path(idea)).text
        assert "We ask you because you support this idea" in text
        for other in (browser_of(ben), browser_of(lin), client):
            assert "Asked about this idea" not in other.get(self.path(idea)).text
        data = {button(text, "yes"): "yes", "next": f"{self.path(idea)}#asked"}
        response = browser_of(ana).post(f"/surveys/{survey.id}/response", data=data)
        assert response.location == f"{self.path(idea)}#asked"
        assert "Thank you, your answer is in." in browser_of(ana).get(self.path(idea)).text

    def test_those_who_saw_it_and_did_not_support_it_are_asked_something_else(
        self, idea: Idea, ana: Member, ben: Member, browser_of: Open
    ) -> None:
        self.about(idea, "unconvinced")
        assert "Asked about this idea" not in browser_of(ana).get(self.path(idea)).text
        text = browser_of(ben).get(self.path(idea)).text
        assert "you have seen this idea and not supported it" in text

    def test_a_question_in_words_leads_to_its_own_page(
        self, idea: Idea, ana: Member, browser_of: Open
    ) -> None:
        survey = self.about(idea, kind="long_text")
        assert f'href="/surveys/{survey.id}"' in browser_of(ana).get(self.path(idea)).text

    def test_its_result_stands_there_for_all_readers_of_the_idea(
        self, idea: Idea, ana: Member, client: Client, browser_of: Open
    ) -> None:
        survey = self.about(idea, shows_results=True)
        silent = self.about(idea, shows_results=False)
        for _number in range(10):
            member = make_member()
            answer(survey, member, {"yes_no": "yes"})
            answer(silent, member, {"yes_no": "no"})
        recount()
        recount()
        text = client.get(self.path(idea)).text
        assert "Asked of those who support it" in text
        assert "100%" in result_on(text)
        assert text.count('class="short-question"') == 1
        # Whoever is still to answer is not told before what the others said.
        assert "100%" not in browser_of(ana).get(self.path(idea)).text

    def test_what_was_heard_stands_there_too(self, idea: Idea, client: Client) -> None:
        survey = self.about(idea, state="told_back", told_back_at=clock.now())
        with unit_of_work():
            survey.heard_html = {"en": "<p>We open <em>longer</em> from May.</p>"}
        assert "We open <em>longer</em> from May." in client.get(self.path(idea)).text

    def test_staff_of_the_panel_find_there_how_to_ask(
        self, idea: Idea, ana: Member, mia: Member, omar: Member, browser_of: Open
    ) -> None:
        text = browser_of(omar).get(self.path(idea)).text
        for asked_of in ("supporters", "unconvinced"):
            path = f"/staff/surveys/ideas/{idea.id}/new?asked_of={asked_of}"
            assert f'href="{path}"' in text
            assert browser_of(omar).get(path).status_code == 200
        elsewhere = make_member(roles=("owner", "analyst"), panel_id=make_panel().id)
        for other in (ana, mia, elsewhere):
            assert "Ask its supporters" not in browser_of(other).get(self.path(idea)).text

    def test_it_costs_the_same_however_much_was_asked(
        self, idea: Idea, ana: Member, browser_of: Open
    ) -> None:
        client, counts = browser_of(ana), []
        for _number in range(3):
            self.about(idea)
            self.about(idea, shows_results=True)
            with statements() as sent:
                client.get(self.path(idea))
            counts.append(len(sent))
        assert counts[1] == counts[2]


class TestMyPage:
    def test_it_lists_what_is_open_what_i_answered_and_what_was_heard(
        self, ana: Member, browser_of: Open
    ) -> None:
        panel = make_panel(members=(ana,))
        make_survey(panel=panel, title="Open and waiting", minutes=3)
        begun = make_survey(panel=panel, title="Begun and left")
        answer(begun, ana, state="started")
        make_poll(panel, title="A quick poll")
        make_survey(panel=panel, title="Still a draft", state="draft")
        make_survey(title="For others")
        done = make_survey(panel=panel, title="Done and told", state="told_back", told_back_at=clock.now())
        answer(done, ana, {"single": "red"})
        with unit_of_work():
            done.heard_html = {"en": "<p>You want <b>blue</b>.</p>"}
        text = browser_of(ana).get("/surveys").text
        for words in (
            "Open and waiting",
            "about 3 minutes",
            "Begun: go on",
            "Done and told",
            "You want blue.",
        ):
            assert words in text
        for words in ("A quick poll", "Still a draft", "For others"):
            assert words not in text

    def test_who_is_not_drawn_or_not_meant_finds_nothing(
        self, ana: Member, ben: Member, browser_of: Open
    ) -> None:
        panel = make_panel(members=(ana, ben))
        make_survey(panel=panel, title="A sample of others", sampling="random", sample_size=1)
        segment = make_segment({"attribute": "region", "is": "north"})
        tell(ben, make_attribute("region", "single_choice", "north"), "north")
        make_survey(panel=panel, title="People of the north", segment_id=segment.id)
        text = browser_of(ana).get("/surveys").text
        assert "A sample of others" not in text
        assert "People of the north" not in text
        assert "People of the north" in browser_of(ben).get("/surveys").text

    def test_a_visitor_is_sent_to_sign_in(self, client: Client) -> None:
        assert client.get("/surveys").status_code == 303

    def test_it_asks_the_database_as_often_for_many_as_for_few(self, ana: Member, browser_of: Open) -> None:
        client, counts = browser_of(ana), []
        for size in (1, 8):
            for _number in range(size):
                answer(make_survey(panel=make_panel(members=(ana,))), ana)
                make_survey(
                    panel=make_panel(members=(ana,)), segment_id=make_segment({"joined_within_days": 9}).id
                )
            with statements() as sent:
                assert client.get("/surveys").status_code == 200
            counts.append(len(sent))
        assert counts[0] == counts[1]
