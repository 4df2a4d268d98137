"""What ideas and comments earn as they are accepted, helpful and taken up; and what is taken back again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from community.activity.actions import follow_due
from community.ideas.actions.accepting import accept_supported
from community.ideas.actions.comments import add_comment, delete_comment
from community.ideas.actions.helpful import find_helpful, withdraw_help
from community.ideas.actions.merges import merge_ideas, unmerge_idea
from community.ideas.actions.publishing import delete_idea
from community.ideas.actions.statuses import change_status
from community.ideas.actions.votes import support_idea, withdraw_support
from community.ideas.models import Comment, Idea
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.loyalty.actions.awarding import mature_waiting
from community.loyalty.actions.circles import judge_circle
from community.loyalty.models import Award, Programme, Referral, Ring, RuleVersion
from community.loyalty.queries.books import balances_of
from community.members.actions import suspend_member
from community.members.actions.accounts import make_own_if_free
from community.members.models import Member
from community.moderation.actions import deciding
from community.moderation.queries.subjects import get_subject
from community.panels.models import Panel
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.racing import at_once

ACCEPTED, HELPFUL = "idea_accepted", "comment_helpful"


@pytest.fixture
def panel(app: Flask) -> Panel:
    return make_panel()


def followed(thing: Idea | Comment) -> Idea | Comment:
    """The thing, once all that follows it has been done."""
    follow_due()
    return thing


def states(member: Member, rule: str = ACCEPTED) -> list[tuple[str, str]]:
    """How the member's awards by a rule stand and why, in their order."""
    follow_due()
    accept_supported()
    rows = select(Award.state, Award.reason).where(Award.member_id == member.id, Award.rule == rule)
    return [tuple(row) for row in db.session.execute(rows.order_by(Award.id))]


def support(idea: Idea, *members: Member) -> None:
    for member in members:
        support_idea(idea, member)
    follow_due()


def some(count: int = 3) -> list[Member]:
    return [make_member() for _number in range(count)]


def say(author: Member, *, body: str = "Try the other side") -> Comment:
    return add_comment(make_idea(), author, body=body)


def thank(comment: Comment, *members: Member) -> None:
    for member in members:
        find_helpful(comment, member)
    follow_due()


def decide(idea: Idea, owner: Member, *steps: str) -> None:
    for step in steps:
        change_status(idea, owner, status=step, message="We will do it.")
    follow_due()


def circle(*members: Member, state: str = "open") -> Ring:
    first, *others = members
    with unit_of_work() as session:
        ring = Ring(
            member_id=first.id, reciprocity=1, concentration=1, volume=20, state=state,
            partner_ids=[member.id for member in others],
        )  # fmt: skip
        session.add(ring)
    return ring


