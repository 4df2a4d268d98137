"""The second step at sign-in: an app, recovery codes, and the duty of staff to have one."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from community.activity.models import Activity
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.infra.errors import Forbidden, Invalid
from community.members import actions, one_time_codes, passwords, queries, recovery
from community.members.models import RoleGrant
from community.operating.queries import doctor
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.members.pages import GOOD_PASSWORD, OTHER_PASSWORD, link_in, mails
from tests.racing import at_once

NOON = datetime(2026, 3, 14, 12, 0, 10, tzinfo=UTC)


@pytest.fixture
def kai(app):
    return make_member("Kai", email="kai@example.org", password_hash=passwords.encode(GOOD_PASSWORD))


def code_of(member):
    """What the member's app shows now."""
    app = queries.find_authenticator(member.id)
    return pyotp.TOTP(actions.secret_of(app)).at(clock.now())


def set_up(browser, member):
    """Set the app up, and read the recovery codes."""
    assert browser.post("/me/security/app/begin").location == "/me/security/app"
    answer = browser.post("/me/security/app", data={"code": code_of(member)})
    assert answer.location == "/me/security/recovery-codes"
    return re.findall(r"<code>([\w-]+)</code>", browser.get("/me/security/recovery-codes").text)


def half_way(client, **fields):
    return client.post("/sign-in", data={"email": "kai@example.org", "password": GOOD_PASSWORD, **fields})


def finish(client, code):
    return client.post("/sign-in/second-step", data={"code": code})


@pytest.fixture
def guarded(kai, browser_of):
    """Kai with an app; the code that was used to set it up is ten minutes old. Gives the recovery codes."""
    with clock.stopped_at(clock.ago(seconds=600)):
        return set_up(browser_of(kai), kai)


class TestSettingUp:
    def test_the_page_shows_the_key_as_text_and_picture(self, browser_of, kai):
        browser = browser_of(kai)
        browser.post("/me/security/app/begin")
        secret = actions.secret_of(queries.find_authenticator(kai.id))
        page = browser.get("/me/security/app")
        assert secret in page.text.replace(" ", "")
        assert 'href="otpauth://totp/' in page.text
        picture = browser.get("/me/security/app/code.svg")
        assert picture.text.startswith("<?xml")
        assert (picture.mimetype, picture.headers["Cache-Control"]) == ("image/svg+xml", "no-store")
        assert "script" not in picture.text
        assert secret not in queries.find_authenticator(kai.id).sealed_secret

    def test_nothing_is_guarded_before_the_app_has_shown_that_it_works(self, app, browser_of, kai):
        browser = browser_of(kai)
        browser.post("/me/security/app/begin")
        assert browser.post("/me/security/app", data={"code": "000000"}).status_code == 422
        assert half_way(app.test_client()).location == "/"

    def test_codes_are_shown_once_other_browsers_are_out_and_a_mail_tells(self, browser_of, kai):
        browser, other = browser_of(kai), browser_of(kai)
        codes = set_up(browser, kai)
        assert len(set(codes)) == recovery.HOW_MANY
        assert browser.get("/me/security/recovery-codes").location == "/me/security/second-step"
        assert other.get("/me").status_code == 303
        assert browser.get("/me").status_code == 200
        (mail,) = mails()
        assert "authenticator app was added" in mail.body

    def test_codes_are_kept_as_a_file_by_who_has_them_before_their_eyes(self, browser_of, kai, ben):
        browser = browser_of(kai)
        codes = set_up(browser, kai)
        file = browser.post("/me/security/recovery-codes/file", data={"code": [*codes, "<script>"]})
        assert file.headers["Content-Disposition"] == "attachment; filename=recovery-codes.txt"
        assert (file.mimetype, file.headers["Cache-Control"]) == ("text/plain", "no-store")
        assert file.text.split()[-recovery.HOW_MANY :] == codes
        assert f"For {kai.address} on Sounding Board" in file.text
        of_another = browser_of(ben).post("/me/security/recovery-codes/file", data={"code": codes})
        assert of_another.location == "/me/security/second-step"

    def test_codes_nobody_looked_at_are_not_for_who_signs_in_next(self, browser_of, kai):
        browser = browser_of(kai)
        browser.post("/me/security/app/begin")
        browser.post("/me/security/app", data={"code": code_of(kai)})
        browser.post("/sign-out")
        make_member("Moe", email="moe@example.org", password_hash=passwords.encode(GOOD_PASSWORD))
        browser.post("/sign-in", data={"email": "moe@example.org", "password": GOOD_PASSWORD})
        assert browser.get("/me/security/recovery-codes").location == "/me/security/second-step"

    def test_it_takes_a_fresh_proof_of_who_sits_there(self, browser_of, kai):
        browser = browser_of(kai)
        with clock.stopped_at(clock.ago(seconds=-1000)):
            for path in ("app/begin", "app/remove", "recovery-codes/new", "passkeys/1/remove"):
                asked = browser.post(f"/me/security/{path}")
                assert asked.location == "/me/security/confirm?next=/me/security/second-step", path
            # Password managers are told whose password it is.
            page = browser.get("/me/security/confirm").text
            assert 'name="username" value="kai@example.org" autocomplete="username"' in page
            wrong = {"current_password": OTHER_PASSWORD}
            assert browser.post("/me/security/confirm", data=wrong).status_code == 422
            assert browser.post("/me/security/app/begin").location.startswith("/me/security/confirm")
            right = {"current_password": GOOD_PASSWORD}
            assert browser.post("/me/security/confirm", data=right).location == "/me/security/second-step"
            assert browser.post("/me/security/app/begin").location == "/me/security/app"


