"""Panels whose people a segment decides."""

import pytest
from sqlalchemy import select

from community.activity import actions as activity
from community.activity.models import Activity
from community.infra.db import db, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.members.models import AttributeAnswer, ProfileAttribute
from community.panels import actions, jobs, queries
from tests.factories.members import make_member
from tests.factories.panels import (
    answer,
    make_attribute,
    make_cell,
    make_panel,
    make_question,
    make_segment,
    names_in,
)


@pytest.fixture
def age(app):
    return make_attribute("age", "number")


@pytest.fixture
def grown_up(age):
    return make_panel(admission="segment", segment_id=make_segment({"attribute": "age", "at_least": 18}).id)


def forget(member):
    with unit_of_work() as session:
        for row in session.scalars(select(AttributeAnswer).where(AttributeAnswer.member_id == member.id)):
            session.delete(row)


class TestFollowSegment:
    def test_members_enter_and_leave_as_they_change(self, grown_up, age, ana, ben):
        answer(ana, age, 18)
        answer(ben, age, 17)
        jobs.follow_all_segments()
        assert names_in(grown_up) == {"Ana Martins"}
        forget(ana)
        forget(ben)
        answer(ben, age, 18)
        jobs.follow_all_segments()
        assert names_in(grown_up) == {"Ben Okoro"}
        answer(ana, age, 40)
        jobs.follow_all_segments()
        assert names_in(grown_up) == {"Ana Martins", "Ben Okoro"}

    def test_doing_it_again_changes_nothing(self, grown_up, age, ana):
        answer(ana, age, 18)
        jobs.follow_all_segments()
        joined_at = queries.find_membership(ana, grown_up).joined_at
        jobs.follow_all_segments()
        assert queries.find_membership(ana, grown_up).joined_at == joined_at
        (followed,) = db.session.scalars(select(Activity).where(Activity.kind == "panel.segment_followed"))
        assert followed.data == {"entered_ids": [ana.id], "left_ids": []}

    def test_whoever_left_or_was_taken_out_stays_out(self, grown_up, age, ana, ben, ada):
        for member in (ana, ben):
            answer(member, age, 18)
        jobs.follow_all_segments()
        actions.leave_panel(ana, grown_up)
        actions.remove_from_panel(ada, grown_up, member=ben)
        jobs.follow_all_segments()
        assert names_in(grown_up) == set()
        assert actions.join_panel(ana, grown_up) == "in"

    def test_whoever_came_another_way_stays_in(self, grown_up, ana):
        actions.let_in(ana, grown_up, came_by="invitation")
        jobs.follow_all_segments()
        assert names_in(grown_up) == {"Ana Martins"}

    def test_places_are_respected_and_given_back(self, grown_up, age):
        cell = make_cell(grown_up, {"attribute": "age", "at_most": 30}, target_count=2)
        people = [make_member(f"Person {number}") for number in range(4)]
        for person, years in zip(people, (60, 20, 20, 20), strict=True):
            answer(person, age, years)
        jobs.follow_all_segments()
        assert names_in(grown_up) == {"Person 1", "Person 2"}
        forget(people[1])
        jobs.follow_all_segments()
        assert names_in(grown_up) == {"Person 2", "Person 3"}
        assert queries.get_cell(grown_up, cell.id).filled_count == 2

    def test_where_questions_are_asked_nobody_is_put_in(self, grown_up, age, ana):
        make_question(grown_up)
        answer(ana, age, 18)
        jobs.follow_all_segments()
        assert names_in(grown_up) == set()

    def test_a_rule_that_is_no_longer_understood_moves_nobody(self, grown_up, age, ana):
        answer(ana, age, 18)
        jobs.follow_all_segments()
        with unit_of_work() as session:
            session.delete(session.get_one(ProfileAttribute, age.id))
        jobs.follow_all_segments()
        assert names_in(grown_up) == {"Ana Martins"}

    def test_a_suspended_member_is_in_no_segment(self, grown_up, age, ana):
        answer(ana, age, 18)
        jobs.follow_all_segments()
        with unit_of_work():
            ana.state = "suspended"
        jobs.follow_all_segments()
        assert names_in(grown_up) == set()


class TestReactions:
    def test_a_saved_profile_moves_only_that_member(self, grown_up, age, ana, ben):
        for member in (ana, ben):
            answer(member, age, 18)
        with unit_of_work():
            activity.record("member.profile_changed", subject=ana, actor=ana)
        activity.follow_due()
        assert names_in(grown_up) == {"Ana Martins"}

    def test_a_changed_segment_moves_all(self, grown_up, age, ana, ben, ada):
        for member in (ana, ben):
            answer(member, age, 18)
        segment = queries.get_segment(grown_up.segment_id)
        actions.edit_segment(ada, segment, name="All", rule={"attribute": "age", "is_set": True})
        activity.follow_due()
        assert names_in(grown_up) == {"Ana Martins", "Ben Okoro"}

    def test_a_new_panel_fills_at_once(self, age, ana, ada):
        answer(ana, age, 18)
        segment = make_segment({"attribute": "age", "is": 18})
        panel = actions.create_panel(
            ada,
            settings={
                "slug": "eighteen",
                "name": "Eighteen",
                "admission": "segment",
                "segment_id": segment.id,
            },
        )
        activity.follow_due()
        assert names_in(panel) == {"Ana Martins"}


class TestSegments:
    def test_one_that_is_in_use_cannot_be_deleted(self, grown_up, ada):
        segment = queries.get_segment(grown_up.segment_id)
        with pytest.raises(Conflict):
            actions.delete_segment(ada, segment)
        actions.edit_panel(ada, grown_up, settings={"admission": "anyone"})
        actions.delete_segment(ada, queries.get_segment(segment.id))
        assert queries.list_segments() == []

    def test_a_panel_cannot_depend_on_itself(self, app, ada):
        first = make_panel(slug="first", admission="segment", segment_id=make_segment({"panel": "second"}).id)
        second = make_panel(slug="second")
        circle = make_segment({"not": {"panel": "first"}})
        with pytest.raises(Invalid):
            actions.edit_panel(ada, second, settings={"admission": "segment", "segment_id": circle.id})
        with pytest.raises(Invalid):
            actions.edit_segment(
                ada, queries.get_segment(first.segment_id), name="Self", rule={"any": [{"panel": "first"}]}
            )

    def test_rules_follow_a_panel_to_its_new_address(self, app, ana, ada):
        panel = make_panel(slug="old-name", members=(ana,))
        segment = make_segment({"all": [{"not": {"panel": "old-name"}}, {"joined_within_days": 9}]})
        cell = make_cell(make_panel(), {"panel": "old-name"})
        actions.edit_panel(ada, panel, settings={"slug": "new-name"})
        assert queries.get_segment(segment.id).rule["all"][0] == {"not": {"panel": "new-name"}}
        assert cell.rule == {"panel": "new-name"}

    def test_names_and_addresses_are_taken_once(self, app, ada):
        make_panel(slug="taken")
        make_segment({"joined_within_days": 1}, name="Taken")
        with pytest.raises(Invalid) as panel:
            actions.create_panel(ada, settings={"slug": "taken", "name": "Another"})
        with pytest.raises(Invalid) as segment:
            actions.create_segment(ada, name="Taken", rule={"joined_within_days": 2})
        assert (panel.value.field, segment.value.field) == ("slug", "name")
