"""Real worker processes on both databases, killed with -9 in the middle of what they do."""

import signal
import time
from collections import Counter
from collections.abc import Callable
from functools import partial

from flask import Flask
from sqlalchemy import func, select

from community.activity import actions
from community.activity.models import OwedReaction
from community.infra.db import db, unit_of_work
from community.infra.mail import OutgoingMail
from tests import workers
from tests.activity import planted
from tests.factories.members import make_member

start_worker = partial(workers.start_worker, make_app=planted.make_app)


def record(kind: str, *, times: int) -> None:
    member = make_member("Ana Martins")
    with unit_of_work():
        for _ in range(times):
            actions.record(kind, subject=member, actor=member)


def lines_by_activity() -> Counter[str]:
    return Counter(db.session.scalars(select(OutgoingMail.to_address)))


def count_in(state: str) -> int:
    return db.session.scalar(select(func.count(OwedReaction.id)).where(OwedReaction.state == state)) or 0


def prepared(new_app: Callable[..., Flask]) -> Flask:
    app = new_app()
    actions.use_reactions(app, planted.REACTIONS)
    return app


class TestKilledWorkers:
    def test_a_worker_killed_inside_reactions_loses_and_repeats_nothing(
        self, new_app: Callable[..., Flask]
    ) -> None:
        app = prepared(new_app)
        with app.app_context():
            record("test.deadly", times=3)
            deaths = 0
            while start_worker(app, "--until-idle").wait() == -signal.SIGKILL:
                deaths += 1
            db.session.rollback()
            assert deaths == 3
            assert count_in("done") == 3
            assert sorted(lines_by_activity().values()) == [1, 1, 1]

    def test_two_workers_killed_at_random_moments_loses_and_repeats_nothing(
        self, new_app: Callable[..., Flask]
    ) -> None:
        app = prepared(new_app)
        total = 300
        with app.app_context():
            record("test.followed", times=total)
            for _ in range(3):
                running = [start_worker(app), start_worker(app)]
                before = count_in("done")
                deadline = time.monotonic() + 30
                while count_in("done") == before and before < total and time.monotonic() < deadline:
                    db.session.rollback()
                    time.sleep(0.02)
                for worker in running:
                    worker.kill()
                    worker.wait()
            last = [start_worker(app, "--until-idle"), start_worker(app, "--until-idle")]
            assert [worker.wait() for worker in last] == [0, 0]
            db.session.rollback()
            assert count_in("done") == total
            assert Counter(lines_by_activity().values()) == {1: total}

    def test_what_kills_every_worker_is_set_aside_and_others_go_on(
        self, new_app: Callable[..., Flask]
    ) -> None:
        app = prepared(new_app)
        with app.app_context():
            record("test.poison", times=1)
            # The pauses and leases of all its tries have passed, it only has the last one left.
            with unit_of_work() as session:
                session.scalars(select(OwedReaction)).one().attempts = len(actions.PAUSES)
            record("test.followed", times=2)
            assert start_worker(app, "--until-idle").wait() == -signal.SIGKILL
            assert start_worker(app, "--until-idle").wait() == 0
            db.session.rollback()
            assert (count_in("set_aside"), count_in("done")) == (1, 2)

    def test_what_kills_its_worker_takes_nothing_beside_it_along(self, new_app: Callable[..., Flask]) -> None:
        app = prepared(new_app)
        with app.app_context():
            record("test.poison", times=1)
            record("test.followed", times=5)
            # Together at first; then each is tried alone.
            for _ in range(3):
                assert start_worker(app, "--until-idle").wait() == -signal.SIGKILL
            db.session.rollback()
            assert count_in("done") == 5


class TestTheQueue:
    def test_a_waiting_worker_is_woken_by_a_commit(self, new_app: Callable[..., Flask]) -> None:
        app = prepared(new_app)
        with app.app_context():
            self._is_woken(app)

    def test_redis_wakes_a_worker_too(self, new_app: Callable[..., Flask], redis_url: str) -> None:
        app = new_app(QUEUE_URL=redis_url)
        actions.use_reactions(app, planted.REACTIONS)
        with app.app_context():
            self._is_woken(app)

    def _is_woken(self, app: Flask) -> None:
        worker = workers.start_worker(app, make_app=planted.make_app_that_never_sweeps)
        try:
            record("test.followed", times=1)
            self._wait_until_done(1, seconds=120)
            record("test.followed", times=1)
            # Without the wake, it would be a minute.
            self._wait_until_done(2, seconds=55)
        finally:
            worker.terminate()
            assert worker.wait() == 0

    def _wait_until_done(self, number: int, *, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while count_in("done") < number:
            assert time.monotonic() < deadline
            db.session.rollback()
            time.sleep(0.05)
