"""Signing in through a real OpenID Connect provider: coming, joining, connecting, roles, and its bad days."""

import pytest

from community.infra import clock
from community.infra.db import db, unit_of_work
from community.members import actions, passwords, provider, queries
from community.members.models import Member, OutsideIdentity, RoleGrant
from community.operating.queries.doctor import doors
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.members.pages import GOOD_PASSWORD, OTHER_PASSWORD, link_in, mails
from tests.servers.oidc import CLIENT, SITE, Person

ROSA = {"name": "Rosa Lind", "email": "rosa@example.org"}


@pytest.fixture
def signing_in(app, provider_server, monkeypatch):
    """The site knows the provider; further settings may be given."""

    def settle(**settings):
        values = {
            "BASE_URL": SITE,
            "OIDC_ISSUER": provider_server.issuer,
            "OIDC_NAME": "Oak House",
            "OIDC_SCOPES": "openid email profile groups",
            **CLIENT,
            **settings,
        }
        for name, value in values.items():
            monkeypatch.setitem(app.config, name, value)
        provider.init_app(app)

    settle()
    yield settle
    app.extensions.pop("oidc_provider")


def go(client, person, *, start="/sign-in/provider"):
    """Press the button, sign in there, come back."""
    away = client.get(start)
    assert away.status_code == 303
    back = person.follow(away.location, until=f"{SITE}/sign-in/provider/back")
    return client.get(back.removeprefix(SITE))


def roles_of(member):
    return {(grant.role, grant.panel_id) for grant in member.roles}


