"""Confirming and changing an e-mail address."""

import pytest
from sqlalchemy import select

from community.activity.models import Activity
from community.infra import clock
from community.infra.db import db
from community.infra.errors import Conflict, Invalid, NotFound
from community.members import actions, passwords
from community.members.models import Token
from tests.factories.members import make_member
from tests.members.pages import GOOD_PASSWORD, OTHER_PASSWORD, link_in, mails, secret_in


def join(email="moe@example.org", name="Moe", password=GOOD_PASSWORD):
    return actions.join(display_name=name, email=email, password=password)


@pytest.fixture
def kai(app):
    return make_member("Kai", email="kai@example.org", password_hash=passwords.encode(GOOD_PASSWORD))


class TestConfirming:
    def test_the_link_shows_a_button_that_makes_the_address_ones_own(self, app, browser_of):
        moe = join()
        browser = browser_of(moe)
        path = link_in(mails()[0])
        for _look in range(3):
            page = browser.get(path)
            assert page.status_code == 200
            assert page.headers["Cache-Control"] == "no-store"
        assert not moe.is_verified
        assert browser.post(path).status_code == 303
        assert (moe.email, moe.claimed_email) == ("moe@example.org", None)
        assert browser.post(path).status_code == 404
        kinds = db.session.scalars(
            select(Activity.kind).where(Activity.subject_id == moe.id).order_by(Activity.id)
        ).all()
        assert kinds == ["member.joined", "member.verified"]

    def test_elsewhere_it_takes_the_password_so_that_nobody_confirms_for_a_stranger(self, client):
        moe = join()
        path = link_in(mails()[0])
        assert "password" in client.get(path).text
        answer = client.post(path, data={"password": OTHER_PASSWORD})
        assert answer.status_code == 422
        assert client.post(path).status_code == 422
        assert not moe.is_verified
        assert client.post(path, data={"password": GOOD_PASSWORD}).status_code == 303
        assert moe.is_verified
        assert client.get("/me").status_code == 200

    def test_another_member_who_is_signed_in_needs_the_password_too(self, ana, browser_of):
        moe = join()
        assert browser_of(ana).post(link_in(mails()[0])).status_code == 422
        assert not moe.is_verified
        assert ana.email != "moe@example.org"

    def test_the_first_of_two_accounts_gets_it_and_the_other_is_told(self, browser_of):
        first, second = join(), join(name="Thief")
        path_of_first, path_of_second = (link_in(mail) for mail in mails())
        browser_of(second).post(path_of_second)
        answer = browser_of(first).post(path_of_first)
        assert answer.status_code == 422
        assert "Another account" in answer.text
        assert (first.email, first.claimed_email) == (None, "moe@example.org")
        assert second.email == "moe@example.org"

    def test_it_expires(self, app):
        moe = join()
        secret = secret_in(mails()[0])
        with clock.stopped_at(clock.ahead(days=3, minutes=1)), pytest.raises(NotFound):
            actions.confirm_email(secret, member=moe)

    def test_the_secret_is_kept_only_as_a_hash(self, app):
        join()
        secret = secret_in(mails()[0])
        (token,) = db.session.scalars(select(Token))
        assert len(secret) >= 43
        assert secret not in (token.token_hash, token.email)

    @pytest.mark.parametrize("secret", ["x", "x" * 43, "%00", "é" * 10])
    def test_an_invented_link_leads_nowhere(self, client, secret):
        assert client.get(f"/confirm-email/{secret}").status_code in (400, 404)
        assert client.post(f"/new-password/{secret}").status_code in (400, 404)

    def test_it_is_good_for_nothing_else(self, app):
        moe = join()
        with pytest.raises(NotFound):
            actions.reset_password(secret_in(mails()[0]), password=OTHER_PASSWORD)
        assert passwords.fits(moe.password_hash, GOOD_PASSWORD)

    def test_the_mail_can_be_sent_again_and_either_link_works(self, browser_of):
        moe = join()
        browser = browser_of(moe)
        assert "Send the mail again" in browser.get("/me").text
        assert browser.post("/me/confirmation", data={"next": "/me/profile"}).location == "/me/profile"
        assert len(mails()) == 2
        browser.post(link_in(mails()[0]))
        assert moe.is_verified
        assert "Send the mail again" not in browser.get("/me").text
        assert browser.post("/me/confirmation").status_code == 409

    def test_a_claim_of_a_known_address_is_never_confirmed(self, kai, app):
        moe = join(email="kai@example.org")
        actions.send_confirmation(moe)
        assert all("/confirm-email/" not in mail.body for mail in mails())
        assert [mail.to_address for mail in mails()] == ["kai@example.org"] * 2


