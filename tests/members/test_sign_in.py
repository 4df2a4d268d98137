"""Signing in and out."""

import pytest
from argon2 import PasswordHasher

from community.infra.db import unit_of_work
from community.members import actions, passwords
from tests.factories.members import make_member
from tests.members.pages import GOOD_PASSWORD, OTHER_PASSWORD, without_secrets

OUTSIDE = [
    "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
    "/\n/evil.example", " //evil.example", "javascript:alert(1)", "///evil.example", "http:evil.example",
    "http:/evil.example", "/\\/evil.example", "evil.example", "?next=//evil", "/%0d%0aLocation:x\r\nx",
    "/a\\..\\b", "data:text/html,x", "HTTPS://127.0.0.1:8000@evil.example", "/\x00/evil",
]  # fmt: skip


@pytest.fixture
def kai(app):
    return make_member("Kai", email="kai@example.org", password_hash=passwords.encode(GOOD_PASSWORD))


def form(**fields):
    return {"email": "kai@example.org", "password": GOOD_PASSWORD, **fields}


class TestSignIn:
    @pytest.mark.parametrize("email", ["kai@example.org", " KAI@Example.ORG ", "ｋai@example.org"])
    def test_address_and_password_open_the_account(self, client, kai, email):
        answer = client.post("/sign-in", data=form(email=email))
        assert (answer.status_code, answer.location) == (303, "/")
        assert "Kai" in client.get("/me").text

    def test_unknown_address_and_wrong_password_get_the_same_bytes(self, app, kai):
        pages = set()
        for email in ("kai@example.org", "moe@example.org"):
            answer = app.test_client().post("/sign-in", data={"email": email, "password": OTHER_PASSWORD})
            assert answer.status_code == 422
            pages.add(without_secrets(answer.data).replace(email.encode(), b""))
        assert len(pages) == 1

    @pytest.mark.parametrize("known", [True, False])
    def test_as_many_passwords_are_compared_whoever_asks(self, client, kai, known, monkeypatch):
        compared = []
        verify = PasswordHasher.verify
        monkeypatch.setattr(
            PasswordHasher, "verify", lambda self, *values: compared.append(1) or verify(self, *values)
        )
        client.post(
            "/sign-in", data=form(email="kai@example.org" if known else "no@example.org", password="x" * 12)
        )
        assert len(compared) == 3

    def test_a_claimed_address_is_enough(self, client, app):
        actions.join(display_name="Moe", email="moe@example.org", password=OTHER_PASSWORD)
        client.post("/sign-in", data={"email": "moe@example.org", "password": OTHER_PASSWORD})
        assert "Moe" in client.get("/me").text

    def test_who_claims_the_address_of_another_keeps_nobody_out(self, app, kai):
        actions.join(display_name="First", email="moe@example.org", password=GOOD_PASSWORD)
        for name in ("Thief", "Robber"):
            actions.join(display_name=name, email="moe@example.org", password=f"{OTHER_PASSWORD} {name}")
            actions.join(display_name=name, email="kai@example.org", password=f"{OTHER_PASSWORD} {name}")
        for email, name in (("moe@example.org", "First"), ("kai@example.org", "Kai")):
            browser = app.test_client()
            browser.post("/sign-in", data=form(email=email))
            assert name in browser.get("/me").text

    def test_the_verified_owner_comes_before_a_claim_with_the_same_password(self, client, kai):
        actions.join(display_name="Thief", email="kai@example.org", password=GOOD_PASSWORD)
        client.post("/sign-in", data=form())
        assert "Kai" in client.get("/me").text

    def test_an_old_hash_is_written_anew(self, client, kai, slow_hashes):
        with unit_of_work():
            kai.password_hash = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(GOOD_PASSWORD)
        client.post("/sign-in", data=form())
        assert "m=19456,t=2,p=1" in kai.password_hash
        assert passwords.fits(kai.password_hash, GOOD_PASSWORD)

    def test_remembering_lasts_longer_than_the_browser_window(self, client, kai):
        assert "remember=" not in str(client.post("/sign-in", data=form()).headers)
        client.post("/sign-out")
        cookies = client.post("/sign-in", data=form(remember="y")).headers.getlist("Set-Cookie")
        (cookie,) = [cookie for cookie in cookies if cookie.startswith("remember=")]
        assert "Expires=" in cookie
        assert "HttpOnly" in cookie
        client.delete_cookie("session")
        assert client.get("/me").status_code == 200

    @pytest.mark.parametrize("target", OUTSIDE)
    def test_nobody_is_sent_to_another_site(self, client, kai, target):
        assert client.post("/sign-in", data=form(next=target)).location == "/"
        assert client.post("/sign-out", data={"next": target}).location == "/"
        answer = client.post("/join", data={
            "display_name": "Moe", "email": "moe@example.org", "password": GOOD_PASSWORD, "next": target,
        })  # fmt: skip
        assert answer.location == "/me"

    def test_the_address_may_carry_the_way_back(self, client, kai):
        assert client.get("/me/profile").location == "/sign-in?next=/me/profile"
        assert 'value="/me/profile"' in client.get("/sign-in?next=/me/profile").text
        assert client.post("/sign-in", data=form(next="/me/profile")).location == "/me/profile"

    def test_the_form_comes_back_with_the_address_but_not_the_password(self, client, kai):
        answer = client.post("/sign-in", data=form(password=OTHER_PASSWORD))
        assert 'value="kai@example.org"' in answer.text
        assert OTHER_PASSWORD not in answer.text


class TestSignOut:
    def test_it_ends_the_session_for_good(self, client, kai):
        client.post("/sign-in", data=form())
        with client.session_transaction() as session:
            token = session["_user_id"]
        assert client.post("/sign-out").status_code == 303
        with client.session_transaction() as session:
            session["_user_id"] = token
        assert client.get("/me").status_code == 303

    def test_it_is_not_done_by_opening_a_link(self, client, kai):
        assert client.get("/sign-out").status_code == 405


class TestSuspendedMembers:
    def test_they_are_out_at_once(self, ada, kai, browser_of):
        browser = browser_of(kai)
        assert browser.get("/me").status_code == 200
        actions.suspend_member(kai, by=ada)
        assert browser.get("/me").status_code == 303

    def test_they_are_told_why_they_cannot_sign_in(self, ada, kai, client):
        actions.suspend_member(kai, by=ada)
        answer = client.post("/sign-in", data=form())
        assert answer.status_code == 422
        assert "suspended" in answer.text
        assert "suspended" not in client.post("/sign-in", data=form(password=OTHER_PASSWORD)).text
