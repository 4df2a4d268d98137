"""Mail that comes back: it stops, its reader is told in the inbox, and can start it again."""

import io
import re
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from community.activity.models import Activity
from community.infra import bounces, mail
from community.infra.db import db, unit_of_work
from community.infra.mail import OutgoingMail
from community.members.actions import stop_mail_to, try_address
from community.members.models import Member
from community.notifications.actions.bouncing import take_report
from tests.conftest import Client
from tests.factories.members import make_member
from tests.notifications.mailed import mail_after, mails, say, send_after, states
from tests.servers.smtp import SmtpServer


def report(message_id: str, *, action: str = "failed", status: str = "5.1.1", as_head: bool = False) -> bytes:
    """A delivery report as mail servers write them (RFC 3464)."""
    head = f"Message-ID: {message_id}\nSubject: What we told you\n\n"
    kind = "text/rfc822-headers" if as_head else "message/rfc822"
    return f"""From: MAILER-DAEMON@mx.example
To: board@example.org
Subject: Undelivered mail
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain

This is the mail system. Sorry.

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; passed-on@elsewhere.example
Action: {action}
Status: {status} (bad destination)
Diagnostic-Code: smtp; 550 {status} No such user here

--cut
Content-Type: {kind}

{head}--cut--
""".encode()


def sent_mail(reader: Member) -> OutgoingMail:
    with unit_of_work():
        row = mail.post("members/mail_again", to=str(reader.email), name="", locale="en", link="")
        row.state = "sent"
    return row


class TestAnswers:
    @pytest.mark.parametrize(
        ("code", "said", "is_about_address"),
        [
            (550, "5.1.1 No such user", True),
            (550, "no such user", True),
            (554, "5.2.1 Mailbox disabled", True),
            (556, "Domain takes no mail", True),
            (552, "5.2.2 Mailbox full", False),
            (550, "5.7.1 Rejected by policy", False),
            (554, "Transaction failed", False),
            (451, "4.1.1 Try again later", False),
        ],
    )
    def test_only_some_are_about_the_address(self, code: int, said: str, is_about_address: bool) -> None:
        assert bounces.is_about_address(code, said) is is_about_address


class TestRefusedAddress:
    def test_mail_stops_and_the_inbox_says_so(
        self, new_app: Callable[..., Flask], smtp_server: SmtpServer
    ) -> None:
        app = new_app(MAIL_URL=smtp_server.url)
        with app.app_context():
            ana = make_member("Ana Martins")
            say(ana)
            mail_after(minutes=6)
            smtp_server.refuse("550 5.1.1 No such user")
            send_after(minutes=7)
            assert ana.mail_stopped_at is not None
            assert "5.1.1" in ana.mail_stop_reason
            assert db.session.query(Activity).filter_by(kind="member.mail_stopped").count() == 1
            say(ana)
            mail_after(hours=3)
            assert len(mails()) == 1
            assert states() == ["sent", "none"]

    def test_a_refusal_of_the_text_is_not_the_addresss_fault(
        self, new_app: Callable[..., Flask], smtp_server: SmtpServer
    ) -> None:
        with new_app(MAIL_URL=smtp_server.url).app_context():
            ana = make_member()
            say(ana)
            mail_after(minutes=6)
            smtp_server.refuse("550 5.7.1 We do not like this text")
            send_after(minutes=7)
            assert (mails()[0].state, ana.mail_stopped_at) == ("failed", None)


class TestReports:
    @pytest.mark.parametrize("as_head", [True, False])
    def test_a_report_on_a_mail_of_ours_stops_mail(self, ana: Member, as_head: bool) -> None:
        row = sent_mail(ana)
        assert take_report(report(row.message_id, as_head=as_head)) == [ana.email]
        db.session.expire_all()
        assert ana.mail_stop_reason == "5.1.1 550 5.1.1 No such user here"

    @pytest.mark.parametrize("how", [{"action": "delayed"}, {"status": "4.2.2"}, {"status": "5.7.1"}])
    def test_mail_that_may_yet_arrive_goes_on(self, ana: Member, how: dict[str, Any]) -> None:
        assert take_report(report(sent_mail(ana).message_id, **how)) == []
        assert ana.mail_stopped_at is None

    def test_a_report_on_no_mail_of_ours_is_worth_nothing(self, ana: Member) -> None:
        sent_mail(ana)
        plain = EmailMessage()
        plain.set_content("Final-Recipient: rfc822; ana@example.org\nAction: failed\nStatus: 5.1.1\n")
        for raw in (report("<invented@example.org>"), plain.as_bytes(), b"", b"\xff\x00" * 50):
            assert take_report(raw) == []
        assert ana.mail_stopped_at is None

    def test_the_command_reads_it_from_a_pipe(self, app: Flask, ana: Member) -> None:
        raw = report(sent_mail(ana).message_id)
        result = app.test_cli_runner().invoke(args=["mail", "bounced"], input=io.BytesIO(raw))
        assert result.output == f"no more mail to {ana.email}\n"
        again = app.test_cli_runner().invoke(args=["mail", "bounced"], input=io.BytesIO(b"hello"))
        assert (again.exit_code, "nothing to do" in again.output) == (0, True)


class TestStartingAgain:
    @pytest.fixture(autouse=True)
    def stopped(self, ana: Member) -> None:
        stop_mail_to(str(ana.email), "550 5.1.1 No such user")

    def test_the_inbox_says_that_mail_comes_back(
        self, browser_of: Callable[[Member], Client], ana: Member
    ) -> None:
        for page in ("/inbox", "/me/notifications"):
            assert "Our mails to you come back" in browser_of(ana).get(page).text

    def test_whoever_reads_our_mail_gets_mail_again(
        self, browser_of: Callable[[Member], Client], client: Client, ana: Member
    ) -> None:
        assert browser_of(ana).post("/me/notifications/address").status_code == 303
        (asked,) = mails()
        assert asked.to_address == ana.email
        found = re.search(r"http\S+", asked.body)
        assert found is not None
        path = urlsplit(found.group()).path
        assert client.get(path).status_code == 200
        assert ana.mail_stopped_at is not None
        assert client.post(path).status_code == 200
        assert not ana.mail_stopped_at
        assert not ana.mail_stop_reason
        say(ana)
        assert states() == ["owed"]

    def test_the_link_is_worth_nothing_for_another_address(self, client: Client, ana: Member) -> None:
        try_address(ana)
        path = urlsplit(re.search(r"http\S+", mails()[0].body).group()).path  # type: ignore[union-attr]
        with unit_of_work():
            ana.email = ana.email_folded = "ana@new.example"
        assert client.post(path).status_code == 404
        assert client.post(f"{path}x").status_code == 404
        assert ana.mail_stopped_at is not None

    def test_nothing_is_asked_while_mail_arrives(
        self, browser_of: Callable[[Member], Client], ben: Member
    ) -> None:
        assert browser_of(ben).post("/me/notifications/address").status_code == 409
        assert mails() == []
