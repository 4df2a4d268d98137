"""Attack strings through every text field of a site in which all is used; nothing runs in a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.attacks import inventory, payloads
from tests.attacks.eyes import Eyes
from tests.attacks.payloads import Supply
from tests.attacks.stage import EVERYWHERE, INSIDER, NEWCOMER, PASSWORD, addresses, furnish_for_attacks
from tests.attacks.walk import Report, Walker
from tests.journeys.conftest import Site

# Who writes where; the last one can open everything, and looks at it.
WALKERS = (
    (None, ("/join", "/sign-in", "/forgotten", "/panels")),
    (INSIDER, ("/me/said", "/me/moderation", "/me/learned", "/comments", "/ideas")),
    (NEWCOMER, ("/surveys", "/rewards", "/flags")),
    (EVERYWHERE, "/"),
)


@pytest.fixture
def host() -> str:
    """Devices make no passkeys for numbers, and their form would not be there."""
    return "localhost"


@pytest.fixture
def eyes(chromium: Browser, quick_site: Site) -> Iterator[Eyes]:
    """A window on the site; its own scripts are tried by other journeys."""
    opened = Eyes(chromium, quick_site.url, with_scripts=False)
    yield opened
    opened.close()


@pytest.fixture
def starts(quick_site: Site) -> list[str]:
    """An address of everything there is."""
    with quick_site.app.app_context():
        return list(addresses(quick_site.app, furnish_for_attacks()))


# Some hundred pages in a real browser: more than other tests may take on a busy machine.
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestAttacks:
    def test_nothing_that_is_written_anywhere_ever_runs(
        self, quick_site: Site, starts: list[str], eyes: Eyes
    ) -> None:
        report, supply = Report(), Supply(payloads.own())
        for email, parts in WALKERS:
            walker = Walker(quick_site.url, supply, report, eyes=eyes)
            if email is not None:
                walker.sign_in(email, PASSWORD)
            theirs = [path for path in starts if path.startswith(parts)]
            walker.go_through(theirs, is_looking=False, meetings=1, follows=False)
            walker.attack_everything(by_field=False)
        walker.go_through(starts, meetings=1, follows=False)
        assert report.wrong == {}
        assert inventory.not_written(report.fields) == [], report.answers


class TestInventory:
    def test_every_form_with_a_text_field_is_in_the_inventory(self) -> None:
        assert sorted(inventory.forms()) == sorted(
            inventory.WRITTEN_AT | inventory.IN_THE_DEMO | inventory.BETWEEN_STEPS
        )
