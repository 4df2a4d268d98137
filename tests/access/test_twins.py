"""The site before and after something private happened: to whoever is not in it, not a byte is different."""

import re
from collections.abc import Callable

from flask import Flask

from community.activity.actions import follow_due
from community.ideas.actions import comments, votes
from community.infra import clock
from community.members.models import Member
from tests.access.house import CANARY, furnish
from tests.access.whole import NAMES
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel

# Fresh in every answer.
FRESH = re.compile(
    rb'nonce="[^"]*"|nonce-[\w-]+|name="(csrf_token|form_key|opened)"[^>]*value="[^"]*"|value="[^"]*"[^>]*name="opened"'
)
QUERIES = (
    "/panels/open?q=kanarienvogel", "/panels/open?q=idea", "/panels/open?sort=top", "/panels/open?sort=new",
    "/panels/open/similar?title=An+idea+about+kanarienvogel", "/roadmap?panel=panel-kanarienvogel",
    "/you-said?panel=panel-kanarienvogel", "/panels/panel-kanarienvogel", "/panels/panel-kanarienvogel/join",
    "/panels/open?tag=kanarienvogel",
)  # fmt: skip


class TestTwins:
    def test_what_happens_in_a_private_panel_changes_no_page_outside_of_it(
        self, app: Flask, client: Client, browser_of: Callable[[Member], Client]
    ) -> None:
        outsider = make_member("Outsider")
        panel = make_panel("Open", slug="open", members=(outsider,))
        idea = make_idea("An idea for all", panel=panel, author=outsider, tags=("all",))
        comments.add_comment(idea, make_member(), body="Said for all")
        votes.support_idea(idea, outsider)
        follow_due()
        browsers = {"visitor": client, "outsider": browser_of(outsider)}
        paths = [
            NAMES.sub(lambda found: {"slug": "open", "idea_id": str(idea.id)}[found[1]], rule.rule)
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and set(rule.arguments) <= {"slug", "idea_id"}
        ]
        # Members see when they were here and where they are signed in; a passkey answers a fresh riddle.
        left_out = ("/staff", "/me/security", "/sign-in/passkey")
        paths = [path for path in (*paths, *QUERIES) if not path.startswith(left_out)]
        now = clock.now()
        with clock.stopped_at(now):
            before = pages(browsers, paths)
        furnish()
        with clock.stopped_at(now):
            after = pages(browsers, paths)
        assert [key for key in before if before[key] != after[key]] == []
        assert len(before) > 80

    def test_they_are_not_the_same_to_whoever_is_in_it(
        self, client: Client, browser_of: Callable[[Member], Client]
    ) -> None:
        house = furnish()
        mine = pages({"insider": browser_of(house.insider)}, ["/", "/panels", "/roadmap", "/surveys"])
        assert all(CANARY.encode() in page for page in mine.values())


def pages(browsers: dict[str, Client], paths: list[str]) -> dict[tuple[str, str], bytes]:
    found = {}
    for who, browser in browsers.items():
        for path in paths:
            answer = browser.get(path, buffered=True)
            kept = (str(answer.status_code), answer.headers.get("ETag", ""), answer.headers.get("Vary", ""))
            found[who, path] = "|".join(kept).encode() + FRESH.sub(b"", answer.data)
    return found