class TestComing:
    def test_a_newcomer_chooses_a_name_and_is_a_member_with_their_address(
        self, app, client, signing_in, provider_server
    ):
        provider_server.stage(people={"rosa": ROSA})
        answer = go(client, Person("rosa"))
        assert answer.location == "/join/provider"
        assert "rosa@example.org" in client.get("/join/provider").text
        assert client.post("/join/provider", data={"display_name": "Rosa"}).location == "/me"
        rosa = queries.find_by_email("rosa@example.org")
        assert (rosa.display_name, rosa.password_hash, rosa.is_verified) == ("Rosa", "", True)
        assert "Rosa" in client.get("/me").text
        # The next time, and from another browser, they are in at once, and where they wanted to go.
        browser = app.test_client()
        assert go(browser, Person("rosa"), start="/sign-in/provider?next=/inbox").location == "/inbox"
        assert browser.get("/inbox").status_code == 200
        assert browser.post("/sign-out").location == "/signed-out"
        assert f"{provider_server.issuer}/oauth/end_session?" in browser.get("/signed-out").text
        assert browser.get("/me").status_code == 303

    def test_an_address_that_is_known_here_opens_nothing_until_its_owner_signs_in(
        self, app, client, signing_in, provider_server
    ):
        provider_server.stage(people={"rosa": ROSA})
        rosa = make_member("Rosa", email="rosa@example.org", password_hash=passwords.encode(GOOD_PASSWORD))
        assert go(client, Person("rosa")).location == "/sign-in"
        assert client.get("/me").status_code == 303
        signed_in = client.post("/sign-in", data={"email": rosa.email, "password": GOOD_PASSWORD})
        assert signed_in.location == "/me/security/provider"
        assert queries.find_identity_of(rosa.id, provider_server.issuer) is None
        assert client.post("/me/security/provider").location == "/me/security"
        assert [mail.subject for mail in mails()] == ["How you sign in has changed"]
        browser = app.test_client()
        assert go(browser, Person("rosa")).location == "/"
        assert browser.get("/me").status_code == 200

    def test_who_has_not_confirmed_the_address_there_opens_no_account(
        self, client, signing_in, provider_server
    ):
        provider_server.stage(people={"rosa": ROSA | {"is_verified": False}})
        answer = go(client, Person("rosa"))
        assert (answer.status_code, "confirmed your e-mail address there" in answer.text) == (422, True)
        assert client.get("/join/provider").status_code == 303
        assert queries.find_by_email("rosa@example.org") is None

    def test_strangers_stay_outside_where_nobody_joins_by_it(self, client, signing_in, provider_server):
        signing_in(OIDC_JOIN=False)
        provider_server.stage(people={"rosa": ROSA})
        assert go(client, Person("rosa")).status_code == 403
        assert queries.find_by_email("rosa@example.org") is None

    def test_who_is_suspended_here_stays_outside(self, client, signing_in, provider_server):
        provider_server.stage(people={"rosa": ROSA})
        go(client, Person("rosa"))
        client.post("/join/provider", data={"display_name": "Rosa"})
        client.post("/sign-out")
        with unit_of_work():
            queries.find_by_email("rosa@example.org").state = "suspended"
        assert go(client, Person("rosa")).status_code == 403
        assert client.get("/me").status_code == 303

    def test_without_a_password_they_show_again_at_the_provider_that_it_is_them(
        self, client, signing_in, provider_server
    ):
        provider_server.stage(people={"rosa": ROSA})
        person = Person("rosa")
        go(client, person)
        client.post("/join/provider", data={"display_name": "Rosa"})
        with clock.stopped_at(clock.ago(seconds=-1200)):
            assert client.post("/me/security/app/begin").location.startswith("/me/security/confirm")
            assert "Sign in with Oak House again" in client.get("/me/security/confirm").text
        assert go(client, person).location == "/me/security/second-step"
        assert client.post("/me/security/app/begin").location == "/me/security/app"

    def test_who_finds_the_providers_page_open_changes_nothing_here(
        self, client, signing_in, provider_server
    ):
        provider_server.stage(people={"rosa": ROSA})
        person = Person("rosa")
        go(client, person)
        client.post("/join/provider", data={"display_name": "Rosa"})
        client.post("/sign-out")
        with clock.stopped_at(clock.ago(seconds=-1200)):
            assert go(client, person).location == "/"
            assert client.post("/me/security/app/begin").location.startswith("/me/security/confirm")
        client.post("/sign-out")
        go(client, Person("rosa"))
        assert client.post("/me/security/app/begin").location == "/me/security/app"

    def test_who_has_to_show_again_that_it_is_them_comes_back_to_the_button(
        self, client, signing_in, provider_server
    ):
        provider_server.stage(people={"rosa": ROSA})
        kai = make_member("Kai", email="kai@example.org", password_hash=passwords.encode(GOOD_PASSWORD))
        client.post("/sign-in", data={"email": kai.email, "password": GOOD_PASSWORD})
        person = Person("rosa")
        with clock.stopped_at(clock.ago(seconds=-1200)):
            assert go(client, person).location == "/me/security/provider"
            asked = client.post("/me/security/provider").location
            assert asked == "/me/security/confirm?next=/me/security/provider"
            shown = client.post(asked, data={"current_password": GOOD_PASSWORD})
            assert shown.location == "/me/security/provider"
            assert client.post("/me/security/provider").location == "/me/security"


