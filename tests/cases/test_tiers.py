"""The tier of whoever wrote decides with: which rule fits, and how soon they are answered."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from community.cases.actions.opening import open_for_items
from community.cases.models import Case, CaseItem, RoutingRule, ServiceLevel
from community.cases.queries import rules as rule_queries
from community.feedback.models import FeedbackItem
from community.infra.db import db
from community.loyalty.models import Tier
from community.loyalty.queries.tiers import all_tiers
from community.members.models import Member
from tests.conftest import Client
from tests.factories.cases import forget_rules, make_level, make_rule
from tests.factories.feedback import make_read_item
from tests.factories.loyalty import stand_on
from tests.factories.members import make_member
from tests.statements import statements


@pytest.fixture(autouse=True)
def rules(app: Flask) -> None:
    """Each test makes its own rules."""
    forget_rules()


@pytest.fixture
def tiers(app: Flask) -> list[Tier]:
    """Member, silver and gold."""
    return all_tiers()


@pytest.fixture
def desk(browser_of, ada: Member) -> Client:
    """The browser of an administrator."""
    return browser_of(ada)


def open_case_for(item: FeedbackItem) -> Case:
    """The case that the rules open for a text."""
    open_for_items([item.id])
    return db.session.scalars(select(Case).join(CaseItem).where(CaseItem.item_id == item.id)).one()


class TestRules:
    def test_a_rule_for_silver_takes_silver_and_gold_only(
        self, tiers: list[Tier], ana: Member, ben: Member, lin: Member, omar: Member
    ) -> None:
        _lowest, silver, gold = tiers
        stand_on(silver, ben)
        stand_on(gold, lin)
        rule = make_rule(owner=omar, min_tier=silver.id)
        cases = [open_case_for(make_read_item(author=author)) for author in (ana, ben, lin)]
        assert [case.rule_id for case in cases] == [None, rule.id, rule.id]

    def test_the_lowest_tier_is_every_member_and_nobody_without_an_account(
        self, tiers: list[Tier], ana: Member
    ) -> None:
        rule = make_rule(min_tier=tiers[0].id)
        by_member, by_nobody = make_read_item(author=ana), make_read_item(author=None, source="import")
        assert open_case_for(by_member).rule_id == rule.id
        assert open_case_for(by_nobody).rule_id is None

    def test_it_is_written_looked_at_and_told_in_words(
        self, desk: Client, tiers: list[Tier], ana: Member, ben: Member
    ) -> None:
        stand_on(tiers[1], ben)
        for author in (ana, ben):
            make_read_item(author=author)
        data = {
            "name_en": "Silver first", "min_tier": tiers[1].id, "effect": "case", "owner_id": 0,
            "team_id": 0, "process_owner_id": 0, "is_enabled": "y",
        }  # fmt: skip
        looked = desk.post("/staff/cases/rules/new", data=data | {"step": "preview"})
        assert 'data-preview-count="1"' in looked.text
        assert desk.post("/staff/cases/rules/new", data=data).status_code == 303
        rule = db.session.scalars(select(RoutingRule)).one()
        assert rule.conditions == {"min_tier": tiers[1].id}
        assert "Tier: Silver or higher" in desk.get("/staff/cases/rules").text
        form = desk.get(f"/staff/cases/rules/{rule.id}").text
        assert f'<option selected value="{tiers[1].id}">Silver</option>' in form

    def test_a_tier_that_is_not_there_cannot_be_asked_for(self, desk: Client) -> None:
        data = {
            "name_en": "Platinum", "min_tier": 987654, "effect": "case", "owner_id": 0, "team_id": 0,
            "process_owner_id": 0,
        }  # fmt: skip
        assert desk.post("/staff/cases/rules/new", data=data).status_code == 422

    def test_the_number_of_statements_is_fixed(self, tiers: list[Tier]) -> None:
        make_rule(min_tier=tiers[1].id)
        rules = rule_queries.get_rules()
        items = [make_read_item(author=make_member()) for _number in range(6)]
        for item in items[:4]:
            stand_on(tiers[1], item.author)
        items = list(db.session.scalars(select(FeedbackItem)))
        with statements() as few:
            rule_queries.list_facts(items[:1], rules)
        with statements() as many:
            rule_queries.list_facts(items, rules)
        assert len(many) == len(few)


class TestLevels:
    def test_who_stands_higher_is_answered_sooner(
        self, desk: Client, tiers: list[Tier], ana: Member, ben: Member, omar: Member
    ) -> None:
        stand_on(tiers[2], ben)
        make_rule(owner=omar)
        sent = desk.post(
            "/staff/cases/levels/new",
            data={
                "name_en": "Gold", "tier_id": tiers[2].id, "answer_hours": "2", "resolve_hours": "24",
                "remind_percent": 75, "is_enabled": "y",
            },
        )  # fmt: skip
        assert sent.status_code == 303
        make_level(answer_hours=48, resolve_hours=96)
        page = desk.get("/staff/cases/levels").text
        assert "Tier: Gold or higher" in page
        waits = []
        for author in (ana, ben):
            case = open_case_for(make_read_item(author=author))
            waits.append(case.first_due_at - case.opened_at)
        assert waits == [timedelta(hours=48), timedelta(hours=2)]

    def test_its_form_shows_the_tier_and_keeps_it(self, desk: Client, tiers: list[Tier]) -> None:
        level = make_level(tier_id=tiers[1].id)
        page = desk.get(f"/staff/cases/levels/{level.id}").text
        assert f'<option selected value="{tiers[1].id}">Silver</option>' in page
        data = {"name_en": "Same", "answer_hours": "2", "resolve_hours": "24", "remind_percent": 75}
        desk.post(f"/staff/cases/levels/{level.id}", data=data | {"tier_id": tiers[1].id})
        assert level.tier_id == tiers[1].id
        desk.post(f"/staff/cases/levels/{level.id}", data=data | {"tier_id": 0})
        assert db.session.scalars(select(ServiceLevel)).one().tier_id is None
