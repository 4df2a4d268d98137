"""Forgotten, changed and too simple passwords."""

import threading

import pytest
from sqlalchemy import select

from community.infra import clock
from community.infra.db import db, unit_of_work
from community.infra.errors import Conflict, Invalid, NotFound
from community.members import actions, passwords, queries, sign_in
from community.members.models import Authenticator, Member, OutsideIdentity, Passkey, RoleGrant, Token
from tests.factories.members import make_member
from tests.members.pages import GOOD_PASSWORD, OTHER_PASSWORD, link_in, mails, secret_in, without_secrets


@pytest.fixture
def kai(app):
    return make_member("Kai", email="kai@example.org", password_hash=passwords.encode(GOOD_PASSWORD))


class TestForgottenPassword:
    def test_the_mailed_link_sets_a_new_one(self, client, kai):
        client.post("/forgotten-password", data={"email": "KAI@example.org"})
        path = link_in(mails()[0])
        assert client.get(path).status_code == 200
        assert client.post(path, data={"password": OTHER_PASSWORD}).location == "/sign-in"
        assert passwords.fits(kai.password_hash, OTHER_PASSWORD)
        assert mails()[1].subject == "Your password was changed"

    def test_the_answer_is_the_same_for_everybody(self, app, kai):
        answers = set()
        for email in ("kai@example.org", "nobody@example.org"):
            browser = app.test_client()
            answer = browser.post("/forgotten-password", data={"email": email})
            page = browser.get(answer.location)
            answers.add((answer.status_code, answer.location, answer.data, without_secrets(page.data)))
        assert len(answers) == 1
        assert [mail.to_address for mail in mails()] == ["kai@example.org"]

    def test_a_claim_is_settled_by_whoever_reads_the_mailbox(self, app):
        thief = actions.join(display_name="Thief", email="moe@example.org", password=GOOD_PASSWORD)
        token = thief.session_token
        actions.request_new_password(email="moe@example.org", locale="en")
        actions.reset_password(secret_in(mails()[1]), password=OTHER_PASSWORD)
        assert thief.email == "moe@example.org"
        assert sign_in.load(token) is None

    def test_nothing_that_a_thief_added_opens_a_settled_claim(self, app):
        thief = actions.join(display_name="Thief", email="moe@example.org", password=GOOD_PASSWORD)
        with unit_of_work() as session:
            session.add(Authenticator(member_id=thief.id, sealed_secret="x", confirmed_at=clock.now()))
            session.add(
                Passkey(member_id=thief.id, name="", credential_id="x", public_key="", user_handle="")
            )
            session.add(OutsideIdentity(member_id=thief.id, issuer="https://there.example", subject="thief"))
            session.add(RoleGrant(member_id=thief.id, role="analyst", is_mapped=True))
            thief.second_step_since = clock.now()
        actions.request_new_password(email="moe@example.org", locale="en")
        actions.reset_password(secret_in(mails()[1]), password=OTHER_PASSWORD)
        assert not queries.has_second_step(thief.id)
        assert queries.find_identity("https://there.example", "thief") is None
        assert (thief.second_step_since, thief.roles) == (None, [])

    def test_it_ends_all_sessions_and_other_links(self, kai, browser_of):
        browser = browser_of(kai)
        for _time in range(2):
            actions.request_new_password(email="kai@example.org", locale="en")
        first, second = (secret_in(mail) for mail in mails())
        actions.reset_password(first, password=OTHER_PASSWORD)
        assert browser.get("/me").status_code == 303
        with pytest.raises(NotFound):
            actions.reset_password(second, password=GOOD_PASSWORD)
        assert passwords.fits(kai.password_hash, OTHER_PASSWORD)

    def test_it_expires_after_an_hour(self, kai):
        actions.request_new_password(email="kai@example.org", locale="en")
        with clock.stopped_at(clock.ahead(minutes=61)), pytest.raises(NotFound):
            actions.reset_password(secret_in(mails()[0]), password=OTHER_PASSWORD)

    def test_a_refused_password_does_not_use_the_link_up(self, client, kai):
        actions.request_new_password(email="kai@example.org", locale="en")
        path = link_in(mails()[0])
        assert client.post(path, data={"password": "kai@example.org"}).status_code == 422
        assert client.post(path, data={"password": OTHER_PASSWORD}).status_code == 303

    def test_suspended_members_get_no_link(self, kai, ada):
        actions.suspend_member(kai, by=ada)
        actions.request_new_password(email="kai@example.org", locale="en")
        assert mails() == []

    def test_a_broken_address_is_refused_with_the_form(self, client):
        answer = client.post("/forgotten-password", data={"email": "kai at example"})
        assert answer.status_code == 422
        assert 'value="kai at example"' in answer.text


