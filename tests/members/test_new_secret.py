"""A new secret: for a while both are valid, then what only the former one signed is worth nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import BadSignature

from community.infra import clock, keys, limits
from community.infra.db import db
from community.infra.errors import TooMany
from community.members import passwords
from community.members.actions import throttle
from community.members.actions.throttle import Guard
from community.members.models import Authenticator
from tests.factories.members import make_member
from tests.members.pages import token_in

PASSWORD = "seven lamps at the gate"
OLD, NEW = "o" * 40, "n" * 40
BEFORE = {"SECRET_KEY": OLD}
MEANWHILE = {"SECRET_KEY": NEW, "SECRET_KEY_FALLBACKS": [OLD]}
AFTER = {"SECRET_KEY": NEW}
SETTINGS = {"RATE_LIMITS": True, "WTF_CSRF_ENABLED": True}

Start = Callable[..., Flask]


@pytest.fixture
def start(new_app: Callable[..., Flask]) -> Start:
    """The same site with other secrets."""
    return lambda secrets: new_app(**SETTINGS, **secrets)


def token_on(client: FlaskClient, path: str) -> str:
    return token_in(client.get(path).text)


def carry(cookies: FlaskClient, into: Flask) -> FlaskClient:
    """The browser, with all of its cookies, at the site that was started anew."""
    client = into.test_client()
    for cookie in cookies._cookies.values():
        client.set_cookie(cookie.key, cookie.value, domain=cookie.domain)
    return client


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/me").status_code == 200


@pytest.fixture
def browser(start: Start) -> FlaskClient:
    """A browser that signed in under the old secret and wants to be remembered."""
    app = start(BEFORE)
    with app.app_context():
        make_member("Ana", email="ana@example.org", password_hash=passwords.encode(PASSWORD))
    client = app.test_client()
    fields = {"email": "ana@example.org", "password": PASSWORD, "remember": "y"}
    client.post("/sign-in", data={**fields, "csrf_token": token_on(client, "/sign-in")})
    assert is_signed_in(client)
    return client


class TestBrowsers:
    def test_nobody_is_signed_out_who_comes_while_both_are_valid(
        self, start: Start, browser: FlaskClient
    ) -> None:
        meanwhile = carry(browser, start(MEANWHILE))
        assert is_signed_in(meanwhile)
        assert is_signed_in(carry(meanwhile, start(AFTER)))

    def test_nor_who_was_only_remembered(self, start: Start, browser: FlaskClient) -> None:
        browser.delete_cookie("session")
        meanwhile = carry(browser, start(MEANWHILE))
        assert is_signed_in(meanwhile)
        meanwhile.delete_cookie("session")
        assert is_signed_in(carry(meanwhile, start(AFTER)))

    def test_what_the_former_secret_signed_ends_with_it(self, start: Start, browser: FlaskClient) -> None:
        assert not is_signed_in(carry(browser, start(AFTER)))

    def test_a_form_that_was_open_can_be_sent(self, start: Start, browser: FlaskClient) -> None:
        token = token_on(browser, "/panels")
        for secrets, status in ((AFTER, 400), (MEANWHILE, 303)):
            client = carry(browser, start(secrets))
            assert client.post("/sign-out", data={"csrf_token": token}).status_code == status


class TestWhatIsSignedAndHidden:
    def test_links_in_mails_lead_on_while_both_are_valid(self, start: Start) -> None:
        with start(BEFORE).app_context():
            link = keys.timed_signer("digest-opinion").dumps([1, 2, "more"])
        with start(MEANWHILE).app_context():
            assert keys.timed_signer("digest-opinion").loads(link) == [1, 2, "more"]
            anew = keys.timed_signer("digest-opinion").dumps([1])
        with start(AFTER).app_context():
            assert keys.timed_signer("digest-opinion").loads(anew) == [1]
            with pytest.raises(BadSignature):
                keys.timed_signer("digest-opinion").loads(link)

    def test_whoever_guesses_gets_no_new_tries(self, start: Start) -> None:
        guard = Guard("sign-in", "198.51.100.7", limits.SIGN_IN)
        with start(BEFORE).app_context():
            for _try in range(5):
                throttle.note(guard)
        with start(MEANWHILE).app_context(), pytest.raises(TooMany):
            throttle.note(guard)

    def test_the_numbers_of_people_in_files_stay(self, start: Start) -> None:
        with start(BEFORE).app_context():
            before = keys.kept("people in survey files")
        with start(AFTER).app_context():
            assert keys.kept("people in survey files") == before
            assert keys.kept("people in feedback files") != before


class TestWhatIsSealed:
    def test_it_is_sealed_anew_before_the_former_secret_goes(self, start: Start) -> None:
        with start(BEFORE).app_context():
            ana = make_member("Ana Martins")
            sealed = keys.seal(b"JBSWY3DPEHPK3PXP", purpose="authenticator")
            row = Authenticator(member_id=ana.id, sealed_secret=sealed, confirmed_at=clock.now())
            db.session.add(row)
            db.session.commit()
        meanwhile = start(MEANWHILE)
        with meanwhile.app_context():
            assert keys.count_sealed_before() == 1
        result = meanwhile.test_cli_runner().invoke(args=["secret", "renew"])
        assert (result.exit_code, result.stdout) == (0, "1 sealed anew\n")
        with start(AFTER).app_context():
            kept = db.session.query(Authenticator.sealed_secret).scalar()
            assert keys.open_sealed(kept, purpose="authenticator") == b"JBSWY3DPEHPK3PXP"
            assert keys.count_sealed_before() == 0
            with pytest.raises(keys.Unreadable):
                keys.open_sealed(sealed, purpose="authenticator")
            with pytest.raises(keys.Unreadable):
                keys.open_sealed(kept, purpose="another")


class TestCommands:
    def test_a_secret_that_the_site_keeps_is_changed_in_its_file(
        self, new_app: Callable[..., Flask], tmp_path: Path
    ) -> None:
        path = tmp_path / "secret_key"
        before = new_app().config["SECRET_KEY"]
        assert new_app().test_cli_runner().invoke(args=["secret", "rotate"]).exit_code == 0
        newest, former = path.read_text().split()
        assert former == before
        assert path.stat().st_mode & 0o777 == 0o600
        app = new_app()
        assert (app.config["SECRET_KEY"], app.config["SECRET_KEY_FALLBACKS"]) == (newest, [former])
        assert app.test_cli_runner().invoke(args=["secret", "forget"]).exit_code == 0
        assert path.read_text().split() == [newest]

    def test_an_empty_file_is_no_secret(self, new_app: Callable[..., Flask], tmp_path: Path) -> None:
        (tmp_path / "secret_key").write_text("")
        with pytest.raises(SystemExit, match="is empty"):
            new_app()

    def test_one_that_is_given_is_not(self, start: Start) -> None:
        result = start(BEFORE).test_cli_runner().invoke(args=["secret", "rotate"])
        assert result.exit_code == 1
        assert "SECRET_KEY_FALLBACKS" in result.output
