"""Kept pages are what Flask would answer, to whoever brings nothing by which a page could be theirs."""

import gzip
from collections.abc import Callable, Iterator
from itertools import product

import brotli
import pytest
from flask import Flask, request, request_started, session
from werkzeug.test import TestResponse

from community.ideas.models import Idea
from community.infra import clock, compressing, limits, requests, visitors
from community.infra.db import unit_of_work
from community.infra.logs import Answered
from community.members.models import Member
from community.panels.models import Panel
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.panels import make_panel

Browser = Callable[[Member], Client]

QUERIES = (
    "",
    "sort=top",
    "lang=zh_Hans",
    "page=2",
    "tag=%E4%B8%AD&x",
    "q=ribbon",
    "a=%2F%2Fevil.example&a=%zz",
)
HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"Accept-Language": "zh-TW,zh;q=0.9,en;q=0.8"},
    {"Accept-Language": "fr, *;q=0.1"},
    {"Accept-Encoding": "gzip"},
    {"Accept-Encoding": "gzip, br"},
    {"Cookie": "locale=zh_Hans"},
    {"Cookie": "locale=nonsense; _ga=of.somebody.else; locale=zh_Hant"},
    {"Range": "bytes=0-9"},
    {"If-None-Match": "*"},
    {"If-None-Match": '"another", W/"one"'},
    {"If-Modified-Since": "Mon, 01 Jan 2124 00:00:00 GMT"},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Origin": "https://evil.example"},
)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is kept outlives any test, and nothing grows older meanwhile."""
    monkeypatch.setattr(visitors, "SECONDS", 3600.0)
    with clock.stopped_at(clock.now()):
        yield


@pytest.fixture
def client(app: Flask) -> Client:
    """A visitor who brings just what a test says."""
    return app.test_client(use_cookies=False)  # type: ignore[return-value]


@pytest.fixture
def panel(app: Flask) -> Panel:
    return make_panel(slug="kept-panel")


@pytest.fixture
def idea(panel: Panel) -> Idea:
    return make_idea("Ribbons by the metre", body="A long text. " * 200, panel=panel)


@pytest.fixture
def paths(panel: Panel, idea: Idea) -> tuple[str, str]:
    return f"/panels/{panel.slug}", f"/ideas/{idea.id}-{idea.slug}"


@pytest.fixture
def begun(app: Flask) -> Iterator[list[str]]:
    """The requests that Flask has begun."""
    paths: list[str] = []

    def note(_app: Flask) -> None:
        paths.append(request.full_path)

    with request_started.connected_to(note, app):
        yield paths


def told(answer: TestResponse) -> tuple[object, ...]:
    """All of an answer but what each has of its own, which stands in as many places and is as long."""
    headers = dict(answer.headers)
    del headers["X-Request-Id"]
    body = answer.get_data()
    if "Content-Encoding" in headers:
        # What is compressed is as long as what it holds can be written.
        headers.pop("Content-Length")
        body = unpacked(body, headers["Content-Encoding"]) if body else body
    policy = headers.get("Content-Security-Policy", "")
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    if nonce:
        assert body == b"" or body.count(nonce.encode()) == 1
        body = body.replace(nonce.encode(), b"[nonce]")
        headers["Content-Security-Policy"] = policy.replace(nonce, "[nonce]")
    return answer.status, sorted(headers.items()), body


def unpacked(body: bytes, encoding: str) -> bytes:
    return bytes(brotli.decompress(body)) if encoding == "br" else gzip.decompress(body)


class TestSameAnswers:
    @pytest.mark.parametrize("headers", HEADERS, ids=str)
    def test_a_kept_page_is_the_answer_that_flask_gives(
        self, app: Flask, client: Client, paths: tuple[str, str], begun: list[str], headers: dict[str, str]
    ) -> None:
        for path, query, method in product(paths, QUERIES, ("GET", "HEAD")):
            app.extensions["pages_for_visitors"].clear()
            begun.clear()
            written = client.open(path, query_string=query, method=method, headers=headers)
            assert len(begun) == 1
            kept = client.open(path, query_string=query, method=method, headers=headers)
            assert len(begun) == 1, "it was not kept"
            assert told(kept) == told(written)
            again = {**headers, "If-None-Match": written.headers["ETag"]}
            kept = client.open(path, query_string=query, method=method, headers=again)
            app.extensions["pages_for_visitors"].clear()
            assert len(begun) == 1
            assert told(kept) == told(client.open(path, query_string=query, method=method, headers=again))
            assert kept.status_code == 304

    def test_each_has_a_number_and_a_nonce_of_its_own(self, client: Client, paths: tuple[str, str]) -> None:
        answers = [client.get(paths[0]) for _ in range(3)]
        assert len({each.headers["X-Request-Id"] for each in answers}) == 3
        assert len({each.headers["Content-Security-Policy"] for each in answers}) == 3

    def test_long_ones_are_compressed(self, client: Client, paths: tuple[str, str]) -> None:
        client.get(paths[0])
        answer = client.get(paths[0], headers={"Accept-Encoding": "br"})
        assert answer.headers["Content-Encoding"] == "br"
        assert len(answer.get_data()) > compressing.LEAST

    def test_all_requests_are_watched(
        self, new_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        app = new_app()
        seen: list[Answered] = []
        outermost = app.wsgi_app
        assert isinstance(outermost, requests._Around)
        monkeypatch.setattr(outermost, "watchers", [seen.append])
        with app.app_context():
            path = f"/panels/{make_panel().slug}"
        for _ in range(2):
            assert app.test_client().get(path).status_code == 200
        assert [each[:3] for each in seen] == [("GET", "ideas.board", 200)] * 2


class TestWhoGetsThem:
    @pytest.mark.parametrize(
        "headers",
        [
            {"Cookie": "session=anything"},
            {"Cookie": "_ga=1; remember=anything"},
            {"Cookie": "keys=off"},
            {"Authorization": "Bearer anything"},
            {"X-Fragment": "1"},
            {"X-Fragment": ""},
        ],
        ids=str,
    )
    def test_nobody_who_brings_something_of_their_own(
        self, client: Client, paths: tuple[str, str], begun: list[str], headers: dict[str, str]
    ) -> None:
        for path in paths:
            plain = told(client.get(path))
            for _ in range(2):
                begun.clear()
                assert "ETag" not in client.get(path, headers=headers).headers
                assert len(begun) == 1
            # Nor is theirs shown to anybody else.
            begun.clear()
            assert told(client.get(path)) == plain
            assert begun == []

    def test_what_one_browser_chose_is_not_shown_to_the_next(
        self, client: Client, paths: tuple[str, str]
    ) -> None:
        for path in paths:
            assert 'data-letter-keys="off"' in client.get(path, headers={"Cookie": "keys=off"}).text
            assert 'data-letter-keys="off"' not in client.get(path).text
            assert 'data-letter-keys="off"' in client.get(path, headers={"Cookie": "keys=off"}).text

    def test_what_is_told_to_one_visitor_is_told_to_them_alone(
        self, client: Client, paths: tuple[str, str]
    ) -> None:
        for path in paths:
            told_to = client.application.test_client()
            with told_to.session_transaction() as kept:
                kept["_flashes"] = [("done", "A word for one visitor")]
            assert "A word for one visitor" not in client.get(path).text
            assert "A word for one visitor" in told_to.get(path).text
            assert "A word for one visitor" not in client.get(path).text

    def test_a_member_gets_their_own_and_leaves_it_to_nobody(
        self, client: Client, browser_of: Browser, paths: tuple[str, str], ben: Member
    ) -> None:
        for path in paths:
            theirs = browser_of(ben).get(path)
            assert ben.display_name in theirs.text
            assert ben.display_name not in client.get(path).text
            assert ben.display_name in browser_of(ben).get(path).text

    def test_what_begins_a_session_is_not_kept(self, app: Flask, client: Client, panel: Panel) -> None:
        def begin() -> str:
            visitors.stamp_page(("stamp",))
            session["said"] = "to one"
            return "written for one"

        with app.test_request_context("/anywhere"):
            address = visitors._address(request.environ)
            answer = visitors.kept_for_visitors(lambda: ("stamp",))(lambda: app.make_response(begin()))()
            assert "ETag" not in answer.headers
            assert address is not None
            assert app.extensions["pages_for_visitors"].get(address) is None

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"])
    def test_other_methods_are_answered_as_ever(
        self, app: Flask, client: Client, paths: tuple[str, str], method: str
    ) -> None:
        for path in paths:
            app.extensions["pages_for_visitors"].clear()
            before = client.open(path, method=method)
            client.get(path)
            assert client.open(path, method=method).status == before.status
            assert before.status_code != 200 or method == "OPTIONS"

    @pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost@evil.example", ""])
    def test_only_hosts_of_ours_have_pages(self, client: Client, paths: tuple[str, str], host: str) -> None:
        client.get(paths[0])
        assert client.get(paths[0], headers={"Host": "localhost"}).status_code == 200
        for _ in range(2):
            refused = client.get(
                paths[0], environ_overrides={"HTTP_HOST": host, "SERVER_NAME": "evil.example"}
            )
            assert refused.status_code == 400

    def test_a_forwarded_host_has_its_own(self, new_app: Callable[..., Flask]) -> None:
        app = new_app(TRUSTED_PROXIES=1)
        with app.app_context():
            path = f"/panels/{make_panel().slug}"
        client = app.test_client()
        for _ in range(2):
            assert client.get(path).status_code == 200
            assert client.get(path, headers={"X-Forwarded-Host": "evil.example"}).status_code == 400

    @pytest.mark.parametrize(("visibility", "status"), [("members", 403), ("private", 404)])
    def test_closed_panels_are_never_kept(
        self, app: Flask, client: Client, visibility: str, status: int, begun: list[str]
    ) -> None:
        closed = make_panel()
        hidden = make_idea("Nobody else's business", panel=closed)
        with unit_of_work() as at_work:
            at_work.get_one(Panel, closed.id).visibility = visibility
        for path in (f"/panels/{closed.slug}", f"/ideas/{hidden.id}-{hidden.slug}"):
            begun.clear()
            assert [client.get(path).status_code in (403, 404) for _ in range(2)] == [True, True]
            assert len(begun) == 2
        assert client.get(f"/panels/{closed.slug}").status_code == status

    @pytest.mark.parametrize("state", ["hidden", "deleted", "waiting"])
    def test_an_idea_that_goes_is_gone_at_once(
        self, client: Client, paths: tuple[str, str], idea: Idea, state: str
    ) -> None:
        etag = client.get(paths[1]).headers["ETag"]
        with unit_of_work() as at_work:
            at_work.get_one(Idea, idea.id).state = state
        for _ in range(2):
            gone = client.get(paths[1], headers={"If-None-Match": etag})
            assert gone.status_code != 304
            assert "A long text." not in gone.text


class TestLimits:
    @pytest.fixture
    def counted(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[object]:
        """What is counted; it ends at the word "full"."""
        hits: list[object] = []

        def hit(item: object, *who: str, cost: int = 1) -> bool:
            if "full" in hits:
                return False
            hits.append((str(item), *who, cost))
            return True

        monkeypatch.setitem(app.config, "RATE_LIMITS", True)
        monkeypatch.setattr(limits.limiter.limiter, "hit", hit)
        return hits

    def test_a_kept_page_counts_as_any_other(
        self, client: Client, paths: tuple[str, str], begun: list[str], counted: list[object]
    ) -> None:
        for path, address in product(paths, ("198.51.100.7", "2001:db8::7")):
            client.application.extensions["pages_for_visitors"].clear()
            found = []
            for _ in range(2):
                counted.clear()
                assert client.get(path, environ_overrides={"REMOTE_ADDR": address}).status_code == 200
                found.append(list(counted))
            assert found[0] == found[1]
            assert len(found[0]) == 2
            assert all(f"address:{address}" in str(each) for each in found[0])
        assert len(begun) == 4

    def test_who_has_reached_a_limit_is_told_so(
        self, client: Client, paths: tuple[str, str], counted: list[object]
    ) -> None:
        assert client.get(paths[0]).status_code == 200
        assert client.get(paths[0]).status_code == 200
        counted.append("full")
        refused = client.get(paths[0])
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) > 0

    def test_pages_with_a_limit_of_their_own_are_counted_by_it_each_time(
        self, client: Client, paths: tuple[str, str], begun: list[str], counted: list[object]
    ) -> None:
        for number in (1, 2):
            assert client.get(paths[0], query_string="q=ribbon").status_code == 200
            assert len(begun) == number
            assert sum("30 per 1 minute" in str(each) for each in counted) == number

    def test_a_counter_that_fails_is_left_to_flask(
        self,
        client: Client,
        paths: tuple[str, str],
        begun: list[str],
        counted: list[object],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        client.get(paths[0])

        def fail(*_asked: object, **_more: object) -> bool:
            raise ConnectionError("the counter is away")

        monkeypatch.setattr(limits.limiter.limiter, "hit", fail)
        assert client.get(paths[0]).status_code == 200
        assert len(begun) == 2
