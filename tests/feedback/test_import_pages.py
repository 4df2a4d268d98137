"""The pages of imports: upload, choose the columns, follow, and fetch what was refused."""

import io
import re

import pytest
from sqlalchemy import select

from community.feedback import actions
from community.feedback.models import FeedbackImport, FeedbackItem
from community.infra.db import db
from tests.factories.files import csv_bytes
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.statements import statements

BROKEN = csv_bytes([
    ["key", "Review", "Stars"], ["1", "The lid is great.", "5"], ["2", "", "4"],
    ["3", "=cmd() is what I typed", "x"],
])  # fmt: skip


@pytest.fixture
def panel(app):
    return make_panel("Toys", slug="toys")


@pytest.fixture
def analyst(panel):
    return make_member("Ada", roles=("analyst",), panel_id=panel.id)


@pytest.fixture
def client(browser_of, analyst):
    return browser_of(analyst)


def send(client, panel, data, *, name="Shop reviews", file_name="reviews.csv"):
    return client.post(
        "/staff/feedback/imports/new",
        data={"panel_id": panel.id, "name": name, "file": (io.BytesIO(data), file_name)},
    )


def work():
    while actions.import_owed():
        pass


class TestTheWay:
    def test_a_file_with_broken_rows_from_upload_to_the_refused_rows(self, client, panel, analyst):
        response = send(client, panel, BROKEN)
        assert response.status_code == 303
        columns = client.get(response.location)
        assert "The lid is great." in columns.text
        assert re.search(r'<select[^>]* name="text".*?<option selected value="Review">', columns.text, re.S)
        response = client.post(response.location, data={"text": "Review", "id": "key", "rating": "Stars"})
        assert response.status_code == 303
        on_its_way = client.get(response.location)
        assert 'data-behaviour="follow"' in on_its_way.text
        work()
        result = client.get(response.location).text
        for what, number in (("read", 3), ("taken", 1), ("known", 0), ("refused", 2)):
            assert f'data-count="{what}">{number}<' in result
        assert "There is no text." in result
        assert "“x” is not a rating" in result
        refused = client.get(f"{response.location}/refused.csv")
        assert refused.mimetype == "text/csv"
        assert refused.headers["Content-Disposition"].startswith("attachment")
        assert refused.text == (
            "\ufeffkey,Review,Stars,Row in your file,Why it was refused\r\n"
            "2,,4,3,There is no text.\r\n"
            "3,'=cmd() is what I typed,x,4,“x” is not a rating. Write a number from 0 to 100.\r\n"
        )
        [item] = db.session.scalars(select(FeedbackItem))
        assert (item.text, item.panel_id, item.source_name) == ("The lid is great.", panel.id, "Shop reviews")
        assert "Shop reviews" in client.get("/staff/feedback/imports").text

    def test_a_running_import_shows_how_far_it_is_as_a_fragment(self, client, panel):
        place = send(client, panel, csv_bytes([["text"], *([f"Text {n}"] for n in range(700))])).location
        place = client.post(place, data={"text": "text"}).location
        upload = db.session.scalars(select(FeedbackImport)).one()
        actions.go_on_with_import(upload.id, seconds=0)
        fragment = client.get(place, headers={"X-Fragment": "1"}).text
        assert 'value="300" max="700"' in fragment
        assert "data-unfinished" in fragment
        work()
        assert "data-unfinished" not in client.get(place, headers={"X-Fragment": "1"}).text

    def test_a_file_can_be_dropped_before_it_is_taken_in(self, client, panel):
        place = send(client, panel, BROKEN).location.removesuffix("/columns")
        assert client.post(f"{place}/forget").status_code == 303
        assert client.get(place).status_code == 404


class TestRefusals:
    def test_what_is_no_table_comes_back_beside_the_file_with_the_form_filled_in(self, client, panel):
        response = send(client, panel, bytes(range(256)) * 40)
        assert response.status_code == 422
        assert "This file cannot be read." in response.text
        assert 'value="Shop reviews"' in response.text

    def test_a_form_without_a_file_or_a_name_comes_back(self, client, panel):
        response = client.post("/staff/feedback/imports/new", data={"panel_id": panel.id, "name": "x"})
        assert response.status_code == 422
        assert "Please choose a file." in response.text
        assert send(client, panel, BROKEN, name=" ").status_code == 422

    @pytest.mark.parametrize(
        ("sent", "words"),
        [({"text": ""}, "Choose the column"), ({"text": "Review", "title": "Review"}, "chosen twice")],
    )
    def test_wrong_columns_come_back_as_they_were_chosen(self, client, panel, sent, words):
        place = send(client, panel, BROKEN).location
        response = client.post(place, data=sent | {"rating": "Stars", "id": ""})
        assert response.status_code == 422
        assert words in response.text
        assert re.search(r'name="rating".*?<option selected value="Stars">', response.text, re.S)
        assert db.session.scalars(select(FeedbackImport)).one().state == "mapping"

    def test_a_column_that_is_not_in_the_file_is_refused(self, client, panel):
        place = send(client, panel, BROKEN).location
        assert client.post(place, data={"text": "Secret"}).status_code == 422

    def test_names_in_the_file_are_shown_and_not_run(self, client, panel):
        evil = "<script>alert(1)</script>"
        place = send(
            client, panel, csv_bytes([["text", evil], ["Fine", evil]]), file_name=f"{evil}.csv"
        ).location
        page = client.get(place)
        assert page.status_code == 200
        assert evil not in page.text


class TestAccess:
    @pytest.fixture
    def place(self, client, panel):
        place = send(client, panel, BROKEN).location
        return place.removesuffix("/columns")

    def test_visitors_are_sent_to_sign_in(self, app, place):
        assert app.test_client().get(place).status_code == 303

    def test_members_have_no_business_here(self, browser_of, ana, place):
        assert browser_of(ana).get("/staff/feedback/imports").status_code == 403

    def test_staff_of_another_panel_find_nothing(self, browser_of, place):
        elsewhere = browser_of(make_member(roles=("owner", "analyst"), panel_id=make_panel().id))
        for path in ("", "/columns", "/refused.csv"):
            assert elsewhere.get(f"{place}{path}").status_code == 404
        for path in ("/columns", "/forget"):
            assert elsewhere.post(f"{place}{path}", data={"text": "Review"}).status_code == 404
        assert "Shop reviews" not in elsewhere.get("/staff/feedback/imports").text

    def test_nobody_imports_into_a_panel_they_do_not_work_on(self, client):
        assert send(client, make_panel("Elsewhere"), BROKEN).status_code == 422
        assert "Elsewhere" not in client.get("/staff/feedback/imports/new").text

    def test_the_list_asks_as_much_for_many_as_for_one(self, client, panel):
        def asked():
            with statements() as sent:
                assert client.get("/staff/feedback/imports").status_code == 200
            return len(sent)

        send(client, panel, BROKEN)
        few = asked()
        for number in range(6):
            send(client, panel, BROKEN, name=f"Import {number}")
        assert asked() == few
