"""Passkeys: added, used instead of the password and after it, and what opens nothing."""

import json

import pytest

from community.infra import clock
from community.infra.db import unit_of_work
from community.members import passwords, queries
from tests.factories.members import make_member
from tests.members.device import PRESENT, Device
from tests.members.pages import GOOD_PASSWORD, mails


@pytest.fixture(autouse=True)
def address(app, monkeypatch):
    monkeypatch.setitem(app.config, "BASE_URL", "http://localhost:8000")


@pytest.fixture
def kai(app):
    return make_member("Kai", email="kai@example.org", password_hash=passwords.encode(GOOD_PASSWORD))


def add(browser, device, name="My phone"):
    options = browser.get("/me/security/passkeys/new").json
    return browser.post("/me/security/passkeys", data={"name": name, "credential": device.make(options)})


def use(browser, device):
    answer = device.sign(browser.get("/sign-in/passkey").json)
    return browser.post("/sign-in/passkey", data={"credential": answer})


class TestAdding:
    def test_a_key_is_added_with_its_name_and_all_others_are_signed_out(self, browser_of, kai):
        browser, other = browser_of(kai), browser_of(kai)
        assert add(browser, Device()).location == "/me/security/recovery-codes"
        assert "My phone" in browser.get("/me/security/second-step").text
        assert other.get("/me").status_code == 303
        (mail,) = mails()
        assert "“My phone” was added" in mail.body
        # A second one needs no new codes.
        assert add(browser, Device(number=b"2"), name="").location == "/me/security/second-step"

    def test_it_takes_a_fresh_proof_of_who_sits_there(self, browser_of, kai):
        browser = browser_of(kai)
        with clock.stopped_at(clock.ago(seconds=-1000)):
            assert browser.get("/me/security/passkeys/new").status_code == 303
            asked = browser.post("/me/security/passkeys", data={"credential": "{}"})
            assert asked.location.startswith("/me/security/confirm")

    @pytest.mark.parametrize(
        "device",
        [Device(origin="https://elsewhere.example"), Device(host="elsewhere.example"), Device(flags=PRESENT)],
        ids=["another origin", "another site", "nobody verified"],
    )
    def test_what_was_not_made_for_this_site_by_its_owner_is_refused(self, browser_of, kai, device):
        browser = browser_of(kai)
        assert add(browser, device).status_code == 422
        assert queries.list_passkeys(kai.id) == []

    def test_a_challenge_is_answered_once_and_by_the_browser_that_asked(self, browser_of, kai):
        browser, device = browser_of(kai), Device()
        options = browser.get("/me/security/passkeys/new").json
        sent = {"credential": device.make(options)}
        assert browser_of(kai).post("/me/security/passkeys", data=sent).status_code == 422
        assert browser.post("/me/security/passkeys", data=sent).status_code == 303
        assert browser.post("/me/security/passkeys", data=sent).status_code == 422

    def test_a_key_belongs_to_one_account(self, browser_of, kai, ben):
        assert add(browser_of(kai), Device()).status_code == 303
        assert add(browser_of(ben), Device()).status_code == 422

    @pytest.mark.parametrize(
        "said", ["", "{", "[]", "null", '{"rawId": 7}', '{"rawId": "%"}', "[" * 9000, "{}"]
    )
    def test_nonsense_is_refused(self, client, browser_of, kai, said):
        assert client.post("/sign-in/passkey").status_code == 422
        browser = browser_of(kai)
        browser.get("/me/security/passkeys/new")
        assert browser.post("/me/security/passkeys", data={"credential": said}).status_code == 422
        client.get("/sign-in/passkey")
        assert client.post("/sign-in/passkey", data={"credential": said}).status_code == 422


