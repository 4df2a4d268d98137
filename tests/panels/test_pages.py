"""Panels in a browser without scripts."""

import io
import re

import pytest

from community.infra import clock
from community.infra.db import db, unit_of_work
from community.infra.errors import TooMany
from community.infra.mail import OutgoingMail
from community.members.models import Member
from community.panels import actions, queries
from community.panels.actions import invitations
from community.panels.models import Panel
from tests.factories.members import make_member
from tests.factories.panels import (
    answer,
    make_attribute,
    make_cell,
    make_panel,
    make_question,
    make_segment,
    names_in,
)
from tests.statements import statements

EVERYBODY = {"joined_within_days": 3650}


def body(response):
    """The page, without what is random in it."""
    return re.sub(r'(nonce|value)="[^"]*"', "", response.text)


def last_link():
    mail = db.session.query(OutgoingMail).order_by(OutgoingMail.id.desc()).first()
    return re.search(r"/panels/invitations/\S+", mail.body).group()


class TestIndex:
    def test_own_panels_come_first_and_private_ones_are_not_there(self, browser_of, client, ana):
        make_panel("Allotments")
        make_panel("Zebras", members=(ana,), translations={"zh_Hans": {"name": "斑马"}})
        make_panel("Secret", visibility="private")
        page = browser_of(ana).get("/panels").text
        assert page.index("Zebras") < page.index("Allotments")
        assert page.count("You are in") == 1
        assert "Secret" not in page
        visitor = client.get("/panels", headers={"Accept-Language": "zh-CN"}).text
        assert "斑马" in visitor
        assert "Zebras" not in visitor

    def test_it_takes_as_many_statements_for_many_panels(self, app, browser_of, ana):
        browser = browser_of(ana)
        make_panel()
        with statements() as few:
            browser.get("/panels")
        for _ in range(20):
            make_panel(members=(ana,))
        with statements() as many:
            browser.get("/panels")
        assert len(few) == len(many)


class TestJoining:
    def test_one_click_joins_an_open_panel_and_another_leaves_it(self, browser_of, ana):
        panel, browser = make_panel(slug="bakers"), browser_of(ana)
        joined = browser.post("/panels/bakers/membership")
        assert (joined.status_code, joined.location) == (303, "/panels/bakers")
        assert browser.post("/panels/bakers/membership").status_code == 303
        assert names_in(panel) == {"Ana Martins"}
        assert browser.post("/panels/bakers/membership/end").status_code == 303
        assert names_in(panel) == set()

    def test_a_visitor_joins_the_site_first_and_comes_back(self, client):
        make_panel(slug="bakers", description="For people who bake.")
        page = client.get("/panels/bakers/join").text
        assert "For people who bake." in page
        assert "/join?next=/panels/bakers/join" in page
        for path in ("/panels/bakers/membership", "/panels/bakers/join"):
            assert client.post(path).location.startswith("/sign-in?next=")

    def test_questions_are_asked_again_with_what_was_chosen(self, browser_of, ana):
        panel, browser = make_panel(slug="bakers"), browser_of(ana)
        first, second = make_question(panel, "Do you bake?"), make_question(panel, "Do you eat?")
        refused = browser.post("/panels/bakers/membership", data={f"question_{first.id}": "yes"})
        assert refused.status_code == 422
        assert refused.text.count("checked") == 1
        assert "Please fill this in." in refused.text
        fitting = {f"question_{question.id}": "yes" for question in (first, second)}
        assert browser.post("/panels/bakers/membership", data=fitting).location == "/panels/bakers"
        assert names_in(panel) == {"Ana Martins"}

    def test_whoever_does_not_fit_hears_it_kindly(self, browser_of, ana):
        panel, browser = make_panel(slug="bakers"), browser_of(ana)
        question = make_question(panel)
        answered = browser.post("/panels/bakers/membership", data={f"question_{question.id}": "no"})
        assert answered.location == "/panels/bakers/join"
        assert "Thank you for answering" in browser.get("/panels/bakers/join").text
        assert names_in(panel) == set()

    def test_full_places_are_told_before_and_after_trying(self, browser_of, ana, ben):
        panel = make_panel(slug="bakers")
        make_cell(panel, EVERYBODY, target_count=1)
        assert "1 is still free." in browser_of(ana).get("/panels/bakers/join").text
        browser_of(ana).post("/panels/bakers/membership")
        late = browser_of(ben).post("/panels/bakers/membership")
        assert late.status_code == 409
        assert "All places for people like you are taken" in late.text
        assert "All are taken at the moment." in browser_of(ben).get("/panels/bakers/join").text

    def test_a_request_waits_is_decided_and_answered(self, browser_of, ana, mia):
        panel = make_panel(slug="bakers", admission="request")
        browser = browser_of(ana)
        assert (
            browser.post("/panels/bakers/membership", data={"note": "I bake"}).location
            == "/panels/bakers/join"
        )
        assert "Your request has been made" in browser.get("/panels/bakers/join").text
        staff = browser_of(mia)
        assert "I bake" in staff.get(f"/staff/panels/{panel.id}/requests").text
        request = queries.find_last_request(ana, panel)
        path = f"/staff/panels/{panel.id}/requests/{request.id}"
        assert staff.post(f"{path}/refuse", data={"message": "Come in May"}).status_code == 303
        assert "Come in May" in browser.get("/panels/bakers/join").text
        assert staff.post(f"{path}/admit").status_code == 422
        browser.post("/panels/bakers/membership")
        again = queries.find_last_request(ana, panel)
        assert staff.post(f"/staff/panels/{panel.id}/requests/{again.id}/admit").status_code == 303
        assert names_in(panel) == {"Ana Martins"}

    def test_by_segment_it_says_who_may_come_in(self, browser_of, ana, ben):
        answer(ana, make_attribute("kids", "number"), 1)
        segment = make_segment({"attribute": "kids", "at_least": 1})
        make_panel(slug="parents", admission="segment", segment_id=segment.id)
        assert "“Kids” is at least 1" in browser_of(ben).get("/panels/parents/join").text
        assert browser_of(ben).post("/panels/parents/membership").status_code == 403
        assert browser_of(ana).post("/panels/parents/membership").location == "/panels/parents"


