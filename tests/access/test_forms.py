"""What a forged, stuffed or borrowed form can do: nothing."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import ImmutableMultiDict

from community.members.models import Member
from tests.access.asking import QUICK, Caller, changed, undone
from tests.access.roles import make_cast
from tests.access.table import ways
from tests.access.whole import furnish_whole
from tests.conftest import Client

Browser = Callable[[Member], Client]
# Mail programs end mails by one click, with nothing but the signed token in the address (RFC 8058).
ENDING_MAIL = ("notifications.end_mail", "notifications.end_survey_mail")

# Names that are columns nobody is to set at will: whose a row is, what state it is in, what it is worth.
POWERFUL = re.compile(
    r"(_ids?|_at|_by|_hash|_key|_until)$|^(is|has)_"
    r"|^(state|status|roles?|email|amount|cost|points|balance|verdict|level|owner|author|member)$"
)
# All such names that any form of the site asks for, and where.
ASKED_FOR: dict[str, set[str]] = {
    "cases_staff.absences": {"cover_id", "member_id"},
    "cases_staff.assign": {"owner_id"},
    "cases_staff.assign_process": {"owner_id"},
    "cases_staff.edit_level": {"escalate_to_id", "is_enabled", "segment_id", "tier_id"},
    "cases_staff.edit_rule": {"has_member", "is_enabled", "owner_id", "process_owner_id", "team_id"},
    "cases_staff.edit_team": {"member_ids"},
    "cases_staff.new_level": {"escalate_to_id", "is_enabled", "segment_id", "tier_id"},
    "cases_staff.new_rule": {"has_member", "is_enabled", "owner_id", "process_owner_id", "team_id"},
    "cases_staff.new_team": {"member_ids"},
    "cases_staff.open_case": {"item_id"},
    "cases_staff.open_theme": {"topic_id"},
    "digests.opinion": {"idea_id"},
    "feedback_staff.choose_columns": {"member"},
    "feedback_staff.new_import": {"panel_id"},
    "ideas.change_status": {"status"},
    "ideas.comment": {"parent_id"},
    "ideas_staff.votes": {"member_ids"},
    "insights_staff.ask_feedback_file": {"has_bom", "has_people", "panel_ids", "segment_ids", "topic_ids"},
    "insights_staff.ask_file": {"has_bom"},
    "insights_staff.save_schedule": {"recipient_ids"},
    # What the member was shown, so that nobody pays another price.
    "loyalty.redeem": {"cost", "form_key"},
    "loyalty_staff.adjust": {"amount"},
    "loyalty_staff.edit_reward": {"closes_at", "cost", "opens_at", "panel_id", "tier_id"},
    "loyalty_staff.edit_rule": {"is_on", "points"},
    "loyalty_staff.new_reward": {"closes_at", "cost", "opens_at", "panel_id", "tier_id"},
    "loyalty_staff.programme": {"is_open"},
    "members.change_email": {"email"},
    "members.forgotten": {"email"},
    "members.join": {"email"},
    "members.sign_in": {"email"},
    "members_staff.attribute": {"is_asked"},
    "members_staff.grant_role": {"role"},
    "members_staff.new_attribute": {"is_asked"},
    "moderation_staff.appeal": {"verdict"},
    "moderation_staff.vouch": {"level"},
    # Which mails about points are wanted.
    "notifications.choose_paces": {"points"},
    "notifications.choose_quiet_hours": {"quiet_until"},
    "panels_staff.edit": {"segment_id"},
    "panels_staff.invite": {"email"},
    "panels_staff.new": {"segment_id"},
    "surveys_staff.audience": {"segment_id"},
    "surveys_staff.change_closing": {"closes_at"},
    "surveys_staff.change_contender": {"idea_id", "is_out"},
    "surveys_staff.decide_statement": {"state"},
    "surveys_staff.edit": {"owner_id", "panel_ids", "points"},
    "surveys_staff.new": {"panel_ids"},
    "surveys_staff.new_from_idea": {"closes_at", "panel_id"},
    "surveys_staff.new_poll": {"closes_at", "panel_id"},
    "surveys_staff.new_question": {"is_required"},
    "surveys_staff.open_survey": {"closes_at", "opens_at"},
    "surveys_staff.question": {"is_required"},
    "surveys_staff.reopen_survey": {"closes_at"},
    "surveys_staff.weigh": {"targets_id"},
    "topics_staff.add_example": {"owner_id", "parent_id", "process_owner_id"},
    "topics_staff.edit": {"owner_id", "parent_id", "process_owner_id"},
    "topics_staff.new": {"owner_id", "parent_id", "process_owner_id"},
}  # fmt: skip


class Heard(ImmutableMultiDict[str, Any]):
    """A form that knows which names it was asked for; only these can have done anything."""

    names: set[str] = set()

    def get(self, key: str, *args: Any, **options: Any) -> Any:
        self.names.add(key)
        return super().get(key, *args, **options)

    def getlist(self, key: str, *args: Any, **options: Any) -> Any:
        self.names.add(key)
        return super().getlist(key, *args, **options)

    def __getitem__(self, key: str) -> Any:
        self.names.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.names.add(str(key))
        return super().__contains__(key)


@pytest.fixture
def guarded(app: Flask) -> Iterator[Flask]:
    """The app as it runs, asking for the token of each form."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestForgery:
    def test_no_form_is_taken_without_the_token_of_ones_own_browser(
        self, guarded: Flask, browser_of: Browser, ada: Member, ana: Member
    ) -> None:
        admin, other = browser_of(ada), browser_of(ana)
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', other.get("/me/profile").text)
        assert found is not None
        assert other.post("/me/profile", data={"csrf_token": found[1]}).status_code == 422
        tried = 0
        for way, rule in ways(guarded):
            if way.method == "GET" or rule.endpoint in ENDING_MAIL:
                continue
            path = re.sub(r"<(?:\w+:)?\w+>", "1", rule.rule)
            for forged in ({}, {"csrf_token": "x"}, {"csrf_token": found[1]}):
                assert admin.post(path, data=forged, headers=QUICK).status_code == 400, (path, forged)
                tried += 1
        assert tried > 600


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestStuffing:
    def test_no_form_asks_for_more_than_it_is_written_down_to(
        self, app: Flask, browser_of: Browser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = furnish_whole()
        people = (make_cast(whole).members["admin (site)"], whole.insider)
        callers = [*(Caller(app, browser_of(person)) for person in people), Caller(app, None)]
        listening = type("Listening", (app.request_class,), {"parameter_storage_class": Heard})
        monkeypatch.setattr(app, "request_class", listening)
        asked: dict[str, set[str]] = {}
        for way, rule in ways(app):
            if way.method == "GET":
                continue
            Heard.names.clear()
            for caller in callers:
                with undone():
                    caller.ask("POST", whole.path(rule), form={"stuffed": "1"} | whole.form(rule))
            asked[rule.endpoint] = {name for name in Heard.names if POWERFUL.search(name)}
        assert {name: names for name, names in asked.items() if names} == ASKED_FOR


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestBorrowing:
    def test_naming_things_of_a_closed_panel_in_a_form_reaches_none_of_them(
        self, app: Flask, browser_of: Browser
    ) -> None:
        whole = furnish_whole()
        cast = make_cast(whole)
        values = whole.values
        forms: dict[str, dict[str, Any]] = {
            "/flags": {"subject": f"idea:{values['idea_id']}", "reason": "spam"},
            "/staff/cases/answer": {"case": values["case_id"], "body": "An answer to you."},
            "/staff/cases/open": {"item_id": values["listening_staff.item_id"]},
            "/staff/insights/files": {
                "panel_ids": values["panel_id"], "from_on": "2026-01-01", "until_on": "2026-02-01",
                "format": "csv",
            },
            "/staff/moderation/bulk": {"item": values["moderation_staff.item_id"], "bulk_verb": "approve"},
            "/staff/rewards/awards": {"award": values["award_id"], "decision": "approve"},
            "/staff/surveys/new": {
                "title": "For you", "panel_ids": values["panel_id"], "languages": "en", "start": "empty",
            },
            "/staff/surveys/polls/new": {
                "text": "Do you?", "kind": "yes_no", "panel_id": values["panel_id"], "asked_of": "everyone",
            },
        }  # fmt: skip
        reached, effective = [], set()
        for who, member in cast.members.items():
            is_outside = who == "neighbour" or who.endswith("(elsewhere)")
            if not (is_outside or who in ("insider", "admin (site)")):
                continue
            caller = Caller(app, browser_of(member))
            for path, form in forms.items():
                with undone(), changed() as changes:
                    answer = caller.ask("POST", path, form=form)
                if is_outside and (changes or answer.status_code not in (303, 403, 404, 422)):
                    reached.append(f"{who}: {path} answers {answer.status_code}, {changes[:1]}")
                elif changes:
                    effective.add(path)
        assert reached == []
        assert forms.keys() == effective, "whoever may do this, does it with the same form"
