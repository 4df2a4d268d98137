"""A mail server is down for an hour: nothing is lost, nothing comes twice, and each reads things in order."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask, current_app

from community.infra import clock, jobs, mail
from community.infra.db import db
from community.members.models import Member
from community.notifications.actions import open_notice
from community.notifications.queries import list_newest
from tests.factories.members import make_member
from tests.notifications.mailed import mails, say
from tests.servers.smtp import SmtpServer

READERS = 3
# Minutes.
BEGINS, ENDS, STEP = 10, 70, 5


class Killed(BaseException):
    pass


def work_at(moment: datetime) -> None:
    """What a worker does at this moment."""
    with clock.stopped_at(moment):
        jobs.do_owed()
    db.session.expire_all()


def test_an_hour_without_a_mail_server(
    new_app: Callable[..., Flask], smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_app(MAIL_URL=smtp_server.url).app_context():
        speaker, start = make_member("Ben Okoro"), clock.now()
        readers = [make_member(email=f"reader{number}@example.org") for number in range(READERS)]

        def tell_all(title: str, minute: int) -> None:
            with clock.stopped_at(start + timedelta(minutes=minute)):
                say(*readers, title=title, by=speaker)
                # They look in now and then, or they would have one mail an hour.
                for reader in readers:
                    read_one(reader)

        tell_all("Before", 0)
        for minute in range(0, BEGINS, STEP):
            work_at(start + timedelta(minutes=minute))
        assert len(smtp_server.mails) == READERS

        away = smtp_server.url.replace(smtp_server.url.rpartition(":")[2], "1")
        current_app.config["MAIL_URL"] = away
        for minute in range(BEGINS, ENDS, STEP):
            if minute % 15 == 0:
                tell_all(f"Round {minute // 15}", minute)
            if minute == 20:
                # A worker is killed while it writes the mails, another one while it knocks at the door.
                kill(monkeypatch, "community.notifications.actions.mailing.write_mail", start, minute)
            if minute == 40:
                kill(monkeypatch, "community.infra.mail._connect", start, minute)
            work_at(start + timedelta(minutes=minute))
        assert len(smtp_server.mails) == READERS
        assert {row.state for row in mails()} == {"sent", "waiting"}

        current_app.config["MAIL_URL"] = smtp_server.url
        for minute in range(ENDS, ENDS + 10, STEP):
            work_at(start + timedelta(minutes=minute))
        assert {row.state for row in mails()} == {"sent"}
        # Waiting for the server has cost no tries, only the worker that was killed has.
        assert sorted({row.attempts for row in mails()}) == [1, 2]

        arrived = defaultdict(list)
        for each in smtp_server.mails:
            arrived[each.recipients[0]].append(each.message["Subject"])
        in_order = [f"Ben Okoro replied to you on “{title}”" for title in ("Before", *rounds())]
        assert dict(arrived) == {str(reader.email): in_order for reader in readers}
        ids = [each.message["Message-ID"] for each in smtp_server.mails]
        assert len(ids) == len(set(ids))
        assert mail.send_due() == 0


def rounds() -> list[str]:
    return [f"Round {minute // 15}" for minute in range(BEGINS, ENDS, STEP) if minute % 15 == 0]


def read_one(reader: Member) -> None:
    """The member opens an older notice, so that the next mail need not wait."""
    told = list_newest(reader, limit=2)
    if len(told) == 2:
        open_notice(reader, told[1].id)


def kill(monkeypatch: pytest.MonkeyPatch, where: str, start: datetime, minute: int) -> None:
    """A worker comes to this place and dies."""

    def die(*_what: object, **_how: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(where, die)
        with pytest.raises(Killed):
            work_at(start + timedelta(minutes=minute, seconds=30))
    db.session.rollback()