class TestPrivatePanels:
    def test_a_door_does_not_name_one_to_whoever_may_not_know_of_it(self, browser_of, client, ana, ben):
        make_panel("Secret circle", slug="secret", visibility="private", members=(ana,))
        segment = make_segment({"all": [{"panel": "secret"}, {"joined_within_days": 5}]})
        panel = make_panel(admission="segment", segment_id=segment.id)
        for browser in (client, browser_of(ben)):
            page = browser.get(f"/panels/{panel.slug}/join").text
            assert "This panel is for members of whom this is true" in page
            assert "ecret" not in page
        refused = browser_of(ben).post(f"/panels/{panel.slug}/membership")
        assert refused.status_code == 403
        assert "ecret" not in refused.text
        assert "Secret circle" in queries.get_door(queries.get_panel(panel.slug, ana), ana).segment_words

    @pytest.mark.parametrize("path", ["/panels/{}", "/panels/{}/join"])
    def test_for_outsiders_the_pages_are_those_of_nothing(self, browser_of, client, ana, path):
        make_panel(slug="secret", visibility="private")
        for browser in (client, browser_of(ana)):
            browser.get("/panels")  # the first page of a visit also brings the cookie
            hidden, missing = browser.get(path.format("secret")), browser.get(path.format("nosuch"))
            assert hidden.status_code == missing.status_code == 404
            assert body(hidden).replace("secret", "nosuch") == body(missing)
            assert list(hidden.headers.keys()) == list(missing.headers.keys())

    def test_joining_and_leaving_it_is_like_joining_nothing(self, browser_of, ana):
        panel, browser = make_panel(slug="secret", visibility="private"), browser_of(ana)
        for path in ("/panels/{}/membership", "/panels/{}/membership/end", "/panels/{}/join"):
            hidden, missing = browser.post(path.format("secret")), browser.post(path.format("nosuch"))
            assert (hidden.status_code, body(hidden)) == (404, body(missing))
        assert names_in(panel) == set()


