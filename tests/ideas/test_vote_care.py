"""Votes that look odd: found, put before a person, taken out of the count and counted again."""

import pytest
from sqlalchemy import func, select

from community.ideas import ranking
from community.ideas.actions.merges import merge_ideas, unmerge_idea
from community.ideas.actions.vote_care import (
    count_votes,
    exclude_votes,
    forget_origins,
    object_to_exclusion,
    watch_idea,
    watch_votes,
)
from community.ideas.actions.votes import support_idea, withdraw_support
from community.ideas.models import VoteAlarm, VoteEvent, VoteOrigin
from community.ideas.queries import groups
from community.infra import clock
from community.infra.db import db
from community.infra.errors import Forbidden, Invalid
from community.moderation.actions.deciding import undo
from community.moderation.models import QueueItem
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.factories.votes import ONE_PLACE, vote_together


@pytest.fixture
def panel(app, ana, ben):
    return make_panel(members=(ana, ben))


@pytest.fixture
def idea(panel, ana):
    return make_idea("Quieter hinges", panel=panel, author=ana)


def waiting():
    standing = select(QueueItem).where(QueueItem.kind == "votes", QueueItem.state == "open")
    return list(db.session.scalars(standing))


def ids(members):
    return [member.id for member in members]


class TestWatching:
    def test_odd_votes_wait_for_a_person_and_count_meanwhile(self, idea):
        voters = vote_together(idea)
        (item,) = waiting()
        alarm = db.session.scalars(select(VoteAlarm)).one()
        assert (item.subject_type, item.subject_id, item.panel_id) == ("votes", idea.id, idea.panel_id)
        assert [reason["rule"] for reason in item.reasons] == alarm.signs == ["shared_origin", "burst"]
        assert set(alarm.member_ids) == set(ids(voters))
        assert idea.support_count == 8

    def test_looking_again_adds_nothing(self, idea):
        vote_together(idea)
        assert not watch_idea(idea.id)
        assert len(waiting()) == 1

    def test_more_of_them_join_what_waits(self, idea):
        vote_together(idea)
        vote_together(idea)
        assert len(waiting()) == 1
        assert len(db.session.scalars(select(VoteAlarm)).one().member_ids) == 16

    def test_a_few_votes_of_one_family_are_left_in_peace(self, idea):
        vote_together(idea, count=4)
        assert waiting() == []

    def test_what_was_found_to_be_honest_is_not_asked_about_again(self, idea, mia):
        voters = vote_together(idea)
        count_votes(idea, mia, member_ids=ids(voters))
        assert not watch_idea(idea.id)

    def test_the_clock_looks_at_ideas_with_new_votes(self, idea):
        for _each in range(6):
            support_idea(idea, make_member(), seen_from=ONE_PLACE)
        assert watch_votes() == 1

    def test_the_origin_of_a_vote_that_was_taken_back_gives_way(self, idea, ben):
        support_idea(idea, ben, seen_from=ONE_PLACE)
        first = db.session.scalars(select(VoteOrigin.origin)).one()
        withdraw_support(idea, ben)
        support_idea(idea, ben, seen_from=f"{ONE_PLACE} and another browser")
        assert db.session.scalars(select(VoteOrigin.origin)).one() != first

    def test_an_origin_says_nothing_about_other_ideas_and_is_forgotten(self, idea, panel, ben):
        other = make_idea(panel=panel)
        support_idea(idea, ben, seen_from=ONE_PLACE)
        support_idea(other, ben, seen_from=ONE_PLACE)
        origins = list(db.session.scalars(select(VoteOrigin.origin)))
        assert len(set(origins)) == 2
        assert "203.0.113" not in "".join(origins)
        with clock.stopped_at(clock.ahead(days=31)):
            forget_origins()
        assert db.session.scalar(select(func.count()).select_from(VoteOrigin)) == 0


