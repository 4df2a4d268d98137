from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.activity import actions, queries
from community.activity.models import Activity, OwedReaction
from community.infra import clock, jobs
from community.infra.db import db, unit_of_work
from community.infra.mail import OutgoingMail
from community.members.models import Member
from tests.activity import planted


@pytest.fixture(autouse=True)
def planted_reactions(app: Flask) -> Iterator[None]:
    """The app follows with the planted table during these tests."""
    before = dict(app.extensions)
    actions.use_reactions(app, planted.REACTIONS)
    yield
    app.extensions.update(before)


def lines() -> int:
    return db.session.scalar(select(func.count(OutgoingMail.id))) or 0


def the_owed(reaction: Callable[[Activity], None]) -> OwedReaction:
    name = jobs.name_of(reaction)
    return db.session.scalars(select(OwedReaction).where(OwedReaction.reaction == name)).one()


class TestRecord:
    def test_it_is_part_of_the_transaction_it_tells_of(self, ana: Member) -> None:
        with pytest.raises(RuntimeError, match="changed my mind"), unit_of_work():
            actions.record("test.followed", subject=ana, actor=ana)
            raise RuntimeError("changed my mind")
        assert db.session.scalar(select(func.count(Activity.id))) == 0
        assert queries.count_owed() == 0

    def test_it_refuses_a_kind_that_no_page_lists(self, ana: Member) -> None:
        with pytest.raises(KeyError):
            actions.record("test.unheard_of", subject=ana, actor=ana)

    def test_it_keeps_who_what_and_when(self, ana: Member, ben: Member) -> None:
        activity = actions.record("test.followed", subject=ana, actor=ben, colour="green")
        assert (activity.subject_type, activity.subject_id, activity.actor_id) == ("member", ana.id, ben.id)
        assert activity.data == {"colour": "green"}
        assert clock.now() - activity.occurred_at < timedelta(minutes=1)


class TestFollowDue:
    def test_it_runs_each_reaction_once(self, ana: Member) -> None:
        for _ in range(3):
            actions.record("test.followed", subject=ana, actor=ana)
        assert actions.follow_due() == 3
        assert actions.follow_due() == 0
        assert lines() == 3
        assert queries.count_owed() == 0

    def test_one_failing_reaction_undoes_only_itself(self, ana: Member) -> None:
        actions.record("test.broken", subject=ana, actor=ana)
        actions.follow_due()
        assert lines() == 1
        assert the_owed(planted.leave_a_line).state == "done"
        failed = the_owed(planted.always_fail)
        assert (failed.state, failed.attempts, failed.error) == ("owed", 1, "ZeroDivisionError: planted")

    def test_pauses_grow_until_it_is_set_aside_and_can_be_owed_again(self, ana: Member) -> None:
        actions.record("test.broken", subject=ana, actor=ana)
        moment = clock.now()
        pauses = []
        for _ in range(len(actions.PAUSES) + 1):
            with clock.stopped_at(moment):
                actions.follow_due()
                owed = the_owed(planted.always_fail)
                pauses.append((owed.due_at - moment).total_seconds())
                moment = owed.due_at if owed.state == "owed" else moment
        assert pauses[:-1] == sorted(pauses[:-1]) == list(actions.PAUSES)
        assert the_owed(planted.always_fail).state == "set_aside"
        assert [owed.reaction for owed in queries.list_set_aside()] == [jobs.name_of(planted.always_fail)]
        actions.try_again(the_owed(planted.always_fail).id, by=ana)
        assert (the_owed(planted.always_fail).state, the_owed(planted.always_fail).attempts) == ("owed", 0)

    def test_a_reaction_that_is_gone_is_reported_not_lost(self, ana: Member, app: Flask) -> None:
        actions.record("test.followed", subject=ana, actor=ana)
        app.extensions["reaction_functions"] = {}
        actions.follow_due()
        assert "KeyError" in the_owed(planted.leave_a_line).error


class TestTidy:
    def test_what_was_done_long_ago_is_forgotten_and_what_is_owed_is_not(self, ana: Member) -> None:
        actions.record("test.followed", subject=ana, actor=ana)
        actions.follow_due()
        actions.record("test.followed", subject=ana, actor=ana)
        actions.tidy()
        assert db.session.scalar(select(func.count(OwedReaction.id))) == 2
        with clock.stopped_at(clock.now() + actions.DONE_KEPT_FOR + timedelta(days=1)):
            actions.tidy()
        assert [owed.state for owed in db.session.scalars(select(OwedReaction))] == ["owed"]
        assert db.session.scalar(select(func.count(Activity.id))) == 2
