"""Merging: a link that counts everybody once, and can be undone whatever happened meanwhile."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from community.ideas.actions.comments import add_comment
from community.ideas.actions.merges import merge_ideas, unmerge_idea
from community.ideas.actions.votes import support_idea, withdraw_support
from community.ideas.models import Idea, Merge, Tag, Vote
from community.ideas.queries import merges as queries
from community.infra.db import db
from community.infra.errors import Conflict, Invalid
from community.members.models import Member
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel


def counts(idea: Idea) -> tuple[object, ...]:
    db.session.refresh(idea)
    return (
        idea.support_count,
        idea.comment_count,
        idea.follower_count,
        round(idea.trend, 6),
        idea.root_id,
        idea.merged_into_id,
        idea.is_listed,
        idea.panel.idea_count,
    )


class TestMergeIdeas:
    def test_whoever_supports_both_counts_once(
        self, ana: Member, ben: Member, lin: Member, mia: Member
    ) -> None:
        panel = make_panel()
        source, target = make_idea(panel=panel), make_idea(panel=panel)
        for voter in (ana, ben):
            support_idea(source, voter)
        for voter in (ben, lin):
            support_idea(target, voter)
        merge_ideas(source, into=target, moderator=mia)
        assert target.support_count == 3
        assert (source.root_id, source.merged_into_id, source.is_listed) == (target.id, target.id, False)

    def test_votes_and_comments_stay_where_they_were_given(
        self, ana: Member, ben: Member, mia: Member
    ) -> None:
        panel = make_panel()
        source, target = make_idea(panel=panel, tags=("cards",)), make_idea(panel=panel)
        support_idea(source, ana)
        add_comment(source, ben, body="Yes, please.")
        before = counts(source), counts(target)
        merge_ideas(source, into=target, moderator=mia)
        assert target.comment_count == 1
        assert panel.idea_count == 1
        unmerge_idea(source, moderator=mia)
        assert (counts(source), counts(target)) == before

    def test_a_chain_leads_to_its_end_and_comes_apart_in_any_order(self, ana: Member, mia: Member) -> None:
        panel = make_panel()
        first, second, third = (make_idea(panel=panel) for _ in range(3))
        support_idea(first, ana)
        merge_ideas(first, into=second, moderator=mia)
        merge_ideas(second, into=third, moderator=mia)
        assert [first.root_id, second.root_id, third.support_count] == [third.id, third.id, 1]
        unmerge_idea(second, moderator=mia)
        assert [first.root_id, second.support_count, third.support_count] == [second.id, 1, 0]
        unmerge_idea(first, moderator=mia)
        assert [first.root_id, first.support_count, second.support_count] == [first.id, 1, 0]

    def test_joining_to_a_joined_idea_joins_to_its_end(self, mia: Member) -> None:
        panel = make_panel()
        first, second, third = (make_idea(panel=panel) for _ in range(3))
        merge_ideas(second, into=third, moderator=mia)
        merge_ideas(first, into=second, moderator=mia)
        assert first.merged_into_id == third.id

    def test_no_idea_leads_to_itself(self, mia: Member) -> None:
        panel = make_panel()
        one, other = make_idea(panel=panel), make_idea(panel=panel)
        with pytest.raises(Invalid):
            merge_ideas(one, into=one, moderator=mia)
        merge_ideas(one, into=other, moderator=mia)
        for again in ((other, one), (one, other)):
            with pytest.raises(Invalid):
                merge_ideas(again[0], into=again[1], moderator=mia)
        assert db.session.query(Merge).count() == 1

    def test_what_is_joined_is_not_joined_again(self, mia: Member) -> None:
        panel = make_panel()
        first, second, third = (make_idea(panel=panel) for _ in range(3))
        merge_ideas(first, into=second, moderator=mia)
        with pytest.raises(Conflict):
            merge_ideas(first, into=third, moderator=mia)

    def test_ideas_of_two_panels_stay_apart(self, mia: Member) -> None:
        with pytest.raises(Invalid):
            merge_ideas(make_idea(), into=make_idea(), moderator=mia)

    def test_only_what_was_joined_can_be_taken_out(self, mia: Member) -> None:
        with pytest.raises(Conflict):
            unmerge_idea(make_idea(), moderator=mia)

    def test_its_tags_no_longer_count_it(self, mia: Member) -> None:
        panel = make_panel()
        source, target = make_idea(panel=panel, tags=("cards",)), make_idea(panel=panel, tags=("cards",))
        merge_ideas(source, into=target, moderator=mia)
        assert db.session.query(Tag.idea_count).scalar() == 1
        unmerge_idea(source, moderator=mia)
        assert db.session.query(Tag.idea_count).scalar() == 2


class TestPreview:
    def test_it_says_what_will_be(self, ana: Member, ben: Member, lin: Member, mia: Member) -> None:
        panel = make_panel()
        source, target = make_idea(panel=panel), make_idea(panel=panel)
        for idea, voters in ((source, (ana, ben)), (target, (ben, lin))):
            for voter in voters:
                support_idea(idea, voter)
        add_comment(source, ben, body="Yes, please.")
        seen = queries.preview(source, target=target)
        merge_ideas(source, into=target, moderator=mia)
        assert (seen.supporters_joining, seen.supporters_of_both, seen.comments_joining) == (1, 1, 1)
        assert seen.supporters_after == target.support_count == 3
        assert seen.followers_joining == 2


class Playground(RuleBasedStateMachine):
    """Members vote, take back, and moderators join and part ideas in any order; a plain model keeps count."""

    ideas = 5
    voters = 4

    def __init__(self) -> None:
        super().__init__()
        panel = make_panel()
        self.moderator = make_member(roles=("moderator",))
        self.people = [make_member() for _ in range(self.voters)]
        author = make_member()
        self.rows = [make_idea(panel=panel, author=author) for _ in range(self.ideas)]
        self.parents: dict[int, int] = {}
        self.votes: set[tuple[int, int]] = set()

    def root(self, idea: int) -> int:
        while idea in self.parents:
            idea = self.parents[idea]
        return idea

    def group(self, root: int) -> list[int]:
        return [idea for idea in range(self.ideas) if self.root(idea) == root]

    @rule(idea=st.integers(0, ideas - 1), voter=st.integers(0, voters - 1))
    def vote(self, idea: int, voter: int) -> None:
        support_idea(self.rows[idea], self.people[voter])
        root = self.root(idea)
        if not any((each, voter) in self.votes for each in self.group(root)):
            self.votes.add((root, voter))

    @rule(idea=st.integers(0, ideas - 1), voter=st.integers(0, voters - 1))
    def take_back(self, idea: int, voter: int) -> None:
        withdraw_support(self.rows[idea], self.people[voter])
        self.votes -= {(each, voter) for each in self.group(self.root(idea))}

    @rule(source=st.integers(0, ideas - 1), into=st.integers(0, ideas - 1))
    def join(self, source: int, into: int) -> None:
        may_join = source not in self.parents and self.root(into) != source
        try:
            merge_ideas(self.rows[source], into=self.rows[into], moderator=self.moderator)
        except (Invalid, Conflict):
            assert not may_join
        else:
            assert may_join
            self.parents[source] = self.root(into)

    @precondition(lambda self: self.parents)
    @rule(data=st.data())
    def part(self, data: Any) -> None:
        idea = data.draw(st.sampled_from(sorted(self.parents)))
        unmerge_idea(self.rows[idea], moderator=self.moderator)
        del self.parents[idea]

    @invariant()
    def every_root_counts_each_of_its_voters_once(self) -> None:
        db.session.expire_all()
        for idea, row in enumerate(self.rows):
            root = self.root(idea)
            assert row.root_id == self.rows[root].id
            assert row.is_listed == (idea == root)
            if idea == root:
                group = self.group(root)
                assert row.support_count == len({voter for each, voter in self.votes if each in group})

    @invariant()
    def the_panel_counts_what_is_listed(self) -> None:
        assert self.rows[0].panel.idea_count == self.ideas - len(self.parents)


class TestAnyOrder:
    def test_the_counts_are_those_of_the_plain_model(self, app: Flask, database_kind: str) -> None:
        examples, steps = (25, 20) if database_kind == "sqlite" else (6, 15)
        run_state_machine_as_test(
            Playground,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )


class TestTheMergePage:
    def test_a_moderator_finds_looks_and_joins(
        self, browser_of: Callable[[Member], Client], mia: Member, ana: Member
    ) -> None:
        panel = make_panel()
        source = make_idea("Cards that can be sung into", panel=panel)
        target = make_idea("Cards that record a voice", panel=panel)
        support_idea(source, ana)
        browser = browser_of(mia)
        found = browser.get(f"/ideas/{source.id}/merge?q=record").text
        assert f"into={target.id}" in found
        looked = browser.get(f"/ideas/{source.id}/merge?into={target.id}").text
        assert "1 supporter joins." in looked
        answer = browser.post(f"/ideas/{source.id}/merge", data={"into": target.id})
        assert answer.status_code == 303
        assert f"/ideas/{target.id}" in answer.location
        page = browser.get(f"/ideas/{target.id}-{target.slug}").text
        assert "Cards that can be sung into" in page
        assert f"/ideas/{source.id}/unmerge" in page
        assert browser.post(f"/ideas/{source.id}/unmerge").status_code == 303
        assert source.root_id == source.id

    @pytest.mark.parametrize("into", ["", "0", "abc", "999999999", str(2**63)])
    def test_what_cannot_be_joined_to_comes_back(
        self, browser_of: Callable[[Member], Client], mia: Member, into: str
    ) -> None:
        idea = make_idea()
        assert browser_of(mia).post(f"/ideas/{idea.id}/merge", data={"into": into}).status_code == 422

    def test_it_does_not_offer_ideas_of_other_panels(
        self, browser_of: Callable[[Member], Client], mia: Member
    ) -> None:
        source = make_idea("Cards that can be sung into")
        other = make_idea("Cards that record a voice")
        browser = browser_of(mia)
        assert other.title not in browser.get(f"/ideas/{source.id}/merge").text
        assert other.title not in browser.get(f"/ideas/{source.id}/merge?into={other.id}").text

    def test_members_and_owners_may_not(
        self, browser_of: Callable[[Member], Client], ana: Member, omar: Member
    ) -> None:
        panel = make_panel()
        source, target = make_idea(panel=panel), make_idea(panel=panel)
        for member in (ana, omar):
            browser = browser_of(member)
            assert browser.get(f"/ideas/{source.id}/merge").status_code == 403
            assert browser.post(f"/ideas/{source.id}/merge", data={"into": target.id}).status_code == 403
            assert browser.post(f"/ideas/{source.id}/unmerge").status_code == 403

    def test_it_is_not_there_for_outsiders_of_a_private_panel(
        self, browser_of: Callable[[Member], Client], ana: Member, ben: Member
    ) -> None:
        idea = make_idea(panel=make_panel(visibility="private", members=(ben,)), author=ben)
        assert browser_of(ana).get(f"/ideas/{idea.id}/merge").status_code == 404


class TestAtOnce:
    def test_votes_cast_while_ideas_are_joined_and_parted_all_count_once(
        self, new_app: Callable[..., Flask]
    ) -> None:
        app = new_app()
        with app.app_context():
            panel = make_panel()
            ids = [make_idea(panel=panel).id for _ in range(2)]
            moderator_id = make_member(roles=("moderator",)).id
            voter_ids = [make_member().id for _ in range(12)]

        def vote(number: int) -> None:
            with app.app_context():
                voter = db.session.get_one(Member, voter_ids[number])
                for idea_id in ids:
                    support_idea(db.session.get_one(Idea, idea_id), voter)

        def join_and_part(_number: int) -> None:
            with app.app_context():
                source, target = (db.session.get_one(Idea, each) for each in ids)
                moderator = db.session.get_one(Member, moderator_id)
                for _ in range(4):
                    merge_ideas(source, into=target, moderator=moderator)
                    unmerge_idea(source, moderator=moderator)
                merge_ideas(source, into=target, moderator=moderator)

        with ThreadPoolExecutor(4) as pool:
            tasks = [
                pool.submit(join_and_part, 0),
                *(pool.submit(vote, each) for each in range(len(voter_ids))),
            ]
            for task in tasks:
                task.result()
        with app.app_context():
            source, target = (db.session.get_one(Idea, each) for each in ids)
            assert source.root_id == target.id
            assert target.support_count == len(voter_ids)
            unmerge_idea(source, moderator=db.session.get_one(Member, moderator_id))
            rows = [db.session.query(Vote).filter_by(idea_id=each).count() for each in ids]
            assert [source.support_count, target.support_count] == rows


class TestManyModerators:
    def test_merging_both_ways_at_once_makes_no_ring(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            panel = make_panel()
            ids = [make_idea(panel=panel).id for _ in range(4)]
            moderator_id = make_member(roles=("moderator",)).id
        pairs = [pair for one, other in combinations(ids, 2) for pair in ((one, other), (other, one))]

        def merge(pair: tuple[int, int]) -> None:
            with app.app_context():
                source, target = (db.session.get_one(Idea, each) for each in pair)
                try:
                    merge_ideas(source, into=target, moderator=db.session.get_one(Member, moderator_id))
                except (Invalid, Conflict):
                    pass

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(merge, pairs))
        with app.app_context():
            ideas = db.session.query(Idea).all()
            roots = [idea for idea in ideas if idea.merged_into_id is None]
            assert len(roots) == 1
            assert {idea.root_id for idea in ideas} == {roots[0].id}
