"""Staff pages about people: finding them, their roles, shutting them out, profile questions."""

import threading

import pytest
from sqlalchemy import func, select

from community.activity.models import Activity
from community.infra.db import db
from community.infra.errors import Conflict, Forbidden, Invalid
from community.members import actions, queries
from community.members.models import Member, RoleGrant
from tests.factories.members import make_attribute, make_member
from tests.factories.panels import make_panel


class TestWhoMayEnter:
    PATHS = (
        "/staff/members",
        "/staff/members/1",
        "/staff/members/attributes",
        "/staff/members/attributes/new",
    )

    @pytest.mark.parametrize("path", PATHS)
    def test_administrators_of_the_site_only(self, path, client, ana, mia, omar, ada, browser_of):
        panel_admin = make_member(roles=("admin",), panel_id=make_panel().id)
        assert client.get(path).status_code == 303
        for member in (ana, mia, omar, panel_admin):
            assert browser_of(member).get(path).status_code == 403
        assert browser_of(ada).get(path.replace("/1", f"/{ana.id}")).status_code == 200

    def test_changes_are_closed_to_others_too(self, mia, ana, browser_of):
        browser = browser_of(mia)
        for path in ("roles", "roles/1/end", "suspension", "suspension/end"):
            assert browser.post(f"/staff/members/{ana.id}/{path}").status_code == 403
        for member in (mia, ana):
            with pytest.raises(Forbidden):
                actions.grant_role(member, role="admin", panel_id=None, by=mia)
            with pytest.raises(Forbidden):
                actions.suspend_member(ana, by=mia)


class TestFinding:
    @pytest.mark.parametrize(
        ("term", "found"),
        [
            ("müller", True),
            ("MÜLLER", True),
            ("ｍüller", True),
            ("jo@exa", True),
            ("JO@EXAMPLE", True),
            ("%", False),
            ("_", False),
            ("nobody", False),
        ],
    )
    def test_by_part_of_name_or_address(self, ada, browser_of, term, found):
        make_member("Jo Müller", email="Jo@example.org")
        page = browser_of(ada).get("/staff/members", query_string={"q": term})
        assert ("Jo Müller" in page.text) is found

    def test_traditional_finds_simplified(self, ada, lin, browser_of):
        make_member("陳曉")
        assert "陳曉" in browser_of(ada).get("/staff/members?q=陈晓").text

    def test_by_role_and_state(self, ada, mia, ana, browser_of):
        browser = browser_of(ada)
        actions.suspend_member(ana, by=ada)

        def names(query):
            rows = browser.get(f"/staff/members?{query}").text.partition("<tbody>")[2]
            return {name for name in ("Ana", "Mia", "Ada N") if name in rows}

        assert names("role=moderator") == {"Mia"}
        assert names("role=any") == {"Mia", "Ada N"}
        assert names("state=suspended") == {"Ana"}
        assert names("role=king&state=x") == {"Ana", "Mia", "Ada N"}

    def test_pages_hold_fifty(self, ada, browser_of):
        for number in range(52):
            make_member(f"Person {number}")
        browser = browser_of(ada)
        assert browser.get("/staff/members").text.count("data-member-id") == 50
        assert browser.get("/staff/members?page=2").text.count("data-member-id") == 3