class TestSigningIn:
    def test_the_password_alone_opens_nothing(self, client, guarded):
        assert half_way(client, next="/inbox", remember="y").location == "/sign-in/second-step"
        assert client.get("/me").status_code == 303
        assert "authenticator" not in str(client.get_cookie("remember"))
        assert finish(client, "000000").status_code == 422
        assert client.get("/me").status_code == 303

    def test_code_and_password_do_and_lead_where_they_wanted_to_go(self, client, kai, guarded):
        half_way(client, next="/inbox", remember="y")
        answer = finish(client, f" {code_of(kai)[:3]} {code_of(kai)[3:]} ")
        assert answer.location == "/inbox"
        assert any(cookie.startswith("remember=") for cookie in answer.headers.getlist("Set-Cookie"))
        assert "Kai" in client.get("/me").text

    def test_somebody_else_begins_anew(self, client, kai, guarded):
        half_way(client)
        client.get("/sign-in")
        assert finish(client, code_of(kai)).location == "/sign-in"

    def test_a_code_works_once(self, app, client, kai, guarded):
        code = code_of(kai)
        half_way(client)
        assert finish(client, code).status_code == 303
        second = app.test_client()
        half_way(second)
        assert finish(second, code).status_code == 422

    def test_a_recovery_code_works_once_as_it_was_written_down(self, app, client, guarded):
        written = guarded[3].replace("-", " ").lower()
        half_way(client)
        assert finish(client, written).status_code == 303
        assert "You have 9 codes left" in mails()[-1].body
        second = app.test_client()
        half_way(second)
        assert finish(second, guarded[3]).status_code == 422

    def test_half_way_is_worth_nothing_without_more(self, app, client, kai, guarded):
        assert finish(client, code_of(kai)).location == "/sign-in"
        half_way(client)
        with clock.stopped_at(clock.ago(seconds=-660)):
            assert finish(client, code_of(kai)).location == "/sign-in"
        half_way(client)
        with unit_of_work():
            kai.password_hash = passwords.encode(OTHER_PASSWORD)
        assert finish(client, code_of(kai)).location == "/sign-in"
        assert client.get("/me").status_code == 303

    def test_no_mailed_link_goes_around_it(self, app, client, browser_of, kai, guarded):
        actions.request_new_password(email="kai@example.org", locale="en")
        reset = client.post(link_in(mails()[-1]), data={"password": OTHER_PASSWORD})
        # They look through what else opens the account: somebody may have added some.
        assert reset.location == "/sign-in?next=/me/security/second-step"
        assert half_way(client, password=OTHER_PASSWORD).location == "/sign-in/second-step"
        assert queries.has_app(kai.id)
        browser = browser_of(kai)
        changed = {"email": "kai@example.com", "current_password": OTHER_PASSWORD}
        browser.post("/me/security/email", data=changed)
        link = next(link_in(mail) for mail in mails() if mail.to_address == "kai@example.com")
        stranger = app.test_client()
        assert stranger.post(link, data={"password": OTHER_PASSWORD}).location == "/sign-in/second-step"
        assert stranger.get("/me").status_code == 303

    def test_guesses_are_counted_over_all_browsers(self, app, kai, guarded, monkeypatch):
        answers = []
        for _browser in range(6):
            browser = app.test_client()
            half_way(browser)
            monkeypatch.setitem(app.config, "RATE_LIMITS", True)
            answers.append(finish(browser, "000000").status_code)
            monkeypatch.setitem(app.config, "RATE_LIMITS", False)
        assert answers == [422] * 5 + [429]


