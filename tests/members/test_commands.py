"""`flask member create`."""

import pytest

from community.members import actions, queries
from community.panels.policy import is_in
from community.panels.queries import find_membership
from tests.factories.panels import make_panel
from tests.members.pages import GOOD_PASSWORD

WHO = ("member", "create", "--email", "Root@example.org", "--name", "Root")


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=[*words])


class TestMemberCreate:
    def test_the_account_can_sign_in_and_holds_its_role(self, run):
        result = run(*WHO, "--role", "admin", "--password", GOOD_PASSWORD)
        assert result.exit_code == 0, result.output
        member = actions.sign_in(email="root@example.org", password=GOOD_PASSWORD)
        assert member.is_verified
        assert member.holds_role("admin")

    def test_the_role_may_hold_on_one_panel(self, run):
        panel = make_panel(slug="cards")
        assert (
            run(*WHO, "--role", "moderator", "--panel", "cards", "--password", GOOD_PASSWORD).exit_code == 0
        )
        member = queries.find_by_email("root@example.org")
        assert (member.holds_role("moderator", panel.id), member.holds_role("moderator")) == (True, False)

    def test_somebody_may_simply_be_a_member(self, run):
        assert run(*WHO, "--role", "member", "--password", GOOD_PASSWORD).exit_code == 0
        assert not queries.find_by_email("root@example.org").is_staff

    def test_a_member_may_be_put_into_a_panel(self, run):
        panel = make_panel(slug="inner", visibility="private", admission="invitation")
        assert run(*WHO, "--role", "member", "--panel", "inner", "--password", GOOD_PASSWORD).exit_code == 0
        member = queries.find_by_email("root@example.org")
        assert not member.is_staff
        assert is_in(find_membership(member, panel))
        assert panel.member_count == 1

    def test_the_password_may_be_typed(self, app):
        typed = f"{GOOD_PASSWORD}\n{GOOD_PASSWORD}\n"
        assert app.test_cli_runner().invoke(args=[*WHO], input=typed).exit_code == 0

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (("--password", "short"), "at least 10"),
            (("--password", GOOD_PASSWORD, "--email", "nowhere"), "name@example.org"),
            (("--password", GOOD_PASSWORD, "--panel", "none", "--role", "owner"), "no panel none"),
            (("--password", GOOD_PASSWORD, "--role", "king"), "king"),
        ],
    )
    def test_it_says_what_is_wrong(self, run, words, sentence):
        result = run(*WHO, *words)
        assert result.exit_code != 0
        assert sentence in result.output
        assert "Traceback" not in result.output
        assert queries.find_by_email("root@example.org") is None

    def test_an_address_belongs_to_one_account(self, run):
        run(*WHO, "--password", GOOD_PASSWORD)
        result = run(*WHO, "--password", GOOD_PASSWORD)
        assert result.exit_code != 0
        assert "already" in result.output
