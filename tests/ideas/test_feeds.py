"""Atom feeds: valid, escaped, and only of what the reader may see."""

from xml.etree import ElementTree

from flask.testing import FlaskClient

from community.ideas.actions.comments import add_comment, delete_comment
from community.ideas.models import Idea
from community.infra.db import lock, unit_of_work
from community.members.models import Member
from tests.factories.ideas import make_idea
from tests.factories.panels import make_panel

ATOM = "{http://www.w3.org/2005/Atom}"


def read(client: FlaskClient, path: str) -> ElementTree.Element:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    return ElementTree.fromstring(answer.data)  # noqa: S314 - our own answer


def of_entries(feed: ElementTree.Element, name: str) -> list[str | None]:
    return [entry.findtext(ATOM + name) for entry in feed.findall(ATOM + "entry")]


class TestPanelFeed:
    def test_it_holds_the_newest_ideas_first(self, client: FlaskClient) -> None:
        panel = make_panel("Paper & ink")
        make_idea("The older of the two", panel=panel)
        make_idea("The <newer> of the two & 更新", panel=panel, body="With **words** & more")
        make_idea("Hidden for a reason", panel=panel, state="hidden", is_listed=False)
        feed = read(client, f"/panels/{panel.slug}/feed.atom")
        assert of_entries(feed, "title") == ["The <newer> of the two & 更新", "The older of the two"]
        assert of_entries(feed, "content")[0] == "<p>With <strong>words</strong> &amp; more</p>\n"
        assert (feed.findtext(ATOM + "title") or "").startswith("Paper & ink")

    def test_every_entry_has_what_atom_asks_for(self, client: FlaskClient) -> None:
        panel = make_panel()
        make_idea(panel=panel)
        feed = read(client, f"/panels/{panel.slug}/feed.atom")
        for element in (feed, *feed.findall(ATOM + "entry")):
            assert element.findtext(ATOM + "id", "").startswith("http")
            assert element.findtext(ATOM + "updated")
        assert feed.find(f"{ATOM}link[@rel='self']") is not None

    def test_an_empty_panel_has_an_empty_feed(self, client: FlaskClient) -> None:
        feed = read(client, f"/panels/{make_panel().slug}/feed.atom")
        assert feed.findall(ATOM + "entry") == []

    def test_characters_that_xml_cannot_hold_are_left_out(self, client: FlaskClient) -> None:
        idea = make_idea()
        with unit_of_work():
            lock(Idea, idea.id).title = "Bell \x07 and \ufffe rings"
        feed = read(client, f"/panels/{idea.panel.slug}/feed.atom")
        assert of_entries(feed, "title") == ["Bell  and  rings"]

    def test_what_has_not_changed_is_not_sent_again(self, client: FlaskClient) -> None:
        path = f"/panels/{make_idea().panel.slug}/feed.atom"
        etag = client.get(path).headers["ETag"]
        assert client.get(path, headers={"If-None-Match": etag}).status_code == 304

    def test_no_address_of_a_person_is_in_it(self, client: FlaskClient, ana: Member) -> None:
        idea = make_idea(author=ana)
        page = client.get(f"/panels/{idea.panel.slug}/feed.atom").get_data(as_text=True)
        assert ana.display_name in page
        assert str(ana.email) not in page


class TestIdeaFeed:
    def test_it_holds_what_is_said(self, client: FlaskClient, ana: Member, ben: Member) -> None:
        idea = make_idea("Wider envelopes for all")
        add_comment(idea, ana, body="Yes <b>please</b>")
        delete_comment(add_comment(idea, ben, body="Never mind"), ben)
        feed = read(client, f"/ideas/{idea.id}/feed.atom")
        assert of_entries(feed, "title") == [f"Comment by {ana.display_name}"]
        assert "Never mind" not in "".join(feed.itertext())
