"""Notices go out by mail: bundled, as chosen, and only to those who may and want to read them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from community.infra import clock
from community.infra.db import db, unit_of_work
from community.members.models import Member
from community.notifications.actions import mailing, read_all, take_back, writing
from community.notifications.actions.mailing import mail_due
from community.notifications.actions.preferring import choose_paces, choose_quiet_hours
from community.notifications.models import Notice
from community.notifications.queries import mailing as queries
from community.panels.models import Membership
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.notifications.mailed import mail_after, mails, say, states
from tests.statements import statements


class TestAtOnce:
    def test_twenty_replies_are_one_mail(self, ana: Member, ben: Member) -> None:
        for number in range(20):
            say(ana, title=f"Wish {number}", by=ben)
        assert mail_after(minutes=4) == 0
        mail_after(minutes=6)
        (mail,) = mails()
        assert mail.to_address == ana.email
        assert mail.subject == "Ben Okoro replied to you on “Wish 19”, and 19 more"
        assert all(
            f"“Wish {number}”" in mail.body and f"“Wish {number}”" in mail.html for number in range(20)
        )
        assert set(states()) == {"sent"}

    def test_it_says_why_and_leads_to_the_place_by_way_of_the_inbox(self, ana: Member) -> None:
        say(ana)
        mail_after(minutes=6)
        (mail,), notice = mails(), db.session.scalars(select(Notice)).one()
        for written in (mail.body, mail.html):
            assert "It answers a comment of yours." in written
            assert f"http://127.0.0.1:8000/inbox/{notice.id}" in written
            assert "http://127.0.0.1:8000/me/notifications" in written

    def test_what_was_read_here_meanwhile_is_not_mailed(self, ana: Member) -> None:
        say(ana)
        read_all(ana)
        mail_after(minutes=6)
        assert (mails(), states()) == ([], ["skipped"])

    def test_while_nothing_is_read_there_is_one_mail_an_hour(self, ana: Member) -> None:
        say(ana)
        mail_after(minutes=6)
        with clock.stopped_at(clock.ahead(minutes=20)):
            say(ana)
        mail_after(minutes=30)
        assert len(mails()) == 1
        mail_after(minutes=67)
        assert len(mails()) == 2

    def test_whoever_looks_is_told_again_at_once(self, ana: Member) -> None:
        say(ana)
        mail_after(minutes=6)
        with clock.stopped_at(clock.ahead(minutes=20)):
            read_all(ana)
            say(ana)
        mail_after(minutes=30)
        assert len(mails()) == 2

    def test_a_very_long_list_ends_in_the_inbox(self, ana: Member, ben: Member) -> None:
        for number in range(23):
            say(ana, title=f"Wish {number}", by=ben)
        mail_after(minutes=6)
        (mail,) = mails()
        assert "3 earlier things stand in your inbox" in mail.body
        assert "“Wish 2”" not in mail.body
        assert mail.subject.endswith("and 22 more")


class TestWhoIsWrittenTo:
    def test_nobody_without_a_confirmed_address(self, ana: Member) -> None:
        with unit_of_work():
            ana.claimed_email, ana.email, ana.email_folded = "ana@example.org", None, None
        say(ana)
        assert states() == ["none"]

    def test_nobody_who_may_no_longer_read_the_panel(self, ana: Member, ben: Member, omar: Member) -> None:
        panel = make_panel(visibility="private", members=(ana, ben))
        say(ana, ben, omar, panel=panel)
        with unit_of_work() as session:
            session.get_one(Membership, (panel.id, ana.id)).left_at = clock.now()
        mail_after(minutes=6)
        assert {mail.to_address for mail in mails()} == {ben.email, omar.email}
        assert sorted(states()) == ["sent", "sent", "skipped"]

    def test_nobody_who_was_suspended_meanwhile(self, ana: Member) -> None:
        say(ana)
        with unit_of_work():
            ana.state = "suspended"
        mail_after(minutes=6)
        assert (mails(), states()) == ([], ["skipped"])

    def test_invitations_to_surveys_have_mails_of_their_own(self, ana: Member) -> None:
        say(ana, kind="surveys.invited", minutes=3)
        assert states() == ["none"]

    def test_each_reads_their_own_language_and_hours(self, lin: Member) -> None:
        with clock.stopped_at(datetime(2026, 3, 2, 20, 30, tzinfo=UTC)):
            say(lin)
        with clock.stopped_at(datetime(2026, 3, 2, 21, 0, tzinfo=UTC)):
            mail_due()
        (mail,) = mails()
        assert mail.locale == "zh_Hans"
        assert "2026年3月3日" in mail.body
        assert 'lang="zh-Hans"' in mail.html


class TestPaces:
    def test_daily_ones_wait_for_the_morning(self, ana: Member) -> None:
        choose_paces(ana, {"replies": "daily"})
        evening = datetime(2026, 3, 2, 18, tzinfo=UTC)
        with clock.stopped_at(evening):
            say(ana)
            say(ana)
        with clock.stopped_at(evening + timedelta(hours=13)):
            mail_due()
        assert mails() == []
        with clock.stopped_at(evening + timedelta(hours=14)):
            mail_due()
        assert [mail.subject for mail in mails()] == ["2 things today at Sounding Board"]

    def test_a_new_choice_holds_for_what_is_owed_already(self, ana: Member) -> None:
        # Not before a morning on which weekly ones go out.
        with clock.stopped_at(datetime(2026, 3, 4, 12, tzinfo=UTC)):
            choose_paces(ana, {"replies": "weekly"})
            say(ana)
            mail_after(minutes=6)
            assert mails() == []
            choose_paces(ana, {"replies": "at_once"})
            mail_after(minutes=6)
        assert len(mails()) == 1

    def test_never_is_never(self, ana: Member) -> None:
        choose_paces(ana, {"replies": "never"})
        say(ana)
        mail_after(minutes=6)
        assert (mails(), states()) == ([], ["skipped"])

    def test_nothing_comes_in_quiet_hours(self, lin: Member) -> None:
        choose_quiet_hours(lin, quiet_from=22, quiet_until=7)
        night = datetime(2026, 3, 2, 18, tzinfo=UTC)  # two in the morning in Shanghai
        with clock.stopped_at(night):
            say(lin)
        with clock.stopped_at(night + timedelta(hours=4, minutes=59)):
            mail_due()
        assert mails() == []
        with clock.stopped_at(night + timedelta(hours=5)):
            mail_due()
        assert len(mails()) == 1


class TestTogether:
    def test_a_mail_and_its_marks_stand_or_fall_together(
        self, ana: Member, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        say(ana)

        write = writing.write_mail

        def write_and_die(*what: Any, **how: Any) -> None:
            write(*what, **how)
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(mailing, "write_mail", write_and_die)
            with pytest.raises(KeyboardInterrupt):
                mail_after(minutes=6)
        db.session.rollback()
        assert (mails(), states()) == ([], ["owed"])
        mail_after(minutes=6)
        assert (len(mails()), states()) == (1, ["sent"])

    def test_one_that_cannot_be_said_holds_up_no_other(self, ana: Member, ben: Member) -> None:
        say(ana, title="Good")
        say(ben, kind="loyalty.adjusted", amount=3, reason="")
        choose_paces(ben, {"points": "at_once"})
        broken = select(Notice.id).where(Notice.member_id == ben.id).scalar_subquery()
        with unit_of_work() as session:
            session.execute(update(Notice).where(Notice.id == broken).values(data={}))
        mail_after(minutes=6)
        assert [mail.to_address for mail in mails()] == [ana.email]
        assert states() == ["sent", "skipped"]

    def test_what_waits_for_monday_keeps_nothing_else_waiting(
        self, ana: Member, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(queries, "MOST_READ", 3)
        choose_paces(ana, {"points": "weekly"})
        for _each in range(4):
            say(ana, kind="loyalty.tier_removed", name={"en": "Gold"})
        say(ana)
        mail_after(minutes=6)
        assert len(mails()) == 1

    def test_its_statements_do_not_grow_with_the_members(self, ana: Member) -> None:
        counts = []
        for many in (2, 15):
            people = [make_member() for _ in range(many)]
            say(*people, by=ana)
            ids = [person.id for person in people]
            with clock.stopped_at(clock.ahead(minutes=6)), statements() as sent:
                mailing._mail(ids)
            # One INSERT for each mail stands apart, where the database cannot take several at once.
            counts.append(len([line for line in sent if "INSERT INTO outgoing_mails" not in line]))
        assert counts[0] == counts[1]


class TestTakingBack:
    def test_what_is_taken_back_is_unread_no_more_and_never_mailed(self, ana: Member, ben: Member) -> None:
        say(ana, ben, title="Kept")
        say(ana, ben, title="Hidden")
        last = select(Notice.activity_id).order_by(Notice.activity_id.desc()).limit(1)
        assert take_back(last, but_from=select(Member.id).where(Member.id == ben.id)) == 1
        db.session.expire_all()
        assert (ana.unread_count, ben.unread_count) == (1, 2)
        mail_after(minutes=6)
        assert ["Hidden" in mail.body for mail in mails()] == [False, True]
