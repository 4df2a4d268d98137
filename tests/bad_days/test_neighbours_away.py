"""What the site stands on besides its database goes away: Redis, the mail server, room, the right time."""

import io
import itertools
import signal
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import psutil
import pytest
from PIL import Image
from sqlalchemy import exists, select, text

from community.activity import actions as activity
from community.infra import clock, jobs, mail
from community.infra.db import db
from community.infra.jobs import ScheduledJob
from community.infra.mail import OutgoingMail
from tests.bad_days import checking
from tests.bad_days.conftest import Town
from tests.bad_days.running import until
from tests.servers import redis
from tests.servers.smtp import SmtpServer

_numbers = itertools.count(1)
_speakers = itertools.cycle(range(11, 20))
# Nobody waits for what has gone: that would be for ever. A busy machine may take its time.
PATIENCE = 30
# What looks each minute whether the clock was wrong.
EACH_MINUTE = (activity.mind_the_clock, mail.mind_the_clock)


@pytest.fixture(scope="module")
def queue() -> Iterator[redis.RedisServer]:
    """A Redis of this module's own, for it is killed."""
    server = redis.start()
    yield server
    server.process.send_signal(signal.SIGCONT)
    server.stop()


@pytest.fixture(scope="module")
def post_offices() -> Iterator[dict[str, SmtpServer]]:
    """A mail server for each town: what one keeps silent about must not hold up the other's mails."""
    servers = {kind: SmtpServer() for kind in ("sqlite", "postgresql")}
    yield servers
    for server in servers.values():
        server.stop()


@pytest.fixture
def post_office(post_offices: dict[str, SmtpServer], database_kind: str) -> SmtpServer:
    """The mail server of this test's town."""
    return post_offices[database_kind]


@pytest.fixture
def settings(queue: redis.RedisServer, post_office: SmtpServer, database_kind: str) -> dict[str, object]:
    """The limits are on: they are counted in Redis too.

    Each town has a part of Redis to itself: workers of the other one would take its wakes and do nothing.
    """
    part = "01"[database_kind == "postgresql"]
    return {
        "QUEUE_URL": queue.url.removesuffix("0") + part,
        "MAIL_URL": post_office.url,
        "RATE_LIMITS": True,
    }


def speak(town: Town, number: int) -> float:
    """One member says something until the site says that it has heard, and the seconds that took."""
    browser, idea_id, words = town.browsers[number], town.ideas[0], f"Word {next(_numbers)} in the dark"
    begun = time.monotonic()
    asked = town.journal.ask("comment", idea_id=idea_id, body=words)
    answer = browser.post(f"/ideas/{idea_id}/comments", {"body": words})
    while answer.status == 503 and time.monotonic() < begun + 60:
        answer = browser.post(f"/ideas/{idea_id}/comments", {"body": words})
    assert answer.is_promise
    town.journal.acknowledge(asked)
    return time.monotonic() - begun


def count(town: Town, statement: str) -> int:
    """The one number that a statement asks for."""
    with town.app.app_context():
        return int(db.session.execute(text(statement)).scalar_one())


def due_in(town: Town) -> list[timedelta]:
    """How long it is by the right time until each job of every minute is due; none before its first."""
    with town.app.app_context():
        known = [db.session.get(ScheduledJob, jobs.name_of(job)) for job in EACH_MINUTE]
        return [job.next_at - clock.now() if job is not None else timedelta() for job in known]


def write_mails(town: Town, name: str, *, number: int) -> None:
    """Owe some mails to different people."""
    with town.app.app_context():
        for each in range(number):
            mail.post_written(
                mail.Written(name, "Hello.", ""), to=f"{name}{each}@example.org", name="", locale="en"
            )


