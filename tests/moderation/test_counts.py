"""Whatever is decided in whatever order: all counts are those of the rows, and undoing puts back what was."""

import itertools
import math
import random
from collections import Counter, defaultdict
from typing import Any

import pytest
from sqlalchemy import select

from community.ideas import ranking
from community.ideas.actions import vote_care
from community.ideas.actions.comments import add_comment, delete_comment
from community.ideas.actions.publishing import delete_idea, edit_idea, publish_idea
from community.ideas.actions.votes import support_idea, withdraw_support
from community.ideas.models import Comment, Follow, Idea, IdeaTag, Tag, Vote, VoteAlarm
from community.ideas.queries.ideas import list_tags
from community.infra.db import db, unit_of_work
from community.infra.errors import Refusal
from community.members.models import Member
from community.moderation.actions import deciding
from community.moderation.actions.flagging import flag
from community.moderation.models import Decision
from community.moderation.queries import queue
from community.moderation.queries.subjects import get_subject
from community.panels.models import Panel
from tests.factories.members import make_member
from tests.factories.moderation import stand_on_level
from tests.factories.panels import make_panel

NUMBER = "Call me on 138 0013 8000 any evening."
TAGS = ("cards", "birds", "paper")
STEPS = 60


class Room:
    """Some panels and people in them who do whatever comes into their heads."""

    def __init__(self, seed: int, moderator: Member) -> None:
        self.chance = random.Random(seed)
        self.numbers = itertools.count(1)
        self.moderator = moderator
        self.people = [make_member() for _number in range(5)]
        for person in self.people:
            stand_on_level(person, 3)
        self.panels = [make_panel(members=tuple(self.people)) for _number in range(2)]
        self.done: Counter[str] = Counter()

    def step(self) -> Decision | None:
        """Let one of them do one thing; what is refused is not done. Returns what a moderator decided."""
        acts = (
            self.publish, self.comment, self.comment, self.vote, self.vote, self.unvote, self.edit,
            self.exclude, self.flag, *[self.decide] * 8, self.undo, self.delete,
        )  # fmt: skip
        act = self.chance.choice(acts)
        try:
            decision = act()
        except Refusal:
            self.done["refused"] += 1
            return None
        self.done[act.__name__ if decision is None else decision.verb] += 1
        return decision

    def publish(self) -> None:
        publish_idea(
            self.chance.choice(self.panels), self.person(), title=f"A thought, number {next(self.numbers)}",
            body=self.words(), tags=self.chance.sample(TAGS, 2),
        )  # fmt: skip

    def comment(self) -> None:
        idea = self.idea()
        above = self.chance.choice([None, *db.session.scalars(select(Comment.id).where(idea_of(idea)))])
        add_comment(idea, self.person(), body=self.words(), parent_id=above)

    def vote(self) -> None:
        support_idea(self.idea(), self.person())

    def unvote(self) -> None:
        withdraw_support(self.idea(), self.person())

    def edit(self) -> None:
        idea = self.idea()
        edit_idea(idea, idea.author, title=idea.title, body=self.words(), tags=[self.chance.choice(TAGS)])

    def delete(self) -> None:
        if self.chance.random() < 0.7:
            delete_comment(self.one_of(Comment), self.moderator)
        else:
            delete_idea(self.idea(), self.moderator)

    def exclude(self) -> Decision:
        idea = self.idea()
        voters = [vote.member_id for vote in db.session.scalars(select(Vote))]
        with unit_of_work() as session:
            session.add(VoteAlarm(idea_id=idea.root_id, member_ids=sorted(set(voters)), facts={}))
        act = self.chance.choice((vote_care.exclude_votes, vote_care.count_votes))
        return act(idea, self.moderator, member_ids=self.chance.sample(voters, min(2, len(voters))))

    def flag(self) -> None:
        subject = self.subject()
        for person in self.chance.sample(self.people, 2):
            flag(subject, person, reason="spam")

    def decide(self) -> Decision:
        subject = self.subject()
        item = queue.find_standing(subject.type, subject.id, kinds=("held", "edit", "flagged"))
        given: dict[str, Any] = {"item": item}
        words = {"title": f"Better words {next(self.numbers)}", "body": "As it should be.", "tags": ["cards"]}
        return self.chance.choice(
            (
                lambda: deciding.approve(subject, self.moderator, **given),
                lambda: deciding.hide(subject, self.moderator, reason="rude", **given),
                lambda: deciding.restore(subject, self.moderator, **given),
                lambda: deciding.keep_private(subject, self.moderator, **given),
                lambda: deciding.rewrite(subject, self.moderator, words=words, reason="rude", **given),
                lambda: deciding.merge(subject, self.moderator, into_id=self.idea().id, **given),
                lambda: deciding.merge(subject, self.moderator, into_id=self.idea().id, **given),
                lambda: deciding.move(
                    subject, self.moderator, panel=self.chance.choice(self.panels), **given
                ),
                lambda: (deciding.open_again if subject.is_locked else deciding.shut)(
                    subject, self.moderator, **given
                ),
            )
        )()

    def undo(self) -> None:
        standing = select(Decision).where(Decision.undone_at.is_(None), Decision.moderator_id.is_not(None))
        decisions = [*db.session.scalars(standing.order_by(Decision.id))]
        if not decisions:
            raise Refusal
        deciding.undo(self.chance.choice(decisions), self.moderator)

    def idea(self) -> Idea:
        return self.one_of(Idea)

    def person(self) -> Member:
        return self.chance.choice(self.people)

    def subject(self) -> Any:
        row = self.one_of(self.chance.choice((Idea, Comment)))
        return get_subject(f"{type(row).__name__.lower()}:{row.id}")

    def one_of(self, model: Any) -> Any:
        rows = [*db.session.scalars(select(model).where(model.state != "deleted").order_by(model.id))]
        if not rows:
            raise Refusal
        return self.chance.choice(rows)

    def words(self) -> str:
        return f"{next(self.numbers)} {NUMBER if self.chance.random() < 0.3 else 'As plain as can be.'}"


