"""Saying what there should be more or less of, on the page and by a link in a mail."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from community.digests.actions import links
from community.digests.actions.composing import send_due
from community.digests.models import Digest, DigestOpinion
from community.ideas.models import Idea
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.members.models import Member
from tests.conftest import Client
from tests.factories.digests import MONDAY, digest_of, mails_to, make_reader
from tests.factories.ideas import make_idea
from tests.factories.panels import make_panel


@pytest.fixture(autouse=True)
def monday(app: object) -> Iterator[None]:
    with clock.stopped_at(MONDAY):
        yield


@pytest.fixture
def reader() -> Member:
    return make_reader("Rea")


@pytest.fixture
def idea(reader: Member) -> Idea:
    """An idea in a digest of the reader's."""
    shown = make_idea("Thicker paper for cards", tags=("paper",))
    digest_of(reader)
    return shown


def opinions_of(member: Member) -> dict[int, str]:
    db.session.expire_all()
    rows = db.session.scalars(select(DigestOpinion).where(DigestOpinion.member_id == member.id))
    return {row.idea_id: row.opinion for row in rows}


class TestOnThePage:
    def test_the_page_holds_what_the_mail_held(
        self, reader: Member, idea: Idea, browser_of: Callable[[Member], Client]
    ) -> None:
        page = browser_of(reader).get("/me/digest").text
        assert "Thicker paper for cards" in page
        assert page.count('name="opinion"') == 2

    def test_the_last_word_stands_and_can_be_taken_back(
        self, reader: Member, idea: Idea, browser_of: Callable[[Member], Client]
    ) -> None:
        browser = browser_of(reader)
        for opinion, standing in (("more", {idea.id: "more"}), ("less", {idea.id: "less"}), ("", {})):
            answer = browser.post("/me/digest/opinions", data={"idea_id": idea.id, "opinion": opinion})
            assert (answer.status_code, answer.location) == (303, f"/me/digest#idea-{idea.id}")
            assert opinions_of(reader) == standing

    @pytest.mark.parametrize(("opinion", "status"), [("love", 422), ("more", 404)])
    def test_nothing_else_can_be_said_and_to_nothing_else(
        self, reader: Member, idea: Idea, browser_of: Callable[[Member], Client], opinion: str, status: int
    ) -> None:
        about = make_idea("It was in no digest") if opinion == "more" else idea
        answer = browser_of(reader).post(
            "/me/digest/opinions", data={"idea_id": about.id, "opinion": opinion}
        )
        assert answer.status_code == status
        assert opinions_of(reader) == {}

    def test_what_i_may_no_longer_read_is_left_out(
        self, reader: Member, idea: Idea, browser_of: Callable[[Member], Client]
    ) -> None:
        with unit_of_work():
            idea.panel.visibility = "private"
        browser = browser_of(reader)
        assert "Thicker paper" not in browser.get("/me/digest").text
        said = browser.post("/me/digest/opinions", data={"idea_id": idea.id, "opinion": "more"})
        assert said.status_code == 404


class TestByLink:
    def link(self, member: Member, opinion: str) -> str:
        (mail,) = mails_to(member)
        tokens: list[str] = re.findall(r"/digest/(\S+)", mail.body)
        return next(token for token in tokens if links.read_token(token).opinion == opinion)

    def test_opening_it_shows_a_button_and_changes_nothing(
        self, reader: Member, idea: Idea, client: Client
    ) -> None:
        page = client.get(f"/digest/{self.link(reader, 'more')}")
        assert page.status_code == 200
        assert "More like this" in page.text
        assert opinions_of(reader) == {}

    def test_the_button_says_it_without_signing_in(self, reader: Member, idea: Idea, client: Client) -> None:
        assert client.post(f"/digest/{self.link(reader, 'less')}").status_code == 200
        assert opinions_of(reader) == {idea.id: "less"}

    def test_a_link_that_was_not_written_here_leads_nowhere(
        self, reader: Member, idea: Idea, client: Client
    ) -> None:
        token = self.link(reader, "more")
        assert client.get(f"/digest/{token[:-2]}xx").status_code == 404
        assert client.post("/digest/nothing").status_code == 404

    def test_an_old_link_leads_nowhere(self, reader: Member, idea: Idea, client: Client) -> None:
        token = self.link(reader, "more")
        assert client.get(f"/digest/{token}").status_code == 200
        with unit_of_work():
            reader.state = "suspended"
        assert client.get(f"/digest/{token}").status_code == 404


class TestNextDigest:
    def next_picks(self, member: Member) -> list[dict[str, object]]:
        with clock.stopped_at(MONDAY + timedelta(days=7)):
            send_due()
        db.session.expire_all()
        newest = select(Digest).where(Digest.member_id == member.id).order_by(Digest.week_on.desc())
        return [part for part in db.session.scalars(newest.limit(1)).one().parts if part["part"] == "pick"]

    @pytest.mark.parametrize(("opinion", "is_first"), [("more", True), ("less", False)])
    def test_it_goes_by_what_was_said(
        self,
        reader: Member,
        idea: Idea,
        browser_of: Callable[[Member], Client],
        opinion: str,
        is_first: bool,
    ) -> None:
        panel, author = make_panel(), make_reader()
        for number in range(7):
            make_idea(f"Something about ink, {number}", panel=panel, author=author, support_count=5)
        alike = make_idea("Paper made of hay", panel=panel, author=author, tags=("paper",), support_count=5)
        browser_of(reader).post("/me/digest/opinions", data={"idea_id": idea.id, "opinion": opinion})
        picks = self.next_picks(reader)
        assert (picks[0]["id"] == alike.id) is is_first
        assert (alike.id in [pick["id"] for pick in picks]) is is_first
        if is_first:
            assert (picks[0]["why"], picks[0]["about"]) == ("more", idea.id)
