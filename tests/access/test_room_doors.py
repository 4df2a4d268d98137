"""Every address of moderation, notices, digests and one's own data, tried by all who do not belong there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from community.members.models import Member
from community.panels.models import Panel
from tests.access import walking
from tests.access.kept import keep_everything
from tests.access.walking import everything
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel

Browser = Callable[[Member], Client]
SECRET = "zaunkoenig"
OF_MEMBERS = ("moderation", "notifications", "customers", "digests", "privacy")
OF_STAFF = ("moderation_staff", "privacy_staff", "admin_staff")
# What is open to anybody who holds the link, or to whoever reads the panel.
BY_LINK = {
    "moderation.appeal_by_link", "digests.opinion_by_link", "notifications.end_mail",
    "notifications.stop_mail", "notifications.end_survey_mail", "notifications.leave_survey_mail",
    "notifications.mail_again", "notifications.start_mail",
}  # fmt: skip
OF_READERS = {"moderation.public_log"}


@dataclass
class Room:
    """A private panel in which texts wait and were decided about, and what fills addresses and forms in."""

    panel: Panel
    insider: Member
    owner: Member
    values: dict[str, list[str]]
    form: dict[str, Any]


@pytest.fixture
def room(app: Flask) -> Room:
    """Somebody in a private panel whose texts wait, were hidden and appealed; nobody outside may know."""
    insider = make_member(f"Insider {SECRET}")
    panel = make_panel("Closed", slug="closed", visibility="private", members=(insider,))
    owner = make_member("Works here", roles=("moderator", "owner"), panel_id=panel.id)
    idea = make_idea(f"About the {SECRET}", panel=panel, author=insider)
    kept = keep_everything(panel, insider=insider, owner=owner, idea=idea, word=SECRET)
    item = kept["queue_item_id"][0]
    return Room(
        panel,
        insider,
        owner,
        {
            **kept,
            "item_id": kept["queue_item_id"],
            "panel_id": [str(panel.id)],
            "slug": [panel.slug],
            "member_id": [str(insider.id)],
            "token": ["x" * 43],
            "notice_id": ["1"],
            "mail_id": ["1"],
            "owed_id": ["1"],
        },
        {
            "verb": "approve", "reason": "rude", "message": "Words that ought not to arrive.",
            "item": [item], "items": [item], "subject": f"idea:{idea.id}", "level": "1", "verdict": "right",
            "answer": "Words that ought not to arrive.", "body": "Words that ought not to arrive.",
            "words": "Words that ought not to arrive.", "terms": "words", "effect": "hold", "note": "No.",
            "opinion": "more", "idea_id": str(idea.id), "first_posts_wait": "3",
        },
    )  # fmt: skip


def knock(
    client: Client, app: Flask, room: Room, blueprints: tuple[str, ...]
) -> Iterator[tuple[str, str, str, int]]:
    """Try every address in every way; what is said never holds the word that only insiders know."""
    for method in ("GET", "POST"):
        for path, endpoint in walking.addresses(app, blueprints, room.values, method=method):
            answer = client.open(path, method=method, data=room.form if method == "POST" else None)
            assert answer.status_code < 500, (method, path)
            assert SECRET not in answer.text, (method, path)
            yield method, path, endpoint, answer.status_code


# Which database holds the rows does not matter to who may open a door.
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestDoors:
    def test_a_visitor_is_asked_to_sign_in_or_learns_nothing(
        self, app: Flask, room: Room, client: Client
    ) -> None:
        before = everything()
        for method, path, endpoint, status in knock(client, app, room, OF_MEMBERS + OF_STAFF):
            if endpoint in BY_LINK | OF_READERS:
                assert status in (200, 303, 404, 410), (method, path, status)
            else:
                assert status == 303, (method, path, status)
        assert everything() == before

    def test_a_member_of_no_panel_finds_only_what_is_their_own(
        self, app: Flask, room: Room, browser_of: Browser
    ) -> None:
        client = browser_of(make_member("Outsider"))
        for method, path, endpoint, status in knock(client, app, room, OF_MEMBERS):
            if endpoint in OF_READERS or "<int:" in rule_of(app, endpoint):
                assert status == 404, (method, path, status)
        before = everything()
        for method, path, _endpoint, status in knock(client, app, room, OF_STAFF):
            assert status == 403, (method, path, status)
        assert everything() == before

    def test_moderators_of_another_panel_can_neither_read_nor_decide_here(
        self, app: Flask, room: Room, browser_of: Browser
    ) -> None:
        client = browser_of(make_member("Elsewhere", roles=("moderator",), panel_id=make_panel().id))
        before = everything()
        for method, path, _endpoint, status in knock(client, app, room, ("moderation_staff",)):
            assert status in (200, 303, 403, 404, 405, 422), (method, path, status)
        assert everything() == before

    @pytest.mark.parametrize("role", ["owner", "analyst"])
    def test_owners_and_analysts_have_no_business_with_texts_that_wait(
        self, app: Flask, room: Room, browser_of: Browser, role: str
    ) -> None:
        client = browser_of(make_member("Staff", roles=(role,)))
        before = everything()
        for method, path, _endpoint, status in knock(
            client, app, room, ("moderation_staff", "privacy_staff")
        ):
            assert status == 403, (method, path, status)
        assert everything() == before


class TestInsiders:
    def test_authors_read_what_became_of_their_texts(self, room: Room, browser_of: Browser) -> None:
        client = browser_of(room.insider)
        assert SECRET in client.get("/me/moderation").text
        page = client.get(f"/me/moderation/{room.values['decision_id'][0]}").text
        assert f"Hidden for {SECRET}" in page
        assert f"Among us: {SECRET}" not in page, "what moderators note is for moderators"
        assert f"Likes {SECRET}" in client.get("/me/learned").text

    def test_moderators_of_the_panel_see_all_that_waits(self, room: Room, browser_of: Browser) -> None:
        client = browser_of(room.owner)
        # Its author was asked something, so that it waits for them.
        assert f"Waits: never {SECRET}" in client.get("/staff/moderation?tab=asked").text
        assert SECRET in client.get("/staff/moderation").text
        for number in room.values["queue_item_id"]:
            assert client.get(f"/staff/moderation/{number}").status_code in (200, 303), number


def rule_of(app: Flask, endpoint: str) -> str:
    return next(rule.rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
