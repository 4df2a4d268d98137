from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.activity.queries import count_owed
from community.cases.models import Case
from community.customers.models import LearnedFact
from community.demo import actions, content, queries
from community.digests.models import Digest, DigestOpinion
from community.feedback.models import FeedbackItem
from community.ideas.models import Comment, Idea, IdeaImage, Vote, VoteAlarm
from community.infra import clock, jobs
from community.infra.db import db
from community.loyalty.actions.checking import check_books
from community.loyalty.models import (
    Adjustment,
    Award,
    LedgerTransaction,
    Lot,
    Redemption,
    Referral,
    RuleVersion,
    TierChange,
)
from community.members.models import Consent, Member
from community.moderation.models import Appeal, QueueItem, Sanction, TrustStanding
from community.notifications.models import Notice, NoticePreference
from community.panels.models import Membership, Panel
from community.surveys.models import Comparison, Question, Response, Survey, Tally
from tests.factories.members import make_member

MODELS = (Member, Panel, Idea)


# Half a year of a whole community: on a busy machine it takes minutes.
@pytest.mark.timeout(2400)
class TestSeedDemo:
    @pytest.fixture
    def seeded(self, new_app: Callable[..., Flask]) -> object:
        """A site that was empty a moment ago."""
        with new_app(RATE_LIMITS=True).app_context():
            assert actions.seed_demo() is True
            yield

    @pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
    def test_a_community_stands_there_as_if_it_had_lived(self, seeded: object) -> None:
        counts = [db.session.scalar(select(func.count()).select_from(model)) for model in MODELS]
        # One more than live here: the second administrator.
        assert counts == [61, 5, 152]
        voters = (
            select(Idea.root_id, func.count(func.distinct(Vote.member_id)).label("votes"))
            .join(Vote, Vote.idea_id == Idea.id)
            .group_by(Idea.root_id)
        ).subquery()
        wrong = select(Idea.id).outerjoin(voters, voters.c.root_id == Idea.id).where(
            Idea.merged_into_id.is_(None), Idea.support_count != func.coalesce(voters.c.votes, 0)
        )  # fmt: skip
        assert list(db.session.scalars(wrong)) == []
        people = select(Membership.panel_id, func.count().label("n")).group_by(Membership.panel_id).subquery()
        assert all(
            count == number
            for count, number in db.session.execute(
                select(Panel.member_count, people.c.n).join(people, people.c.panel_id == Panel.id)
            )
        )
        assert db.session.scalar(select(func.max(Comment.published_at))) <= clock.now()
        assert (db.session.scalar(select(func.count(IdeaImage.id))) or 0) >= 10

        assert count_owed() == 0
        unread, all_of_them = db.session.execute(
            select(func.count().filter(Notice.read_at.is_(None)), func.count(Notice.id))
        ).one()
        assert 0 < unread < all_of_them / 4

        # What a moderator hid is heard no more.
        assert set(db.session.scalars(select(FeedbackItem.state))) == {"read", "withdrawn"}
        states = set(db.session.scalars(select(Case.state)))
        assert states >= {"assigned", "answered", "resolved", "verified", "reopened"}
        on_triage = select(func.count(Case.id)).where(Case.is_open, Case.owner_id.is_(None))
        assert 0 < (db.session.scalar(on_triage) or 0) < 5

        self._check_surveys()
        self._check_points()
        self._check_rooms()

        assert [person.role for person in queries.list_sign_ins()] == [
            "member", "member", "member", "moderator", "owner", "owner", "analyst", "admin",
        ]  # fmt: skip
        assert actions.seed_demo() is False

    def _check_surveys(self) -> None:
        """Some are open and not yet answered by Ana, some were told back; their results are counted."""
        jobs.do_owed()
        states = Counter(db.session.scalars(select(Survey.state)))
        assert states == {"open": 4, "closed": 2, "told_back": 2}
        assert set(db.session.scalars(select(Survey.answers_changed_at == Survey.tallied_at))) == {True}
        ana = content.email_of("ana")
        answered = select(Response.id).join(Member, Member.id == Response.member_id).join(Survey)
        assert not db.session.scalars(answered.where(Member.email == ana, Survey.state == "open")).all()
        claim = db.session.scalars(select(Comparison)).one()
        assert claim.frozen_at is not None
        assert claim.measured_at is not None
        results = {
            question: db.session.scalar(
                select(Tally.data).join(Question).where(Question.code == question, Tally.cut == "")
            )
            for question in ("views", "picture", "seconds")
        }
        assert all("hidden" not in data for data in results.values())
        assert db.session.scalars(select(Response.id).where(Response.needs_look)).all() == []

    def _check_points(self) -> None:
        """Points were earned, wait, were spent and expired, and the books add up."""
        assert check_books().is_balanced
        kinds = set(db.session.scalars(select(LedgerTransaction.kind)))
        assert kinds >= {"earn", "mature", "deny", "hold", "capture", "release", "expire", "adjust"}
        states = set(db.session.scalars(select(Award.state)))
        assert states >= {"pending", "matured", "denied"}
        assert set(db.session.scalars(select(Redemption.state))) == {"waiting", "fulfilled", "released"}
        waiting = select(func.count(Adjustment.id)).where(Adjustment.state == "waiting")
        assert db.session.scalar(waiting) == 1
        assert db.session.scalar(select(func.count(TierChange.id))) > 5
        assert db.session.scalar(select(func.count()).where(Referral.active_at.is_not(None))) > 0
        soon = select(func.count(Lot.id)).where(Lot.state == "open", Lot.expires_at < clock.ahead(days=30))
        assert db.session.scalar(soon) > 0
        assert db.session.scalar(select(func.max(RuleVersion.number))) == 3

    def _check_rooms(self) -> None:
        """Texts wait for each reason, one appeal was won and one lost, and members chose for themselves."""
        waiting = select(QueueItem).where(QueueItem.state != "closed")
        items = list(db.session.scalars(waiting))
        assert {item.kind for item in items} == {"held", "flagged", "votes"}
        assert {item.state for item in items} == {"open", "asked"}
        rules = {reason["rule"] for item in items if item.kind == "held" for reason in item.reasons}
        assert rules == {"security", "personal_data", "first_posts", "blocked_word"}
        assert sorted(db.session.scalars(select(Appeal.state))) == ["overturned", "upheld"]
        assert set(db.session.scalars(select(Sanction.kind))) == {"warning"}
        assert len(set(db.session.scalars(select(TrustStanding.level)))) > 2
        assert db.session.scalars(select(VoteAlarm.state)).all() == ["waiting"]
        assert False in set(db.session.scalars(select(Consent.is_given)))
        ben = select(Member.id).where(Member.email == content.email_of("ben")).scalar_subquery()
        for model in (Digest, LearnedFact, NoticePreference, DigestOpinion):
            assert db.session.scalar(select(func.count()).where(model.member_id == ben)), model
        assert set(db.session.scalars(select(Panel.names_shown))) == {"full", "first", "alias"}
        assert db.session.scalar(select(func.count()).where(Member.alias.is_(None))) == 0

    def test_somebody_elses_site_is_left_alone(self, app: Flask) -> None:
        make_member("Somebody")
        assert actions.seed_demo() is False
        assert queries.list_sign_ins() == []

    def test_everybody_of_the_cast_is_in_the_texts(self) -> None:
        assert {person["key"] for person in content.list_members()} >= set(content.CAST)