class TestAcceptedIdeas:
    def test_points_wait_until_three_members_support_it(self, ana: Member, panel: Panel) -> None:
        idea = make_idea("A quieter machine", author=ana, panel=panel)
        assert states(ana) == [("pending", "")]
        support(idea, *some(2))
        assert states(ana) == [("pending", "")]
        support(idea, *some(1))
        assert states(ana) == [("matured", "supported")]
        award = db.session.scalars(select(Award).where(Award.member_id == ana.id)).one()
        assert (award.title, award.path, award.panel_id) == (
            "A quieter machine",
            f"/ideas/{idea.id}",
            panel.id,
        )
        assert balances_of(ana.id).available == award.points == 20

    def test_or_until_a_week_has_passed(self, ana: Member, panel: Panel) -> None:
        make_idea(author=ana, panel=panel)
        follow_due()
        with clock.stopped_at(clock.ahead(days=6)):
            mature_waiting()
            assert states(ana) == [("pending", "")]
        with clock.stopped_at(clock.ahead(days=8)):
            mature_waiting()
            assert states(ana) == [("matured", "waited")]

    def test_or_until_it_is_taken_up(self, ana: Member, omar: Member, panel: Panel) -> None:
        idea = make_idea(author=ana, panel=panel)
        decide(idea, omar, "under_review")
        assert states(ana) == [("pending", "")]
        decide(idea, omar, "in_progress")
        assert states(ana) == [("matured", "taken_up")]

    def test_what_was_supported_before_its_points_began_to_wait_counts(
        self, ana: Member, panel: Panel
    ) -> None:
        idea = make_idea(author=ana, panel=panel)
        for member in some():
            support_idea(idea, member)
        assert states(ana) == [("matured", "supported")]

    def test_ones_own_vote_and_those_of_staff_and_unknown_ones_count_for_nothing(
        self, ana: Member, mia: Member, omar: Member, ada: Member, panel: Panel
    ) -> None:
        unknown = make_member()
        with unit_of_work():
            locked = lock(Member, unknown.id)
            locked.email = locked.email_folded = None
        idea = make_idea(author=ana, panel=panel)
        support(idea, ana, mia, omar, ada, unknown, *some(2))
        assert states(ana) == [("pending", "")]
        support(idea, *some(1))
        assert states(ana) == [("matured", "supported")]

    def test_whoever_was_suspended_meanwhile_no_longer_counts(
        self, ana: Member, ada: Member, panel: Panel
    ) -> None:
        idea, members = make_idea(author=ana, panel=panel), some(2)
        support(idea, *members)
        suspend_member(members[0], by=ada)
        support(idea, *some(1))
        assert states(ana) == [("pending", "")]

    def test_inviters_and_their_friends_do_not_count_for_each_other(self, ana: Member, panel: Panel) -> None:
        inviter, friend, *others = some(4)
        with unit_of_work() as session:
            session.add(Referral(friend_id=ana.id, inviter_id=inviter.id))
            session.add(Referral(friend_id=friend.id, inviter_id=ana.id))
        idea = make_idea(author=ana, panel=panel)
        support(idea, inviter, friend, *others)
        assert states(ana) == [("pending", "")]
        support(idea, *some(1))
        assert states(ana) == [("matured", "supported")]

    def test_the_same_three_carry_three_ideas_of_one_author_in_30_days(self, ana: Member) -> None:
        friends = some()
        ideas = [make_idea(author=ana, panel=make_panel()) for _number in range(4)]
        # The day has room for three ideas only.
        with unit_of_work() as session:
            session.get_one(Programme, 1).points_per_day = None
            version = session.scalars(select(RuleVersion).where(RuleVersion.rule == ACCEPTED)).one()
            version.per_day = None
        for idea in ideas:
            support(idea, *friends)
        assert [state for state, _reason in states(ana)] == ["matured"] * 3 + ["pending"]

    def test_taking_votes_back_makes_no_room_for_others(self, ana: Member) -> None:
        friends = some()
        with unit_of_work() as session:
            session.get_one(Programme, 1).points_per_day = None
            session.scalars(select(RuleVersion).where(RuleVersion.rule == ACCEPTED)).one().per_day = None
        for _number in range(4):
            idea = make_idea(author=ana, panel=make_panel())
            support(idea, *friends)
            for friend in friends:
                withdraw_support(idea, friend)
        assert [state for state, _reason in states(ana)] == ["matured"] * 3 + ["pending"]

    def test_staff_earn_nothing(self, mia: Member, panel: Panel) -> None:
        support(make_idea(author=mia, panel=panel), *some())
        assert states(mia) == []

    def test_nothing_is_earned_while_the_programme_is_closed(self, ana: Member, panel: Panel) -> None:
        with unit_of_work() as session:
            session.get_one(Programme, 1).is_open = False
        support(make_idea(author=ana, panel=panel), *some())
        assert states(ana) == []

    def test_many_parallel_votes_accept_once(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            author = make_member()
            idea = make_idea(author=author)
            follow_due()
            idea_id, author_id = idea.id, author.id
            member_ids = [member.id for member in some(6)]

            def vote(member_id: int) -> None:
                support_idea(db.session.get_one(Idea, idea_id), db.session.get_one(Member, member_id))
                follow_due()

            at_once(app, *[lambda m=m: vote(m) for m in member_ids for _twice in range(2)])
            follow_due()
            db.session.rollback()
            assert states(db.session.get_one(Member, author_id)) == [("matured", "supported")]
            assert balances_of(author_id).available == 20


class TestDeletedIdeas:
    def test_what_waits_is_denied(self, ana: Member, panel: Panel) -> None:
        delete_idea(followed(make_idea(author=ana, panel=panel)), ana)
        assert states(ana) == [("denied", "deleted")]

    def test_what_was_given_is_taken_back_when_a_moderator_removes_it(
        self, ana: Member, mia: Member, omar: Member, panel: Panel
    ) -> None:
        idea, members = make_idea(author=ana, panel=panel), some()
        support(idea, *members)
        decide(idea, omar, "planned")
        delete_idea(idea, mia)
        assert states(ana) == [("clawed_back", "removed")]
        assert states(ana, "idea_planned") == [("clawed_back", "removed")]
        assert balances_of(ana.id).available == 0
        award = db.session.scalars(select(Award).where(Award.member_id == ana.id)).first()
        assert award is not None
        assert award.decided_by_id == mia.id
        # Who supported it has done nothing wrong.
        assert states(members[0], "idea_planned_supporter") == [("matured", "at_once")]

    def test_one_that_is_gone_before_anybody_looked_earns_nothing(self, ana: Member, panel: Panel) -> None:
        delete_idea(make_idea(author=ana, panel=panel), ana)
        assert states(ana) == []


class TestHiddenIdeas:
    def test_what_was_given_is_taken_back_and_given_again_once_it_is_shown(
        self, ana: Member, mia: Member, omar: Member, panel: Panel
    ) -> None:
        idea = followed(make_idea(author=ana, panel=panel))
        decide(idea, omar, "planned")
        had = balances_of(ana.id).available
        decision = deciding.hide(get_subject(f"idea:{idea.id}"), mia, reason="rude")
        assert states(ana, "idea_planned") == [("clawed_back", "removed")]
        assert balances_of(ana.id).available == 0
        deciding.undo(decision, mia, undone_as="appeal")
        assert states(ana, "idea_planned")[-1][0] == "matured"
        assert (balances_of(ana.id).available, had > 0) == (had, True)


class TestMergedIdeas:
    def test_support_moves_to_the_root(self, ana: Member, ben: Member, mia: Member, panel: Panel) -> None:
        source, root = make_idea(author=ana, panel=panel), make_idea(author=ben, panel=panel)
        support(source, *some(2))
        support(root, *some(1))
        assert states(ana) == states(ben) == [("pending", "")]
        merge_ideas(source, into=root, moderator=mia)
        assert states(ben) == [("matured", "supported")]
        assert states(ana) == [("denied", "merged")]

    def test_what_had_matured_stays_with_its_author(
        self, ana: Member, ben: Member, mia: Member, panel: Panel
    ) -> None:
        source, root = make_idea(author=ana, panel=panel), make_idea(author=ben, panel=panel)
        support(source, *some())
        merge_ideas(source, into=root, moderator=mia)
        assert states(ana) == [("matured", "supported")]

    def test_who_supports_both_counts_once(self, ana: Member, ben: Member, mia: Member, panel: Panel) -> None:
        source, root = make_idea(author=ana, panel=panel), make_idea(author=ben, panel=panel)
        both = some(2)
        support(source, *both)
        support(root, *both)
        merge_ideas(source, into=root, moderator=mia)
        assert states(ben) == [("pending", "")]

    def test_taken_out_again_it_waits_anew_with_its_own_support(
        self, ana: Member, ben: Member, mia: Member, panel: Panel
    ) -> None:
        source, root = make_idea(author=ana, panel=panel), make_idea(author=ben, panel=panel)
        support(source, *some(2))
        merge_ideas(source, into=root, moderator=mia)
        follow_due()
        unmerge_idea(source, moderator=mia)
        assert states(ana) == [("denied", "merged"), ("pending", "")]
        support(source, *some(1))
        assert states(ana) == [("denied", "merged"), ("matured", "supported")]
        assert balances_of(ana.id).available == 20

    def test_joined_and_parted_over_and_over_it_is_given_once(
        self, ana: Member, ben: Member, mia: Member, panel: Panel
    ) -> None:
        source, root = make_idea(author=ana, panel=panel), make_idea(author=ben, panel=panel)
        for _time in range(3):
            merge_ideas(source, into=root, moderator=mia)
            follow_due()
            unmerge_idea(source, moderator=mia)
            follow_due()
        support(source, *some())
        assert states(ana)[-1] == ("matured", "supported")
        assert balances_of(ana.id).available == 20
        assert balances_of(ana.id).pending == 0


class TestTakenUpIdeas:
    def test_planned_and_delivered_thank_author_and_supporters_once_each(
        self, ana: Member, ben: Member, omar: Member, panel: Panel
    ) -> None:
        idea = make_idea("A quieter machine", author=ana, panel=panel)
        support(idea, ana, ben, omar)
        decide(idea, omar, "planned", "under_review", "planned", "delivered", "in_progress", "delivered")
        assert states(ana, "idea_planned") == states(ana, "idea_delivered") == [("matured", "at_once")]
        assert states(ben, "idea_planned_supporter") == [("matured", "at_once")]
        assert states(ben, "idea_delivered_supporter") == [("matured", "at_once")]
        assert states(ana, "idea_planned_supporter") == []
        assert states(omar, "idea_planned_supporter") == []
        assert balances_of(ben.id).available == 8

    def test_who_supports_it_afterwards_is_not_thanked_for_the_step(
        self, ana: Member, ben: Member, omar: Member, panel: Panel
    ) -> None:
        idea = make_idea(author=ana, panel=panel)
        change_status(idea, omar, status="planned", message="We will do it.")
        with clock.stopped_at(clock.ahead(seconds=1)):
            support_idea(idea, ben)
        assert states(ben, "idea_planned_supporter") == []
        with clock.stopped_at(clock.ahead(seconds=2)):
            decide(idea, omar, "delivered")
        assert states(ben, "idea_delivered_supporter") == [("matured", "at_once")]

    def test_authors_of_joined_ideas_are_thanked_for_theirs(
        self, ana: Member, ben: Member, lin: Member, mia: Member, omar: Member, panel: Panel
    ) -> None:
        source, root = (
            make_idea("The same, said first", author=ana, panel=panel),
            make_idea(author=ben, panel=panel),
        )
        support(source, lin, ben)
        support(root, lin, ana)
        merge_ideas(source, into=root, moderator=mia)
        decide(root, omar, "planned")
        for author, own in ((ana, source), (ben, root)):
            award = db.session.scalars(
                select(Award).where(Award.member_id == author.id, Award.rule == "idea_planned")
            ).one()
            assert (award.source_id, award.title) == (own.id, own.title)
            assert states(author, "idea_planned_supporter") == []
        assert states(lin, "idea_planned_supporter") == [("matured", "at_once")]

    def test_a_circle_earns_nothing_by_its_votes(
        self, ana: Member, ben: Member, lin: Member, omar: Member, panel: Panel
    ) -> None:
        circle(ana, ben)
        idea = make_idea(author=ana, panel=panel)
        support(idea, ben, lin)
        decide(idea, omar, "planned")
        assert states(ben, "idea_planned_supporter") == []
        assert states(lin, "idea_planned_supporter") == [("matured", "at_once")]

    def test_declined_ones_give_nothing_and_lose_nothing(
        self, ana: Member, ben: Member, omar: Member, panel: Panel
    ) -> None:
        idea = make_idea(author=ana, panel=panel)
        support(idea, ben)
        change_status(
            idea, omar, status="declined", message="Not now.", reason="It does not fit.",
            look_again_on=clock.today() + timedelta(days=90),
        )  # fmt: skip
        assert states(ana) == [("pending", "")]
        assert states(ana, "idea_planned") == states(ben, "idea_planned_supporter") == []

    def test_hundreds_of_supporters_are_all_thanked(self, ana: Member, omar: Member, panel: Panel) -> None:
        idea, members = make_idea(author=ana, panel=panel), some(120)
        for member in members:
            support_idea(idea, member)
        decide(idea, omar, "planned")
        thanked = select(Award.member_id).where(Award.rule == "idea_planned_supporter")
        assert sorted(db.session.scalars(thanked)) == [member.id for member in members]


class TestHelpfulComments:
    def test_points_wait_from_the_first_mark_and_are_given_at_the_second(
        self, ana: Member, ben: Member, lin: Member
    ) -> None:
        comment = say(ana)
        assert states(ana, HELPFUL) == []
        thank(comment, ben)
        assert states(ana, HELPFUL) == [("pending", "")]
        thank(comment, lin)
        assert states(ana, HELPFUL) == [("matured", "supported")]
        award = db.session.scalars(select(Award).where(Award.rule == HELPFUL)).one()
        assert (award.title, award.path) == (comment.idea.title, f"/comments/{comment.id}")

    def test_marks_of_staff_and_of_a_circle_begin_nothing(
        self, ana: Member, ben: Member, mia: Member
    ) -> None:
        circle(ben, ana, state="upheld")
        comment = say(ana)
        thank(comment, mia, ben)
        assert states(ana, HELPFUL) == []

    def test_a_mark_taken_back_before_anything_was_given_ends_the_waiting(
        self, ana: Member, ben: Member, lin: Member
    ) -> None:
        comment = say(ana)
        thank(comment, ben)
        withdraw_help(comment, ben)
        assert states(ana, HELPFUL) == [("denied", "support_withdrawn")]
        thank(comment, ben, lin)
        assert states(ana, HELPFUL) == [("denied", "support_withdrawn"), ("matured", "supported")]
        assert balances_of(ana.id).available == 5

    def test_a_mark_given_and_taken_back_over_and_over_moves_points_twice(
        self, ana: Member, ben: Member, lin: Member
    ) -> None:
        comment = say(ana)
        for _number in range(4):
            thank(comment, ben)
            withdraw_help(comment, ben)
            follow_due()
        denied = [("denied", "support_withdrawn")]
        assert states(ana, HELPFUL) == denied * 2
        thank(comment, lin)
        assert states(ana, HELPFUL) == [*denied * 2, ("pending", "")]

    def test_what_was_given_stays_given(self, ana: Member, ben: Member, lin: Member) -> None:
        comment = say(ana)
        thank(comment, ben, lin)
        for member in (ben, lin):
            withdraw_help(comment, member)
        assert states(ana, HELPFUL) == [("matured", "supported")]

    def test_two_who_thank_one_person_all_the_time_carry_three_comments(
        self, ana: Member, ben: Member, lin: Member
    ) -> None:
        for number in range(4):
            comment = say(ana, body=f"Number {number}")
            thank(comment, ben, lin)
            for member in (ben, lin):
                withdraw_help(comment, member)
        assert states(ana, HELPFUL) == [("matured", "supported")] * 3

    @pytest.mark.parametrize("by_moderator", [False, True])
    def test_with_the_comment_go_its_points(
        self, ana: Member, ben: Member, lin: Member, mia: Member, by_moderator: bool
    ) -> None:
        comment = say(ana)
        thank(comment, ben, lin)
        delete_comment(comment, mia if by_moderator else ana)
        assert states(ana, HELPFUL) == [("clawed_back", "removed" if by_moderator else "deleted")]
        assert balances_of(ana.id).available == 0

    def test_parallel_marks_of_one_member_are_one(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            author, giver = make_member(), make_member()
            comment_id, author_id, giver_id = say(author).id, author.id, giver.id

            def click() -> None:
                find_helpful(db.session.get_one(Comment, comment_id), db.session.get_one(Member, giver_id))
                follow_due()

            at_once(app, *[click] * 8)
            follow_due()
            db.session.rollback()
            assert states(db.session.get_one(Member, author_id), HELPFUL) == [("pending", "")]


class TestJudgedCircles:
    def test_what_waits_on_marks_of_an_upheld_circle_is_denied(
        self, ana: Member, ben: Member, lin: Member, ada: Member, panel: Panel
    ) -> None:
        resting, other = make_idea(author=ana, panel=panel), make_idea(author=ana, panel=make_panel())
        comment = say(ana)
        support(resting, ben)
        support(other, lin)
        thank(comment, ben)
        judge_circle(circle(ben, ana), ada, decision="upheld", note="They agreed on it elsewhere.")
        assert states(ana) == [("denied", "ring"), ("pending", "")]
        assert states(ana, HELPFUL) == [("denied", "ring")]

    def test_what_was_given_stays(self, ana: Member, ben: Member, ada: Member, panel: Panel) -> None:
        idea = make_idea(author=ana, panel=panel)
        support(idea, ben, *some(2))
        judge_circle(circle(ana, ben), ada, decision="upheld", note="They agreed on it elsewhere.")
        assert states(ana) == [("matured", "supported")]

    def test_a_dismissed_one_lets_its_marks_count_at_once(
        self, ana: Member, ben: Member, ada: Member, panel: Panel
    ) -> None:
        ring = circle(ana, ben)
        idea = make_idea(author=ana, panel=panel)
        support(idea, ben, *some(2))
        assert states(ana) == [("pending", "")]
        judge_circle(ring, ada, decision="dismissed", note="They sit in one office.")
        assert states(ana) == [("matured", "supported")]

    def test_one_that_was_upheld_by_mistake_gives_back_what_it_denied(
        self, ana: Member, ben: Member, ada: Member, panel: Panel
    ) -> None:
        ring = circle(ana, ben)
        idea = make_idea(author=ana, panel=panel)
        support(idea, ben, *some(2))
        judge_circle(ring, ada, decision="upheld", note="They agreed on it.")
        assert states(ana) == [("denied", "ring")]
        judge_circle(ring, ada, decision="dismissed", note="They did not.")
        assert states(ana) == [("denied", "ring"), ("matured", "supported")]


class TestNewlyVerified:
    @pytest.fixture
    def newcomer(self, app: Flask) -> Member:
        """A member who has not confirmed their address."""
        member = make_member()
        with unit_of_work():
            locked = lock(Member, member.id)
            locked.claimed_email, locked.claimed_email_folded = locked.email, locked.email_folded
            locked.email = locked.email_folded = None
        return member

    def confirm(self, member: Member) -> None:
        with unit_of_work():
            make_own_if_free(lock(Member, member.id), str(member.claimed_email))
        follow_due()

    def test_what_they_said_before_is_thanked_for(
        self, newcomer: Member, ana: Member, ben: Member, panel: Panel
    ) -> None:
        idea, comment = make_idea(author=newcomer, panel=panel), say(newcomer)
        support(idea, *some())
        thank(comment, ana)
        assert states(newcomer) == states(newcomer, HELPFUL) == []
        self.confirm(newcomer)
        assert states(newcomer) == [("matured", "supported")]
        assert states(newcomer, HELPFUL) == [("pending", "")]
        self.confirm(newcomer)
        assert len(states(newcomer)) == 1

    def test_but_not_what_is_gone_by_then(self, newcomer: Member, panel: Panel) -> None:
        delete_idea(make_idea(author=newcomer, panel=panel), newcomer)
        self.confirm(newcomer)
        assert states(newcomer) == []

    def test_their_marks_from_before_count(self, newcomer: Member, ana: Member, panel: Panel) -> None:
        idea, comment = make_idea(author=ana, panel=panel), say(ana)
        support(idea, newcomer, *some(2))
        thank(comment, newcomer)
        assert (states(ana), states(ana, HELPFUL)) == ([("pending", "")], [])
        self.confirm(newcomer)
        assert states(ana) == [("matured", "supported")]
        assert states(ana, HELPFUL) == [("pending", "")]
