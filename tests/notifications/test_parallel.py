"""Several workers tell many people at once, over connections of their own."""

import threading
from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from community.activity.actions import record
from community.activity.models import Activity
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.members.models import Member
from community.notifications.actions import read_all, tell
from community.notifications.actions.mailing import mail_due
from community.notifications.models import Notice
from tests.factories.members import make_member
from tests.notifications.mailed import mails, say, states
from tests.racing import at_once

WORKERS, TIMES, READERS = 4, 8, 40


class TestTell:
    def test_workers_that_tell_the_same_people_finish_and_count_right(
        self, new_app: Callable[..., Flask]
    ) -> None:
        app = new_app()
        with app.app_context():
            ids = [make_member().id for _ in range(READERS)]
            with unit_of_work() as session:
                speaker = session.get_one(Member, ids[0])
                activities = [
                    record("member.joined", subject=speaker, actor=speaker).id for _ in range(WORKERS * TIMES)
                ]
        failures: list[Exception] = []
        start = threading.Barrier(WORKERS)

        def work(mine: list[int]) -> None:
            start.wait()
            for activity_id in mine:
                try:
                    with app.app_context():
                        activity = db.session.get_one(Activity, activity_id)
                        tell(activity, kind="test.told", to=select(Member.id), path="/", data={})
                except Exception as failure:  # noqa: BLE001 - told by the assertion below
                    failures.append(failure)

        threads = [threading.Thread(target=work, args=(activities[n::WORKERS],)) for n in range(WORKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        with app.app_context():
            told = READERS - 1
            assert db.session.scalar(select(func.count(Notice.id))) == WORKERS * TIMES * told
            unread = db.session.scalars(select(Member.unread_count).where(Member.id != ids[0]))
            assert set(unread) == {WORKERS * TIMES}


class TestMailing:
    def test_workers_at_the_same_time_write_each_member_one_mail(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            people = [make_member() for _ in range(READERS)]
            addresses = sorted(str(person.email) for person in people)
            for _ in range(3):
                say(*people)
            # Also while somebody reads everything: then either a mail or none.
            reader_id = people[0].id
        with clock.stopped_at(clock.ahead(minutes=6)):
            at_once(app, *[mail_due] * WORKERS, lambda: read_all(db.session.get_one(Member, reader_id)))
            with app.app_context():
                mail_due()
                written = sorted(mail.to_address for mail in mails())
                assert len(written) == len(set(written)) >= READERS - 1
                assert set(written) <= set(addresses)
                assert set(states()) <= {"sent", "skipped"}