class TestRoles:
    def test_they_are_given_and_taken_with_the_groups_there_but_not_those_given_here(
        self, client, signing_in, provider_server
    ):
        panel = make_panel("Tea", slug="tea")
        signing_in(
            OIDC_ROLES=[("crew", "moderator", ""), ("crew", "owner", "tea"), ("desk", "analyst", ""),
                        ("crew", "owner", "gone")],
        )  # fmt: skip
        provider_server.stage(people={"rosa": ROSA | {"groups": ["crew", "choir"]}})
        person = Person("rosa")
        go(client, person)
        client.post("/join/provider", data={"display_name": "Rosa"})
        rosa = queries.find_by_email("rosa@example.org")
        assert roles_of(rosa) == {("moderator", None), ("owner", panel.id)}
        with unit_of_work() as session:
            session.add(RoleGrant(member_id=rosa.id, role="analyst"))
        provider_server.stage(people={"rosa": ROSA | {"groups": ["choir"]}})
        client.post("/sign-out")
        go(client, person)
        db.session.refresh(rosa)
        assert roles_of(rosa) == {("analyst", None)}
        assert client.get("/staff/moderation").status_code == 403

    def test_the_last_administrator_is_not_taken_away(self, client, signing_in, provider_server):
        signing_in(OIDC_ROLES=[("crew", "admin", "")])
        provider_server.stage(people={"rosa": ROSA | {"groups": ["crew"]}})
        person = Person("rosa")
        go(client, person)
        client.post("/join/provider", data={"display_name": "Rosa"})
        provider_server.stage(people={"rosa": ROSA})
        client.post("/sign-out")
        go(client, person)
        assert roles_of(queries.find_by_email("rosa@example.org")) == {("admin", None)}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestSecondStep:
    @pytest.mark.parametrize(("there", "leads_to"), [("here", "/sign-in/second-step"), ("there", "/")])
    def test_it_is_asked_for_here_unless_the_provider_does_it(
        self, client, signing_in, provider_server, there, leads_to
    ):
        signing_in(OIDC_SECOND_STEP=there)
        provider_server.stage(people={"rosa": ROSA})
        person = Person("rosa")
        go(client, person)
        client.post("/join/provider", data={"display_name": "Rosa"})
        client.post("/sign-out")
        with unit_of_work():
            queries.find_by_email("rosa@example.org").second_step_since = clock.now()
        assert go(client, person).location == leads_to


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestLeaving:
    def test_the_two_are_parted_only_with_a_password_here(self, client, signing_in, provider_server):
        provider_server.stage(people={"rosa": ROSA})
        person = Person("rosa")
        go(client, person)
        client.post("/join/provider", data={"display_name": "Rosa"})
        rosa = queries.find_by_email("rosa@example.org")
        number = queries.find_identity_of(rosa.id, provider_server.issuer).id
        go(client, person)
        assert client.post(f"/me/security/provider/{number}/end").status_code == 409
        with unit_of_work():
            rosa.password_hash = passwords.encode(GOOD_PASSWORD)
        assert client.post(f"/me/security/provider/{number}/end").status_code == 303
        client.post("/sign-out")
        assert go(client, person).location == "/sign-in"

    def test_nobody_parts_the_accounts_of_others(self, client, browser_of, ben, signing_in, provider_server):
        provider_server.stage(people={"rosa": ROSA})
        go(client, Person("rosa"))
        client.post("/join/provider", data={"display_name": "Rosa"})
        rosa = queries.find_by_email("rosa@example.org")
        number = queries.find_identity_of(rosa.id, provider_server.issuer).id
        assert browser_of(ben).post(f"/me/security/provider/{number}/end").status_code == 404

    def test_an_account_there_opens_one_account_here(
        self, client, browser_of, ben, signing_in, provider_server
    ):
        provider_server.stage(people={"rosa": ROSA})
        go(client, Person("rosa"))
        client.post("/join/provider", data={"display_name": "Rosa"})
        browser = browser_of(ben)
        assert go(browser, Person("rosa")).location == "/me/security/provider"
        assert browser.post("/me/security/provider").status_code == 409
        assert db.session.query(Member).filter(Member.email == "rosa@example.org").count() == 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestKeys:
    def test_a_key_that_is_new_there_is_fetched_once_it_is_met(self, client, signing_in, provider_server):
        provider_server.stage(people={"rosa": ROSA})
        person = Person("rosa")
        assert go(client, person).location == "/join/provider"
        provider_server.stage(key="second")
        known = provider.find()._keys
        # Within a minute nobody makes us ask again; after it, the first one who needs it does.
        assert go(client, person).status_code == 422
        known._fetched_at -= provider.ASKED_AGAIN_SECONDS + 1
        assert go(client, person).location == "/join/provider"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestOutage:
    def test_password_and_pages_go_on_while_it_is_away(self, client, signing_in):
        signing_in(OIDC_ISSUER="http://localhost:9")
        kai = make_member("Kai", email="kai@example.org", password_hash=passwords.encode(GOOD_PASSWORD))
        answer = client.get("/sign-in/provider")
        assert (answer.status_code, "Oak House does not answer" in answer.text) == (503, True)
        assert 'name="password"' in answer.text
        assert client.post("/sign-in", data={"email": kai.email, "password": GOOD_PASSWORD}).location == "/"
        assert client.get("/me").status_code == 200

    def test_without_a_provider_there_is_no_door(self, client):
        assert "/sign-in/provider" not in client.get("/sign-in").text
        for path in ("/sign-in/provider", "/sign-in/provider/back?code=x&state=y"):
            assert client.get(path).status_code == 404


