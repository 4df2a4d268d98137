"""Joining: signed in at once, and nobody learns who is known here."""

import pytest
from sqlalchemy import select

from community.activity.models import Activity
from community.infra.db import db
from community.members.models import Member
from tests.factories.members import make_member
from tests.members.pages import GOOD_PASSWORD, link_in, mails, without_secrets

FORM = {"display_name": "Ana Martins", "email": "ana@example.org", "password": GOOD_PASSWORD}


def newest() -> Member:
    return db.session.scalars(select(Member).order_by(Member.id.desc()).limit(1)).one()


class TestJoin:
    def test_it_opens_an_account_and_signs_in_at_once(self, client):
        answer = client.post("/join", data=FORM)
        assert (answer.status_code, answer.location) == (303, "/me")
        page = client.get("/me")
        assert page.status_code == 200
        assert "Ana Martins" in page.text
        assert newest().claimed_email == "ana@example.org"
        assert not newest().is_verified

    def test_it_is_recorded(self, client):
        client.post("/join", data=FORM)
        kinds = db.session.scalars(select(Activity.kind).where(Activity.actor_id == newest().id)).all()
        assert kinds == ["member.joined"]

    def test_it_goes_back_to_where_the_visitor_was(self, client):
        answer = client.post("/join", data={**FORM, "next": "/panels/x/ideas/new"})
        assert answer.location == "/panels/x/ideas/new"

    def test_a_known_address_gets_the_same_answer(self, app, browser_of, client):
        make_member("Owner", email="Known@example.org")
        answers = []
        for email in ("new@example.org", "known@EXAMPLE.org"):
            browser = app.test_client()
            answer = browser.post("/join", data={**FORM, "email": email})
            home = browser.get("/me")
            answers.append((answer.status_code, answer.location, answer.data, home.status_code))
        assert answers[0] == answers[1]

    def test_only_the_reader_of_a_known_mailbox_is_told(self, client):
        make_member("Owner", email="known@example.org", locale="zh_Hans")
        client.post("/join", data={**FORM, "email": "known@example.org"})
        (mail,) = mails()
        assert mail.to_address == "known@example.org"
        assert mail.to_name == "Owner"
        assert mail.locale == "zh_Hans"
        assert "/confirm-email/" not in mail.body
        assert "/forgotten-password" in mail.body

    def test_the_mail_to_a_stranger_holds_nothing_that_was_typed_beside_the_address(self, client):
        client.post("/join", data={**FORM, "display_name": "Win at evil.example"})
        (mail,) = mails()
        assert "evil" not in mail.body + mail.subject + mail.to_name
        assert link_in(mail).startswith("/confirm-email/")

    def test_several_accounts_may_claim_one_address(self, app):
        for _number in range(2):
            assert app.test_client().post("/join", data=FORM).status_code == 303
        assert (
            len(
                db.session.scalars(
                    select(Member).where(Member.claimed_email_folded == "ana@example.org")
                ).all()
            )
            == 2
        )

    @pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:8000@evil.example", "evil.example:80"])
    def test_links_in_mail_never_use_the_host_header(self, client, host):
        client.post("/join", data=FORM, headers={"X-Forwarded-Host": host})
        answer = client.post("/join", data=FORM, headers={"Host": host})
        assert answer.status_code == 400 or answer.status_code == 303
        assert all("evil" not in mail.body for mail in mails())

    def test_fields_that_are_not_on_the_form_change_nothing(self, client):
        extra = {
            "role": "admin",
            "roles": "admin",
            "state": "erased",
            "email_verified": "1",
            "is_verified": "1",
            "id": "1",
        }
        client.post("/join", data={**FORM, **extra})
        member = newest()
        assert (member.state, member.roles, member.email, member.id == 1) == (
            "active",
            [],
            None,
            member.id == 1,
        )
        assert member.display_name == "Ana Martins"

    @pytest.mark.parametrize(
        ("field", "value", "error"),
        [
            ("display_name", "A", "between 2 and 50"),
            ("display_name", "x" * 51, "between 2 and 50"),
            ("display_name", "...", "with letters"),
            ("email", "ana.example.org", "name@example.org"),
            ("email", "ana@example.org, ben@example.org", "name@example.org"),
            ("password", "short", "at least 10"),
            ("password", "x" * 257, "at most 256"),
            ("password", "password1234", "easy to guess"),
            ("password", "Ana Martins 2024", "easy to guess"),
            ("password", "qwertyuiop[]", "easy to guess"),
            ("password", "ana@example.org", "easy to guess"),
            ("password", "Sounding Board!", "easy to guess"),
        ],
    )
    def test_a_refused_form_comes_back_filled_in(self, client, field, value, error):
        answer = client.post("/join", data={**FORM, "next": "/roadmap", field: value})
        assert answer.status_code == 422
        assert error in answer.text
        assert 'value="/roadmap"' in answer.text
        if field != "display_name":
            assert 'value="Ana Martins"' in answer.text
        assert GOOD_PASSWORD not in answer.text
        assert mails() == []

    def test_any_signs_may_stand_in_a_password(self, client, app):
        strange = " \u202e马到成功 \t ü🔑' OR 1=1 "
        client.post("/join", data={**FORM, "password": strange})
        answer = app.test_client().post("/sign-in", data={"email": FORM["email"], "password": strange})
        assert answer.status_code == 303
        assert without_secrets(answer.data) == answer.data

    def test_names_lose_what_cannot_be_seen(self, client):
        client.post("/join", data={**FORM, "display_name": "A\u202en\u200ba\u0000  Mar\ntins"})
        assert newest().display_name == "Ana Mar tins"