class TestInvitations:
    def test_a_stranger_opens_an_account_by_the_link_and_is_in(self, client, ada):
        panel = make_panel(slug="secret", visibility="private", admission="invitation")
        actions.invite(ada, panel, guests=[actions.Guest("new@example.org", "zh_Hans")])
        link = last_link()
        assert "new@example.org" in client.get(link).text
        joined = client.post(link, data={"display_name": "New Person", "password": "walnut-harbour-42"})
        assert (joined.status_code, joined.location) == (303, "/panels/secret")
        assert names_in(panel) == {"New Person"}
        newcomer = db.session.query(Member).filter_by(email="new@example.org").one()
        assert newcomer.is_verified
        assert client.get("/panels/secret/join").status_code == 200
        used = client.get(link)
        assert "no longer open" in used.text

    def test_the_page_is_the_same_whether_or_not_the_address_is_known(self, client, ada, ben):
        panel = make_panel(admission="invitation")
        pages = []
        for email in (ben.email, "unknown@example.org"):
            actions.invite(ada, panel, guests=[actions.Guest(email, "en")])
            link = last_link()
            pages.append(body(client.get(link)).replace(email, "").replace(link, ""))
        assert pages[0] == pages[1]
        refused = client.post(link, data={"display_name": "", "password": ""})
        assert refused.status_code == 422

    def test_only_the_addressee_accepts(self, browser_of, ada, ana, ben):
        panel = make_panel(admission="invitation")
        actions.invite(ada, panel, guests=[actions.Guest(ben.email, "en")])
        link = last_link()
        assert "another address" in browser_of(ana).get(link).text
        browser_of(ana).post(link)
        assert names_in(panel) == set()
        assert browser_of(ben).get(link).status_code == 200
        assert names_in(panel) == set()
        assert browser_of(ben).post(link).status_code == 303
        assert names_in(panel) == {"Ben Okoro"}

    def test_a_claimed_address_is_verified_by_having_opened_the_link(self, browser_of, ada):
        panel = make_panel(admission="invitation")
        claimant = make_member("Claimant", email="temporary@example.org")
        with unit_of_work():
            claimant.email = claimant.email_folded = None
            claimant.claimed_email = claimant.claimed_email_folded = "claim@example.org"
        actions.invite(ada, panel, guests=[actions.Guest("claim@example.org", "en")])
        assert browser_of(claimant).post(last_link()).status_code == 303
        assert names_in(panel) == {"Claimant"}
        assert claimant.email == "claim@example.org"

    def test_a_link_stops_working_when_it_is_old_withdrawn_or_sent_again(self, client, browser_of, ada, ben):
        panel = make_panel(admission="invitation")
        actions.invite(ada, panel, guests=[actions.Guest(ben.email, "en")])
        first = last_link()
        with clock.stopped_at(clock.ahead(days=14, minutes=1)):
            assert "no longer open" in client.get(first).text
        (row,) = queries.list_invitations(panel, page=1).items
        staff, path = browser_of(ada), f"/staff/panels/{panel.id}/invitations/{row.id}"
        staff.post(f"{path}/resend")
        assert client.get(first).status_code == 404
        second = last_link()
        staff.post(f"{path}/withdraw")
        assert "no longer open" in client.get(second).text
        browser_of(ben).post(second)
        assert names_in(panel) == set()

    def test_a_list_is_looked_through_and_sent_once(self, browser_of, ada, ben):
        panel = make_panel(members=(ben,))
        staff, path = browser_of(ada), f"/staff/panels/{panel.id}/invitations"
        lines = (
            "email,locale",
            "x@example.org,zh-Hans",
            "nonsense,en",
            "X@EXAMPLE.org,en",
            "y@example.org,xx",
        )
        content = "\n".join((*lines, ben.email, "z@example.org,"))
        data = {"file": (io.BytesIO(b"\xef\xbb\xbf" + content.encode()), "list.csv"), "file_locale": "en"}
        preview = staff.post(f"{path}/check", data=data, content_type="multipart/form-data")
        assert preview.status_code == 200
        assert "2 addresses can be invited." in preview.text
        for reason in ("name@example.org", "line 2 already", "The language is none of"):
            assert reason in preview.text
        assert db.session.query(OutgoingMail).count() == 0
        rows = re.search(r'name="rows" value="([^"]*)"', preview.text).group(1)
        for _ in range(2):
            assert staff.post(f"{path}/send", data={"rows": rows}).status_code == 303
        sent = {(mail.to_address, mail.locale) for mail in db.session.query(OutgoingMail)}
        assert sent == {("x@example.org", "zh_Hans"), ("z@example.org", "en")}
        assert db.session.query(OutgoingMail).count() == 2

    def test_a_file_without_any_address_is_refused_once_and_not_row_by_row(self, browser_of, ada):
        staff, path = browser_of(ada), f"/staff/panels/{make_panel().id}/invitations"
        data = {"file": (io.BytesIO(b"name,town\nAna,Porto\nBen,Bristol\n"), "list.csv"), "file_locale": "en"}
        answer = staff.post(f"{path}/check", data=data, content_type="multipart/form-data")
        assert answer.status_code == 422
        assert "There is no e-mail address in this file." in answer.text
        assert "Porto" not in answer.text

    def test_one_account_sends_only_so_many_an_hour(self, browser_of, ada, monkeypatch):
        panel, staff = make_panel(), browser_of(ada)
        monkeypatch.setattr(invitations, "HOURLY_CAP", 1)
        path = f"/staff/panels/{panel.id}/invitations"
        assert staff.post(path, data={"email": "a@example.org", "locale": "en"}).status_code == 303
        assert staff.post(path, data={"email": "b@example.org", "locale": "en"}).status_code == 422

    def test_sending_again_counts_as_sending(self, ada, monkeypatch):
        panel = make_panel()
        actions.invite(ada, panel, guests=[actions.Guest("a@example.org", "en")])
        monkeypatch.setattr(invitations, "HOURLY_CAP", 2)
        invitation = queries.find_invitation_to(panel, "a@example.org")
        actions.resend_invitation(ada, invitation)
        with pytest.raises(TooMany):
            actions.resend_invitation(ada, invitation)
        with clock.stopped_at(clock.ahead(hours=2)):
            actions.resend_invitation(ada, invitation)