class TestExcluding:
    @pytest.fixture
    def voters(self, idea, ben):
        support_idea(idea, ben)
        return vote_together(idea)

    def test_they_stand_but_count_for_nothing(self, idea, voters, ben, mia):
        exclude_votes(idea, mia, member_ids=ids(voters))
        assert (idea.support_count, idea.excluded_count) == (1, 8)
        honest = groups.list_supported_at(idea.id)
        assert len(honest) == 1
        assert idea.trend == pytest.approx(ranking.trend_of(idea.published_at, supported_at=honest))
        assert waiting() == []
        # The history tells what members did, and they did vote.
        assert db.session.scalar(select(func.count(VoteEvent.id))) == 9

    def test_one_by_one(self, idea, voters, mia):
        exclude_votes(idea, mia, member_ids=ids(voters[:3]))
        assert (idea.support_count, idea.excluded_count) == (6, 3)

    def test_votes_that_no_alarm_spoke_of_are_not_touched(self, idea, voters, mia):
        honest = make_member()
        support_idea(idea, honest)
        exclude_votes(idea, mia, member_ids=[*ids(voters), honest.id])
        assert idea.excluded_count == 8
        with pytest.raises(Invalid):
            exclude_votes(idea, mia, member_ids=[honest.id])

    def test_they_can_be_counted_again(self, idea, voters, mia):
        exclude_votes(idea, mia, member_ids=ids(voters))
        count_votes(idea, mia, member_ids=ids(voters))
        assert (idea.support_count, idea.excluded_count) == (9, 0)

    def test_undoing_puts_the_counts_and_the_waiting_back(self, idea, voters, mia):
        decision = exclude_votes(idea, mia, member_ids=ids(voters[:5]))
        undo(decision, mia)
        assert (idea.support_count, idea.excluded_count) == (9, 0)
        assert len(waiting()) == 1

    def test_taking_the_vote_back_and_giving_it_again_helps_nobody(self, idea, voters, mia):
        exclude_votes(idea, mia, member_ids=ids(voters))
        withdraw_support(idea, voters[0])
        assert (idea.support_count, idea.excluded_count) == (1, 7)
        support_idea(idea, voters[0])
        assert (idea.support_count, idea.excluded_count) == (1, 8)

    def test_a_merge_counts_only_what_counts(self, idea, voters, panel, ben, mia):
        other = make_idea("Silent doors", panel=panel)
        support_idea(other, ben)
        support_idea(other, make_member())
        exclude_votes(idea, mia, member_ids=ids(voters))
        merge_ideas(idea, into=other, moderator=mia)
        assert (other.support_count, other.excluded_count) == (2, 8)
        count_votes(other, mia, member_ids=ids(voters[:2]))
        assert (other.support_count, other.excluded_count) == (4, 6)
        unmerge_idea(idea, moderator=mia)
        assert (idea.support_count, idea.excluded_count) == (3, 6)
        assert (other.support_count, other.excluded_count) == (2, 0)

    def test_nobody_decides_about_votes_for_their_own_idea(self, panel, mia):
        own = make_idea(panel=panel, author=mia)
        voters = vote_together(own)
        with pytest.raises(Forbidden):
            exclude_votes(own, mia, member_ids=ids(voters))


class TestObjecting:
    @pytest.fixture
    def voter(self, idea, mia):
        voters = vote_together(idea)
        exclude_votes(idea, mia, member_ids=ids(voters))
        return voters[0]

    def test_the_person_concerned_finds_it_and_has_somebody_look_again(self, idea, voter, browser_of):
        browser = browser_of(voter)
        assert idea.title in browser.get("/me/moderation").text
        assert browser.post(f"/ideas/{idea.id}/vote/objection").status_code == 303
        (item,) = waiting()
        assert item.reasons[-1] == {"rule": "objection"}

    def test_a_moderator_sees_who_asks_and_lets_the_vote_count(self, idea, voter, mia, browser_of):
        object_to_exclusion(idea, voter)
        browser = browser_of(mia)
        assert browser.get(f"/staff/moderation/{waiting()[0].id}").location == f"/staff/ideas/{idea.id}/votes"
        assert "asks to be counted" in browser.get(f"/staff/ideas/{idea.id}/votes").text
        count_votes(idea, mia, member_ids=[voter.id])
        assert (idea.support_count, waiting()) == (1, [])

    def test_asking_once_is_enough(self, idea, voter, mia):
        object_to_exclusion(idea, voter)
        exclude_votes(idea, mia, member_ids=[voter.id])
        object_to_exclusion(idea, voter)
        assert waiting() == []

    def test_only_whose_vote_was_left_out_can_ask(self, idea, voter, ben, browser_of):
        assert browser_of(ben).post(f"/ideas/{idea.id}/vote/objection").status_code == 404


class TestPages:
    @pytest.fixture
    def voters(self, idea):
        return vote_together(idea)

    def test_a_moderator_sees_why_and_decides(self, idea, voters, mia, browser_of):
        browser = browser_of(mia)
        path = f"/staff/ideas/{idea.id}/votes"
        page = browser.get(path).text
        assert "8 of 8 votes" in page
        assert all(voter.display_name in page for voter in voters)
        fields = {"member_ids": [str(voters[0].id), str(voters[1].id)], "decision": "exclude"}
        refused = browser.post(path, data=fields)
        assert refused.status_code == 422
        assert refused.text.count(" checked") == 3
        assert browser.post(path, data={**fields, "note": "One person, I think."}).status_code == 303
        assert idea.excluded_count == 2

    def test_everybody_reads_how_many_do_not_count_and_the_person_that_it_is_theirs(
        self, idea, voters, ben, mia, client, browser_of
    ):
        exclude_votes(idea, mia, member_ids=ids(voters[:3]))
        path = f"/ideas/{idea.id}-{idea.slug}"
        assert "3 votes are not counted" in client.get(path).text
        assert "Your vote stands" not in browser_of(ben).get(path).text
        assert "Your vote stands" in browser_of(voters[0]).get(path).text

    def test_the_page_is_for_moderators_of_the_panel(self, idea, voters, omar, ben, mia, browser_of):
        path = f"/staff/ideas/{idea.id}/votes"
        assert browser_of(omar).get(path).status_code == 403
        assert browser_of(ben).get(path).status_code == 403
        other = make_idea()
        assert browser_of(mia).get(f"/staff/ideas/{other.id}/votes").status_code == 404

    def test_a_vote_in_the_browser_keeps_where_it_came_from(self, idea, ben, browser_of):
        browser_of(ben).post(f"/ideas/{idea.id}/vote")
        assert db.session.scalars(select(VoteOrigin)).one().member_id == ben.id
