"""axe-core on the pages of each role, light on a desk and dark on a phone, in English and in Chinese."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from community.feedback.actions import correct, set_word
from community.ideas.actions import comments, responses, statuses, votes
from community.members import actions as members
from tests.access.reported import report_everything
from tests.factories.feedback import make_read_item, make_topic
from tests.factories.ideas import make_idea
from tests.factories.insights import make_report
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.journeys import pages
from tests.journeys.conftest import Site

PUBLIC = (
    "/", "/panels", "/panels/families", "/panels/families?q=card", "/panels/families?q=nothing-like-it",
    "/panels/families/join", "/panels/families/ideas/new", "/panels/families/tags", "/roadmap", "/you-said",
    "/join", "/sign-in", "/forgotten-password", "/nothing-here",
)  # fmt: skip
MEMBER = (
    "/me",
    "/me/profile",
    "/me/security",
    "/me/security/second-step",
    "/inbox",
    "/panels",
    "/panels/families/ideas/new",
)
STAFF = (
    "/staff", "/staff/ideas", "/staff/panels", "/staff/panels/new", "/staff/panels/segments",
    "/staff/panels/segments/new", "/staff/members", "/staff/members/attributes",
    "/staff/members/attributes/new", "/staff/mail", "/staff/owed", "/staff/feedback",
    "/staff/feedback?q=nothing-like-it", "/staff/feedback/1", "/staff/topics", "/staff/topics/new",
    "/staff/topics/1", "/staff/listening", "/staff/listening/labels",
    "/staff/feedback/imports", "/staff/feedback/imports/new",
    "/staff/insights", "/staff/insights/new", "/staff/insights/new?kind=voice", "/staff/insights/3",
    "/staff/insights/3/texts?figure=topics&row=0", "/staff/insights/1/files", "/staff/insights/2/progress",
    "/staff/insights/files", "/staff/insights/templates", "/staff/insights/templates/1/schedule",
    "/staff/insights/schedules", "/staff/insights/compare?a=1&b=3",
)  # fmt: skip
WAYS = (
    {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light", "locale": "en-GB"},
    {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "locale": "zh-CN"},
)


@pytest.fixture
def site(quick_site: Site) -> Site:
    """These pages need no processes of their own."""
    return quick_site


@pytest.fixture
def idea_id(site: Site) -> int:
    """An idea that has been through everything, and somebody who runs the site."""
    with site.app.app_context():
        ada = members.create_member(
            display_name="Ada Novak",
            email="ada@example.org",
            password=pages.PASSWORD,
            roles=("admin", "owner", "moderator"),
        )
        panel = make_panel("Young families", slug="families")
        idea = make_idea(
            "Cards that record a voice message", panel=panel, author=make_member(), body="**Far** away.",
            tags=("voice",),
        )  # fmt: skip
        make_idea("希望贺卡可以自己录音留言", panel=panel, author=make_member())
        delivery = make_topic("Delivery", words=("parcel",))
        item = make_read_item(
            "A lovely parcel, but it came late.", panel=panel, author=make_member(), ask_reason="random",
            evidence=[[2, 8, 2.8, "word"], [9, 15, 0.0, "topic:1"], [29, 33, -1.2, "contrast"]],
        )  # fmt: skip
        correct(item, ada, field="topic", value=str(delivery.id))
        set_word(ada, word="给力", valence=3)
        first = comments.add_comment(idea, make_member(), body="Would it survive the post?")
        comments.add_comment(idea, ada, body="Nine of ten did.", parent_id=first.id)
        votes.support_idea(idea, make_member())
        statuses.change_status(idea, ada, status="planned", message="We make a first run.")
        responses.give_response(idea, ada, body="Yes, we want to make this.")
        report_everything(panel, item_id=item.id, word="parcels")
        make_report(panels=(panel,), quoted=(item.id,))
        return idea.id


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("way", WAYS, ids=["desk", "phone"])
class TestAccessibility:
    def test_nobody_meets_a_barrier(
        self, site: Site, idea_id: int, open_browser: Callable[..., Page], way: dict[str, object]
    ) -> None:
        self._check(open_browser(**way), (*PUBLIC, f"/ideas/{idea_id}"))

        member = open_browser(**way)
        pages.join(member, name="Ana Martins", email="ana@example.org")
        self._check(member, (*MEMBER, f"/ideas/{idea_id}"))

        staff = open_browser(**way)
        pages.sign_in(staff, "ada@example.org")
        self._check(staff, (*STAFF, f"/ideas/{idea_id}", f"/ideas/{idea_id}/merge"))
        # Among entries of which a phone shows four.
        staff.goto("/staff/insights")
        expect(staff.locator(".staff-nav [aria-current]")).to_be_in_viewport(ratio=1)

    def _check(self, page: Page, paths: tuple[str, ...]) -> None:
        for path in paths:
            pages.meet_no_barrier(page, path)
