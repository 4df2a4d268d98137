"""Coming in and leaving."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from community.activity.models import Activity
from community.infra import clock
from community.infra.db import db
from community.infra.errors import Conflict, Forbidden, Invalid, NotFound
from community.panels import actions, queries
from community.panels.models import JoinRequest
from tests.factories.panels import answer as tell
from tests.factories.panels import (
    make_attribute,
    make_cell,
    make_panel,
    make_question,
    make_segment,
    names_in,
)


class TestEnsureTakingPart:
    def test_it_joins_where_anyone_may_walk_in_and_only_once(self, ana):
        panel = make_panel()
        actions.ensure_taking_part(ana, panel)
        actions.ensure_taking_part(ana, panel)
        assert names_in(panel) == {"Ana Martins"}

    @pytest.mark.parametrize(
        "values", [{"visibility": "members"}, {"admission": "request"}, {"archived_at": clock.now()}]
    )
    def test_it_is_refused_where_one_has_to_join_first(self, ana, values):
        panel = make_panel(**values)
        with pytest.raises(Forbidden):
            actions.ensure_taking_part(ana, panel)
        assert names_in(panel) == set()

    def test_it_is_refused_where_something_is_asked_at_the_door(self, ana):
        asking, counting = make_panel(), make_panel()
        make_question(asking)
        make_cell(counting, {"joined_within_days": 5})
        for panel in (asking, counting):
            with pytest.raises(Forbidden):
                actions.ensure_taking_part(ana, panel)

    def test_staff_take_part_without_joining(self, mia):
        panel = make_panel(visibility="private")
        actions.ensure_taking_part(mia, panel)
        assert names_in(panel) == set()


class TestJoinPanel:
    def test_whoever_returns_is_counted_once(self, ana, ben):
        panel = make_panel(members=(ben,))
        assert actions.join_panel(ana, panel) == "in"
        actions.leave_panel(ana, panel)
        actions.leave_panel(ana, panel)
        assert names_in(panel) == {"Ben Okoro"}
        assert actions.join_panel(ana, panel) == "in"
        assert names_in(panel) == {"Ana Martins", "Ben Okoro"}
        kinds = list(
            db.session.scalars(
                select(Activity.kind).where(Activity.panel_id == panel.id).order_by(Activity.id)
            )
        )
        assert kinds == ["panel.joined", "panel.left", "panel.joined"]

    def test_whoever_was_taken_out_comes_back_only_through_staff(self, ana, ada):
        panel = make_panel(members=(ana,))
        actions.remove_from_panel(ada, panel, member=ana)
        with pytest.raises(Forbidden):
            actions.ensure_taking_part(ana, panel)
        assert actions.join_panel(ana, panel) == "waiting"
        assert names_in(panel) == set()
        with pytest.raises(NotFound):
            actions.remove_from_panel(ada, panel, member=ana)

    def test_by_invitation_only_invited_people_come_in(self, ana, ben, ada):
        panel = make_panel(admission="invitation")
        with pytest.raises(Forbidden):
            actions.join_panel(ana, panel)
        actions.invite(ada, panel, guests=[actions.Guest(ben.email.upper(), "en")])
        assert actions.join_panel(ben, panel) == "in"
        actions.leave_panel(ben, panel)
        with pytest.raises(Forbidden):
            actions.join_panel(ben, panel)

    def test_by_segment_it_is_explained_who_can_join(self, ana, ben):
        kids = make_attribute("kids", "number")
        tell(ana, kids, 2)
        panel = make_panel(
            admission="segment", segment_id=make_segment({"attribute": "kids", "at_least": 1}).id
        )
        assert actions.join_panel(ana, panel) == "in"
        with pytest.raises(Forbidden, match="“Kids” is at least 1"):
            actions.join_panel(ben, panel)

    def test_nobody_joins_a_closed_panel(self, ana):
        with pytest.raises(Forbidden):
            actions.join_panel(ana, make_panel(archived_at=clock.now()))


class TestRequests:
    def test_a_request_waits_and_staff_decide_once(self, ana, mia):
        panel = make_panel(admission="request")
        assert actions.join_panel(ana, panel, note="I bake") == "waiting"
        assert actions.join_panel(ana, panel, note="again") == "waiting"
        (request,) = queries.list_waiting_requests(panel, page=1).items
        assert (request.note, request.member) == ("I bake", ana)
        actions.admit_request(mia, request, message="Welcome")
        assert names_in(panel) == {"Ana Martins"}
        with pytest.raises(Conflict):
            actions.refuse_request(mia, request)
        decided = db.session.scalar(select(Activity).where(Activity.kind == "join_request.decided"))
        assert decided.data == {"member_id": ana.id, "decision": "admitted", "message": "Welcome"}

    def test_a_refused_or_withdrawn_request_can_be_made_again(self, ana, mia):
        panel = make_panel(admission="request")
        actions.join_panel(ana, panel)
        actions.refuse_request(mia, queries.find_last_request(ana, panel), message="Not now")
        assert actions.join_panel(ana, panel) == "waiting"
        actions.leave_panel(ana, panel)
        assert queries.find_last_request(ana, panel).state == "withdrawn"
        assert actions.join_panel(ana, panel) == "waiting"
        assert db.session.query(JoinRequest).count() == 3


class TestScreener:
    def test_only_fitting_answers_let_one_in(self, ana, ben):
        panel = make_panel()
        question = make_question(panel)
        key = str(question.id)
        assert actions.join_panel(ana, panel, answers={key: "yes"}) == "in"
        assert actions.join_panel(ben, panel, answers={key: "no"}) == "not_fitting"
        assert names_in(panel) == {"Ana Martins"}
        assert queries.find_last_request(ana, panel).answers == {key: "yes"}

    def test_answers_are_not_tried_out(self, ben):
        panel = make_panel()
        key = str(make_question(panel).id)
        actions.join_panel(ben, panel, answers={key: "no"})
        assert actions.join_panel(ben, panel, answers={key: "yes"}) == "not_fitting"
        with clock.stopped_at(clock.now() + timedelta(days=31)):
            assert actions.join_panel(ben, panel, answers={key: "yes"}) == "in"

    def test_where_nothing_is_asked_any_more_nobody_rests(self, ana, ben):
        panel = make_panel()
        question = make_question(panel)
        actions.join_panel(ben, panel, answers={str(question.id): "no"})
        actions.remove_question(ana, panel, question)
        assert queries.get_door(queries.get_panel(panel.slug, ben), ben).state == "open"
        assert actions.join_panel(ben, panel) == "in"

    def test_every_question_wants_a_known_answer(self, ana):
        panel = make_panel()
        question = make_question(panel)
        for answers in ({}, {str(question.id): "perhaps"}):
            with pytest.raises(Invalid) as refused:
                actions.join_panel(ana, panel, answers=answers)
            assert refused.value.field == f"question_{question.id}"
