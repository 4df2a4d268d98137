from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from community.infra import clock, mail
from community.infra.db import db, unit_of_work
from community.infra.mail import OutgoingMail
from tests.servers.smtp import SmtpServer


def write(number: int = 1, *, to: str = "lin@example.org") -> OutgoingMail:
    with unit_of_work() as session:
        row = OutgoingMail(
            message_id=f"<{number}@test>", to_address=to, to_name="林晓", locale="zh_Hans",
            subject="您的建议有回音了", body="您好，林晓：\n\n我们看过了。\n",
        )  # fmt: skip
        session.add(row)
    return row


def all_mails() -> list[OutgoingMail]:
    db.session.expire_all()
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


class TestSending:
    @pytest.fixture(autouse=True)
    def site(self, new_app: Callable[..., Flask], smtp_server: SmtpServer) -> object:
        with new_app(MAIL_URL=smtp_server.url, MAIL_FROM="回声板 <hello@board.example>").app_context():
            yield

    def test_a_mail_arrives_as_it_was_written_and_its_text_is_forgotten(
        self, smtp_server: SmtpServer
    ) -> None:
        write()
        assert mail.send_due() == 1
        (arrived,) = smtp_server.mails
        assert arrived.recipients == ("lin@example.org",)
        assert arrived.message["Subject"] == "您的建议有回音了"
        assert arrived.message["From"] == "回声板 <hello@board.example>"
        assert arrived.message["To"] == "林晓 <lin@example.org>"
        assert "我们看过了。" in arrived.message.get_content()
        (row,) = all_mails()
        assert (row.state, row.body) == ("sent", "")

    def test_of_a_notice_the_subject_is_forgotten_too(self) -> None:
        row = write()
        with unit_of_work():
            row.stop_url = "http://127.0.0.1/notices/stop/token"
        mail.send_due()
        assert [(row.state, row.subject) for row in all_mails()] == [("sent", "")]

    def test_one_whose_reader_is_forgotten_while_it_is_sent_holds_up_no_other(self) -> None:
        taken = write()
        write(2)
        assert mail._take() is not None
        with unit_of_work() as session:
            session.delete(session.get_one(OutgoingMail, taken.id))
        mail._note_sent(1)
        assert mail.send_due() == 1

    def test_a_server_that_refuses_for_now_delays_and_doubles_nothing(self, smtp_server: SmtpServer) -> None:
        write()
        smtp_server.refuse()
        moment = clock.now() + timedelta(seconds=1)
        with clock.stopped_at(moment):
            assert mail.send_due() == 1
            assert mail.send_due() == 0
        (row,) = all_mails()
        assert (row.state, row.attempts) == ("waiting", 1)
        assert (row.due_at - moment).total_seconds() == mail.PAUSES[0]
        smtp_server.accept()
        with clock.stopped_at(row.due_at):
            assert mail.send_due() == 1
        assert [arrived.message["Message-ID"] for arrived in smtp_server.mails] == ["<1@test>"]

    def test_an_address_that_does_not_exist_ends_it(self, smtp_server: SmtpServer) -> None:
        smtp_server.refuse("550 5.1.1 No such user")
        write()
        mail.send_due()
        (row,) = all_mails()
        assert (row.state, row.body) == ("failed", "")
        assert "550" in row.error

    def test_no_server_at_all_loses_nothing(self, smtp_server: SmtpServer) -> None:
        smtp_server.stop()
        for number in range(3):
            write(number)
        # One knocks at the door; nobody waits for as many failures as there are mails.
        assert mail.send_due() == 1
        assert [(row.state, row.attempts) for row in all_mails()] == [("waiting", 0)] * 3

    @pytest.mark.parametrize("url", ["smtp://127.0.0.1:none", "smtp://mail..example.org", "smtp://[::1"])
    def test_nor_does_an_address_of_a_server_that_is_none(
        self, monkeypatch: pytest.MonkeyPatch, url: str
    ) -> None:
        monkeypatch.setitem(current_app.config, "MAIL_URL", url)
        write()
        mail.send_due()
        (waiting,) = all_mails()
        assert (waiting.state, waiting.attempts) == ("waiting", 0)
        assert waiting.body

    def test_a_server_that_is_away_for_days_is_given_up_with_what_waited(
        self, smtp_server: SmtpServer
    ) -> None:
        smtp_server.stop()
        write()
        with clock.stopped_at(clock.now() + mail.KNOCKS_FOR + timedelta(hours=1)):
            mail.send_due()
        assert [row.state for row in all_mails()] == ["failed"]

    def test_of_two_mails_to_one_address_the_first_goes_first_though_it_has_to_wait(
        self, smtp_server: SmtpServer
    ) -> None:
        write(1)
        smtp_server.refuse()
        mail.send_due()
        smtp_server.accept()
        write(2)
        write(3, to="ana@example.org")
        mail.send_due()
        with clock.stopped_at(clock.now() + timedelta(minutes=2)):
            mail.send_due()
        assert [arrived.message["Message-ID"] for arrived in smtp_server.mails] == [
            "<3@test>", "<1@test>", "<2@test>",
        ]  # fmt: skip

    def test_a_server_that_takes_a_mail_and_hangs_up_gets_it_again_under_the_same_id(
        self, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Whether it kept the mail cannot be known: it is sent again, and the id says that it is the same.
        monkeypatch.setattr(mail, "TIMEOUT_SECONDS", 0.5)
        write()
        smtp_server.hang()
        mail.send_due()
        (row,) = all_mails()
        assert (row.state, row.attempts) == ("waiting", 1)
        smtp_server.accept()
        with clock.stopped_at(row.due_at):
            mail.send_due()
        assert [arrived.message["Message-ID"] for arrived in smtp_server.mails] == ["<1@test>"]

    def test_what_is_written_as_html_too_arrives_as_both(self, smtp_server: SmtpServer) -> None:
        row = write()
        with unit_of_work():
            row.html = "<p>我们看过了。</p>"
        mail.send_due()
        message = smtp_server.mails[0].message
        assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
        assert "我们看过了" in message.get_body(("html",)).get_content()
        assert all_mails()[0].html == ""

    def test_it_gives_up_after_the_last_pause(self, smtp_server: SmtpServer) -> None:
        smtp_server.refuse()
        write()
        moment = clock.now() + timedelta(seconds=1)
        for _ in range(len(mail.PAUSES) + 1):
            with clock.stopped_at(moment):
                assert mail.send_due() == 1
            moment = all_mails()[0].due_at
        assert all_mails()[0].state == "failed"

    def test_a_worker_that_died_while_sending_is_followed_by_another_with_the_same_id(
        self, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write()

        class Killed(BaseException):
            pass

        def die(_mail_id: int) -> None:
            raise Killed

        with monkeypatch.context() as patch:
            # The server has accepted the mail, and the worker dies before it can note it.
            patch.setattr(mail, "_note_sent", die)
            with pytest.raises(Killed):
                mail.send_due()
        assert mail.send_due() == 0
        with clock.stopped_at(clock.now() + timedelta(seconds=mail.LEASE_SECONDS + 1)):
            assert mail.send_due() == 1
        assert [arrived.message["Message-ID"] for arrived in smtp_server.mails] == ["<1@test>"] * 2

    def test_a_name_cannot_add_headers(self, smtp_server: SmtpServer) -> None:
        row = write()
        with unit_of_work():
            row.to_name = "Lin\r\nBcc: all@example.org"
        mail.send_due()
        assert [arrived.recipients for arrived in smtp_server.mails] in ([], [("lin@example.org",)])
        assert all("Bcc" not in arrived.message for arrived in smtp_server.mails)


class TestKeeping:
    def test_without_a_server_mail_lies_in_a_folder(
        self, new_app: Callable[..., Flask], tmp_path: Path
    ) -> None:
        with new_app().app_context():
            write()
            assert mail.send_due() == 1
            (row,) = all_mails()
            assert row.state == "sent"
            assert "我们看过了" in row.body
        assert len(list((tmp_path / "mail").glob("*.eml"))) == 1


class TestTidy:
    def test_mails_of_last_month_are_forgotten_unless_they_still_wait(self, app: Flask) -> None:
        sent, waiting = write(1), write(2)
        with unit_of_work():
            sent.state = "sent"
        mail.tidy()
        assert len(all_mails()) == 2
        with clock.stopped_at(clock.now() + mail.KEPT_FOR + timedelta(days=1)):
            mail.tidy()
        assert [row.id for row in all_mails()] == [waiting.id]
