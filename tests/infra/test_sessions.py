import time
from collections.abc import Callable

import pytest
from flask import Flask, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf, validate_csrf
from itsdangerous import URLSafeTimedSerializer

from community.infra import kept


def cookie_that_says(app: Flask, **what: object) -> str:
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    assert isinstance(signer, URLSafeTimedSerializer)
    written = signer.dumps(what)
    assert isinstance(written, str)
    return f"{app.config['SESSION_COOKIE_NAME']}={written}"


def read(app: Flask, cookie: str) -> dict[str, object]:
    with app.test_request_context(headers={"Cookie": cookie}):
        return dict(session)


class TestCookie:
    def test_its_signature_is_checked_once(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        cookie = cookie_that_says(app, locale="en")
        assert read(app, cookie) == {"locale": "en"}
        monkeypatch.setattr(
            SecureCookieSessionInterface,
            "open_session",
            lambda *_: pytest.fail("looked at it again"),
        )
        assert read(app, cookie) == {"locale": "en"}

    def test_it_is_looked_at_again_after_a_while(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        cookie = cookie_that_says(app, locale="en")
        read(app, cookie)
        monkeypatch.setattr(time, "monotonic", lambda: float("inf"))
        monkeypatch.setattr(
            SecureCookieSessionInterface,
            "open_session",
            lambda *_: SecureCookieSession(),
        )
        assert read(app, cookie) == {}

    def test_another_secret_knows_nothing_of_it(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        cookie = cookie_that_says(app, locale="en")
        assert read(app, cookie)
        app.secret_key = "another one, which nobody has signed with"
        assert read(app, cookie) == {}

    def test_a_forged_one_is_never_taken_for_the_one_that_was_read(self, app: Flask) -> None:
        cookie = cookie_that_says(app, locale="en")
        read(app, cookie)
        # Of the last letter of a signature some bits mean nothing; of its first, all do.
        value, dot, signature = cookie.rpartition(".")
        forged = ("A" if signature[0] != "A" else "B") + signature[1:]
        assert read(app, f"{value}{dot}{forged}") == {}

    @pytest.mark.parametrize("what", [{"notes": ["one"]}, {"locale": "en"}])
    def test_what_one_page_changes_is_not_there_on_the_next(
        self, app: Flask, what: dict[str, object]
    ) -> None:
        cookie = cookie_that_says(app, **what)
        for _ in range(2):
            with app.test_request_context(headers={"Cookie": cookie}):
                assert dict(session) == what
                session["more"] = 1
                for each in session.values():
                    if isinstance(each, list):
                        each.append("two")
        assert read(app, cookie) == what


class TestTokenOfForms:
    def test_it_is_signed_once_for_all_pages_of_a_session(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.test_request_context():
            first, begun = kept.form_token(), dict(session)
        cookie = cookie_that_says(app, **begun)
        with app.test_request_context(headers={"Cookie": cookie}):
            assert kept.form_token() == first == generate_csrf()
            validate_csrf(first)

    def test_no_two_sessions_share_it(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        tokens = set()
        for _ in range(3):
            with app.test_request_context():
                tokens.add(kept.form_token())
        assert len(tokens) == 3