class TestSegmentEditor:
    def test_a_rule_is_built_step_by_step_and_nothing_is_lost(self, browser_of, ada, ana):
        answer(ana, make_attribute("kids", "number"), 3)
        make_attribute("size", "single_choice", "small", "large")
        staff, path = browser_of(ada), "/staff/panels/segments/new"
        fields = {"name": "Large families", "joint:0": "all", "new:0": "attribute:kids"}
        page = staff.post(path, data={**fields, "step": "add:0"})
        assert page.status_code == 200
        assert "Large families" in page.text
        assert 'name="subject:0-0" value="attribute:kids"' in page.text
        fields |= {"subject:0-0": "attribute:kids", "comparison:0-0": "at_least", "value:0-0": "3"}
        page = staff.post(path, data={**fields, "step": "group:0"})
        assert 'value="3"' in page.text
        assert 'name="joint:0-1"' in page.text
        fields |= {"joint:0-1": "none", "new:0-1": "attribute:size"}
        page = staff.post(path, data={**fields, "step": "add:0-1"})
        fields |= {
            "subject:0-1-0": "attribute:size",
            "comparison:0-1-0": "is_any",
            "value:0-1-0": ["small", "large"],
        }
        page = staff.post(path, data={**fields, "step": "add:nonsense"})
        assert "1 member fits." in page.text
        assert staff.post("/staff/panels/segments/count", data=fields).text.startswith("1 member fits.")
        removed = staff.post(path, data={**fields, "step": "remove:0-0"})
        assert "attribute:kids" not in re.sub(r"<option.*?</option>", "", removed.text)
        assert "2 members fit." in removed.text
        assert staff.post(path, data=fields).location == "/staff/panels/segments"
        (segment,) = queries.list_segments()
        assert queries.get_segment(segment.id).rule == {
            "all": [
                {"attribute": "kids", "at_least": 3},
                {"not": {"attribute": "size", "is_any": ["small", "large"]}},
            ]
        }
        assert segment.member_count == 1
        again = staff.get(f"/staff/panels/segments/{segment.id}").text
        assert 'value="3"' in again
        assert again.count("checked") == 2

    def test_what_is_incomplete_comes_back_with_the_reason(self, browser_of, ada):
        make_attribute("kids", "number")
        staff = browser_of(ada)
        fields = {
            "name": "X",
            "joint:0": "all",
            "subject:0-0": "attribute:kids",
            "comparison:0-0": "is",
            "value:0-0": "many",
        }
        refused = staff.post("/staff/panels/segments/new", data=fields)
        assert refused.status_code == 422
        assert "Please give a number." in refused.text
        assert 'value="many"' in refused.text
        assert (
            staff.post("/staff/panels/segments/new", data={"name": "X", "joint:0": "all"}).status_code == 422
        )
        assert queries.list_segments() == []

    def test_one_in_use_cannot_be_deleted(self, browser_of, ada):
        segment = make_segment(EVERYBODY)
        panel, staff = make_panel(admission="segment", segment_id=segment.id), browser_of(ada)
        assert staff.post(f"/staff/panels/segments/{segment.id}/delete").status_code == 409
        actions.edit_panel(ada, panel, settings={"admission": "anyone"})
        assert staff.post(f"/staff/panels/segments/{segment.id}/delete").status_code == 303

    def test_only_analysts_and_administrators_of_the_site_come_here(self, browser_of, ana, mia):
        panel = make_panel()
        for member in (ana, mia, make_member(roles=("admin",), panel_id=panel.id)):
            assert browser_of(member).get("/staff/panels/segments").status_code == 403
        assert browser_of(make_member(roles=("analyst",))).get("/staff/panels/segments").status_code == 200


