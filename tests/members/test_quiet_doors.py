"""Whether somebody has an account here is told neither by words nor by work: both ways, door by door."""

import json

import pytest
from argon2 import PasswordHasher

from community.infra import clock
from community.infra.db import unit_of_work
from community.members import passwords
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.members.device import Device
from tests.members.pages import GOOD_PASSWORD, OTHER_PASSWORD, mails, without_secrets
from tests.statements import statements

KNOWN, UNKNOWN = "kai@example.org", "moe@example.org"


@pytest.fixture
def kai(app):
    return make_member("Kai", email=KNOWN, password_hash=passwords.encode(GOOD_PASSWORD))


@pytest.fixture
def work(monkeypatch):
    """How many hashes are computed; the list grows while the test runs."""
    done = []
    for name in ("hash", "verify"):
        real = getattr(PasswordHasher, name)
        monkeypatch.setattr(
            PasswordHasher, name, lambda self, *values, real=real: done.append(1) or real(self, *values)
        )
    # What nobody's hash is compared with is made once in a process.
    passwords.fits("", "something")
    done.clear()
    return done


def heard(app, work, path, email, **fields):
    """Status, where to, what is on the page, how many hashes, and how much was asked of the database."""
    client = app.test_client()
    # What a process keeps once it has seen a page.
    client.get(path)
    work.clear()
    with statements() as sent:
        answer = client.post(path, data={"email": email, **fields})
    page = without_secrets(answer.data).replace(email.encode(), b"")
    return answer.status_code, answer.location, page, len(work), len(sent)


class TestDoors:
    def test_signing_in(self, app, kai, work):
        wrong = {"password": OTHER_PASSWORD}
        known = heard(app, work, "/sign-in", KNOWN, **wrong)
        assert known == heard(app, work, "/sign-in", UNKNOWN, **wrong)
        assert known[3] == 3
        # Nor whether there is a second step, nor that the account is shut, before the password is right.
        with unit_of_work():
            kai.second_step_since = clock.now()
        assert heard(app, work, "/sign-in", KNOWN, **wrong) == known
        with unit_of_work():
            kai.state = "suspended"
        assert heard(app, work, "/sign-in", KNOWN, **wrong) == known

    def test_joining(self, app, kai, work):
        fields = {"display_name": "Robin", "password": OTHER_PASSWORD}
        known = heard(app, work, "/join", KNOWN, **fields)
        assert known == heard(app, work, "/join", UNKNOWN, **fields)
        assert (known[0], known[3]) == (303, 1)

    def test_forgetting_the_password(self, app, kai, work):
        known = heard(app, work, "/forgotten-password", KNOWN)
        unknown = heard(app, work, "/forgotten-password", UNKNOWN)
        assert known[:4] == unknown[:4]
        # The link's own row is all that is more.
        assert known[4] - unknown[4] in (0, 1, 2)
        assert [mail.to_address for mail in mails()] == [KNOWN]

    def test_a_passkey(self, app, kai, work, monkeypatch):
        monkeypatch.setitem(app.config, "BASE_URL", "http://localhost:8000")
        said = set()
        for number in (b"nobody's", b"somebody's"):
            client = app.test_client()
            answer = Device(number=number).sign(client.get("/sign-in/passkey").json)
            response = client.post("/sign-in/passkey", data={"credential": answer})
            said.add((response.status_code, without_secrets(response.data)))
        nonsense = app.test_client().post("/sign-in/passkey", data={"credential": json.dumps({})})
        said.add((nonsense.status_code, without_secrets(nonsense.data)))
        assert len(said) == 1

    def test_being_invited(self, app, kai, browser_of, ada):
        panel = make_panel("Tea", slug="tea")
        browser, said = browser_of(ada), set()
        for email in (KNOWN, UNKNOWN):
            answer = browser.post(
                f"/staff/panels/{panel.id}/invitations", data={"email": email, "locale": "en"}
            )
            said.add((answer.status_code, answer.location))
        links = [word for mail in mails() for word in mail.body.split() if "/invitations/" in word]
        assert len(links) == 2
        for link in links:
            page = without_secrets(app.test_client().get(link.partition(":8000")[2]).data)
            for email in (KNOWN, UNKNOWN):
                page = page.replace(email.encode(), b"")
            said.add(page.replace(link.rpartition("/")[2].encode(), b""))
        assert len(said) == 2
