import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask, Request

from community.infra.web import safe_path
from community.members.models import Member
from tests.conftest import Client

# Mail programs end mails by one click, with nothing but the signed token in the address (RFC 8058).
ENDING_MAIL = ("notifications.end_mail", "notifications.end_survey_mail")


class TestHeaders:
    def test_every_page_forbids_all_but_its_own_scripts(self, client: Client) -> None:
        response = client.get("/")
        policy = response.headers["Content-Security-Policy"]
        nonce = re.search(r"script-src 'nonce-([\w-]+)'", policy)
        assert nonce is not None
        assert f'nonce="{nonce[1]}"' in response.text
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"

    def test_the_nonce_is_fresh_for_each_answer(self, client: Client) -> None:
        policies = {client.get("/").headers["Content-Security-Policy"] for _ in range(3)}
        assert len(policies) == 3

    @pytest.mark.parametrize("path", ["/", "/nothing-here", "/static/css/tokens.css", "/sign-in"])
    def test_errors_and_files_carry_them_too(self, client: Client, path: str) -> None:
        with client.get(path) as response:
            assert "Content-Security-Policy" in response.headers

    def test_pages_contain_nothing_inline(self, client: Client) -> None:
        for path in ("/", "/panels", "/join", "/sign-in", "/roadmap", "/you-said", "/nothing-here"):
            text = client.get(path).text
            assert re.search(r"<[^>]+\s(?:style|on\w+)\s*=", text) is None, path
            assert "<style" not in text, path
            assert re.findall(r"<script(?![^>]*\ssrc=)", text) == [], path


class TestHosts:
    @pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example"])
    def test_a_foreign_host_is_refused(self, client: Client, host: str) -> None:
        assert client.get("/", headers={"Host": host}).status_code == 400

    def test_a_forwarded_host_means_nothing_without_a_trusted_proxy(self, client: Client) -> None:
        response = client.get("/me", headers={"X-Forwarded-Host": "evil.example"})
        assert response.status_code == 303
        assert "evil" not in response.headers["Location"]


class TestForgery:
    def test_a_change_without_its_token_is_refused(self, new_app: Callable[..., Flask]) -> None:
        app = new_app(WTF_CSRF_ENABLED=True)
        forms = [
            rule
            for rule in app.url_map.iter_rules()
            if "POST" in (rule.methods or ()) and rule.endpoint not in ENDING_MAIL
        ]
        assert len(forms) > 10
        client = app.test_client()
        for rule in forms:
            path = re.sub(r"<(?:\w+:)?\w+>", "1", rule.rule)
            assert client.post(path).status_code == 400, rule.endpoint

    @pytest.mark.parametrize("token", ["", "guessed", "é"])
    def test_nor_is_the_form_of_visitors_taken_with_another_token(
        self, new_app: Callable[..., Flask], token: str
    ) -> None:
        client = new_app(WTF_CSRF_ENABLED=True).test_client()
        assert client.post("/language", data={"locale": "en", "csrf_token": token}).status_code == 400

    def test_nothing_changes_by_getting_a_page(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        verbs = ("vote", "follow", "membership", "merge", "delete", "status", "sign-out", "read")
        for rule in app.url_map.iter_rules():
            if rule.rule.rstrip("/").rpartition("/")[2] in verbs and rule.endpoint != "ideas.choose_merge":
                assert "GET" not in (rule.methods or ()), rule.rule


class TestBrokenInput:
    @pytest.mark.parametrize("path", ["/?q=%00", "/panels?q=a%00b", "/%ff%fe", "/panels/%00"])
    def test_what_is_not_text_is_refused(self, client: Client, path: str) -> None:
        assert client.get(path).status_code in (400, 404)

    @pytest.mark.parametrize("sent", [{"email": 7, "password": ["x"]}, [], "text", None, {"email": None}])
    def test_json_is_no_form(self, client: Client, sent: object) -> None:
        assert client.post("/sign-in", json=sent).status_code == 422

    def test_a_body_that_is_too_large_is_refused(self, client: Client) -> None:
        response = client.post("/sign-in", data={"email": "a" * 17_000_000})
        assert response.status_code == 413

    def test_a_disk_without_room_for_what_is_sent_is_no_fault_of_the_site(
        self, browser_of: Callable[[Member], Client], ana: Member, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        picture = {"picture": (BytesIO(b"x" * 1000), "me.png")}
        with Path("/dev/full").open("r+b", 0) as full:
            monkeypatch.setattr(Request, "_get_file_stream", lambda *_about, **_more: full)
            response = browser_of(ana).post("/me/profile/picture", data=picture)
        assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
        assert "Back in a moment" in response.text


class TestSafePath:
    @pytest.mark.parametrize("path", ["/", "/panels/a?page=2", "/ideas/7-名字"])
    def test_paths_of_this_site_are_followed(self, path: str) -> None:
        assert safe_path(path) == path

    @pytest.mark.parametrize(
        "path",
        [
            "", None, "//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)",
            "/\t/evil.example", "/a\nb", "\\\\evil.example", "evil.example", " /a", "/a\\..\\b",
        ],
    )  # fmt: skip
    def test_all_others_are_not(self, path: str | None) -> None:
        assert safe_path(path) is None


class TestRateLimits:
    def test_a_script_is_slowed_down_and_told_when_to_come_back(self, new_app: Callable[..., Flask]) -> None:
        client = new_app(RATE_LIMITS=True).test_client()
        statuses = [client.get("/sign-in").status_code for _ in range(60)]
        assert statuses[0] == 200
        assert statuses[-1] == 429
        assert int(client.get("/").headers["Retry-After"]) > 0


class TestCaches:
    def test_what_a_member_sees_is_kept_by_nobody(
        self, browser_of: Callable[[Member], Client], ana: Member
    ) -> None:
        response = browser_of(ana).get("/me")
        assert response.status_code == 200
        assert "no-cache" in response.headers["Cache-Control"]
        assert "private" in response.headers["Cache-Control"]
