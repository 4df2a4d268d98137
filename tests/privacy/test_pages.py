"""The pages about one's own data: consent, what is held, a copy of it, and being forgotten."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from community.ideas.actions.comments import add_comment
from community.infra import clock, jobs
from community.infra.db import db
from community.members import queries as members
from community.privacy import actions
from community.privacy.actions import copies
from community.privacy.models import DataFile
from community.privacy.queries import gathering
from community.privacy.queries import wishes as queries
from tests.factories.ideas import make_idea
from tests.factories.known import EMAIL, PASSWORD, make_known, make_person


@pytest.fixture
def known(app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "UPLOAD_DIR", tmp_path)
    monkeypatch.setitem(app.config, "INSTANCE", tmp_path)
    return make_known()


@pytest.fixture
def person(app, tmp_path, monkeypatch):
    """Somebody with a password of whom little else is known."""
    monkeypatch.setitem(app.config, "UPLOAD_DIR", tmp_path)
    monkeypatch.setitem(app.config, "INSTANCE", tmp_path)
    return make_person()


class TestConsents:
    def test_a_yes_is_given_and_taken_back_on_the_page(self, ana, browser_of):
        browser = browser_of(ana)
        form = {"purpose": "research", "answer": "yes"}
        assert browser.post("/me/privacy/consents", data=form).status_code == 303
        assert 'data-purpose="research" data-consent="yes"' in browser.get("/me/privacy").text
        browser.post("/me/privacy/consents", data={**form, "answer": "no"})
        page = browser.get("/me/privacy").text
        assert 'data-purpose="research" data-consent="no"' in page
        assert "All that you said to this" in page
        assert not members.has_consent(ana, "research")

    def test_visitors_are_sent_to_sign_in(self, client):
        assert client.get("/me/privacy").status_code == 303


class TestReading:
    def test_each_part_of_the_site_says_what_it_holds(self, known, browser_of):
        browser = browser_of(known.member)
        assert "Read all of it" in browser.get("/me/privacy").text
        for domain in gathering.personal():
            assert f"/me/privacy/data/{domain}" in browser.get("/me/privacy/data").text
            assert browser.get(f"/me/privacy/data/{domain}").status_code == 200
        assert "marmaladefish" in browser.get("/me/privacy/data/ideas").text
        assert browser.get("/me/privacy/data/secrets").status_code == 404

    def test_what_they_did_is_told_in_words(self, ana, browser_of):
        add_comment(make_idea(), ana, body="It rattles.")
        page = browser_of(ana).get("/me/privacy/data/activity").text
        assert "Wrote a comment (you, on " in page
        assert "comment.added" not in page


class TestCopy:
    def test_it_takes_the_password(self, person, browser_of):
        refused = browser_of(person).post("/me/privacy/copies", data={"password": "guessed"})
        assert refused.status_code == 422
        assert queries.find_owed_copy_id() is None

    def test_the_worker_makes_it_and_only_its_member_fetches_it(self, known, browser_of):
        browser = browser_of(known.member)
        assert browser.post("/me/privacy/copies", data={"password": PASSWORD}).status_code == 303
        assert 'data-copy="owed"' in browser.get("/me/privacy").text
        jobs.do_owed()
        (copy,) = queries.list_copies(known.member)
        address = f"/me/privacy/copies/{copy.id}"
        assert address in browser.get("/me/privacy").text
        with zipfile.ZipFile(io.BytesIO(browser.get(address, buffered=True).data)) as archive:
            assert {"your-data.html", "data.json"} <= set(archive.namelist())
            assert "marmaladefish" in archive.read("your-data.html").decode()
            facts = json.loads(archive.read("data.json"))
        assert facts["members"]["account"][0]["email"] == EMAIL
        assert browser_of(known.other).get(address).status_code == 404

    def test_it_is_gone_after_its_days(self, person, browser_of):
        actions.ask_for_copy(person, password=PASSWORD)
        actions.make_waiting()
        (copy,) = queries.list_copies(person)
        path, number = actions.path_of(copy), copy.id
        with clock.stopped_at(clock.now() + timedelta(days=8)):
            assert browser_of(person).get(f"/me/privacy/copies/{number}").status_code == 404
            actions.forget_old_copies()
        assert not path.exists()

    def test_one_that_a_killed_worker_left_goes_too(self, person, tmp_path):
        key = copies._store().put(b"all about her", "zip")
        actions.forget_old_copies()
        assert copies._store().path(key).exists()
        with clock.stopped_at(clock.now() + timedelta(days=9)):
            actions.forget_old_copies()
        assert [path for path in (tmp_path / "copies").rglob("*") if path.is_file()] == []

    def test_asking_twice_makes_one(self, person):
        first = actions.ask_for_copy(person, password=PASSWORD)
        assert actions.ask_for_copy(person, password=PASSWORD).id == first.id

    def test_one_that_cannot_be_made_says_so(self, person, browser_of, tmp_path):
        actions.ask_for_copy(person, password=PASSWORD)
        (tmp_path / "copies").write_text("in the way of the folder")
        jobs.do_owed()
        assert browser_of(person).get("/me/privacy").text.count('data-copy="failed"') == 1


class TestBeingForgotten:
    def test_the_form_asks_what_becomes_of_texts(self, person, browser_of):
        browser = browser_of(person)
        refused = browser.post("/me/privacy/erase", data={"password": PASSWORD})
        assert refused.status_code == 422
        assert "texts-error" in refused.text
        sent = browser.post("/me/privacy/erase", data={"password": PASSWORD, "texts": "keep"})
        assert sent.status_code == 303
        page = browser.get("/me/privacy").text
        assert "You asked to be forgotten" in page
        assert browser.post("/me/privacy/erase/call-off").status_code == 303
        assert "You asked to be forgotten" not in browser.get("/me/privacy").text

    def test_a_copy_that_is_made_too_late_is_let_go(self, person):
        actions.ask_for_copy(person, password=PASSWORD)
        actions.ask_to_erase(person, password=PASSWORD, keeps_texts=True)
        with clock.stopped_at(clock.now() + timedelta(days=8)):
            actions.erase_due()
        assert actions.make_waiting() == 0
        assert db.session.scalars(select(DataFile)).all() == []