class TestNeighboursAway:
    def test_redis_is_killed_hangs_and_comes_back_empty(self, town: Town, queue: redis.RedisServer) -> None:
        speak(town, 0)
        queue.process.kill()
        queue.process.wait()
        gone = [speak(town, number) for number in range(1, 5)]
        town.wait_until_followed()
        queue.process = redis._start_on(queue.port).process
        until(lambda: redis._answers(queue), seconds=60, what="Redis")
        speak(town, 5)
        queue.process.send_signal(signal.SIGSTOP)
        silent = [speak(town, number) for number in range(6, 10)]
        queue.process.send_signal(signal.SIGCONT)
        queue.empty()
        speak(town, 10)
        assert max(*gone, *silent) < PATIENCE
        town.wait_until_followed()
        checking.ensure_true(town.app, town.journal)

    def test_a_silent_mail_server_holds_nobody_up_and_gets_every_mail_once(
        self, town: Town, post_office: SmtpServer
    ) -> None:
        # Whoever were held up by a mail would be each time; a busy machine is not slow three times in a row.
        for round_ in range(3):
            name = f"silent{round_}-"
            post_office.empty()
            post_office.hang()
            if self._follows_beside_silence(town, post_office, name):
                break
            post_office.accept()
            self._let_time_pass(town, 400)
        else:
            pytest.fail("a silent mail server holds up what else is to be done")
        post_office.accept()
        # Until the silent one is given up; then for as long as the others were told to wait.
        what = "the worker to let the others wait"
        until(lambda: self._is_told_to_wait(town, name), seconds=60, what=what)
        self._let_time_pass(town, 400)
        assert self._arrived(post_office, name) == {f"{name}{each}@example.org": 1 for each in range(8)}

    def test_a_mail_server_that_refuses_and_one_that_takes_and_hangs_up(
        self, town: Town, post_office: SmtpServer
    ) -> None:
        post_office.empty()
        post_office.refuse("451 4.3.0 Not now")
        write_mails(town, "refused", number=3)
        tried = "SELECT count(*) FROM outgoing_mails WHERE subject = 'refused' AND attempts > 0"
        until(lambda: count(town, tried) == 3, seconds=90, what="all mails to be tried")
        post_office.accept()
        post_office.hang_up_once(to="refused")
        # Two are enough but where the worker has had no turn in one of them.
        for passed in (800, 1200, 2400, 4800, 9600):
            if self._let_time_pass(town, passed, at_most=12):
                break
        arrived = self._arrived(post_office, "refused")
        # It cannot be known whether the one was kept: it comes again under the same id.
        assert sorted(arrived.values()) == [1, 1, 2]
        ids = {
            str(each.message["Message-ID"])
            for each in post_office.mails
            if each.recipients[0].startswith("refused")
        }
        assert len(ids) == 3

    def test_a_full_disk_stops_writing_and_nothing_else(self, town: Town) -> None:
        is_sqlite = town.database is None and "sqlite" in town.app.config["DATABASE_URL"]
        paper = io.BytesIO()
        Image.effect_noise((64, 64), 80).save(paper, "PNG")
        picture = paper.getvalue()
        writer, reader = town.browsers[20], town.browsers[21]
        new = f"/panels/{town.slug}/ideas"
        idea = {"title": "With a picture", "body": "Look.", "anyway": "1"}
        assert reader.get(f"/panels/{town.slug}").status == 200
        for process in town.site.web_processes():
            process.rlimit(psutil.RLIMIT_FSIZE, (1024, -1))
        try:
            asked = town.journal.ask("idea", title=idea["title"])
            upload = writer.post(new, idea, files={"images": ("look.png", picture)})
            assert upload.status == 503
            if is_sqlite:
                assert writer.post(f"/ideas/{town.ideas[0]}/vote", {}).status == 503
            assert reader.get(f"/panels/{town.slug}").status == 200
            assert reader.get(f"/ideas/{town.ideas[2]}").status in (200, 301)
        finally:
            for process in town.site.web_processes():
                process.rlimit(psutil.RLIMIT_FSIZE, (-1, -1))
        assert writer.post(new, idea, files={"images": ("look.png", picture)}).is_promise
        town.journal.acknowledge(asked)
        speak(town, 20)
        town.wait_until_followed()
        checking.ensure_true(town.app, town.journal)

    def test_a_clock_that_jumps_ahead_and_back_skips_and_doubles_nothing(self, town: Town) -> None:
        for off_by, numbers in ((3 * 86400, range(22, 26)), (0, range(26, 30)), (-2 * 86400, range(30, 34))):
            town.site.set_clock(off_by=off_by)
            for number in numbers:
                speak(town, number)
            if off_by > 0:
                until(lambda: min(due_in(town)) > timedelta(days=2), seconds=90, what="the jump to be seen")
        town.site.set_clock(off_by=0)
        speak(town, 34)
        # What was said while it was ahead is taken up by a regular job, once the minute until that is over.
        until(lambda: max(due_in(town)) <= timedelta(minutes=1), seconds=90, what="its end to be seen")
        town.site.set_clock(off_by=61)
        town.wait_until_followed(seconds=90)
        town.site.set_clock(off_by=0)
        checking.ensure_true(town.app, town.journal)

    def _follows_beside_silence(self, town: Town, post_office: SmtpServer, name: str) -> bool:
        """Whether all that members say is followed before the first mail to a silent server is given up."""
        write_mails(town, name, number=8)
        # One of these, or a notice that was still to be sent.
        until(lambda: post_office.is_holding, seconds=60, what="the worker to try a mail")
        deadline = time.monotonic() + mail.TIMEOUT_SECONDS
        for _number in range(4):
            speak(town, next(_speakers))
        while town.owes_something():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def _let_time_pass(self, town: Town, seconds: int, *, at_most: int = 90) -> bool:
        """Long enough for every pause between two tries that stands in the table; whether none waits then."""
        town.site.set_clock(off_by=seconds)
        waiting = "SELECT count(*) FROM outgoing_mails WHERE state = 'waiting' AND subject <> ''"
        end = time.monotonic() + at_most
        while (left := count(town, waiting)) and time.monotonic() < end:
            time.sleep(0.2)
        town.site.set_clock(off_by=0)
        return not left

    def _is_told_to_wait(self, town: Town, name: str) -> bool:
        is_one = (OutgoingMail.subject == name, OutgoingMail.state == "waiting")
        with town.app.app_context():
            is_due = exists().where(*is_one, OutgoingMail.due_at <= clock.now())
            return not db.session.scalar(select(is_due))

    def _arrived(self, post_office: SmtpServer, name: str) -> Counter[str]:
        return Counter(
            each.recipients[0] for each in post_office.mails if each.recipients[0].startswith(name)
        )
