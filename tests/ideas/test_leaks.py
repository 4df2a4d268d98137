"""Nothing of a closed panel leaks: every page and form of boards and ideas, asked for by everybody."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from community.ideas.actions.comments import add_comment
from community.ideas.actions.publishing import publish_idea
from community.ideas.models import Comment, Idea, IdeaDraft, IdeaImage, Vote
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.infra.images import read_image
from community.members.models import Member
from community.panels.models import Membership
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel

Browser = Callable[[Member], FlaskClient]

READING = (
    "/panels/{slug}",
    "/panels/{slug}?q=secret&sort=top&tag=hush&status=submitted",
    "/panels/{slug}/tags",
    "/panels/{slug}/similar?title=secret",
    "/panels/{slug}/feed.atom",
    "/panels/{slug}/ideas/new",
    "/ideas/{idea}",
    "/ideas/{idea}-a-secret-worth-keeping",
    "/ideas/{idea}/edit",
    "/ideas/{idea}/history",
    "/ideas/{idea}/feed.atom",
    "/ideas/{idea}/images/{key}",
    "/comments/{comment}/edit",
    "/comments/{comment}/history",
)
CHANGING = (
    "/panels/{slug}/ideas",
    "/ideas/{idea}/edit",
    "/ideas/{idea}/delete",
    "/ideas/{idea}/vote",
    "/ideas/{idea}/vote/withdraw",
    "/ideas/{idea}/comments",
    "/comments/{comment}/edit",
    "/comments/{comment}/delete",
)
FIELDS = {
    "title": "Let me in, I have an idea",
    "body": "Hello in there",
    "tags": "",
    "importance": "critical",
}
NOWHERE = {"slug": "nothing-here", "idea": 10**9, "comment": 10**9, "key": "0" * 32}
# Where the board itself may be known, its page says how to join; writing there is refused in words.
KNOWN_WHEN_FOR_MEMBERS = ("/panels/{slug}", "/panels/{slug}/ideas/new", "/panels/{slug}/ideas")
SECRETS = ("A secret worth keeping", "Between us alone", "hush")


class Room(NamedTuple):
    """A closed panel with something in it."""

    places: dict[str, object]
    insider: Member
    name: str


def make_room(visibility: str) -> Room:
    insider = make_member("Inge Insider")
    panel = make_panel("The hidden garden", visibility=visibility, admission="invitation", members=(insider,))
    file = BytesIO()
    Image.new("RGB", (20, 20)).save(file, "PNG")
    idea = publish_idea(
        panel,
        insider,
        title="A secret worth keeping",
        tags=["hush"],
        images=[read_image(file.getvalue())],
    )
    comment = add_comment(idea, insider, body="Between us alone")
    key = db.session.scalars(select(IdeaImage.key).where(IdeaImage.idea_id == idea.id)).one()
    return Room({"slug": panel.slug, "idea": idea.id, "comment": comment.id, "key": key}, insider, panel.name)


def outsiders(client: FlaskClient, browser_of: Browser) -> dict[str, FlaskClient]:
    elsewhere = make_panel()
    return {
        "visitor": client,
        "member": browser_of(make_member()),
        "moderator elsewhere": browser_of(make_member(roles=("moderator",), panel_id=elsewhere.id)),
        "admin elsewhere": browser_of(make_member(roles=("admin",), panel_id=elsewhere.id)),
    }


def bare(answer: TestResponse, path: str) -> tuple[int, str, str]:
    """What an answer tells, without the address that was asked for and what is new in each answer."""
    page = answer.get_data(as_text=True).replace(path, "")
    page = re.sub(r'(nonce|csrf_token" value|name="next" value)="[^"]*"', "", page)
    return answer.status_code, (answer.location or "").partition("?")[0], page


def rows() -> list[int | None]:
    return [
        db.session.scalar(select(func.count()).select_from(table))
        for table in (Idea, Comment, Vote, IdeaDraft)
    ]


@pytest.fixture
def private(app: Flask) -> Room:
    return make_room("private")


@pytest.fixture
def for_members(app: Flask) -> Room:
    return make_room("members")


class TestAPrivatePanel:
    @pytest.mark.parametrize("path", READING)
    def test_reading_is_as_if_it_did_not_exist(
        self, client: FlaskClient, browser_of: Browser, private: Room, path: str
    ) -> None:
        for who, browser in outsiders(client, browser_of).items():
            here, nowhere = path.format(**private.places), path.format(**NOWHERE)
            answer = browser.get(here)
            assert bare(answer, here) == bare(browser.get(nowhere), nowhere), who
            assert answer.status_code in (303, 404), who

    @pytest.mark.parametrize("path", CHANGING)
    def test_changing_is_as_if_it_did_not_exist(
        self, client: FlaskClient, browser_of: Browser, private: Room, path: str
    ) -> None:
        before = rows()
        for who, browser in outsiders(client, browser_of).items():
            here, nowhere = path.format(**private.places), path.format(**NOWHERE)
            answer = browser.post(here, data=FIELDS)
            assert bare(answer, here) == bare(browser.post(nowhere, data=FIELDS), nowhere), who
            assert answer.status_code in (303, 404), who
        assert rows() == before

    @pytest.mark.parametrize("path", READING)
    def test_its_members_and_its_staff_are_let_in(
        self, browser_of: Browser, private: Room, mia: Member, path: str
    ) -> None:
        for member in (private.insider, mia):
            with browser_of(member).get(path.format(**private.places)) as answer:
                is_own = member is private.insider or not path.startswith("/comments/{comment}/edit")
                assert answer.status_code in ((200, 301) if is_own else (404,))

    def test_being_taken_out_ends_it_at_once(self, browser_of: Browser, private: Room) -> None:
        browser = browser_of(private.insider)
        path = "/ideas/{idea}-a-secret-worth-keeping".format(**private.places)
        assert browser.get(path).status_code == 200
        with unit_of_work() as session:
            membership = session.scalars(
                select(Membership).where(Membership.member_id == private.insider.id)
            ).one()
            membership.left_at = clock.now()
        assert browser.get(path).status_code == 404


class TestAPanelForMembers:
    @pytest.mark.parametrize("path", READING)
    def test_its_content_is_not_to_be_read(
        self, client: FlaskClient, browser_of: Browser, for_members: Room, path: str
    ) -> None:
        for who, browser in outsiders(client, browser_of).items():
            answer = browser.get(path.format(**for_members.places))
            if path.partition("?")[0] in KNOWN_WHEN_FOR_MEMBERS:
                assert answer.status_code == 403, who
            else:
                assert answer.status_code in (303, 404), who
            _status, _location, page = bare(answer, "")
            assert not [secret for secret in SECRETS if secret in page], who

    def test_the_board_says_what_it_is_and_how_to_join(self, client: FlaskClient, for_members: Room) -> None:
        page = client.get("/panels/{slug}".format(**for_members.places)).get_data(as_text=True)
        assert for_members.name in page
        assert "The team invites people by e-mail" in page

    @pytest.mark.parametrize("path", CHANGING)
    def test_nothing_can_be_changed(
        self, client: FlaskClient, browser_of: Browser, for_members: Room, path: str
    ) -> None:
        before = rows()
        for who, browser in outsiders(client, browser_of).items():
            answer = browser.post(path.format(**for_members.places), data=FIELDS)
            assert answer.status_code in (303, 403, 404), who
        assert rows() == before


class TestWhatIsHeldBack:
    @pytest.mark.parametrize("state", ["waiting", "hidden", "deleted"])
    def test_it_is_for_its_author_and_the_team(
        self, client: FlaskClient, browser_of: Browser, ana: Member, ben: Member, mia: Member, state: str
    ) -> None:
        idea = make_idea("Something held back", author=ana, state=state, is_listed=False)
        path = f"/ideas/{idea.id}-{idea.slug}"
        statuses = [browser.get(path).status_code for browser in (client, *map(browser_of, (ben, ana, mia)))]
        assert statuses == [404, 404, 404 if state == "deleted" else 200, 200]
