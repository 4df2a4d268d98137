"""Support: one standing vote each, a history that only grows, and counts that always equal the rows."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from community.activity.models import Activity
from community.ideas import ranking
from community.ideas.actions.merges import merge_ideas
from community.ideas.actions.votes import support_idea, withdraw_support
from community.ideas.models import Idea, Vote, VoteEvent
from community.ideas.queries.groups import count_voters
from community.infra.db import db, unit_of_work
from community.infra.errors import Conflict, Forbidden, Invalid, NotFound
from community.members.models import Member
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel


def history(idea: Idea) -> list[tuple[int, str, str | None]]:
    events = select(VoteEvent.member_id, VoteEvent.change, VoteEvent.importance)
    return [
        tuple(row)
        for row in db.session.execute(events.where(VoteEvent.idea_id == idea.id).order_by(VoteEvent.id))
    ]


class TestSupportIdea:
    def test_it_counts_one_vote_per_member(self, ana: Member, ben: Member) -> None:
        idea = make_idea()
        for member in (ana, ben, ana, ana):
            support_idea(idea, member)
        assert idea.support_count == count_voters(idea.id) == 2
        assert history(idea) == [(ana.id, "cast", None), (ben.id, "cast", None)]

    def test_voting_again_changes_only_how_important_it_is(self, ana: Member) -> None:
        idea = make_idea()
        support_idea(idea, ana)
        support_idea(idea, ana, importance="critical")
        support_idea(idea, ana, importance="critical")
        support_idea(idea, ana)
        vote = db.session.get_one(Vote, (idea.id, ana.id))
        assert (vote.importance, idea.support_count) == ("critical", 1)
        assert history(idea) == [(ana.id, "cast", None), (ana.id, "weighed", "critical")]

    def test_only_the_known_words_weigh(self, ana: Member) -> None:
        with pytest.raises(Invalid):
            support_idea(make_idea(), ana, importance="huge")

    def test_it_makes_the_idea_trend(self, ana: Member) -> None:
        idea = make_idea()
        before = idea.trend
        support_idea(idea, ana)
        assert idea.trend > before

    def test_each_new_supporter_is_recorded_once(self, ana: Member) -> None:
        idea = make_idea()
        support_idea(idea, ana)
        support_idea(idea, ana, importance="nice")
        kinds = db.session.scalars(
            select(Activity.kind).where(
                Activity.subject_id == idea.id, Activity.actor_id == ana.id, Activity.subject_type == "idea"
            )
        )
        assert list(kinds) == ["idea.supported"]

    def test_who_may_not_take_part_may_not_vote(self, ana: Member) -> None:
        author = make_member()
        idea = make_idea(panel=make_panel(admission="request", members=(author,)), author=author)
        with pytest.raises(Forbidden):
            support_idea(idea, ana)
        assert idea.support_count == 0

    def test_for_who_may_not_read_it_there_is_nothing_to_vote_for(self, ana: Member) -> None:
        author = make_member()
        panel = make_panel(visibility="members", admission="request", members=(author,))
        idea = make_idea(panel=panel, author=author)
        for change in (support_idea, withdraw_support):
            with pytest.raises(NotFound):
                change(idea, ana)
        assert idea.support_count == 0

    def test_what_is_hidden_is_not_supported(self, ana: Member) -> None:
        hidden = make_idea(state="hidden", is_listed=False)
        with pytest.raises(NotFound):
            support_idea(hidden, ana)
        with pytest.raises(Conflict):
            support_idea(hidden, hidden.author)


class TestWithdrawSupport:
    def test_it_takes_back_the_vote_and_keeps_the_history(self, ana: Member, ben: Member) -> None:
        idea = make_idea()
        support_idea(idea, ben)
        trend = idea.trend
        support_idea(idea, ana, importance="nice")
        withdraw_support(idea, ana)
        withdraw_support(idea, ana)
        assert idea.support_count == count_voters(idea.id) == 1
        assert idea.trend == pytest.approx(trend)
        assert history(idea) == [
            (ben.id, "cast", None),
            (ana.id, "cast", "nice"),
            (ana.id, "withdrawn", None),
        ]

    def test_without_support_an_idea_trends_as_it_did_when_new(self, ana: Member) -> None:
        idea = make_idea()
        support_idea(idea, ana)
        withdraw_support(idea, ana)
        assert idea.trend == pytest.approx(ranking.weight(idea.published_at))

    def test_the_database_itself_keeps_the_history(self, ana: Member) -> None:
        idea = make_idea()
        support_idea(idea, ana)
        with pytest.raises(DBAPIError, match="append-only"), unit_of_work() as session:
            session.execute(VoteEvent.__table__.delete())


class TestMergedIdeas:
    def test_votes_for_either_are_votes_for_one(self, ana: Member, ben: Member, mia: Member) -> None:
        panel = make_panel()
        source, root = make_idea(panel=panel), make_idea(panel=panel)
        support_idea(source, ana)
        support_idea(root, ana)
        merge_ideas(source, into=root, moderator=mia)
        assert support_idea(source, ben).id == root.id
        assert root.support_count == count_voters(root.id) == 2
        support_idea(root, ben, importance="important")
        assert root.support_count == 2

    def test_withdrawing_takes_back_all_votes_of_the_group(
        self, ana: Member, ben: Member, mia: Member
    ) -> None:
        panel = make_panel()
        source, root = make_idea(panel=panel), make_idea(panel=panel)
        for idea in (source, root):
            support_idea(idea, ana)
        support_idea(source, ben)
        merge_ideas(source, into=root, moderator=mia)
        withdraw_support(source, ana)
        assert root.support_count == count_voters(root.id) == 1
        assert [change for _member, change, _importance in history(source)] == ["cast", "cast", "withdrawn"]


def in_parallel(app: Flask, *works: Callable[[], None]) -> list[BaseException]:
    """Run each piece of work in a thread and a connection of its own, all let go at once."""
    start = threading.Barrier(len(works))
    errors: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        with app.app_context():
            start.wait()
            try:
                work()
            except Exception as error:  # noqa: BLE001 - what goes wrong in a thread is told to the test
                errors.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


class TestManyAtOnce:
    @pytest.fixture
    def app_of_its_own(self, new_app: Callable[..., Flask]) -> Flask:
        return new_app()

    def vote(self, idea_id: int, member_id: int) -> None:
        support_idea(db.session.get_one(Idea, idea_id), db.session.get_one(Member, member_id))

    def withdraw(self, idea_id: int, member_id: int) -> None:
        withdraw_support(db.session.get_one(Idea, idea_id), db.session.get_one(Member, member_id))

    def check(self, idea_id: int) -> int:
        db.session.rollback()
        idea = db.session.get_one(Idea, idea_id)
        rows = db.session.scalar(select(func.count()).select_from(Vote).where(Vote.idea_id == idea_id))
        cast = select(func.count(VoteEvent.id)).where(VoteEvent.idea_id == idea_id)
        standing = (db.session.scalar(cast.where(VoteEvent.change == "cast")) or 0) - (
            db.session.scalar(cast.where(VoteEvent.change == "withdrawn")) or 0
        )
        assert idea.support_count == rows == standing == count_voters(idea_id)
        return idea.support_count

    def test_twenty_members_are_twenty_votes(self, app_of_its_own: Flask) -> None:
        with app_of_its_own.app_context():
            idea_id = make_idea().id
            members = [make_member().id for _ in range(20)]
            works = [lambda member=member: self.vote(idea_id, member) for member in members]
            assert in_parallel(app_of_its_own, *works) == []
            assert self.check(idea_id) == 20

    def test_one_member_clicking_twenty_times_is_one_vote(self, app_of_its_own: Flask) -> None:
        with app_of_its_own.app_context():
            idea_id, member = make_idea().id, make_member().id
            works = [lambda: self.vote(idea_id, member)] * 20
            assert in_parallel(app_of_its_own, *works) == []
            assert self.check(idea_id) == 1

    def test_voting_and_withdrawing_at_once_leaves_counts_that_equal_the_rows(
        self, app_of_its_own: Flask
    ) -> None:
        with app_of_its_own.app_context():
            idea_id = make_idea().id
            members = [make_member().id for _ in range(4)]
            works = [lambda m=m: self.vote(idea_id, m) for m in members for _ in range(3)]
            works += [lambda m=m: self.withdraw(idea_id, m) for m in members for _ in range(2)]
            assert in_parallel(app_of_its_own, *works) == []
            assert 0 <= self.check(idea_id) <= 4
