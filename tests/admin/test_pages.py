"""What keeps the site in order: its mail, and the work it owes."""

from collections.abc import Callable

import pytest

from community.admin.queries import mails as queries
from community.infra import mail
from community.infra.db import unit_of_work
from community.members.models import Member
from tests.conftest import Client
from tests.factories.members import make_member
from tests.factories.panels import make_panel


class TestMail:
    def test_it_is_paged_and_can_be_read_where_it_is_kept(
        self, browser_of: Callable[[Member], Client], ada: Member
    ) -> None:
        with unit_of_work():
            for number in range(queries.PER_PAGE + 1):
                last = mail.post(
                    "members/verify", to=f"a{number}@example.org", name="", locale="en", link="/x"
                )
        browser = browser_of(ada)
        first, second = browser.get("/staff/mail").text, browser.get("/staff/mail?page=2").text
        assert "a1@example.org" in first
        assert "a0@example.org" not in first
        assert "a0@example.org" in second
        assert last.subject in browser.get(f"/staff/mail/{last.id}").text
        assert browser.get(f"/staff/mail/{last.id + 1}").status_code == 404


class TestAccess:
    @pytest.mark.parametrize("path", ["/staff/mail", "/staff/owed"])
    def test_an_administrator_of_one_panel_does_not_run_the_site(
        self, browser_of: Callable[[Member], Client], path: str
    ) -> None:
        member = make_member(roles=("admin",), panel_id=make_panel().id)
        assert browser_of(member).get(path).status_code == 404