class TestChangeEmail:
    def form(self, **fields):
        return {"email": "new@example.org", "current_password": GOOD_PASSWORD, **fields}

    def test_the_new_mailbox_confirms_and_the_old_one_is_told(self, kai, browser_of):
        browser = browser_of(kai)
        assert browser.post("/me/security/email", data=self.form()).status_code == 303
        link, notice = mails()
        assert (link.to_address, notice.to_address) == ("new@example.org", "kai@example.org")
        assert "/confirm-email/" not in notice.body
        assert kai.email == "kai@example.org"
        browser.post(link_in(link))
        assert (kai.email, kai.email_folded) == ("new@example.org", "new@example.org")
        assert browser.get("/me").status_code == 200

    def test_it_needs_the_present_password(self, kai, browser_of):
        answer = browser_of(kai).post("/me/security/email", data=self.form(current_password=OTHER_PASSWORD))
        assert answer.status_code == 422
        assert "not your present password" in answer.text
        assert 'value="new@example.org"' in answer.text
        assert mails() == []

    def test_other_browsers_are_signed_out(self, kai, browser_of):
        here, there = browser_of(kai), browser_of(kai)
        here.post("/me/security/email", data=self.form())
        assert (here.get("/me").status_code, there.get("/me").status_code) == (200, 303)

    def test_it_does_not_tell_whether_the_new_address_is_known(self, kai, app, browser_of):
        make_member("Owner", email="known@example.org")
        answers = []
        for email in ("known@example.org", "unknown@example.org"):
            browser = browser_of(kai)
            answer = browser.post("/me/security/email", data=self.form(email=email))
            page = browser.get("/me/security")
            answers.append((answer.status_code, answer.location, answer.data, page.data.count(b"<li")))
        assert answers[0] == answers[1]
        assert "/confirm-email/" not in mails()[0].body

    def test_somebody_else_was_quicker(self, kai):
        actions.change_email(kai, email="new@example.org", password=GOOD_PASSWORD)
        make_member("Quick", email="new@example.org")
        with pytest.raises(Conflict):
            actions.confirm_email(secret_in(mails()[0]), member=kai)
        assert kai.email == "kai@example.org"

    def test_links_to_the_old_address_die_with_it(self, kai):
        actions.request_new_password(email="kai@example.org", locale="en")
        actions.change_email(kai, email="new@example.org", password=GOOD_PASSWORD)
        reset, change, _notice = mails()
        actions.confirm_email(secret_in(change), member=kai)
        with pytest.raises(NotFound):
            actions.reset_password(secret_in(reset), password=OTHER_PASSWORD)

    def test_only_the_last_asked_for_change_counts(self, kai):
        actions.change_email(kai, email="one@example.org", password=GOOD_PASSWORD)
        actions.change_email(kai, email="two@example.org", password=GOOD_PASSWORD)
        first, _notice, second, _notice = mails()
        with pytest.raises(NotFound):
            actions.confirm_email(secret_in(first), member=kai)
        actions.confirm_email(secret_in(second), member=kai)
        assert kai.email == "two@example.org"

    def test_who_mistyped_at_joining_can_mend_it(self, app):
        moe = join(email="mo@example.org")
        actions.change_email(moe, email="moe@example.org", password=GOOD_PASSWORD)
        wrong, right = mails()
        with pytest.raises(NotFound):
            actions.confirm_email(secret_in(wrong), member=moe)
        actions.confirm_email(secret_in(right), member=moe)
        assert moe.email == "moe@example.org"

    def test_the_same_address_is_no_change(self, kai):
        with pytest.raises(Invalid):
            actions.change_email(kai, email="KAI@example.org", password=GOOD_PASSWORD)