class TestTakenOver:
    """Somebody who had learned Kai's password has connected an account of theirs."""

    @pytest.fixture
    def kai(self, app, signing_in, provider_server):
        signing_in(OIDC_ROLES=[("crew", "analyst", "")])
        provider_server.stage(people={"rosa": ROSA | {"groups": ["crew"]}})
        kai = make_member("Kai", email="kai@example.org", password_hash=passwords.encode(GOOD_PASSWORD))
        thief = app.test_client()
        thief.post("/sign-in", data={"email": kai.email, "password": GOOD_PASSWORD})
        go(thief, Person("rosa"))
        assert thief.post("/me/security/provider").location == "/me/security"
        return kai

    def test_a_new_password_by_mail_ends_the_connection_and_the_roles_by_it(self, client, kai):
        actions.request_new_password(email="kai@example.org", locale="en")
        assert client.post(link_in(mails()[-1]), data={"password": OTHER_PASSWORD}).location == "/sign-in"
        assert "no longer connected with Oak House" in mails()[-1].body
        assert (queries.list_issuers(kai.id), roles_of(kai)) == ([], set())
        # What the provider vouches for is now an address of nobody.
        assert go(client, Person("rosa")).location == "/join/provider"

    def test_so_does_an_administrator_even_without_a_second_step(self, app, client, browser_of, kai, ada):
        browser, page = browser_of(ada), f"/staff/members/{kai.id}"
        assert "The connection with Oak House ends as well" in browser.get(page).text
        assert browser.post(f"{page}/second-step/end").location == page
        assert "no longer connected with Oak House" in mails()[-1].body
        assert (queries.list_issuers(kai.id), roles_of(kai)) == ([], set())
        assert "Take the second step away" not in browser.get(page).text

    def test_the_first_password_of_who_joined_there_ends_nothing(self, client, kai):
        with unit_of_work():
            kai.password_hash = ""
        actions.request_new_password(email="kai@example.org", locale="en")
        client.post(link_in(mails()[-1]), data={"password": OTHER_PASSWORD})
        assert len(queries.list_issuers(kai.id)) == 1


class TestDoctor:
    def test_it_says_whether_the_provider_can_be_used(self, app, signing_in, provider_server, monkeypatch):
        assert [each.state for each in doors.check_provider()] == ["fine"]
        for settings in (
            {"OIDC_ISSUER": f"{provider_server.issuer}/"},
            {"BASE_URL": "http://panel.example.org"},
        ):
            signing_in(**settings)
            (finding,) = doors.check_provider()
            assert (finding.state, bool(finding.mend)) == ("broken", True)


class TestProviderThatIsNotAskedAnyMore:
    def test_the_roles_by_its_word_are_found_and_taken_but_no_others(self, app, monkeypatch, mia):
        with unit_of_work() as session:
            session.add(RoleGrant(member_id=mia.id, role="analyst", is_mapped=True))
            session.add(OutsideIdentity(member_id=mia.id, issuer="https://old.example.org", subject="mia"))
        monkeypatch.setitem(app.config, "OIDC_ISSUER", "https://old.example.org")
        assert queries.list_left_with_roles("https://old.example.org") == []
        monkeypatch.setitem(app.config, "OIDC_ISSUER", "")
        (finding,) = doors.check_left_roles()
        assert (finding.state, "flask member end-left-roles" in finding.mend) == ("broken", True)
        result = app.test_cli_runner().invoke(args=["member", "end-left-roles"])
        assert result.output == "roles taken back from 1\n"
        db.session.expire_all()
        assert roles_of(mia) == {("moderator", None)}
        assert list(doors.check_left_roles()) == []
