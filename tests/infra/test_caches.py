"""A cache before the site shows nobody what was meant for somebody else (RFC 9111)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from community.members.models import Member
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.panels import make_panel


@dataclass
class SharedCache:
    """Keeps all that a shared cache may keep, for as long as it may, and answers with it."""

    kept: dict[str, list[tuple[Headers, TestResponse]]] = field(default_factory=dict)

    def get(self, browser: Client, path: str, **headers: str) -> TestResponse:
        asked = Headers(headers)
        if cookie := "; ".join(f"{each.key}={each.value}" for each in browser._cookies.values()):
            asked["Cookie"] = cookie
        for kept_for, answer in self.kept.get(path, []):
            if all(kept_for.get(name) == asked.get(name) for name in answer.vary.as_set()):
                return answer
        answer = browser.get(path, headers=dict(headers))
        if self._may_keep(answer):
            self.kept.setdefault(path, []).append((asked, answer))
        return answer

    @staticmethod
    def _may_keep(answer: TestResponse) -> bool:
        control = answer.cache_control
        if control.no_store or control.private or control.no_cache or "*" in answer.vary:
            return False
        # What says nothing is kept by guess.
        return answer.status_code in (200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501)


@pytest.fixture
def pages(app: Flask, ana: Member) -> list[str]:
    """Every page that asks for nothing but its address, and those of an idea."""
    panel = make_panel("Open", slug="open-panel")
    idea = make_idea("A lamp at the gate", panel=panel, author=ana)
    values = {
        "slug": panel.slug,
        "idea_id": str(idea.id),
        "panel_id": str(panel.id),
        "member_id": str(ana.id),
    }
    paths = []
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: values.get(match[1], "<"), rule.rule)
        if "GET" in (rule.methods or ()) and "<" not in path and "sign-out" not in path:
            paths.append(path)
    return [*paths, "/nothing-here"]


class TestSharedCache:
    def test_a_visitor_sees_nothing_of_the_member_or_the_administrator_who_was_here_before(
        self,
        client: Client,
        browser_of: Callable[[Member], Client],
        ana: Member,
        ada: Member,
        pages: list[str],
    ) -> None:
        assert len(pages) > 100
        cache = SharedCache()
        theirs: list[TestResponse] = []
        for browser in (browser_of(ada), browser_of(ana)):
            for path in pages:
                answer = cache.get(browser, path)
                theirs.append(answer)
                is_kept = any(answer is kept for each in cache.kept.values() for _asked, kept in each)
                assert not (is_kept and "Set-Cookie" in answer.headers), path
        kept = [path for path in cache.kept if not path.startswith("/static/")]
        assert kept == []
        for path in ("/", "/me", "/panels/open-panel"):
            answer = cache.get(client, path)
            assert not any(answer is each for each in theirs)
            assert "Ana Martins</li>" not in answer.text

    def test_static_files_are_kept_for_all_and_set_no_cookie(
        self, browser_of: Callable[[Member], Client], ana: Member, client: Client
    ) -> None:
        cache = SharedCache()
        path = re.findall(r'href="(/static/[^"]+\.css)"', client.get("/").text)[0]
        first = cache.get(browser_of(ana), path, **{"Accept-Encoding": "gzip"})
        assert cache.get(client, path, **{"Accept-Encoding": "gzip"}) is first
        assert cache.get(client, path, **{"Accept-Encoding": "br"}) is not first
        assert "Set-Cookie" not in first.headers


class TestHeadersForCaches:
    def test_what_a_page_depends_on_is_said(self, client: Client) -> None:
        assert {"cookie", "accept-language", "x-fragment"} <= client.get("/panels").vary.as_set()

    def test_signing_out_empties_the_browsers_cache(
        self, browser_of: Callable[[Member], Client], ana: Member
    ) -> None:
        answer = browser_of(ana).post("/sign-out")
        assert answer.headers["Clear-Site-Data"] == '"cache"'