class TestRoles:
    def test_a_role_holds_from_the_next_request_on(self, ada, ana, browser_of):
        member_browser, admin_browser = browser_of(ana), browser_of(ada)
        assert member_browser.get("/staff/members").status_code == 403
        admin_browser.post(f"/staff/members/{ana.id}/roles", data={"role": "admin", "panel": "0"})
        assert member_browser.get("/staff/members").status_code == 200
        (grant,) = ana.roles
        admin_browser.post(f"/staff/members/{ana.id}/roles/{grant.id}/end")
        assert member_browser.get("/staff/members").status_code == 403
        kinds = db.session.scalars(
            select(Activity.kind).where(Activity.subject_id == ana.id).order_by(Activity.id)
        ).all()
        assert kinds == ["member.role_granted", "member.role_ended"]

    def test_a_role_may_hold_on_one_panel(self, ada, ana, browser_of):
        panel = make_panel("Card makers")
        browser = browser_of(ada)
        browser.post(f"/staff/members/{ana.id}/roles", data={"role": "moderator", "panel": str(panel.id)})
        assert ana.holds_role("moderator", panel.id)
        assert not ana.holds_role("moderator")
        assert "Card makers" in browser.get(f"/staff/members/{ana.id}").text

    @pytest.mark.parametrize(
        "form",
        [
            {"role": "king", "panel": "0"},
            {"role": "owner", "panel": "99999"},
            {"role": "owner", "panel": "x"},
            {},
        ],
    )
    def test_what_is_not_on_the_form_is_refused(self, ada, ana, browser_of, form):
        assert browser_of(ada).post(f"/staff/members/{ana.id}/roles", data=form).status_code == 422
        assert ana.roles == []

    def test_nobody_holds_a_role_twice(self, ada, ana):
        panel = make_panel()
        for panel_id in (None, panel.id):
            actions.grant_role(ana, role="owner", panel_id=panel_id, by=ada)
            with pytest.raises(Conflict):
                actions.grant_role(ana, role="owner", panel_id=panel_id, by=ada)

    def test_the_last_administrator_stays(self, ada, ana, browser_of):
        make_member(roles=("admin",), state="suspended")
        make_member(roles=("admin",), panel_id=make_panel().id)
        (grant,) = ada.roles
        answer = browser_of(ada).post(f"/staff/members/{ada.id}/roles/{grant.id}/end")
        assert answer.status_code == 409
        assert "last administrator" in answer.text
        actions.grant_role(ana, role="admin", panel_id=None, by=ada)
        actions.end_role(ada, grant_id=grant.id, by=ada)
        assert ada.roles == []

    def test_a_grant_is_taken_from_its_holder_only(self, ada, ana, mia, browser_of):
        (grant,) = mia.roles
        assert browser_of(ada).post(f"/staff/members/{ana.id}/roles/{grant.id}/end").status_code == 404
        assert mia.roles == [grant]

    def test_two_administrators_cannot_remove_each_other_at_once(self, new_app):
        app = new_app()
        with app.app_context():
            ids = [make_member(roles=("admin",)).id for _number in range(2)]
        start = threading.Barrier(2)

        def remove(by_id: int, member_id: int) -> None:
            with app.app_context():
                by, member = db.session.get_one(Member, by_id), db.session.get_one(Member, member_id)
                grant_id = member.roles[0].id
                start.wait()
                try:
                    actions.end_role(member, grant_id=grant_id, by=by)
                except (Conflict, Forbidden):
                    pass
                finally:
                    db.session.remove()

        threads = [threading.Thread(target=remove, args=pair) for pair in (ids, ids[::-1])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with app.app_context():
            assert db.session.scalar(select(func.count(RoleGrant.id))) == 1


class TestSuspending:
    def test_nobody_suspends_themselves(self, ada, browser_of):
        make_member(roles=("admin",))
        assert browser_of(ada).post(f"/staff/members/{ada.id}/suspension").status_code == 403

    def test_it_can_be_undone_but_the_sessions_stay_ended(self, ada, ana, browser_of):
        member_browser, browser = browser_of(ana), browser_of(ada)
        browser.post(f"/staff/members/{ana.id}/suspension")
        assert ana.state == "suspended"
        browser.post(f"/staff/members/{ana.id}/suspension/end")
        assert ana.state == "active"
        assert member_browser.get("/me").status_code == 303


class TestProfileQuestions:
    FORM = {
        "kind": "single_choice", "label_en": "Household", "label_zh_Hans": "家庭",
        "why_en": "To plan panels.", "options-0-en": "Alone", "options-0-zh_Hans": "独居",
        "options-1-en": "Together", "options-2-en": "", "position": "3", "is_asked": "y",
        "visible_to": "staff",
    }  # fmt: skip

    def created(self):
        return queries.list_attributes()[-1]

    def test_it_is_asked_in_three_languages(self, ada, lin, browser_of):
        browser = browser_of(ada)
        assert browser.post("/staff/members/attributes/new", data=self.FORM).status_code == 303
        question = self.created()
        assert question.key == "household"
        assert question.label == {"en": "Household", "zh_Hans": "家庭"}
        assert [option["key"] for option in question.options] == ["alone", "together"]
        assert question.position > 0
        page = browser_of(lin).get("/me/profile").text
        assert "家庭" in page
        assert "独居" in page
        assert "Together" in page
        assert "Household" in browser.get("/staff/members/attributes").text

    def test_keys_stay_when_words_change(self, ada, ana, browser_of):
        browser = browser_of(ada)
        browser.post("/staff/members/attributes/new", data=self.FORM)
        question = self.created()
        form = {
            **self.FORM, "options-0-key": "together", "options-0-en": "With others", "options-1-key": "alone",
            "options-1-en": "On my own", "options-2-en": "Alone",
        }  # fmt: skip
        assert browser.post(f"/staff/members/attributes/{question.id}", data=form).status_code == 303
        keys = [(option["key"], option["en"]) for option in question.options]
        assert keys == [("together", "With others"), ("alone", "On my own"), ("alone_2", "Alone")]

    def test_what_was_answered_stays(self, ada, ana, browser_of):
        question = make_attribute("single_choice", "Household", options=("Alone", "Together"))
        actions.update_profile(
            ana, display_name="Ana", locale="en", time_zone="UTC", answers={question.id: "alone"}
        )
        browser, path = browser_of(ada), f"/staff/members/attributes/{question.id}"
        form = {**self.FORM, "options-0-key": "alone", "options-1-key": "together"}
        refused = browser.post(
            path, data={**form, "options-0-en": "", "options-0-zh_Hans": "", "options-2-en": "New"}
        )
        assert refused.status_code == 422
        assert "has to stay" in refused.text
        assert browser.post(path, data={**form, "kind": "text"}).status_code == 422
        assert browser.post(f"{path}/delete").status_code == 409
        assert [option["key"] for option in question.options] == ["alone", "together"]

    def test_an_unanswered_one_can_be_removed(self, ada, browser_of):
        question = make_attribute("text", "City")
        assert browser_of(ada).post(f"/staff/members/attributes/{question.id}/delete").status_code == 303
        assert queries.list_attributes() == []

    def test_stopping_to_ask_hides_it(self, ada, ana, browser_of):
        question = make_attribute("text", "Home town")
        form = {
            "kind": "text",
            "label_en": "Home town",
            "why_en": "x",
            "visible_to": "staff",
            "position": "1",
        }
        browser_of(ada).post(f"/staff/members/attributes/{question.id}", data=form)
        assert not question.is_asked
        assert "Home town" not in browser_of(ana).get("/me/profile").text

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("label_en", ""),
            ("why_en", ""),
            ("kind", "poem"),
            ("visible_to", "press"),
            ("position", "x"),
            ("options-1-en", ""),
            ("label_en", "x" * 121),
            ("options-0-en", "x" * 81),
        ],
    )
    def test_a_refused_form_comes_back_filled_in(self, ada, browser_of, field, value):
        form = {name: text for name, text in self.FORM.items() if not name.startswith("label_zh")}
        answer = browser_of(ada).post("/staff/members/attributes/new", data={**form, field: value})
        assert answer.status_code == 422
        if field != "options-0-en":
            assert 'value="Alone"' in answer.text
        assert queries.list_attributes() == []

    def test_two_alike_get_keys_of_their_own(self, app):
        keys = {make_attribute("text", label).key for label in ("City", "City", "城市", "城市")}
        assert len(keys) == 4

    def test_choices_need_options(self, app):
        with pytest.raises(Invalid):
            make_attribute("single_choice", "Household", options=("Alone",))
