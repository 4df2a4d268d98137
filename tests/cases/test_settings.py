"""Staff set up rules, service levels, working hours, teams and absences."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from community.cases.actions.opening import open_for_items
from community.cases.models import Absence, Case, CaseItem, RoutingRule, ServiceLevel, Team, WorkingHours
from community.cases.queries import owners
from community.cases.queries import rules as rule_queries
from community.infra import clock
from community.infra.db import db
from community.members.models import Member
from tests.conftest import Client
from tests.factories.cases import forget_rules, make_level, make_rule, make_team
from tests.factories.feedback import make_read_item, make_topic
from tests.factories.members import make_member
from tests.factories.panels import make_panel, make_segment
from tests.statements import statements

ADMIN_PAGES = (
    "rules", "rules/preview", "rules/new", "levels", "levels/new", "levels/hours", "teams", "teams/new",
)  # fmt: skip


@pytest.fixture(autouse=True)
def rules(app: Flask) -> None:
    """Each test makes its own rules."""
    forget_rules()


@pytest.fixture
def desk(browser_of, ada: Member) -> Client:
    """The browser of an administrator."""
    return browser_of(ada)


def order(model: type[RoutingRule] | type[ServiceLevel]) -> list[str]:
    """The names in the order in which they are asked."""
    db.session.expire_all()
    return [row.name["en"] for row in db.session.scalars(select(model).order_by(model.position, model.id))]


class TestAccess:
    @pytest.mark.parametrize("path", ADMIN_PAGES)
    def test_only_administrators_of_the_site_set_it_up(
        self, path: str, client: Client, browser_of, ana: Member, omar: Member, desk: Client
    ) -> None:
        of_panel = make_member("Panel admin", roles=("admin",), panel_id=make_panel().id)
        assert client.get(f"/staff/cases/{path}").status_code == 303
        for somebody in (ana, omar, of_panel):
            assert browser_of(somebody).get(f"/staff/cases/{path}").status_code == 403
        assert desk.get(f"/staff/cases/{path}").status_code == 200

    def test_nobody_else_changes_anything(self, browser_of, omar: Member) -> None:
        rule, level, team = make_rule(), make_level(), make_team(omar)
        browser = browser_of(omar)
        for path in (
            f"rules/{rule.id}/earlier", f"rules/{rule.id}/later", f"rules/{rule.id}/switch",
            f"rules/{rule.id}/delete", f"levels/{level.id}/earlier", f"levels/{level.id}/later",
            f"levels/{level.id}/switch", f"levels/{level.id}/delete", f"teams/{team.id}/archive",
            f"rules/{rule.id}", f"levels/{level.id}", f"teams/{team.id}", "levels/hours", "rules/new",
        ):  # fmt: skip
            assert browser.post(f"/staff/cases/{path}").status_code == 403, path


class TestRules:
    def test_a_rule_is_written_and_decides(self, desk: Client, ana: Member, omar: Member) -> None:
        topic, panel = make_topic("Delivery"), make_panel()
        segment = make_segment({"all": [{"joined_within_days": 3650}]})
        sent = desk.post(
            "/staff/cases/rules/new",
            data={
                "name_en": "Late parcels", "name_zh_Hans": "包裹", "kind": ["complaint", "help"],
                "topic": [topic.id], "panel": [panel.id], "segment": [segment.id], "min_urgency": 1,
                "has_member": "yes", "source": ["comment"], "language": ["en"], "sentiment": ["neg"],
                "effect": "case", "owner_id": omar.id, "team_id": 0, "process_owner_id": 0, "is_enabled": "y",
            },
        )  # fmt: skip
        assert (sent.status_code, sent.location) == (303, "/staff/cases/rules")
        rule = db.session.scalars(select(RoutingRule)).one()
        assert rule.name == {"en": "Late parcels", "zh_Hans": "包裹"}
        assert rule.conditions == {
            "kind": ["complaint", "help"], "topic": [topic.id], "panel": [panel.id], "segment": [segment.id],
            "min_urgency": 1, "has_member": True, "source": ["comment"], "language": ["en"],
            "sentiment": ["neg"],
        }  # fmt: skip
        item = make_read_item(author=ana, panel=panel, source="comment", topic_id=topic.id, urgency=1)
        open_for_items([item.id])
        case = db.session.scalars(select(Case).join(CaseItem).where(CaseItem.item_id == item.id)).one()
        assert (case.owner_id, case.rule_id) == (omar.id, rule.id)

    def test_its_form_shows_what_stands(self, desk: Client, omar: Member) -> None:
        rule = make_rule(owner=omar, kind=["praise"], min_urgency=2, has_member=False, name="Odd")
        page = desk.get(f"/staff/cases/rules/{rule.id}").text
        assert 'value="Odd"' in page
        assert page.count(" checked") == 2  # the kind, and that it is switched on
        assert 'selected value="no"' in page

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            ({"name_en": ""}, "Please fill this in."),
            ({"effect": "shred"}, "Not a valid choice"),
            ({"kind": ["nonsense"]}, "not a valid choice"),
            ({"owner_id": 987654}, "Not a valid choice"),
        ],
    )
    def test_a_refused_form_comes_back_filled_in(
        self, desk: Client, change: dict[str, object], error: str
    ) -> None:
        data = {
            "name_en": "Mine", "name_zh_Hant": "我的", "effect": "case", "owner_id": 0, "team_id": 0,
            "process_owner_id": 0,
        }  # fmt: skip
        if change.get("name_en") == "":
            data["name_zh_Hant"] = ""
        sent = desk.post("/staff/cases/rules/new", data=data | change)
        assert sent.status_code == 422
        assert error in sent.text
        assert db.session.scalars(select(RoutingRule)).all() == []

    def test_a_person_and_a_team_at_once_is_refused(self, desk: Client, omar: Member) -> None:
        team = make_team(omar)
        sent = desk.post(
            "/staff/cases/rules/new",
            data={
                "name_en": "Both", "effect": "case", "owner_id": omar.id, "team_id": team.id,
                "process_owner_id": 0,
            },
        )  # fmt: skip
        assert sent.status_code == 422
        assert "Choose a person or a team" in sent.text

    def test_rules_are_moved_up_and_down(self, desk: Client) -> None:
        first, second, third = (make_rule(name=name) for name in ("one", "two", "three"))
        desk.post(f"/staff/cases/rules/{third.id}/earlier")
        assert order(RoutingRule) == ["one", "three", "two"]
        desk.post(f"/staff/cases/rules/{first.id}/later")
        assert order(RoutingRule) == ["three", "one", "two"]
        for _at_the_end in range(2):
            desk.post(f"/staff/cases/rules/{second.id}/later")
        assert order(RoutingRule) == ["three", "one", "two"]

    def test_a_rule_that_is_off_is_not_asked(self, desk: Client, ana: Member, omar: Member) -> None:
        rule = make_rule("leave")
        desk.post(f"/staff/cases/rules/{rule.id}/switch", data={"on": "0"})
        assert rule_queries.get_rules().ordered == ()
        desk.post(f"/staff/cases/rules/{rule.id}/switch", data={"on": "1"})
        assert [each.id for each in rule_queries.get_rules().ordered] == [rule.id]

    def test_a_deleted_rule_leaves_its_cases(self, desk: Client, ana: Member, omar: Member) -> None:
        rule = make_rule(owner=omar)
        open_for_items([make_read_item(author=ana).id])
        assert desk.post(f"/staff/cases/rules/{rule.id}/delete").status_code == 303
        case = db.session.scalars(select(Case)).one()
        assert (case.rule_id, case.owner_id) == (None, omar.id)
        assert desk.get(f"/staff/cases/{case.id}").status_code == 200


class TestPreview:
    def test_the_list_counts_what_each_rule_would_decide(self, desk: Client, ana: Member) -> None:
        praise, rest = make_rule("pass_on", kind=["praise"]), make_rule()
        for kind in ("praise", "complaint", "question"):
            make_read_item(author=ana, kind=kind)
        make_read_item(author=ana, is_unsure=True)
        page = desk.get("/staff/cases/rules").text
        assert "1 of the last 4 texts" in page
        assert "2 of the last 4 texts" in page
        assert "not sure: 1" in page
        lines = desk.get("/staff/cases/rules/preview").text
        assert lines.count(f'data-rule-id="{praise.id}"') == 1
        assert lines.count(f'data-rule-id="{rest.id}"') == 2
        assert rest.fired_count == 0

    def test_a_draft_is_looked_at_and_not_kept(self, desk: Client, ana: Member) -> None:
        for kind in ("praise", "complaint", "complaint"):
            make_read_item(author=ana, kind=kind)
        looked = desk.post(
            "/staff/cases/rules/new",
            data={
                "name_en": "Draft", "kind": ["complaint"], "effect": "case", "owner_id": 0, "team_id": 0,
                "process_owner_id": 0, "step": "preview",
            },
        )  # fmt: skip
        assert looked.status_code == 200
        assert 'data-preview-count="2"' in looked.text
        assert 'value="Draft"' in looked.text
        assert db.session.scalars(select(RoutingRule)).all() == []

    def test_a_changed_rule_keeps_its_place_in_the_look(self, desk: Client, ana: Member) -> None:
        make_rule("leave", kind=["complaint"])
        rule = make_rule(kind=["praise"])
        for kind in ("praise", "complaint"):
            make_read_item(author=ana, kind=kind)
        looked = desk.post(
            f"/staff/cases/rules/{rule.id}",
            data={
                "name_en": "Wider", "effect": "case", "owner_id": 0, "team_id": 0, "process_owner_id": 0,
                "step": "preview",
            },
        )  # fmt: skip
        assert 'data-preview-count="1"' in looked.text

    def test_the_number_of_statements_is_fixed(self, desk: Client, ana: Member, omar: Member) -> None:
        make_rule(owner=omar)
        make_read_item(author=ana)
        with statements() as few:
            desk.get("/staff/cases/rules")
        for _number in range(6):
            make_rule(owner=make_member(roles=("owner",)), team=None)
            make_read_item(author=make_member())
        with statements() as many:
            desk.get("/staff/cases/rules")
        assert len(many) == len(few)


class TestLevels:
    DATA = {
        "name_en": "Fast", "kind": "complaint", "min_urgency": 1, "segment_id": 0, "answer_hours": "2.5",
        "resolve_hours": "48", "remind_percent": 60, "escalate_to_id": 0, "is_enabled": "y",
    }  # fmt: skip

    def test_a_level_is_added_behind_the_others(self, desk: Client) -> None:
        make_level(name={"en": "Slow"})
        assert desk.post("/staff/cases/levels/new", data=self.DATA).status_code == 303
        assert order(ServiceLevel) == ["Slow", "Fast"]
        level = db.session.scalars(select(ServiceLevel).where(ServiceLevel.kind == "complaint")).one()
        assert (level.answer_hours, level.resolve_hours, level.remind_at_share) == (2.5, 48, 0.6)
        desk.post(f"/staff/cases/levels/{level.id}/earlier")
        assert order(ServiceLevel) == ["Fast", "Slow"]

    def test_an_open_case_keeps_its_due_time(self, desk: Client, ana: Member, omar: Member) -> None:
        level = make_level(answer_hours=24, resolve_hours=48)
        make_rule(owner=omar)
        open_for_items([make_read_item(author=ana).id])
        case = db.session.scalars(select(Case)).one()
        due_at = case.due_at
        desk.post(f"/staff/cases/levels/{level.id}", data=self.DATA)
        desk.post(f"/staff/cases/levels/{level.id}/delete")
        assert (case.due_at, case.service_level_id) == (due_at, None)

    @pytest.mark.parametrize("name", ["answer_hours", "resolve_hours", "remind_percent"])
    def test_what_is_left_out_is_asked_for(self, desk: Client, name: str) -> None:
        level = make_level()
        rest = {key: value for key, value in self.DATA.items() if key != name}
        assert desk.post(f"/staff/cases/levels/{level.id}", data=rest).status_code == 422

    @pytest.mark.parametrize(
        "change",
        [{"resolve_hours": "1"}, {"answer_hours": "0"}, {"remind_percent": 100}, {"answer_hours": "x"}],
    )
    def test_what_makes_no_sense_is_refused(self, desk: Client, change: dict[str, object]) -> None:
        sent = desk.post("/staff/cases/levels/new", data=self.DATA | change)
        assert sent.status_code == 422
        assert db.session.scalars(select(ServiceLevel)).all() == []


class TestWorkingHours:
    DATA = {
        "time_zone": "Asia/Shanghai", "weekdays": [0, 1, 5], "from_time": "08:30", "until_time": "18:00",
        "holidays": "2026-10-01\n\n2026-05-01\n2026-10-01",
    }  # fmt: skip

    def test_they_are_kept(self, desk: Client) -> None:
        assert desk.post("/staff/cases/levels/hours", data=self.DATA).status_code == 303
        hours = db.session.get_one(WorkingHours, 1)
        assert (hours.time_zone, hours.weekdays, hours.from_minute, hours.until_minute) == (
            "Asia/Shanghai", [0, 1, 5], 510, 1080,
        )  # fmt: skip
        assert hours.holidays == ["2026-05-01", "2026-10-01"]

    @pytest.mark.parametrize(
        "change",
        [
            {"time_zone": "Mars/Olympus"}, {"weekdays": []}, {"until_time": "08:30"},
            {"holidays": "Christmas"}, {"from_time": ""},
        ],
    )  # fmt: skip
    def test_what_makes_no_sense_is_refused(self, desk: Client, change: dict[str, object]) -> None:
        assert desk.post("/staff/cases/levels/hours", data=self.DATA | change).status_code == 422
        assert db.session.get_one(WorkingHours, 1).time_zone == "UTC"


class TestTeams:
    def test_a_team_is_formed_and_changed_and_who_stays_keeps_their_turn(
        self, desk: Client, ana: Member, omar: Member, mia: Member, ada: Member
    ) -> None:
        data = {"name": "Parcels", "strategy": "round_robin", "member_ids": [omar.id, mia.id]}
        assert desk.post("/staff/cases/teams/new", data=data).status_code == 303
        team = db.session.scalars(select(Team)).one()
        make_rule(team=team)
        items = [make_read_item(author=ana).id for _number in range(2)]
        open_for_items(items[:1])
        desk.post(f"/staff/cases/teams/{team.id}", data=data | {"member_ids": [omar.id, mia.id, ada.id]})
        given = db.session.scalars(select(Case.owner_id)).one()
        open_for_items(items[1:])
        assert given != db.session.scalars(select(Case.owner_id).order_by(Case.id.desc())).first()

    def test_a_name_is_taken_once(self, desk: Client, omar: Member) -> None:
        make_team(omar, name="Parcels")
        data = {"name": "Parcels", "strategy": "round_robin", "member_ids": [omar.id]}
        sent = desk.post("/staff/cases/teams/new", data=data)
        assert sent.status_code == 422
        assert "This name is taken." in sent.text

    @pytest.mark.parametrize("change", [{"member_ids": []}, {"strategy": "favourites"}, {"name": " "}])
    def test_what_makes_no_sense_is_refused(
        self, desk: Client, omar: Member, change: dict[str, object]
    ) -> None:
        data = {"name": "Parcels", "strategy": "round_robin", "member_ids": [omar.id]}
        assert desk.post("/staff/cases/teams/new", data=data | change).status_code == 422

    def test_a_member_without_a_role_cannot_be_chosen(self, desk: Client, ana: Member, omar: Member) -> None:
        data = {"name": "Parcels", "strategy": "round_robin", "member_ids": [ana.id]}
        assert desk.post("/staff/cases/teams/new", data=data).status_code == 422

    def test_a_team_that_a_rule_names_is_not_closed(self, desk: Client, omar: Member) -> None:
        team = make_team(omar)
        rule = make_rule(team=team)
        assert desk.post(f"/staff/cases/teams/{team.id}/archive").status_code == 422
        desk.post(f"/staff/cases/rules/{rule.id}/delete")
        assert desk.post(f"/staff/cases/teams/{team.id}/archive").status_code == 303
        assert team.name not in desk.get("/staff/cases/teams").text


class TestAbsences:
    def days(self, **other: object) -> dict[str, object]:
        today = clock.today()
        return {"from_on": today.isoformat(), "until_on": (today + timedelta(days=3)).isoformat()} | other

    def test_an_owner_says_when_they_are_away(self, browser_of, omar: Member, mia: Member) -> None:
        browser = browser_of(omar)
        sent = browser.post("/staff/cases/absences", data=self.days(member_id=omar.id, cover_id=mia.id))
        assert sent.status_code == 303
        assert owners.list_away(owners.company_day()) == {omar.id: mia.id}
        assert mia.display_name in browser.get("/staff/cases/absences").text

    def test_only_for_themselves(self, browser_of, omar: Member, mia: Member) -> None:
        sent = browser_of(omar).post("/staff/cases/absences", data=self.days(member_id=mia.id, cover_id=0))
        assert sent.status_code == 422
        assert db.session.scalars(select(Absence)).all() == []

    def test_an_administrator_says_it_for_all(self, desk: Client, omar: Member) -> None:
        assert (
            desk.post("/staff/cases/absences", data=self.days(member_id=omar.id, cover_id=0)).status_code
            == 303
        )
        assert owners.list_away(owners.company_day()) == {omar.id: None}

    @pytest.mark.parametrize("change", [{"until_on": "2001-01-01"}, {"from_on": "soon"}, {"from_on": ""}])
    def test_what_makes_no_sense_is_refused(
        self, browser_of, omar: Member, change: dict[str, object]
    ) -> None:
        data = self.days(member_id=omar.id, cover_id=0) | change
        assert browser_of(omar).post("/staff/cases/absences", data=data).status_code == 422

    def test_nobody_covers_for_themselves(self, browser_of, omar: Member) -> None:
        data = self.days(member_id=omar.id, cover_id=omar.id)
        assert browser_of(omar).post("/staff/cases/absences", data=data).status_code == 422

    def test_it_is_taken_back_by_themselves_or_an_administrator(
        self, browser_of, omar: Member, mia: Member
    ) -> None:
        browser_of(omar).post("/staff/cases/absences", data=self.days(member_id=omar.id, cover_id=0))
        absence = db.session.scalars(select(Absence)).one()
        assert browser_of(mia).post(f"/staff/cases/absences/{absence.id}/end").status_code == 403
        assert browser_of(omar).post(f"/staff/cases/absences/{absence.id}/end").status_code == 303
        assert db.session.scalars(select(Absence)).all() == []

    def test_members_have_no_such_page(self, browser_of, ana: Member) -> None:
        assert browser_of(ana).get("/staff/cases/absences").status_code == 403
