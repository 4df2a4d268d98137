import pytest
from flask import Flask
from sqlalchemy import func, select

from community.analysis.tokens import index_terms
from community.demo.actions.scale import shapes
from community.demo.actions.scale.actions import Counts, seed_scale
from community.feedback.models import FeedbackItem
from community.ideas.actions import publishing
from community.ideas.models import Comment, Idea, Vote
from community.ideas.queries.ideas import list_tags
from community.infra.db import db
from community.infra.text import render_markdown
from community.members.models import Member
from community.operating.queries.counters import list_wrong_counts
from community.panels.models import Panel

COUNTS = Counts(members=80, ideas=60, comments=150, votes=300, feedback=40)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.usefixtures("app")
class TestSeedScale:
    def test_there_is_as_much_as_was_asked_for_and_all_counters_agree(self) -> None:
        assert seed_scale(COUNTS) is True
        told = [count(model) for model in (Member, Idea, Comment, Vote, FeedbackItem)]
        assert told == [80, 60, 150, 300, 40]
        assert list_wrong_counts() == []
        support = list(db.session.scalars(select(Idea.support_count).order_by(Idea.support_count.desc())))
        assert support[0] > 5 * support[30]

    def test_ideas_read_as_those_that_members_wrote_and_numbers_go_on_after_them(self, app: Flask) -> None:
        seed_scale(COUNTS)
        for idea in db.session.scalars(select(Idea).limit(5)).all():
            assert idea.body_html == render_markdown(idea.body)
            terms = index_terms("\n".join((idea.title, idea.title, *list_tags(idea.id), idea.body)))
            assert sorted(idea.search_terms.split()) == sorted(terms)
        member = db.session.get_one(Member, 9)
        panel = db.session.scalars(select(Panel).where(Panel.slug == "everyday")).one()
        with app.test_request_context():
            idea = publishing.publish_idea(panel, member, title="Something that nobody has said yet")
        assert idea.id == 61

    def test_where_somebody_is_nothing_is_touched(self) -> None:
        seed_scale(Counts(members=10, ideas=0, comments=0, votes=0, feedback=0))
        assert seed_scale(COUNTS) is False
        assert count(Member) == 10


class TestShares:
    def test_they_add_up_and_nobody_gets_more_than_they_may(self) -> None:
        assert shapes.shares(100, [1.0, 2.0, 7.0], [50, 50, 30]) == [23, 47, 30]
        assert sum(shapes.shares(1_000, [1 / (rank + 3) for rank in range(7)])) == 1_000
        assert shapes.shares(100, [1.0, 1.0], [20, 30]) == [20, 30]
