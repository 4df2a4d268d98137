"""The audit log: who did what, before, after and why; searched, and taken away."""

import csv
import io

import pytest

from community.activity.actions import record
from community.activity.changes import compare
from community.admin import audit
from community.ideas.actions.comments import add_comment, delete_comment
from community.infra import clock
from community.infra.db import unit_of_work
from community.members import actions as members
from community.panels.actions import edit_panel, remove_from_panel
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.statements import statements


class TestCompare:
    def test_only_what_differs_is_told_and_empty_is_as_missing(self):
        told = compare({"name": "A", "tags": [], "slug": "a"}, {"name": "B", "tags": None, "slug": "a"})
        assert told == {"before": {"name": "A"}, "after": {"name": "B"}}

    def test_values_are_such_as_json_can_hold_and_long_texts_are_cut(self):
        told = compare({}, {"at": clock.now(), "rule": {"any": ({"x"},)}, "text": "x" * 1000})
        assert isinstance(told["after"]["at"], str)
        assert told["after"]["rule"] == {"any": [["x"]]}
        assert len(told["after"]["text"]) == 301


class TestFacts:
    def test_each_way_of_telling_before_and_after_is_read(self, app):
        with app.test_request_context():
            for data in (
                {"before": {"state": "new"}, "after": {"state": "old"}},
                {"changed": {"state": ["new", "old"]}},
                {"before": "new", "decision": "old"},
            ):
                (fact,) = [fact for fact in audit.facts_of(data, {}) if fact.before is not None]
                assert (fact.before, fact.after) == ("new", "old")

    def test_people_are_told_by_name(self, app):
        with app.test_request_context():
            (fact,) = audit.facts_of({"was_id": 3, "to_id": 4}, {3: "Ana", 4: "Ben"})
            assert (fact.before, fact.after) == ("Ana", "Ben")

    def test_what_moderators_did_is_told_in_words(self, app):
        data = {"before": {"state": "waiting"}, "after": {"state": "published"}, "about": "comment:504"}
        with app.test_request_context():
            state, about = audit.facts_of(data, {})
            assert (state.before, state.after, about.after) == ("Waiting", "Shown", "Comment 504")

    def test_a_moment_is_written_as_readers_write_it(self, app):
        with app.test_request_context():
            (until,) = audit.facts_of({"until": "2026-11-29T15:53:26.417922+00:00"}, {})
            assert "Nov 29, 2026" in until.after


@pytest.fixture
def panel(app, ana, ben):
    return make_panel("Kitchen", members=(ana, ben))


def kinds_on(page):
    return [part.split('"')[0] for part in page.text.split('data-kind="')[1:]]


