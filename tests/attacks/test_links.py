"""Links out of mails: each opens its own door only, and not a letter of it can be changed."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from community.digests.actions import links
from community.digests.models import Digest
from community.infra import clock, keys
from community.infra.db import db, unit_of_work
from community.infra.mail import OutgoingMail
from community.members.actions import begin_session, tokens
from community.members.actions.reachable import try_address
from community.members.models import Member
from community.moderation.actions import appeal_links
from community.notifications.actions.stopping import stop_url
from community.panels.actions import invite
from community.panels.actions.invitations import Guest
from tests.access.asking import Caller, changed
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.moderation import make_decision
from tests.factories.panels import make_panel

# What each door asks beside the link.
FORM = {
    "password": "kiesel-unter-dem-ahorn", "display_name": "Somebody", "words": "I object to this.",
    "opinion": "more", "email": "somebody@example.org",
}  # fmt: skip
DOORS = {
    "confirm": "/confirm-email/{}",
    "reset": "/new-password/{}",
    "invitation": "/panels/invitations/{}",
    "appeal": "/appeals/{}",
    "opinion": "/digest/{}",
    "stop": "/notices/stop/{}",
    "stop surveys": "/surveys/mail/{}",
    "mail again": "/me/notifications/address/{}",
}
# Which links open which door; a browser's own secret opens none.
OPENS = {"verify": "confirm", "change": "confirm", **{name: name for name in DOORS if name != "confirm"}}


@pytest.fixture
def handed_out(app: Flask, ada: Member) -> dict[str, str]:
    """One secret of every kind, as it is sent to somebody."""
    member = make_member("Reader", mail_stopped_at=None)
    idea = make_idea()
    with unit_of_work() as session:
        parts = [{"part": "pick", "id": idea.id}]
        session.add(Digest(member_id=member.id, week_on=clock.today(), parts=parts))
    decision = make_decision("suspend", subject=idea, moderator=ada)
    invite(ada, make_panel(visibility="private"), guests=[Guest("guest@example.org", "en")])
    stopped = make_member("Unreachable", mail_stopped_at=member.joined_at)
    try_address(stopped)
    mails = "\n".join(db.session.scalars(select(OutgoingMail.body)))
    made = {
        "verify": tokens.issue(member, purpose="verify_email", email=str(member.email)),
        "change": tokens.issue(member, purpose="change_email", email="other@example.org"),
        "reset": tokens.issue(member, purpose="reset_password", email=str(member.email)),
        "invitation": _in(mails, "/panels/invitations/"),
        "appeal": _end(appeal_links.link_to(decision)),
        "opinion": _end(links.opinion_url(member.id, idea.id, "more")),
        "stop": _end(stop_url(member.id, about=["surveys"])),
        "stop surveys": keys.signer("survey-mail").dumps(member.id),
        "mail again": _in(mails, "/me/notifications/address/"),
        "session": begin_session(member),
    }
    assert made.keys() == {*OPENS, "session"}
    return made


class TestLinks:
    def test_each_opens_its_own_door_only(self, app: Flask, handed_out: dict[str, str]) -> None:
        visitor, opened = Caller(app, None), set()
        for kind, secret in handed_out.items():
            for door, path in DOORS.items():
                if OPENS.get(kind) != door:
                    with changed() as changes:
                        answer = visitor.ask("POST", path.format(secret), form=FORM)
                    assert (answer.status_code, changes) == (404, []), (kind, door)
        for kind, door in OPENS.items():
            answer = visitor.ask("POST", DOORS[door].format(handed_out[kind]), form=FORM)
            assert answer.status_code in (200, 303, 422), (kind, answer.status_code)
            opened.add(door)
        assert opened == DOORS.keys(), "the links are good for what they are for"

    def test_no_letter_of_one_can_be_changed(self, app: Flask, handed_out: dict[str, str]) -> None:
        visitor = Caller(app, None)
        for kind, door in OPENS.items():
            secret = handed_out[kind]
            middle = len(secret) // 2
            other = "A" if secret[middle] != "A" else "B"
            for forged in (secret[:middle] + other + secret[middle + 1 :], secret[:-3], secret + "A", "."):
                with changed() as changes:
                    answer = visitor.ask("POST", DOORS[door].format(forged), form=FORM)
                assert (answer.status_code, changes) == (404, []), (kind, forged)

    def test_a_secret_of_somebodys_browser_is_no_cookie_unless_the_site_signed_it(
        self, app: Flask, handed_out: dict[str, str], browser_of: Callable[[Member], Client]
    ) -> None:
        for secret in handed_out.values():
            for name in ("session", "remember_token"):
                answer = app.test_client(use_cookies=False).get("/me", headers={"Cookie": f"{name}={secret}"})
                assert answer.status_code == 303
                assert answer.headers["Location"].startswith("/sign-in"), name


def _end(url: str) -> str:
    return url.rpartition("/")[2]


def _in(text: str, path: str) -> str:
    found = re.search(re.escape(path) + r"([\w.-]+)", text)
    assert found is not None, path
    return found[1]