def idea_of(idea: Idea) -> Any:
    return Comment.idea_id == idea.id


def check_counts() -> None:
    """Every count of panels, tags, ideas and comments is that of the rows it stands for."""
    ideas = {idea.id: idea for idea in db.session.scalars(select(Idea))}
    groups = defaultdict(set)
    for idea in ideas.values():
        groups[idea.root_id].add(idea.id)
        assert idea.is_listed == (idea.state == "published" and idea.merged_into_id is None)
    listed = [idea for idea in ideas.values() if idea.is_listed]
    on_board = Counter(idea.panel_id for idea in listed)
    for panel in db.session.scalars(select(Panel)):
        assert panel.idea_count == on_board[panel.id]
    tagged = Counter(
        row.tag_id for row in db.session.scalars(select(IdeaTag)) if ideas[row.idea_id].is_listed
    )
    for tag in db.session.scalars(select(Tag)):
        assert tag.idea_count == tagged[tag.id]
    comments = [*db.session.scalars(select(Comment))]
    shown = [comment for comment in comments if comment.state == "published"]
    replies = Counter(comment.parent_id for comment in shown)
    for comment in comments:
        assert comment.reply_count == replies[comment.id]
    votes, follows = [*db.session.scalars(select(Vote))], [*db.session.scalars(select(Follow))]
    for root_id, group in groups.items():
        root = ideas[root_id]
        here = [vote for vote in votes if vote.idea_id in group]
        counted = {vote.member_id for vote in here if vote.is_counted}
        assert root.support_count == len(counted)
        assert root.excluded_count == len({vote.member_id for vote in here} - counted)
        assert root.comment_count == sum(comment.idea_id in group for comment in shown)
        assert root.follower_count == len({row.member_id for row in follows if row.idea_id in group})
        if root.is_listed:
            firsts: dict[int, Any] = {}
            for vote in here:
                if vote.is_counted:
                    firsts[vote.member_id] = min(vote.cast_at, firsts.get(vote.member_id, vote.cast_at))
            trend = ranking.trend_of(root.published_at, supported_at=list(firsts.values()))
            assert math.isclose(root.trend, trend, rel_tol=1e-6)


def snapshot() -> Any:
    """How everything stands that a decision can change."""
    return (
        [
            (idea.id, idea.state, idea.panel_id, idea.merged_into_id, idea.root_id, idea.is_locked,
             idea.title, idea.body, sorted(list_tags(idea.id)), idea.support_count, idea.excluded_count,
             idea.comment_count)
            for idea in db.session.scalars(select(Idea).order_by(Idea.id))
        ],
        [
            (comment.id, comment.state, comment.body, comment.reply_count)
            for comment in db.session.scalars(select(Comment).order_by(Comment.id))
        ],
        sorted((vote.idea_id, vote.member_id, vote.is_counted) for vote in db.session.scalars(select(Vote))),
    )  # fmt: skip


@pytest.mark.usefixtures("app")
class TestAnyOrder:
    @pytest.mark.parametrize("seed", [1, 14])
    def test_counts_are_those_of_the_rows_and_undoing_puts_back_what_was(
        self, seed: int, mia: Member
    ) -> None:
        room = Room(seed, mia)
        for _number in range(6):
            room.publish()
        undone = 0
        for _step in range(STEPS):
            before = snapshot()
            decision = room.step()
            check_counts()
            if decision is not None and room.chance.random() < 0.4:
                deciding.undo(decision, mia)
                undone += 1
                check_counts()
                assert snapshot() == before, decision.verb
        assert undone > 3, room.done
