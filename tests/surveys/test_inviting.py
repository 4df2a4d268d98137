"""Members are told as often as the budget allows, reminded once, and by mail only if they want it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask, current_app
from itsdangerous import URLSafeSerializer

from community.activity.actions import follow_due, record
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.infra.mail import send_due
from community.members.actions import stop_mail_to
from community.members.models import Member
from community.notifications.actions.preferring import choose_quiet_hours
from community.panels.actions import leave_panel
from community.surveys.actions import drawing, inviting
from community.surveys.models import Survey, SurveyInvitation
from tests.conftest import Client
from tests.factories.members import make_member
from tests.factories.panels import answer as tell
from tests.factories.panels import make_attribute, make_panel
from tests.factories.surveys import answer, make_survey
from tests.racing import at_once
from tests.surveys.reaching import allow, mails_to, make_cell, noticed, told


def drawn_survey(*members: Member, **values: object) -> Survey:
    """An open survey of these members, drawn and not yet told."""
    survey = make_survey(panel=make_panel(members=members), **values)  # type: ignore[arg-type]
    drawing.draw(survey)
    return survey


class TestTellWaiting:
    def test_each_is_told_once_by_notice_and_mail(self, ana: Member, ben: Member) -> None:
        survey = drawn_survey(ana, ben, title="About the shop", minutes=4)
        assert inviting.tell_waiting() == 2
        assert inviting.tell_waiting() == 0
        assert survey.invited_count == 2
        assert noticed(ana) == noticed(ben) == ["surveys.invited"]
        (mail,) = mails_to(ana)
        assert "About the shop" in mail.subject
        assert f"/surveys/{survey.id}\n" in mail.body
        assert "4 minutes" in mail.body

    def test_the_mail_speaks_the_members_language(self, lin: Member) -> None:
        drawn_survey(lin, title="x", languages=["en", "zh_Hans"])
        with unit_of_work():
            survey = drawn_survey(lin)
            survey.title = {"en": "About the shop", "zh_Hans": "关于商店"}
        inviting.tell_waiting()
        assert any("关于商店" in mail.subject for mail in mails_to(lin))

    def test_the_mail_waits_for_the_end_of_quiet_hours(self, lin: Member) -> None:
        choose_quiet_hours(lin, quiet_from=22, quiet_until=7)
        # Midnight in Shanghai.
        with clock.stopped_at(datetime(2026, 3, 2, 16, 0, tzinfo=UTC)):
            drawn_survey(lin)
            inviting.tell_waiting()
        assert noticed(lin) == ["surveys.invited"]
        (mail,) = mails_to(lin)
        assert mail.due_at == datetime(2026, 3, 2, 23, 0, tzinfo=UTC)

    def test_only_addresses_that_are_shown_to_be_theirs_get_mail(self, ana: Member) -> None:
        with unit_of_work():
            ana.claimed_email, ana.email, ana.email_folded = "ana@example.org", None, None
        drawn_survey(ana)
        inviting.tell_waiting()
        assert noticed(ana) == ["surveys.invited"]
        assert mails_to(ana) == []

    def test_nobody_is_told_of_what_they_have_begun_or_left(self, ana: Member, ben: Member) -> None:
        survey = drawn_survey(ana, ben)
        answer(survey, ana, state="started")
        leave_panel(ben, survey.panels[0].panel)
        assert inviting.tell_waiting() == 0

    def test_nobody_is_told_of_what_is_closed(self, ana: Member) -> None:
        drawn_survey(ana, closes_at=clock.ago(seconds=1))
        drawn_survey(ana, state="closed")
        assert inviting.tell_waiting() == 0

    def test_a_notice_goes_out_of_sight_with_the_panel_it_came_through(
        self, ana: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        private = make_panel(members=(ana,), visibility="private")
        survey = make_survey(panels=(private, make_panel()), title="Secret plans")
        drawing.draw(survey)
        inviting.tell_waiting()
        client = browser_of(ana)
        assert "Secret plans" in client.get("/inbox").text
        leave_panel(ana, private)
        assert "Secret plans" not in client.get("/inbox").text


class TestContactBudget:
    def test_those_over_it_are_told_later_if_the_survey_is_still_open(self, ana: Member, ben: Member) -> None:
        allow(invitation_limit=2, per_days=30)
        first, second = drawn_survey(ana), drawn_survey(ana)
        inviting.tell_waiting()
        third = drawn_survey(ana, ben)
        ends = drawn_survey(ana, closes_at=clock.ahead(days=29))
        inviting.tell_waiting()
        assert (told(first), told(second), told(third)) == ({ana.id}, {ana.id}, {ben.id})
        with clock.stopped_at(clock.ahead(days=31)):
            inviting.tell_waiting()
        assert told(third) == {ana.id, ben.id}
        assert told(ends) == set()

    def test_after_a_long_one_members_are_left_in_peace(self, ana: Member, ben: Member) -> None:
        allow(long_minutes=10, rest_days=14)
        long, short = make_survey(minutes=10), make_survey(minutes=9)
        answer(long, ana)
        answer(short, ben)
        survey = drawn_survey(ana, ben)
        inviting.tell_waiting()
        assert told(survey) == {ben.id}
        with clock.stopped_at(clock.ahead(days=15)):
            inviting.tell_waiting()
        assert told(survey) == {ana.id, ben.id}

    def test_two_surveys_that_tell_at_once_keep_it(self, new_app: Callable[..., Flask]) -> None:
        own = new_app()
        with own.app_context():
            allow(invitation_limit=1)
            people = tuple(make_member() for _number in range(12))
            surveys = [drawn_survey(*people) for _number in range(4)]
            survey_ids, member_ids = [survey.id for survey in surveys], {each.id for each in people}
            db.session.remove()

        def tell_one(survey_id: int) -> Callable[[], object]:
            return lambda: inviting.tell_some(db.session.get_one(Survey, survey_id))

        at_once(own, *map(tell_one, survey_ids))
        with own.app_context():
            all_told = [
                row.member_id for row in db.session.query(SurveyInvitation) if row.told_at is not None
            ]
        assert sorted(all_told) == sorted(member_ids)

    def test_two_workers_tell_nobody_twice(self, new_app: Callable[..., Flask]) -> None:
        own = new_app()
        with own.app_context():
            people = [make_member() for _number in range(8)]
            drawn_survey(*people)
            db.session.remove()
        assert sum(at_once(own, *[inviting.tell_waiting] * 4)) == 8  # type: ignore[call-overload]
        with own.app_context():
            assert all(len(mails_to(db.session.merge(each))) == 1 for each in people)


class TestQuotaInvitations:
    def test_only_as_many_are_told_as_places_can_use_and_nobody_whose_places_are_gone(
        self, app: Flask
    ) -> None:
        region = make_attribute("region", "single_choice", "north", "south")
        north = [make_member() for _number in range(12)]
        south = [make_member() for _number in range(3)]
        for members, where in ((north, "north"), (south, "south")):
            for member in members:
                tell(member, region, where)
        survey = make_survey(panel=make_panel(members=(*north, *south)), sampling="quotas")
        make_cell(survey, {"attribute": "region", "is": "north"}, target_count=2)
        full = make_cell(survey, {"attribute": "region", "is": "south"}, target_count=1, completed_count=1)
        drawing.draw(survey)
        assert inviting.tell_waiting() == 2 * inviting.PER_PLACE
        assert told(survey) <= {each.id for each in north}
        assert inviting.tell_waiting() == 0
        with clock.stopped_at(clock.ahead(days=4)):
            assert inviting.tell_waiting() == 4
        with unit_of_work():
            full.target_count = 2
        assert inviting.tell_waiting() == 3


class TestRemind:
    def test_who_has_not_answered_is_reminded_once(self, ana: Member, ben: Member, lin: Member) -> None:
        survey = drawn_survey(ana, ben, lin)
        inviting.tell_waiting()
        answer(survey, ana)
        answer(survey, ben, state="started")
        assert inviting.remind_waiting() == 0
        with clock.stopped_at(clock.ahead(days=4)):
            assert inviting.remind_waiting() == 2
            assert inviting.remind_waiting() == 0
        assert noticed(ana) == ["surveys.invited"]
        assert noticed(ben) == noticed(lin) == ["surveys.invited", "surveys.reminded"]
        assert [mail.subject.split(":")[0] for mail in mails_to(ben)][1] == "Still open"

    def test_nobody_is_reminded_of_what_they_took_back_or_what_is_over(
        self, ana: Member, ben: Member
    ) -> None:
        survey = drawn_survey(ana, ben, closes_at=clock.ahead(days=10))
        inviting.tell_waiting()
        answer(survey, ana, state="withdrawn")
        with clock.stopped_at(clock.ahead(days=11)):
            assert inviting.remind_waiting() == 0
        with clock.stopped_at(clock.ahead(days=4)):
            assert inviting.remind_waiting() == 1

    def test_nobody_is_reminded_of_places_that_are_gone(self, ana: Member, ben: Member) -> None:
        survey = make_survey(panel=make_panel(members=(ana, ben)), sampling="quotas")
        cell = make_cell(survey, target_count=1)
        drawing.draw(survey)
        inviting.tell_waiting()
        with unit_of_work():
            cell.held_count = 1
        answer(survey, ana, state="started", cell_id=cell.id, held_until=clock.ahead(days=9))
        with clock.stopped_at(clock.ahead(days=4)):
            assert inviting.remind_waiting() == 1
        assert noticed(ana) == ["surveys.invited", "surveys.reminded"]


class TestStoppingMail:
    def test_the_link_in_the_mail_ends_mails_without_signing_in_but_only_by_post(
        self, ana: Member, client: Client
    ) -> None:
        drawn_survey(ana)
        inviting.tell_waiting()
        (mail,) = mails_to(ana)
        path = urlsplit(mail.stop_url).path
        assert mail.stop_url in mail.body
        assert client.get(path).status_code == 200
        drawn_survey(ana)
        inviting.tell_waiting()
        assert len(mails_to(ana)) == 2
        assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
        drawn_survey(ana)
        inviting.tell_waiting()
        assert len(mails_to(ana)) == 2
        assert noticed(ana) == ["surveys.invited"] * 3

    def test_links_in_older_invitations_still_work(self, ana: Member, client: Client) -> None:
        token = URLSafeSerializer(current_app.config["SECRET_KEY"], salt="survey-mail").dumps(ana.id)
        assert client.get(f"/surveys/mail/{token}x").status_code == 404
        assert client.get(f"/surveys/mail/{token}").status_code == 200
        assert client.post(f"/surveys/mail/{token}").status_code == 200
        drawn_survey(ana)
        inviting.tell_waiting()
        assert mails_to(ana) == []

    def test_mail_programs_are_told_where_one_click_ends_it(
        self, ana: Member, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        host = "https://community.with-a-name-that-is-longer-than-one-line.example.org"
        monkeypatch.setitem(current_app.config, "BASE_URL", host)
        monkeypatch.setitem(current_app.config, "MAIL_URL", f"folder:{tmp_path}")
        drawn_survey(ana)
        inviting.tell_waiting()
        assert send_due() == 1
        (written,) = (file.read_text() for file in tmp_path.iterdir())
        (mail,) = mails_to(ana)
        assert mail.stop_url.startswith(host)
        assert f"\nList-Unsubscribe: <{mail.stop_url}>\n" in written
        assert "\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n" in written

    def test_nothing_goes_to_an_address_from_which_mail_comes_back(self, ana: Member) -> None:
        stop_mail_to(str(ana.email), "550 5.1.1 No such user")
        drawn_survey(ana)
        inviting.tell_waiting()
        assert (mails_to(ana), noticed(ana)) == ([], ["surveys.invited"])

    def test_members_choose_it_on_their_page_too(
        self, ana: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        client = browser_of(ana)
        assert client.post("/surveys/mail", data={"wants_mail": ""}).status_code == 303
        drawn_survey(ana)
        inviting.tell_waiting()
        assert mails_to(ana) == []
        client.post("/surveys/mail", data={"wants_mail": "1"})
        drawn_survey(ana)
        inviting.tell_waiting()
        assert len(mails_to(ana)) == 1


class TestOpening:
    def test_the_first_hear_of_it_as_soon_as_it_opens(self, ana: Member) -> None:
        survey = drawn_survey(ana)
        record("survey.opened", subject=survey, actor=None)
        follow_due()
        assert told(survey) == {ana.id}