class TestUsing:
    def test_it_signs_in_without_password_and_second_step(self, app, client, browser_of, kai):
        device = Device()
        add(browser_of(kai), device)
        assert use(client, device).location == "/"
        assert "Kai" in client.get("/me").text

    def test_an_answer_opens_the_door_once(self, app, client, browser_of, kai):
        device = Device(counts=False)
        add(browser_of(kai), device)
        options = client.get("/sign-in/passkey").json
        with client.session_transaction() as session:
            cookie = dict(session)
        sent = {"credential": device.sign(options)}
        assert client.post("/sign-in/passkey", data=sent).status_code == 303
        thief = app.test_client()
        with thief.session_transaction() as session:
            session.update(cookie)
        assert thief.post("/sign-in/passkey", data=sent).status_code == 422

    @pytest.mark.parametrize("change", [
        {"origin": "https://elsewhere.example"}, {"host": "elsewhere.example"}, {"flags": PRESENT},
        {"key": Device().key}, {"number": b"another"}, {"count": -1},
    ], ids=["origin", "site", "not verified", "another key", "unknown", "copied"])  # fmt: skip
    def test_what_is_not_its_signature_opens_nothing(self, app, client, browser_of, kai, change):
        device = Device(count=5)
        add(browser_of(kai), device)
        assert use(app.test_client(), device).status_code == 303
        for name, value in change.items():
            setattr(device, name, value)
        answer = use(client, device)
        assert (answer.status_code, "does not open an account" in answer.text) == (422, True)
        assert client.get("/me").status_code == 303

    def test_who_is_suspended_stays_outside(self, client, browser_of, kai):
        device = Device()
        add(browser_of(kai), device)
        with unit_of_work():
            kai.state = "suspended"
        assert use(client, device).status_code == 422
        assert client.get("/me").status_code == 303

    def test_after_the_password_it_is_the_second_step_but_only_ones_own(self, client, browser_of, kai, ben):
        device, of_ben = Device(), Device(number=b"of ben")
        add(browser_of(kai), device)
        add(browser_of(ben), of_ben)
        answer = client.post(
            "/sign-in", data={"email": "kai@example.org", "password": GOOD_PASSWORD, "next": "/inbox"}
        )
        assert answer.location == "/sign-in/second-step"
        # Without scripts the form of the passkey does not show: the page says what else lets them in.
        assert "one of your recovery codes lets you in" in client.get("/sign-in/second-step").text
        asked = client.get("/sign-in/passkey").json
        assert [each["id"] for each in asked["allowCredentials"]] == [
            each.credential_id for each in queries.list_passkeys(kai.id)
        ]
        assert use(client, of_ben).status_code == 422
        assert use(client, device).location == "/inbox"
        assert "Kai" in client.get("/me").text


class TestKeeping:
    def test_names_change_and_the_last_key_takes_the_second_step_with_it(self, client, browser_of, kai, ben):
        browser, device = browser_of(kai), Device()
        add(browser, device)
        (passkey,) = queries.list_passkeys(kai.id)
        path = f"/me/security/passkeys/{passkey.id}"
        assert browser_of(ben).post(f"{path}/remove").status_code == 404
        assert browser_of(ben).post(f"{path}/name", data={"name": "Mine"}).status_code == 404
        assert browser.post(f"{path}/name", data={"name": ""}).status_code == 422
        assert browser.post(f"{path}/name", data={"name": "Work"}).status_code == 303
        assert "Work" in browser.get("/me/security/second-step").text
        assert browser.post(f"{path}/remove").status_code == 303
        assert (kai.second_step_since, queries.count_recovery_codes(kai.id)) == (None, 0)
        assert "no second step any more" in mails()[-1].body
        assert use(client, device).status_code == 422

    def test_devices_make_none_for_a_site_without_a_name(self, app, browser_of, kai, monkeypatch):
        monkeypatch.setitem(app.config, "BASE_URL", "https://192.0.2.7")
        browser = browser_of(kai)
        assert browser.get("/me/security/passkeys/new").status_code == 404
        assert 'data-behaviour="passkey"' not in browser.get("/me/security/second-step").text

    def test_the_handle_says_nothing_and_is_the_same_for_all_keys_of_a_member(self, browser_of, kai):
        browser = browser_of(kai)
        add(browser, Device())
        options = browser.get("/me/security/passkeys/new").json
        (passkey,) = queries.list_passkeys(kai.id)
        assert options["user"]["id"] == passkey.user_handle
        assert [each["id"] for each in options["excludeCredentials"]] == [passkey.credential_id]
        assert options["authenticatorSelection"]["userVerification"] == "required"
        assert "kai" not in json.dumps(options["user"]["id"]).casefold()
