"""Slowing down guessing and floods of mail."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from community.infra import clock
from community.infra.db import db
from community.infra.errors import Invalid, TooMany
from community.members import actions, passwords
from community.members.actions import throttle
from community.members.models import Attempt
from tests.factories.members import make_member
from tests.members.pages import GOOD_PASSWORD, OTHER_PASSWORD, mails


@pytest.fixture
def limited(app):
    app.config["RATE_LIMITS"] = True
    yield app
    app.config["RATE_LIMITS"] = False


@pytest.fixture
def kai(app):
    return make_member("Kai", email="kai@example.org", password_hash=passwords.encode(GOOD_PASSWORD))


def guess(email="kai@example.org", address="192.0.2.1", password=OTHER_PASSWORD):
    return actions.sign_in(email=email, password=password, address=address)


class TestSigningIn:
    def test_five_wrong_passwords_a_minute(self, limited, client, kai):
        form = {"email": "kai@example.org", "password": OTHER_PASSWORD}
        answers = [client.post("/sign-in", data=form) for _try in range(6)]
        assert [answer.status_code for answer in answers] == [422] * 5 + [429]
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 61
        assert "Please wait" in answers[-1].text
        assert client.post("/sign-in", data={**form, "password": GOOD_PASSWORD}).status_code == 429

    @pytest.mark.parametrize("email", ["kai@example.org", "nobody@example.org"])
    def test_unknown_accounts_are_slowed_down_alike(self, limited, kai, email):
        with clock.stopped_at(clock.now()):
            for _try in range(5):
                with pytest.raises(Invalid):
                    guess(email)
            with pytest.raises(TooMany) as refused:
                guess(email)
        assert refused.value.retry_after == 61

    def test_it_is_over_after_a_minute_but_twenty_an_hour_are_enough(self, limited, kai):
        start = clock.now()
        for number in range(20):
            with clock.stopped_at(start + timedelta(seconds=20 * number)), pytest.raises(Invalid):
                guess()
        with clock.stopped_at(start + timedelta(seconds=500)), pytest.raises(TooMany) as refused:
            guess()
        assert 3000 < refused.value.retry_after < 3200
        with clock.stopped_at(start + timedelta(seconds=3601)):
            assert guess(password=GOOD_PASSWORD) == kai

    def test_the_owner_still_gets_in_from_elsewhere(self, limited, kai):
        for _try in range(5):
            with pytest.raises(Invalid):
                guess()
        with pytest.raises(TooMany):
            guess()
        assert guess(address="198.51.100.9", password=GOOD_PASSWORD) == kai

    def test_many_addresses_together_reach_an_end_too(self, limited, kai):
        for number in range(100):
            throttle.note(
                throttle.Guard("sign_in", "kai@example.org", "100 per hour"),
                throttle.Guard("sign_in", f"from 10.0.0.{number}", "60 per hour"),
            )
        with pytest.raises(TooMany):
            guess(address="203.0.113.5")

    def test_one_address_cannot_try_many_accounts(self, limited):
        for _try in range(60):
            throttle.note(throttle.Guard("sign_in", f"from {throttle.network('192.0.2.1')}", "60 per hour"))
        with pytest.raises(TooMany):
            guess("somebody@example.org")

    def test_a_whole_ipv6_network_counts_as_one(self):
        assert throttle.network("2001:db8:1:2::1") == throttle.network("2001:db8:1:2:ffff::9")
        assert throttle.network("2001:db8:1:2::1") != throttle.network("2001:db8:1:3::1")

    def test_signing_in_rightly_is_not_counted(self, limited, kai):
        for _time in range(25):
            guess(password=GOOD_PASSWORD)
        assert db.session.scalar(select(func.count(Attempt.id))) == 0

    def test_the_rows_do_not_say_whose_they_are(self, limited, kai):
        with pytest.raises(Invalid):
            guess()
        for subject in db.session.scalars(select(Attempt.subject)):
            assert "kai" not in subject
            assert "192.0" not in subject

    def test_switched_off_nothing_is_counted(self, kai):
        for _try in range(8):
            with pytest.raises(Invalid):
                guess()


class TestTheOwnPassword:
    def test_an_open_browser_is_no_place_for_guessing(self, limited, kai):
        for _try in range(5):
            with pytest.raises(Invalid):
                actions.change_password(kai, current=OTHER_PASSWORD, new=OTHER_PASSWORD)
        with pytest.raises(TooMany):
            actions.change_password(kai, current=GOOD_PASSWORD, new=OTHER_PASSWORD)


class TestMail:
    @pytest.mark.parametrize("email", ["kai@example.org", "nobody@example.org"])
    def test_one_a_minute_and_three_an_hour_for_each_address(self, limited, kai, email):
        start, sent = clock.now(), []
        for minutes in (0, 0.5, 2, 4, 6, 61):
            with clock.stopped_at(start + timedelta(minutes=minutes)):
                try:
                    actions.request_new_password(email=email, locale="en")
                    sent.append(minutes)
                except TooMany:
                    pass
        assert sent == [0, 2, 4, 61]
        assert len(mails()) == (4 if email == kai.email else 0)

    def test_joining_goes_on_without_a_further_mail(self, limited, app):
        for number in range(3):
            member = actions.join(
                display_name="Moe",
                email="moe@example.org",
                password=GOOD_PASSWORD,
                address=f"192.0.2.{number}",
            )
            assert member.session_token
        assert len(mails()) == 1
        with pytest.raises(TooMany):
            actions.send_confirmation(member)


class TestJoining:
    def test_five_accounts_an_hour_from_one_address(self, limited, app):
        codes = []
        for number in range(6):
            form = {"display_name": "Moe", "email": f"moe{number}@example.org", "password": GOOD_PASSWORD}
            codes.append(app.test_client().post("/join", data=form).status_code)
        assert codes == [303] * 5 + [429]

    def test_refused_forms_are_not_counted(self, limited, client):
        for _time in range(7):
            assert client.post("/join", data={"display_name": "Moe"}).status_code == 422


class TestManyAtOnce:
    def test_no_more_pass_than_may(self, new_app):
        app = new_app(RATE_LIMITS=True)
        start, passed = threading.Barrier(8), []

        def attempt() -> None:
            with app.app_context():
                start.wait()
                try:
                    throttle.note(throttle.Guard("sign_in", "kai", "5 per minute"))
                    passed.append(1)
                except TooMany:
                    pass
                finally:
                    db.session.remove()

        threads = [threading.Thread(target=attempt) for _number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(passed) <= 5