class TestStaffPages:
    def test_a_panel_is_opened_changed_closed_and_opened_again(self, browser_of, ada, client):
        staff = browser_of(ada)
        fields = {
            "name": "Bakers",
            "slug": "bakers",
            "visibility": "open",
            "admission": "anyone",
            "name_zh_Hant": "烘焙",
        }
        assert staff.post("/staff/panels/new", data=fields | {"slug": "Bakers!"}).status_code == 422
        assert staff.post("/staff/panels/new", data=fields | {"slug": "invitations"}).status_code == 422
        assert staff.post("/staff/panels/new", data=fields | {"admission": "segment"}).status_code == 422
        assert staff.post("/staff/panels/new", data=fields).status_code == 303
        assert staff.post("/staff/panels/new", data=fields).status_code == 422
        panel = db.session.query(Panel).one()
        assert panel.name_in("zh_Hant") == "烘焙"
        path = f"/staff/panels/{panel.id}"
        assert "烘焙" in staff.get(f"{path}/edit").text
        assert (
            staff.post(f"{path}/edit", data=fields | {"slug": "cooks", "name_zh_Hant": ""}).status_code == 303
        )
        assert (panel.slug, panel.translations) == ("cooks", {})
        staff.post(f"{path}/archive")
        assert "This panel is closed" in client.get("/panels/cooks/join").text
        staff.post(f"{path}/reopen")
        assert panel.archived_at is None

    def test_questions_and_places_are_set_up(self, browser_of, ada, ana):
        panel = make_panel(slug="bakers", members=(ana,))
        staff, path = browser_of(ada), f"/staff/panels/{panel.id}"
        question = {"text": "Do you bake?", "options-0-text": "Yes", "options-1-text": "No"}
        assert staff.post(f"{path}/questions/new", data=question).status_code == 422
        assert (
            staff.post(f"{path}/questions/new", data=question | {"options-0-admits": "y"}).status_code == 303
        )
        (asked,) = queries.list_questions(panel)
        assert [(o["text"], o["admits"]) for o in asked.options] == [("Yes", True), ("No", False)]
        keys = {o["text"]: o["key"] for o in asked.options}
        changed = {
            "text": "Do you?",
            "options-0-text": "No",
            "options-0-key": keys["No"],
            "options-1-text": "Yes",
            "options-1-key": keys["Yes"],
            "options-1-admits": "y",
            "options-2-text": "Maybe",
        }
        assert staff.post(f"{path}/questions/{asked.id}", data=changed).status_code == 303
        (asked,) = queries.list_questions(panel)
        assert {o["text"]: o["key"] for o in asked.options}.items() >= keys.items()
        assert len({o["key"] for o in asked.options}) == 3
        cell = {
            "name": "All",
            "target_count": "5",
            "joint:0": "all",
            "subject:0-0": "joined_within_days",
            "value:0-0": "900",
        }
        assert staff.post(f"{path}/places/new", data=cell | {"target_count": "0"}).status_code == 422
        assert staff.post(f"{path}/places/new", data=cell).status_code == 303
        (held,) = queries.list_cells(panel)
        page = staff.get(f"{path}/places").text
        assert f'data-cell="{held.id}" data-filled="1" data-target="5"' in page
        assert "4 free" in page
        assert staff.post(f"{path}/places/{held.id}/delete").status_code == 303
        assert staff.post(f"{path}/questions/{asked.id}/delete").status_code == 303
        assert not queries.has_door(panel)

    def test_a_number_of_places_beyond_all_bounds_is_refused(self, browser_of, ada):
        panel = make_panel()
        sent = {"name": "Many", "target_count": "9" * 400, "joint:0": "all"}
        sent |= {"subject:0-0": "joined_within_days", "value:0-0": "30"}
        answered = browser_of(ada).post(f"/staff/panels/{panel.id}/places/new", data=sent)
        assert answered.status_code == 422

    def test_places_tell_staff_of_one_panel_nothing_of_a_private_one(self, browser_of):
        secret, own = make_panel("Hideaway", slug="hide-away", visibility="private"), make_panel("Own")
        cell = make_cell(own, {"panel": secret.slug}, name="From there")
        browser = browser_of(make_member(roles=("admin", "analyst"), panel_id=own.id))
        step = {"joint:0": "all", "new:0": "panel", "step": "add:0"}
        rule = {"joint:0": "all", "subject:0-0": "panel", "value:0-0": secret.slug}
        places = f"/staff/panels/{own.id}/places"
        told = [
            browser.get(places),
            browser.get(f"{places}/{cell.id}"),
            browser.post(f"{places}/new", data=step),
        ]
        for page in told:
            assert page.status_code == 200
            assert "Hideaway" not in page.text
            assert "hide-away" not in page.text
        assert browser.post(f"{places}/new", data={"name": "A", "target_count": 5, **rule}).status_code == 422
        counted = [
            browser.post("/staff/panels/segments/count", data={**rule, "value:0-0": slug}).text
            for slug in (secret.slug, "never-there")
        ]
        assert counted[0] == counted[1]

    def test_people_are_found_whatever_their_letters(self, browser_of, mia):
        panel = make_panel(members=(make_member("Éloïse Ångström"), make_member("林曉"), make_member("100%")))
        staff, path = browser_of(mia), f"/staff/panels/{panel.id}/members"
        assert "Éloïse" in staff.get(path, query_string={"name": "ÉLOÏSE å"}).text
        assert "林曉" in staff.get(path, query_string={"name": "林晓"}).text
        assert "Éloïse" not in staff.get(path, query_string={"name": "0%"}).text

    def test_people_are_found_and_taken_out(self, browser_of, mia, ana, ben):
        panel = make_panel(members=(ana, ben))
        staff, path = browser_of(mia), f"/staff/panels/{panel.id}/members"
        found = staff.get(f"{path}?name=okO").text
        assert "Ben Okoro" in found
        assert "Ana Martins" not in found
        assert staff.post(f"{path}/{ben.id}/remove").status_code == 303
        assert staff.post(f"{path}/{ben.id}/remove").status_code == 404
        assert names_in(panel) == {"Ana Martins"}

    def test_staff_of_one_panel_work_on_that_one_only(self, browser_of):
        own, other, hidden = (
            make_panel("Own"),
            make_panel("Other"),
            make_panel("Hidden", visibility="private"),
        )
        staff = browser_of(make_member(roles=("admin",), panel_id=own.id))
        index = staff.get("/staff/panels").text
        assert "Own" in index
        assert "Other" not in index
        assert staff.get(f"/staff/panels/{own.id}/edit").status_code == 200
        assert staff.get(f"/staff/panels/{other.id}/edit").status_code == 403
        assert staff.get(f"/staff/panels/{hidden.id}/edit").status_code == 404
        assert staff.get(f"/staff/panels/{2**70}/edit").status_code == 404
        assert staff.get("/staff/panels/new").status_code == 403

    def test_every_page_opens(self, browser_of, ada, ana):
        segment = make_segment({"any": [{"not": EVERYBODY}, {"panel": "gone"}]})
        panel = make_panel(members=(ana,))
        question, cell = make_question(panel), make_cell(panel, EVERYBODY, target_count=2)
        actions.invite(ada, panel, guests=[actions.Guest("a@example.org", "en")])
        base = f"/staff/panels/{panel.id}"
        for path in (
            "/staff/panels",
            "/staff/panels/new",
            "/staff/panels/segments",
            f"/staff/panels/segments/{segment.id}",
            *(
                f"{base}/{name}"
                for name in ("edit", "members", "requests", "invitations", "questions", "places")
            ),
            f"{base}/questions/new",
            f"{base}/questions/{question.id}",
            f"{base}/places/new",
            f"{base}/places/{cell.id}",
        ):
            assert browser_of(ada).get(path).status_code == 200, path


class TestPanelCommand:
    def test_it_opens_a_panel_once(self, app):
        run = app.test_cli_runner().invoke
        arguments = ["panel", "create", "--slug", "cooks", "--name", "Cooks", "--visibility", "members"]
        assert run(args=arguments).exit_code == 0
        assert db.session.query(Panel).one().visibility == "members"
        assert run(args=arguments).exit_code != 0
        assert run(args=[*arguments[:3], "No Slug", *arguments[4:]]).exit_code != 0