class TestOneOfManyAtOnce:
    @pytest.mark.parametrize("what", ["reset", "confirm"])
    def test_a_link_works_once(self, new_app, what):
        app = new_app()
        with app.app_context():
            if what == "reset":
                make_member("Kai", email="kai@example.org", password_hash=passwords.encode(GOOD_PASSWORD))
                actions.request_new_password(email="kai@example.org", locale="en")
            else:
                actions.join(display_name="Kai", email="kai@example.org", password=GOOD_PASSWORD)
            secret = secret_in(mails()[0])
        start, results = threading.Barrier(8), []

        def follow(number: int) -> None:
            with app.app_context():
                start.wait()
                try:
                    if what == "reset":
                        actions.reset_password(secret, password=f"{OTHER_PASSWORD} {number}")
                    else:
                        actions.confirm_email(secret, member=None, password=GOOD_PASSWORD)
                    results.append(number)
                except NotFound:
                    results.append(None)
                finally:
                    db.session.remove()

        threads = [threading.Thread(target=follow, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        winners = [result for result in results if result is not None]
        assert (len(results), len(winners)) == (8, 1)
        if what == "reset":
            with app.app_context():
                kai = db.session.scalars(select(Member)).one()
                assert passwords.fits(kai.password_hash, f"{OTHER_PASSWORD} {winners[0]}")

    def test_two_accounts_that_confirm_one_address_at_once(self, new_app):
        app = new_app()
        with app.app_context():
            for number in range(8):
                actions.join(display_name=f"Kai {number}", email="kai@example.org", password=GOOD_PASSWORD)
            secrets = [secret_in(mail) for mail in mails()]
        start, refused = threading.Barrier(8), []

        def follow(secret: str) -> None:
            with app.app_context():
                start.wait()
                try:
                    actions.confirm_email(secret, member=None, password=GOOD_PASSWORD)
                except Conflict:
                    refused.append(secret)
                finally:
                    db.session.remove()

        threads = [threading.Thread(target=follow, args=(secret,)) for secret in secrets]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with app.app_context():
            owners = db.session.scalars(select(Member.email_folded).where(Member.email.is_not(None))).all()
            unused = db.session.scalars(select(Token).where(Token.used_at.is_(None))).all()
        assert owners == ["kai@example.org"]
        assert (len(unused), len(refused)) == (7, 7)


class TestChangePassword:
    def test_it_needs_the_present_one_and_ends_other_sessions(self, kai, browser_of):
        here, there = browser_of(kai), browser_of(kai)
        form = {"current_password": OTHER_PASSWORD, "new_password": OTHER_PASSWORD}
        answer = here.post("/me/security/password", data=form)
        assert answer.status_code == 422
        assert "not your present password" in answer.text
        assert there.get("/me").status_code == 200
        form["current_password"] = GOOD_PASSWORD
        assert here.post("/me/security/password", data=form).status_code == 303
        assert (here.get("/me").status_code, there.get("/me").status_code) == (200, 303)
        assert passwords.fits(kai.password_hash, OTHER_PASSWORD)

    def test_links_for_a_forgotten_one_die(self, kai):
        actions.request_new_password(email="kai@example.org", locale="en")
        actions.change_password(kai, current=GOOD_PASSWORD, new=OTHER_PASSWORD)
        with pytest.raises(NotFound):
            actions.reset_password(secret_in(mails()[0]), password=GOOD_PASSWORD)

    def test_a_simple_new_one_is_refused(self, kai, browser_of):
        form = {"current_password": GOOD_PASSWORD, "new_password": "kai kai kai kai"}
        answer = browser_of(kai).post("/me/security/password", data=form)
        assert answer.status_code == 422
        assert 'id="new_password-error"' in answer.text


class TestWhichPasswordsAreTooSimple:
    ABOUT = ("Ana Martins", "ana@example.org", "Sounding Board")

    @pytest.mark.parametrize(
        "password",
        [
            "password123", "P@ssword1!", "Passw0rd2024", "qwertyuiop12", "1qaz2wsx3edc", "0987654321qwerty",
            "12345678901", "aaaaaaaaaaaa", "abcabcabcabc", "!!!???---///", "iloveyou1314520",
            "woaini5201314",
            "Ana-Martins-2024", "ana@example.org1",
            "sounding board 1", "letmein-letmein", "我我我我我我我我我我",
        ],
    )  # fmt: skip
    def test_these_are(self, app, password):
        with pytest.raises(Invalid):
            passwords.check(password, about=self.ABOUT)

    @pytest.mark.parametrize(
        "password",
        [
            "three geese on a tram",
            "correct-horse-battery-staple",
            "Tr0ub4dor&3xyz",
            "我家的猫每天五点叫我起床",
            "xK9#mQ2$vL",
            "🦆🚋🌧️🍞🔑🎈📚🧦🪑🕯️",
        ],
    )
    def test_these_are_not(self, app, password):
        passwords.check(password, about=self.ABOUT)