class TestThePage:
    def test_it_tells_who_what_before_after_and_why(self, panel, ben, ada, browser_of):
        members.grant_role(ben, role="moderator", panel_id=panel.id, by=ada)
        edit_panel(ada, panel, settings={"name": "Cooking", "names_shown": "first"})
        page = browser_of(ada).get("/staff/audit")
        assert kinds_on(page)[:2] == ["panel.edited", "member.role_granted"]
        assert "<del>Names: members" in page.text
        assert "<del>Kitchen</del> <ins>Cooking</ins>" in page.text
        assert ada.display_name in page.text

    def test_what_members_do_themselves_is_not_in_it(self, panel, ana, ben, mia, ada, browser_of):
        idea = make_idea(panel=panel, author=ana)
        own, others = (add_comment(idea, ben, body=text) for text in ("Mine to remove.", "Not so nice."))
        delete_comment(own, ben)
        delete_comment(others, mia)
        remove_from_panel(mia, panel, member=ben)
        found = kinds_on(browser_of(ada).get("/staff/audit"))
        assert found.count("comment.deleted") == 1
        assert found.count("panel.left") == 1
        assert "idea.published" not in found

    def test_it_can_be_searched(self, panel, ben, ada, browser_of):
        ines = make_member("Ines Falk", roles=("admin",))
        other = make_panel("Garden")
        edit_panel(ada, panel, settings={"description": "Töpfe und 锅"})
        edit_panel(ines, other, settings={"name": "Roof garden"})
        members.grant_role(ben, role="owner", panel_id=None, by=ines)
        browser = browser_of(ada)
        for query, found in (
            (f"person={ada.display_name}", ["panel.edited"]),
            (f"person={ben.display_name}", ["member.role_granted"]),
            ("kind=people", ["member.role_granted"]),
            ("kind=panel.edited", ["panel.edited"] * 2),
            (f"panel={panel.id}", ["panel.edited"]),
            ("words=锅", ["panel.edited"]),
            ("words=roof GARDEN", ["panel.edited"]),
            ("words=nowhere", []),
            ("since=2000-01-01&until=2000-01-02", []),
            (f"since={clock.now():%Y-%m-%d}", ["member.role_granted", "panel.edited", "panel.edited"]),
            ("since=never&panel=x&kind=y", ["member.role_granted", "panel.edited", "panel.edited"]),
        ):
            assert kinds_on(browser.get(f"/staff/audit?{query}")) == found, query

    def test_it_is_read_in_stretches(self, panel, ada, browser_of):
        with unit_of_work():
            for _each in range(60):
                record("panel.archived", subject=panel, actor=ada, panel_id=panel.id)
        browser = browser_of(ada)
        first = browser.get("/staff/audit")
        assert len(kinds_on(first)) == 50
        rest = browser.get(first.text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&"))
        assert len(kinds_on(rest)) == 10

    def test_the_number_of_statements_does_not_grow_with_it(self, panel, ben, ada, browser_of):
        browser = browser_of(ada)

        def read():
            with statements() as sent:
                browser.get("/staff/audit")
            return len(sent)

        edit_panel(ada, panel, settings={"name": "One"})
        remove_from_panel(ada, panel, member=ben)
        before = read()
        for number in range(5):
            edit_panel(ada, panel, settings={"name": f"Panel {number}"})
        assert read() == before


class TestTheFile:
    def test_it_holds_what_was_asked_for_and_is_noted_itself(self, panel, ben, ada, browser_of):
        members.grant_role(ben, role="owner", panel_id=None, by=ada)
        edit_panel(ada, panel, settings={"name": "=cmd|' /C calc'!A0"})
        answer = browser_of(ada).post("/staff/audit/file?kind=panels")
        rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
        assert [row["kind"] for row in rows] == ["panel.edited"]
        assert rows[0]["who"] == ada.display_name
        assert "Kitchen" in rows[0]["before"]
        assert not any(cell.startswith("=") for row in rows for cell in row.values())
        assert kinds_on(browser_of(ada).get("/staff/audit"))[0] == "audit.exported"

    def test_no_address_of_anybody_is_in_it(self, panel, ben, ada, browser_of):
        members.suspend_member(ben, by=ada)
        text = browser_of(ada).post("/staff/audit/file").text
        assert str(ben.email) not in text
        assert str(ada.email) not in text


class TestWhoReadsIt:
    def test_an_administrator_of_a_panel_reads_what_was_done_there(self, panel, ada, browser_of):
        runs_it = make_member(roles=("admin",), panel_id=panel.id)
        other = make_panel("Garden")
        edit_panel(ada, panel, settings={"name": "Here"})
        edit_panel(ada, other, settings={"name": "Elsewhere"})
        members.grant_role(make_member(), role="owner", panel_id=None, by=ada)
        browser = browser_of(runs_it)
        page = browser.get("/staff/audit")
        assert kinds_on(page) == ["panel.edited"]
        assert "Elsewhere" not in page.text
        assert kinds_on(browser.get(f"/staff/audit?panel={other.id}")) == ["panel.edited"]
        assert "Elsewhere" not in browser.post("/staff/audit/file").text

    def test_nobody_else_does(self, panel, mia, omar, ana, client, browser_of):
        for member in (mia, omar, ana):
            assert browser_of(member).get("/staff/audit").status_code == 403
            assert browser_of(member).post("/staff/audit/file").status_code == 403
        assert client.get("/staff/audit").status_code == 303
