"""Pages of moderation, notices, digests and one's own data: axe-core finds nothing, and all fit a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from community.digests.models import Digest
from community.infra import clock
from community.infra.db import unit_of_work
from community.members import passwords
from tests.access.kept import keep_everything
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.journeys import pages
from tests.journeys.conftest import Site
from tests.journeys.test_accessibility import WAYS

OF_ALL = ("/panels/families/moderation",)
OF_MEMBERS = (
    "/me/moderation", "/me/moderation/{decision_id}", "/me/moderation/waiting/1", "/me/trust", "/me/learned",
    "/me/learned/{fact_id}/correct", "/me/digest", "/me/notifications", "/me/privacy", "/me/privacy/data",
    "/me/privacy/data/{domain}", "/me/privacy/erase", "/me/profile", "/ideas/{kept_idea_id}",
)  # fmt: skip
OF_STAFF = (
    "/staff", "/staff/moderation", "/staff/moderation/1", "/staff/moderation/2",
    "/staff/moderation/decisions",
    "/staff/moderation/rules", "/staff/moderation/rules/families", "/staff/moderation/words",
    "/staff/moderation/trust", "/staff/moderation/trust/1", "/staff/moderation/quality",
    "/staff/moderation/appeals/{appeal_id}", "/staff/moderation/on?subject=comment:1",
    "/flags?subject=comment:1",
    "/staff/audit", "/staff/settings/retention", "/staff/settings/retention/1", "/staff/settings/erasures",
    "/staff/ideas/{watched_id}/votes", "/staff/panels/1/edit",
)  # fmt: skip


@pytest.fixture
def site(quick_site: Site) -> Site:
    """These pages need no processes of their own."""
    return quick_site


@pytest.fixture
def values(site: Site) -> dict[str, str]:
    """A panel in which texts wait and were hidden and appealed, by somebody who reads what became of them."""
    password_hash = passwords.encode(pages.PASSWORD)
    with site.app.app_context():
        author = make_member("Ana Martins", email="ana@example.org", password_hash=password_hash)
        panel = make_panel("Young families", slug="families", members=(author,))
        owner = make_member("Mia Berg", roles=("moderator", "owner"))
        make_member(
            "Ada Novak", roles=("admin", "moderator"), email="ada@example.org", password_hash=password_hash
        )
        idea = make_idea("Cards that record a voice message", panel=panel, author=author)
        picked = make_idea("希望贺卡可以自己录音留言", panel=panel)
        kept = keep_everything(panel, insider=author, owner=owner, idea=idea, word="crypto")
        with unit_of_work() as session:
            part = {"part": "pick", "id": picked.id, "why": "fresh", "about": None}
            session.add(Digest(member_id=author.id, week_on=clock.today(), parts=[part]))
        return {name: each[0] for name, each in kept.items()} | {"watched_id": kept["kept_idea_id"][1]}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("way", WAYS, ids=["desk", "phone"])
def test_nobody_meets_a_barrier(
    site: Site, values: dict[str, str], open_browser: Callable[..., Page], way: dict[str, object]
) -> None:
    for email, paths in ((None, OF_ALL), ("ana@example.org", OF_MEMBERS), ("ada@example.org", OF_STAFF)):
        page = open_browser(**way)
        if email is not None:
            pages.sign_in(page, email)
        for path in paths:
            filled = path.format(**values)
            answer = page.request.get(filled)
            assert answer.ok, f"{filled}: {answer.status}"
            pages.meet_no_barrier(page, filled)
