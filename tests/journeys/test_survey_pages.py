"""axe-core on the pages where surveys are written, light on a desk and dark on a phone, in two languages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from community.members import actions as members
from community.surveys.actions import opening, questions, telling, waves
from community.surveys.queries import questions as queries
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.journeys import pages
from tests.journeys.conftest import Site
from tests.journeys.test_accessibility import WAYS
from tests.surveys.asking import BOTH, ask, begin, draft

# One of each way in which a question is written.
KINDS = ("single", "matrix", "maxdiff", "number", "pairwise", "moment", "nps")


@pytest.fixture
def site(quick_site: Site) -> Site:
    """These pages need no processes of their own."""
    return quick_site


@pytest.fixture
def paths(site: Site) -> list[str]:
    """A draft with gaps, an open survey that was corrected, one that was told back with its next wave."""
    with site.app.app_context():
        omar = members.create_member(
            display_name="Omar Haddad", email="omar@example.org", password=pages.PASSWORD, roles=("owner",)
        )
        panel = make_panel("Young families", slug="families")
        idea = make_idea("Cards that sing", panel=panel, author=make_member())
        built = begin(omar, panel=panel, languages=BOTH, start="contact")
        ask(built, omar, "single", code="drink", options=["Tea", {"text": {"en": "Coffee"}}])
        condition = {"any": [{"question": "solved", "is": "no"}, {"question": "csat", "at_most": 2}]}
        why = ask(built, omar, "several", options=["Late", "Broken"], condition=condition)
        going = begin(omar, panel=panel, start="recommend")
        opening.open_survey(going, omar)
        nps = queries.list_standing(going)[0].question
        changed = draft(code="nps", text={"en": "Would you recommend us?"})
        questions.edit_question(going, nps.id, by=omar, draft=changed, note="Shorter.")
        told = begin(omar, panel=panel, start="check_up")
        opening.open_survey(told, omar)
        opening.close_survey(told, omar)
        telling.tell_back(told, by=omar, heard={"en": "**Too slow**, you said."})
        waves.copy_as_wave(told, by=omar)
        base = "/staff/surveys"
        return [
            base,
            f"{base}/new",
            f"{base}/polls/new",
            f"{base}/ideas/{idea.id}/new",
            f"{base}/{built.id}",
            f"{base}/{built.id}/edit",
            f"{base}/{built.id}/questions",
            f"{base}/{built.id}/questions/choose",
            f"{base}/{built.id}/questions/{why.id}",
            *(f"{base}/{built.id}/questions/new?kind={kind}" for kind in KINDS),
            f"{base}/{going.id}",
            f"{base}/{going.id}/questions/{nps.id}",
            f"{base}/{going.id}/tell",
            f"{base}/{told.id}",
            f"{base}/{told.id}/tell",
        ]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("way", WAYS, ids=["desk", "phone"])
def test_nobody_who_asks_meets_a_barrier(
    paths: list[str], open_browser: Callable[..., Page], way: dict[str, object]
) -> None:
    page = open_browser(**way)
    pages.sign_in(page, "omar@example.org")
    for path in paths:
        pages.meet_no_barrier(page, path)
        assert page.locator("h1").count() == 1, path


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_how_many_are_drawn_is_asked_of_a_random_sample_alone(
    paths: list[str], open_browser: Callable[..., Page]
) -> None:
    page = open_browser()
    pages.sign_in(page, "omar@example.org")
    page.goto(paths[4] + "/audience")
    expect(page.get_by_label("How many are drawn")).to_be_hidden()
    page.get_by_label("A random sample").check()
    expect(page.get_by_label("How many are drawn")).to_be_visible()
    # What was refused stays in sight.
    page.get_by_label("How many are drawn").fill("0")
    page.get_by_label("Everyone").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("How many are drawn")).to_be_visible()