class TestManyAtOnce:
    def test_of_many_with_the_same_code_one_gets_in(self, new_app):
        app = new_app()
        with app.app_context():
            kai = make_member("Kai", email="kai@example.org", password_hash="x")
            kai.session_token = actions.begin_session(kai)
            actions.begin_app(kai)
            with clock.stopped_at(clock.ago(seconds=600)):
                spare = actions.confirm_app(kai, code=code_of(kai))[0]
            step = actions.first_step(kai, came_by="password", is_remembered=False)
            codes = {"app": code_of(kai), "spare": spare}
        for code in codes.values():
            found = at_once(app, *[lambda code=code: actions.finish_with_code(step, code=code)] * 6)
            assert [isinstance(each, Invalid) for each in found].count(False) == 1


class TestCodes:
    @pytest.mark.parametrize(("steps", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
    def test_clocks_may_be_off_by_one_step(self, steps, fits):
        secret = one_time_codes.new_secret()
        code = pyotp.TOTP(secret).at(NOON + timedelta(seconds=30 * steps))
        assert (one_time_codes.step_of(secret, code, at=NOON, after=0) is not None) is fits

    @pytest.mark.parametrize("code", ["", "12345", "1234567", "１２３４５６", "abcdef", "\x00"])
    def test_what_is_no_code_fits_nothing(self, code):
        assert one_time_codes.step_of(one_time_codes.new_secret(), code, at=NOON, after=0) is None


class TestTakingAway:
    def test_without_the_app_the_password_is_enough_again(self, app, browser_of, kai, guarded):
        browser = browser_of(kai)
        assert browser.post("/me/security/app/remove").status_code == 303
        assert half_way(app.test_client()).location == "/"
        assert queries.count_recovery_codes(kai.id) == 0
        assert "no second step any more" in mails()[-1].body

    def test_new_codes_make_the_old_ones_worthless(self, app, browser_of, kai, guarded):
        browser = browser_of(kai)
        assert browser.post("/me/security/recovery-codes/new").location == "/me/security/recovery-codes"
        client = app.test_client()
        half_way(client)
        assert finish(client, guarded[0]).status_code == 422

    def test_an_administrator_helps_who_has_lost_everything(self, app, browser_of, kai, ada, ben, guarded):
        inside = browser_of(kai)
        path = f"/staff/members/{kai.id}/second-step/end"
        assert browser_of(ben).post(path).status_code == 403
        assert "Take the second step away" in browser_of(ada).get(f"/staff/members/{kai.id}").text
        assert browser_of(ada).post(path).status_code == 303
        assert inside.get("/me").status_code == 303
        assert half_way(app.test_client()).location == "/"
        assert "an administrator of" in mails()[-1].body
        kinds = db.session.query(Activity.actor_id).filter_by(kind="member.second_step_reset").all()
        assert kinds == [(ada.id,)]
        with pytest.raises(Forbidden):
            actions.reset_second_step(kai, by=ada)

    def test_administrators_show_again_that_it_is_them_first(self, browser_of, kai, ada, guarded):
        browser, page = browser_of(ada), f"/staff/members/{kai.id}"
        with clock.stopped_at(clock.ago(seconds=-1000)):
            asked = browser.post(f"{page}/second-step/end")
            assert asked.location == f"/me/security/confirm?next={page}"
        assert queries.has_second_step(kai.id)

    def test_after_the_secret_is_lost_recovery_codes_and_a_command_still_help(self, app, kai, guarded):
        app.config["SECRET_KEY"] = "another secret, as after a copy came back without the old one"
        client = app.test_client()
        half_way(client)
        refused = finish(client, "123456")
        assert (refused.status_code, "This code is not right" in refused.text) == (422, True)
        assert finish(client, guarded[0]).status_code == 303
        finding = next(each for each in doctor.look() if each.name == "sealed secrets")
        assert (finding.state, "reset-second-step" in finding.mend) == ("broken", True)
        command = ["member", "reset-second-step", "--email"]
        assert app.test_cli_runner().invoke(args=[*command, "nobody@example.org"]).exit_code == 1
        assert app.test_cli_runner().invoke(args=[*command, kai.email]).exit_code == 0
        assert half_way(app.test_client()).location == "/"

    def test_nobody_takes_away_their_own_this_way(self, browser_of, ada):
        with unit_of_work():
            ada.second_step_since = clock.now()
        assert browser_of(ada).post(f"/staff/members/{ada.id}/second-step/end").status_code == 403


class TestDutyOfStaff:
    @pytest.fixture(autouse=True)
    def required(self, app, monkeypatch):
        monkeypatch.setitem(app.config, "STAFF_SECOND_FACTOR", "required")

    def test_they_are_asked_once_and_have_time(self, browser_of, mia, ben):
        actions.ask_staff()
        actions.ask_staff()
        (mail,) = mails()
        assert (mail.to_address, mail.subject) == (mia.email, "Please set up a second step")
        with clock.stopped_at(clock.ago(seconds=-13 * 86400)):
            assert browser_of(mia).get("/staff").status_code == 200

    def test_then_their_roles_count_for_nothing_until_they_have_it(self, browser_of, mia, ana, ben):
        hidden = make_panel("Hidden", visibility="private")
        actions.ask_staff()
        with clock.stopped_at(clock.ago(seconds=-15 * 86400)):
            browser = browser_of(mia)
            assert browser.get("/staff/moderation").location == "/me/security/second-step"
            assert "closed to you" in browser.get("/me/security/second-step").text
            assert "Staff area" not in browser.get("/me").text
            assert browser_of(ben).get("/staff").status_code == 403
            # What staff see on the pages of members is closed as well.
            assert browser.get(f"/panels/{hidden.slug}").status_code == 404
            assert browser.get(f"/members/{ana.id}").status_code == 404
            set_up(browser, mia)
            assert browser.get(f"/panels/{hidden.slug}").status_code == 200
            assert browser.get(f"/members/{ana.id}").status_code == 200
            assert browser.get("/staff/moderation").status_code == 200

    def test_signing_in_leads_to_it_and_on_from_there(self, client, kai, app):
        assert half_way(client).location == "/"
        client.post("/sign-out")
        with unit_of_work() as session:
            session.add(RoleGrant(member_id=kai.id, role="moderator"))
        answer = half_way(client, next="/inbox")
        assert answer.location == "/me/security/second-step?next=/inbox"
        assert 'href="/inbox">Later' in client.get(answer.location).text

    def test_no_days_is_at_once_and_offered_is_never(self, app, browser_of, mia, monkeypatch):
        monkeypatch.setitem(app.config, "STAFF_SECOND_FACTOR_DAYS", 0)
        assert browser_of(mia).get("/staff").location == "/me/security/second-step"
        actions.ask_staff()
        monkeypatch.setitem(app.config, "STAFF_SECOND_FACTOR", "offered")
        assert browser_of(mia).get("/staff").status_code == 200
        actions.ask_staff()
        db.session.refresh(mia)
        assert mia.second_step_due_at is None

    def test_who_comes_by_a_provider_that_asks_for_it_needs_none_here(self, app, mia, monkeypatch):
        monkeypatch.setitem(app.config, "STAFF_SECOND_FACTOR_DAYS", 0)
        monkeypatch.setitem(app.config, "OIDC_SECOND_STEP", "there")
        for came_by, status in (("provider", 200), ("password", 303)):
            browser = app.test_client()
            with browser.session_transaction() as session:
                session["_user_id"], session["_fresh"] = actions.begin_session(mia, came_by=came_by), True
            assert browser.get("/staff").status_code == status
