"""Who somebody is, as far as the panel shows it: on every page that names a person."""

import re

import pytest

from community.activity.actions import follow_due
from community.ideas.actions.comments import add_comment
from community.ideas.actions.merges import merge_ideas
from community.ideas.actions.responses import give_response
from community.ideas.actions.statuses import change_status
from community.infra.db import lock, unit_of_work
from community.members.models import Member
from community.panels.actions import edit_panel
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel

WRITER, TALKER = "Canaria Lastname", "Linnet Surname"


@pytest.fixture
def room(app, ben, mia, omar):
    """A panel with two ideas in one, comments, a reply, a decision and an answer."""
    writer = make_member(WRITER, alias="Opal Vega", picture_key="k" * 32, picture_extension="png")
    talker = make_member(TALKER, alias="Mint Otter", picture_key="q" * 32, picture_extension="png")
    panel = make_panel(members=(writer, talker, ben))
    idea = make_idea("Quieter hinges", panel=panel, author=writer, body="Please make them quieter.")
    joined = make_idea("Silent doors", panel=panel, author=talker)
    said = add_comment(idea, talker, body="They squeak at night.")
    add_comment(idea, writer, body="They do indeed.", parent_id=said.id)
    add_comment(idea, ben, body="Oil helps.")
    merge_ideas(joined, into=idea, moderator=mia)
    change_status(idea, omar, status="under_review", message="We look at it.")
    give_response(idea, omar, body="New hinges come.")
    follow_due()
    return panel, idea, writer, talker


def pages(panel, idea):
    """Every address that names persons around an idea."""
    return [
        "/", "/roadmap", "/you-said", "/inbox", "/panels", f"/panels/{panel.slug}",
        f"/panels/{panel.slug}?q=hinges", f"/panels/{panel.slug}/similar?title=hinges",
        f"/panels/{panel.slug}/feed.atom", f"/ideas/{idea.id}-{idea.slug}", f"/ideas/{idea.id}/feed.atom",
        f"/ideas/{idea.id}/history",
    ]  # fmt: skip


def read_all(browser, panel, idea):
    return "\n".join(browser.get(path).text for path in pages(panel, idea))


def show(panel, ada, how):
    edit_panel(ada, panel, settings={"names_shown": how})


class TestAliases:
    @pytest.fixture
    def text(self, room, ada, ben, browser_of):
        panel, idea, _writer, _talker = room
        show(panel, ada, "alias")
        return read_all(browser_of(ben), panel, idea)

    def test_nothing_of_a_name_is_on_any_page(self, text):
        for word in (*WRITER.split(), *TALKER.split()):
            assert word not in text
        assert "Opal Vega" in text
        assert "Mint Otter" in text

    def test_no_picture_and_no_page_lead_to_the_person(self, room, text):
        _panel, _idea, writer, talker = room
        for person in (writer, talker):
            assert str(person.picture_key) not in text
            assert not re.search(rf"/members/{person.id}\b", text)

    def test_who_speaks_for_the_company_is_named(self, text, omar):
        assert omar.display_name in text

    def test_visitors_learn_no_more(self, room, text, client):
        panel, idea, _writer, _talker = room
        seen = read_all(client, panel, idea)
        assert not any(word in seen for word in (*WRITER.split(), *TALKER.split()))

    def test_the_persons_page_is_not_there(self, room, text, ben, browser_of):
        _panel, _idea, writer, _talker = room
        assert browser_of(ben).get(f"/members/{writer.id}").status_code == 404

    def test_reporting_somebody_tells_no_name(self, room, text, ben, browser_of):
        _panel, _idea, writer, _talker = room
        assert browser_of(ben).get(f"/flags?subject=member:{writer.id}").status_code == 404

    def test_staff_pages_name_everybody(self, room, text, ada, browser_of):
        panel, _idea, writer, _talker = room
        browser = browser_of(ada)
        assert WRITER in browser.get(f"/staff/panels/{panel.id}/members").text
        assert WRITER in browser.get(f"/members/{writer.id}").text

    def test_members_from_before_have_one_once_the_worker_came_by(self, room, ada):
        panel, _idea, writer, _talker = room
        with unit_of_work():
            lock(Member, writer.id).alias = None
        show(panel, ada, "alias")
        assert panel.shows(writer).name == "A member"
        follow_due()
        assert panel.shows(writer).name == writer.alias


class TestFirstNames:
    def test_the_family_name_is_on_no_page(self, room, ada, ben, browser_of):
        panel, idea, writer, _talker = room
        show(panel, ada, "first")
        text = read_all(browser_of(ben), panel, idea)
        assert "Lastname" not in text
        assert "Surname" not in text
        assert "Canaria" in text
        assert str(writer.picture_key) in text
        page = browser_of(ben).get(f"/members/{writer.id}").text
        assert "Canaria" in page
        assert "Lastname" not in page
        report = browser_of(ben).get(f"/flags?subject=member:{writer.id}")
        assert report.status_code == 200
        assert "Lastname" not in report.text

    def test_whoever_meets_the_person_by_name_elsewhere_knows_it(self, room, ada, ben, browser_of):
        panel, _idea, writer, _talker = room
        show(panel, ada, "first")
        make_panel(members=(writer, ben))
        assert "Lastname" in browser_of(ben).get(f"/members/{writer.id}").text


class TestThePanelsSetting:
    def test_it_is_set_on_the_panels_page(self, room, ada, browser_of):
        panel, _idea, _writer, _talker = room
        fields = {
            "name": panel.name, "slug": panel.slug, "visibility": "open", "admission": "anyone",
            "segment_id": "0", "names_shown": "alias",
        }  # fmt: skip
        assert browser_of(ada).post(f"/staff/panels/{panel.id}/edit", data=fields).status_code == 303
        assert panel.names_shown == "alias"

    def test_whoever_writes_is_told_what_they_are_called(self, room, ada, browser_of):
        panel, idea, writer, _talker = room
        browser, told = browser_of(writer), f"Here you are called {writer.alias}."
        assert told not in browser.get(f"/ideas/{idea.id}-{idea.slug}").text
        show(panel, ada, "alias")
        assert told in browser.get(f"/ideas/{idea.id}-{idea.slug}").text
        assert told in browser.get(f"/panels/{panel.slug}/ideas/new").text

    def test_members_see_how_each_panel_shows_them(self, room, ada, browser_of):
        panel, _idea, writer, _talker = room
        show(panel, ada, "alias")
        page = browser_of(writer).get("/me/profile").text
        assert "How others see you" in page
        assert panel.name in page
