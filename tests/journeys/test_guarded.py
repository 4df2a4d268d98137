"""A member guards the account with an app and a passkey, and comes back with each."""

import re
from collections.abc import Callable

import pyotp
import pytest
from playwright.sync_api import Page, expect

from community.infra import clock
from community.members import passwords
from tests.factories.members import make_member
from tests.journeys import pages
from tests.journeys.conftest import Site

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def host() -> str:
    """Devices make no passkeys for numbers."""
    return "localhost"


@pytest.fixture
def site(quick_site: Site) -> Site:
    """What is walked here needs no processes of its own."""
    with quick_site.app.app_context():
        make_member("Kai", email="kai@example.org", password_hash=passwords.encode(pages.PASSWORD))
    return quick_site


def sign_out(page: Page) -> None:
    page.goto("/me")
    page.locator("summary.menu-button").click()
    page.locator("form[action$='/sign-out'] button").click()
    expect(page.locator("form[action$='/sign-out']")).to_have_count(0)


def give_password(page: Page) -> None:
    page.goto("/sign-in")
    page.fill("[name=email]", "kai@example.org")
    page.fill("[name=password]", pages.PASSWORD)
    pages.press(page, "password")


def is_in(page: Page) -> None:
    expect(page.locator("form[action$='/sign-out']")).to_have_count(1)


def test_app_and_passkey_from_setting_up_to_coming_back(open_browser: Callable[..., Page]) -> None:
    page = open_browser()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }})  # fmt: skip
    pages.sign_in(page, "kai@example.org")

    # The app: the picture is drawn under our own rules, and its key is that of the text below.
    pages.meet_no_barrier(page, "/me/security/second-step")
    page.get_by_role("button", name="Set up an app").click()
    page.locator(".qr-code").evaluate("image => image.decode()")
    secret = page.locator(".secret-key").inner_text().replace(" ", "")
    pages.meet_no_barrier(page, "/me/security/app")
    with_code = pyotp.TOTP(secret)
    page.fill("[name=code]", with_code.at(clock.now()))
    pages.press(page, "code")
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    recovery_code = page.locator(".recovery-codes li").first.inner_text()

    # The passkey.
    page.goto("/me/security/second-step")
    page.locator(".passkey [name=name]").fill("My laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("[data-passkey-id]", has_text="My laptop")).to_be_visible()

    # Without the password.
    sign_out(page)
    page.goto("/sign-in?next=/inbox")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(re.compile("/inbox$"))
    is_in(page)

    # After it, by the passkey, and by a recovery code.
    sign_out(page)
    give_password(page)
    expect(page).to_have_url(re.compile("/sign-in/second-step$"))
    pages.meet_no_barrier(page, "/sign-in/second-step")
    page.get_by_role("button", name="Use a passkey").click()
    is_in(page)
    sign_out(page)
    give_password(page)
    page.fill("[name=code]", recovery_code)
    pages.press(page, "code")
    is_in(page)

    # A device that knows no key of this site says so, and nothing happens.
    sign_out(page)
    device.send("WebAuthn.disable")
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }})  # fmt: skip
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator(".passkey [data-status]")).to_contain_text("didn’t work")


def test_without_scripts_the_app_is_enough(open_browser: Callable[..., Page]) -> None:
    page = open_browser(java_script_enabled=False)
    pages.sign_in(page, "kai@example.org")
    page.goto("/me/security/second-step")
    expect(page.get_by_role("button", name="Add a passkey")).to_have_count(0)
    page.get_by_role("button", name="Set up an app").click()
    secret = page.locator(".secret-key").inner_text().replace(" ", "")
    page.fill("[name=code]", pyotp.TOTP(secret).at(clock.now()))
    pages.press(page, "code")
    expect(page.locator(".recovery-codes li")).to_have_count(10)
