"""Words that replies begin with, in each language."""

from collections.abc import Callable

from sqlalchemy import select

from community.cases.models import ReplyTemplate
from community.infra.db import db
from community.members.models import Member
from tests.conftest import Client
from tests.factories.members import make_member
from tests.factories.panels import make_panel

BrowserOf = Callable[[Member], Client]
WORDS = {
    "name_en": "Broken",
    "name_zh_Hans": "破损",
    "body_en": "We are **sorry**.",
    "body_zh_Hans": "非常抱歉。",
    "kind": "complaint",
}


def kept() -> list[ReplyTemplate]:
    return list(db.session.scalars(select(ReplyTemplate).order_by(ReplyTemplate.id)))


class TestTemplates:
    def test_they_are_written_changed_and_offered_no_longer(
        self, browser_of: BrowserOf, omar: Member
    ) -> None:
        browser = browser_of(omar)
        assert "No templates yet" in browser.get("/staff/cases/templates").text
        assert browser.post("/staff/cases/templates/new", data=WORDS).status_code == 303
        (template,) = kept()
        assert template.body == {"en": "We are **sorry**.", "zh_Hans": "非常抱歉。"}
        path = f"/staff/cases/templates/{template.id}"
        assert "非常抱歉。" in browser.get(path).text
        assert browser.post(path, data=WORDS | {"kind": "", "body_en": "Sorry."}).status_code == 303
        assert (template.kind, template.body["en"]) == (None, "Sorry.")
        browser.post(f"{path}/archive")
        assert "No templates yet" in browser.get("/staff/cases/templates").text

    def test_what_says_nothing_comes_back(self, browser_of: BrowserOf, omar: Member) -> None:
        browser = browser_of(omar)
        for missing in (
            {"body_en": "", "body_zh_Hans": " "},
            {"name_en": "", "name_zh_Hans": ""},
            {"kind": "weather"},
            {"body_en": "x" * 5001},
        ):
            answer = browser.post("/staff/cases/templates/new", data=WORDS | missing)
            assert answer.status_code == 422, missing
            assert "Please look at this again" in answer.text
        assert kept() == []

    def test_they_are_kept_by_those_who_answer_for_the_whole_site(
        self, browser_of: BrowserOf, omar: Member
    ) -> None:
        browser_of(omar).post("/staff/cases/templates/new", data=WORDS)
        browser = browser_of(make_member(roles=("owner",), panel_id=make_panel().id))
        assert "/staff/cases/templates" not in browser.get("/staff/cases").text
        for path in ("templates", "templates/new", f"templates/{kept()[0].id}"):
            assert browser.get(f"/staff/cases/{path}").status_code == 403
        assert browser.post(f"/staff/cases/templates/{kept()[0].id}/archive").status_code == 403
