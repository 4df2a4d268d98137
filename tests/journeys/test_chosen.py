"""Questions that are answered choice by choice, on a phone: with a script, by keyboard, and without one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from community.infra.db import get_row
from community.members import actions as members
from community.members.models import Member
from community.surveys.models import Survey
from community.surveys.queries import answering
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.factories.surveys import answers_of, make_question, make_survey
from tests.journeys import pages
from tests.journeys.conftest import Site
from tests.surveys.choosing import (
    counts_of,
    make_opinions,
    make_pairs,
    standing_of,
    standings,
    statement_saying,
)

PHONE = {"width": 390, "height": 844}
SAYINGS = ("Delivery should be free.", "Shops should open on Sundays.", "I trust what others write.")


@pytest.fixture
def site(quick_site: Site) -> Site:
    """These pages need no processes of their own."""
    return quick_site


pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def member_id(site: Site) -> int:
    """Somebody whose sign-in the test knows."""
    with site.app.app_context():
        return members.create_member(
            display_name="Ana Martins", email="ana@example.org", password=pages.PASSWORD, roles=()
        ).id


def begin(page: Page, survey_id: int) -> None:
    """Sign in and come to the first question."""
    pages.sign_in(page, "ana@example.org")
    page.goto(f"/surveys/{survey_id}")
    page.locator("form[action$='/start'] button").click()
    expect(page.locator(".question").first).to_be_visible()


def make_pairs_for(site: Site, member_id: int) -> int:
    """Four ideas to compare, two pairs at least."""
    with site.app.app_context():
        return make_pairs(make_panel(members=(get_row(Member, member_id),))).id


class TestPairs:
    def test_the_next_pair_comes_without_a_new_page(
        self, site: Site, member_id: int, open_browser: Callable[..., Page]
    ) -> None:
        survey_id = make_pairs_for(site, member_id)
        page = open_browser(viewport=PHONE)
        begin(page, survey_id)
        page.evaluate("window.isTheSamePage = true")
        page.locator(".pair-side").first.click()
        expect(page.locator(".live-count")).to_contain_text("1 pair answered")
        # The keyboard stays where it was.
        page.keyboard.press("ArrowRight")
        expect(page.locator(".live-count")).to_contain_text("2 pairs answered")
        page.keyboard.press("ArrowDown")
        expect(page.locator(".live-count")).to_contain_text("3 pairs answered")

        assert page.evaluate("window.isTheSamePage") is True
        page.locator(".survey-steps .button-primary").click()
        expect(page).to_have_url(f"{site.url}/surveys/{survey_id}")
        with site.app.app_context():
            counted = standings(get_row(Survey, survey_id)).values()
            assert [sum(column) for column in zip(*counted, strict=True)] == [2, 2, 2]

    def test_enter_in_a_line_of_text_chooses_nothing(
        self, site: Site, member_id: int, open_browser: Callable[..., Page]
    ) -> None:
        survey_id = make_pairs_for(site, member_id)
        with site.app.app_context():
            make_question(get_row(Survey, survey_id), "short_text")
        page = open_browser(viewport=PHONE)
        begin(page, survey_id)
        page.locator("input[type=text]").fill("Only words")
        page.locator("input[type=text]").press("Enter")
        expect(page.locator(".error-summary")).to_be_visible()

        with site.app.app_context():
            assert set(standings(get_row(Survey, survey_id)).values()) == {(0, 0, 0)}


class TestOpinions:
    def test_votes_and_a_statement_of_ones_own(
        self, site: Site, member_id: int, open_browser: Callable[..., Page]
    ) -> None:
        with site.app.app_context():
            panel = make_panel(members=(get_row(Member, member_id),))
            survey_id = make_opinions(panel, make_member(), *SAYINGS).id
        page = open_browser(viewport=PHONE)
        begin(page, survey_id)
        said = page.locator(".statement").inner_text()
        page.locator(".opinion-buttons button", has_text="Disagree").click()
        expect(page.locator(".live-count")).to_contain_text("1 statement answered")
        page.locator("summary", has_text="statement of your own").click()
        page.locator("textarea").fill("Hm")
        page.locator("button", has_text="Add my statement").click()
        expect(page.locator("textarea[aria-invalid]")).to_be_focused()
        page.locator("textarea").fill("Everything should be repairable.")
        page.locator("button", has_text="Add my statement").click()
        expect(page.locator(".live-count")).to_contain_text("2 statements answered")
        page.locator("summary", has_text="What you said").click()
        page.locator(".said", has_text=said).locator("button", has_text="Agree").first.click()
        expect(page.locator(".said", has_text=said).locator("[aria-pressed=true]")).to_have_text("Agree")

        with site.app.app_context():
            assert counts_of(statement_saying(said)) == (1, 0, 0)
            assert statement_saying("Everything should be repairable.").state == "waiting"


class TestSets:
    @pytest.mark.parametrize("has_script", [True, False])
    def test_all_sets_are_answered_one_by_one_or_all_on_one_page(
        self, site: Site, member_id: int, open_browser: Callable[..., Page], has_script: bool
    ) -> None:
        with site.app.app_context():
            panel = make_panel(members=(get_row(Member, member_id),))
            survey = make_survey(kinds=("maxdiff",), panel=panel)
            survey_id, count = survey.id, standing_of(survey, "maxdiff").version.settings["set_count"]
        page = open_browser(viewport=PHONE, java_script_enabled=has_script)
        begin(page, survey_id)
        expect(page.locator(".maxdiff-set:visible")).to_have_count(1 if has_script else count)
        for number in range(1, count + 1):
            shown = page.locator(f".maxdiff-set[id$='-{number}']")
            shown.locator("input[name$=-best]").first.check()
            shown.locator("input[name$=-worst]").first.check()
            # The same thing is not both: a script takes the first choice away.
            expect(shown.locator("input:checked")).to_have_count(1 if has_script else 2)
            shown.locator("input[name$=-best]").last.check()
            # On to the next set, behind the last one to the end.
            if has_script or number == count:
                page.locator(".survey-steps .button-primary").click()
        expect(page).to_have_url(f"{site.url}/surveys/{survey_id}")

        with site.app.app_context():
            value = _value(survey_id, member_id)
            assert len(value["sets"]) == count
            assert all(each["best"] == each["shown"][-1] for each in value["sets"])


class TestPictures:
    @pytest.mark.parametrize("has_script", [True, False])
    def test_a_picture_of_ones_own_is_chosen(
        self,
        site: Site,
        member_id: int,
        open_browser: Callable[..., Page],
        tmp_path: Path,
        has_script: bool,
    ) -> None:
        with site.app.app_context():
            panel = make_panel(members=(get_row(Member, member_id),))
            survey_id = make_survey(kinds=("picture",), panel=panel).id
        Image.new("RGB", (90, 60), "teal").save(tmp_path / "sea.png")
        page = open_browser(viewport=PHONE, java_script_enabled=has_script)
        begin(page, survey_id)
        page.locator("textarea").fill("It is calm.")
        page.locator("summary").last.click()
        page.locator("input[type=file]").set_input_files(tmp_path / "sea.png")
        page.locator("button", has_text="Add this picture").click()
        expect(page.locator(".picture input:checked")).to_have_count(1)
        expect(page.locator("textarea")).to_have_value("It is calm.")
        page.locator(".survey-steps .button-primary").click()
        expect(page).to_have_url(f"{site.url}/surveys/{survey_id}")

        with site.app.app_context():
            assert _value(survey_id, member_id)["why"] == "It is calm."


def _value(survey_id: int, member_id: int) -> dict[str, Any]:
    """What the only answer of the member says."""
    response = answering.find_response(get_row(Survey, survey_id), get_row(Member, member_id))
    assert response is not None
    (value,) = answers_of(response).values()
    return value
