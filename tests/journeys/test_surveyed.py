"""Six kinds of questions: built, answered on phones by keyboard, without scripts, in Chinese, and read."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from community.infra.db import db
from community.members import actions as members
from community.members.models import Member
from community.surveys.models import Question, QuestionVersion, Survey
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.factories.surveys import answer
from tests.journeys import pages
from tests.journeys.conftest import Site

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
QUESTIONS = {
    "single": ("How did your last parcel reach you?", ("At the door", "A parcel shop", "A locker")),
    "nps": ("How likely is it that you would recommend our delivery?", ()),
    "ranking": ("What matters most to you?", ("Speed", "Price", "Care")),
    "matrix": ("How often does this happen?", ("It comes late", "Something is broken")),
    "allocation": ("Where should our effort go?", ("Faster", "Cheaper", "Greener")),
    "long_text": ("What should we know?", ()),
}


@pytest.fixture
def site(quick_site: Site) -> Site:
    """This journey asks for the worker itself, when it is its turn."""
    return quick_site


@pytest.fixture
def panel(site: Site) -> str:
    """A panel of twelve, nine of whom answer out of sight, and an owner who may ask them."""
    with site.app.app_context():
        cast = (("Ana Martins", "ana", "en"), ("Ben Okoro", "ben", "en"), ("林晓", "lin", "zh_Hans"))
        people = [
            members.create_member(
                display_name=name, email=f"{email}@example.org", password=pages.PASSWORD, locale=locale
            )
            for name, email, locale in cast
        ]
        others = (make_member() for _ in range(9))
        make_panel("Young families", slug="families", members=(*people, *others))
        members.create_member(
            display_name="Omar Haddad", email="omar@example.org", password=pages.PASSWORD, roles=("owner",)
        )
    return "families"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestFromQuestionToResult:
    def test_six_kinds_are_built_answered_and_read(
        self, site: Site, panel: str, open_browser: Callable[..., Page]
    ) -> None:
        omar = open_browser()
        pages.sign_in(omar, "omar@example.org")
        survey_id = build(omar)

        ana = open_browser(**PHONE)
        pages.sign_in(ana, "ana@example.org")
        answer_by_keyboard(ana, survey_id)

        ben = open_browser(**PHONE, java_script_enabled=False)
        pages.sign_in(ben, "ben@example.org")
        answer_without_script(ben, survey_id)

        lin = open_browser(**PHONE, locale="zh-CN", color_scheme="dark")
        pages.sign_in(lin, "lin@example.org")
        answer_by_touch(lin, survey_id, open_browser)

        answer_out_of_sight(site, survey_id)
        site.work()
        read(omar, survey_id)


def build(omar: Page) -> int:
    """Begin the survey, write its six questions on three pages, go through it once, and open it."""
    omar.goto("/staff/surveys/new")
    omar.fill("[name=title]", "How we deliver")
    omar.locator("label", has_text="Young families").locator("input").check()
    omar.get_by_role("button", name="Begin").click()
    expect(omar.locator("h1")).to_have_text("Questions")
    survey_id = int(omar.url.rstrip("/").split("/")[-2])
    for kind in QUESTIONS:
        add_question(omar, survey_id, kind)
    for kind in ("ranking", "allocation"):
        row = omar.locator("[data-question-id]", has_text=QUESTIONS[kind][0])
        row.get_by_role("button", name="New page from here").click()
    expect(omar.get_by_role("heading", name="Page 3")).to_be_visible()

    omar.goto(f"/staff/surveys/{survey_id}/edit")
    omar.fill("[name=purpose_en]", "We choose a delivery partner by what you say.")
    omar.get_by_role("button", name="Save", exact=True).last.click()

    omar.goto(f"/staff/surveys/{survey_id}/preview")
    pages.find_no_barrier(omar)
    omar.get_by_role("button", name="Try it as a member").click()
    expect(omar.locator(".survey-trial")).to_be_visible()
    omar.locator("[data-question=single] label", has_text="A locker").click()
    omar.locator("[data-question=nps] .point", has_text="7").click()
    go_on(omar)
    expect(omar.locator("#progress-words")).to_have_text("Page 2 of 3")

    omar.goto(f"/staff/surveys/{survey_id}")
    omar.locator("#opening button[type=submit]").click()
    expect(omar.locator("[data-state=open]")).to_be_visible()
    return survey_id


def add_question(omar: Page, survey_id: int, kind: str) -> None:
    """Write one question."""
    text, options = QUESTIONS[kind]
    omar.goto(f"/staff/surveys/{survey_id}/questions/new?kind={kind}")
    omar.fill("[name=text_en]", text)
    for number, option in enumerate(options):
        omar.fill(f"[name=options-{number}-text-en]", option)
    if kind == "matrix":
        for number, column in enumerate(("Never", "Sometimes", "Often")):
            omar.fill(f"[name=columns-{number}-text-en]", column)
    omar.fill("[name=code]", kind) if omar.locator("[name=code]").is_visible() else reveal_code(omar, kind)
    omar.get_by_role("button", name="Add the question").click()
    expect(omar.locator(f"[data-code={kind}]")).to_be_visible()


def reveal_code(omar: Page, kind: str) -> None:
    """Give the question a code."""
    omar.get_by_text("Code and earlier answers").click()
    omar.fill("[name=code]", kind)


def answer_by_keyboard(ana: Page, survey_id: int) -> None:
    """Answer with Tab, arrows, Space and Enter alone; a mistake comes back with what was answered."""
    ana.goto(f"/surveys/{survey_id}")
    expect(ana.get_by_text("We choose a delivery partner by what you say.")).to_be_visible()
    send(ana, "Begin")

    tab_to(ana, ana.locator("[data-question=single] input").first)
    ana.keyboard.press("Space")
    ana.keyboard.press("ArrowDown")
    send(ana, "Next")
    expect(ana.locator(".error-summary")).to_be_focused()
    expect(ana.get_by_label("A parcel shop")).to_be_checked()
    tab_to(ana, ana.locator("[data-question=nps] input").first)
    for _ in range(9):
        ana.keyboard.press("ArrowRight")
    send(ana, "Next")

    tab_to(ana, ana.get_by_role("button", name="Put Care next"))
    ana.keyboard.press("Enter")
    tab_to(ana, ana.get_by_role("button", name="Put Price next"))
    ana.keyboard.press("Enter")
    expect(ana.get_by_role("button", name="Move Price up")).to_be_visible()
    tab_to(ana, ana.get_by_role("button", name="Move Speed up"))
    ana.keyboard.press("Enter")
    expect(ana.get_by_role("status").filter(has_text="Speed: place 2 of 3")).to_have_count(1)
    for row in range(2):
        tab_to(ana, ana.locator(".matrix-row").nth(row).locator("input").first)
        ana.keyboard.press("Space")
        ana.keyboard.press("ArrowDown")
    send(ana, "Next")

    for points in ("60", "30", "10"):
        place = ("60", "30", "10").index(points)
        tab_to(ana, ana.locator("[data-question=allocation] input[type=text]").nth(place))
        ana.keyboard.type(points)
    expect(ana.get_by_text("All points are given.")).to_be_visible()
    tab_to(ana, ana.locator("textarea"))
    ana.keyboard.type("The driver was kind.")
    expect(ana.locator(".survey-kept")).to_have_text("Saved")
    send(ana, "Send my answers")
    expect(ana.locator("h1")).to_have_text("Thank you")


def answer_without_script(ben: Page, survey_id: int) -> None:
    """Answer by plain forms and keys; stop after the first page and go on later."""
    ben.goto(f"/surveys/{survey_id}")
    send(ben, "Begin")
    tab_to(ben, ben.locator("[data-question=single] input").first)
    ben.keyboard.press("Space")
    tab_to(ben, ben.locator("[data-question=nps] input").first)
    for _ in range(6):
        ben.keyboard.press("ArrowRight")
    send(ben, "Next")
    send(ben, "Go on later")
    send(ben, "Go on where I stopped")

    write(ben, {"Speed": "2", "Price": "2", "Care": "1"})
    for row in ben.locator(".matrix-row").all():
        tab_to(ben, row.locator("input").first)
        ben.keyboard.press("Space")
    send(ben, "Next")
    expect(ben.locator("[data-question=ranking] .error")).to_have_text("You gave place 2 twice.")
    expect(ben.get_by_label("Price")).to_have_value("2")
    write(ben, {"Price": "3"})
    send(ben, "Next")

    write(ben, {"Faster": "90", "Cheaper": "20"})
    tab_to(ben, ben.locator("textarea"))
    ben.keyboard.type("It came late twice.")
    send(ben, "Send my answers")
    expect(ben.locator("[data-question=allocation] .error")).to_contain_text("110")
    expect(ben.locator("textarea")).to_have_value("It came late twice.")
    write(ben, {"Cheaper": "10"})
    send(ben, "Send my answers")
    expect(ben.locator("h1")).to_have_text("Thank you")


def answer_by_touch(lin: Page, survey_id: int, open_browser: Callable[..., Page]) -> None:
    """Answer by taps, and finish on another device, where everything still stands."""
    lin.goto(f"/surveys/{survey_id}")
    pages.find_no_barrier(lin)
    with lin.expect_navigation():
        lin.locator(".survey-begin button").tap()
    pages.find_no_barrier(lin)
    lin.locator("[data-question=single] .answer", has_text="A locker").tap()
    lin.locator("[data-question=nps] .point").nth(10).tap()
    go_on(lin)
    pages.find_no_barrier(lin)
    for thing in ("Price", "Speed"):
        lin.locator(".ranking-row", has_text=thing).locator(".ranking-next").tap()
    lin.locator(".matrix-row").nth(0).locator(".matrix-point", has_text="Often").tap()
    lin.locator(".matrix-row").nth(1).locator(".matrix-point", has_text="Sometimes").tap()
    go_on(lin)
    pages.find_no_barrier(lin)
    lin.locator("[data-question=allocation] input[type=text]").nth(2).fill("100")
    lin.locator("textarea").fill("包装太多了。")
    expect(lin.locator(".survey-kept")).not_to_be_empty()

    desk = open_browser(locale="zh-CN")
    pages.sign_in(desk, "lin@example.org")
    desk.goto(f"/surveys/{survey_id}")
    desk.locator(".survey-begin button").click()
    expect(desk.locator("textarea")).to_have_value("包装太多了。")
    go_on(desk)
    expect(desk.locator(".survey-withdraw")).to_be_visible()
    pages.find_no_barrier(desk)


def answer_out_of_sight(site: Site, survey_id: int) -> None:
    """Nine more members answer, so that results may be shown."""
    with site.app.app_context():
        survey = db.session.get_one(Survey, survey_id)
        others = db.session.scalars(select(Member).where(Member.display_name.startswith("Member "))).all()
        door = (
            db.session.scalars(select(QuestionVersion).join(Question).where(Question.code == "single"))
            .one()
            .options[0]["key"]
        )
        for member in others:
            answer(survey, member, {"single": door, "nps": 10})


def read(omar: Page, survey_id: int) -> None:
    """The results page tells what twelve members said."""
    omar.goto(f"/staff/surveys/{survey_id}/results")
    expect(omar.locator("[data-n='12']").first).to_be_visible()
    single = omar.locator("[data-question=single]")
    expect(single).to_contain_text("At the door")
    expect(single).to_contain_text("83")
    nps = omar.locator("[data-question=nps]")
    expect(nps).to_contain_text("83")
    pages.find_no_barrier(omar)


def go_on(page: Page) -> None:
    """Send the page."""
    with page.expect_navigation():
        page.locator(".survey-steps .button-primary").click()


def send(page: Page, name: str) -> None:
    """Send a form by key with the button of this name."""
    tab_to(page, page.get_by_role("button", name=name))
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, fields: dict[str, str]) -> None:
    """Write into fields, over what stands there."""
    for label, text in fields.items():
        tab_to(page, page.get_by_label(label))
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(text)


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus, as somebody does who has no mouse."""
    for _ in range(80):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {target}")
