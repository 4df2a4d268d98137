"""Quota places."""

import threading

import pytest
from sqlalchemy import select

from community.infra.db import db
from community.infra.errors import Conflict
from community.members.models import Member
from community.panels import actions, queries
from community.panels.models import Membership, Panel
from tests.factories.members import make_member
from tests.factories.panels import answer, make_attribute, make_cell, make_panel, names_in

EVERYBODY = {"joined_within_days": 3650}


@pytest.fixture
def age(app):
    return make_attribute("age", "number")


class TestPlaces:
    def test_only_who_fits_a_cell_with_a_free_place_gets_in(self, age, ana, ben, lin):
        panel = make_panel()
        make_cell(panel, {"attribute": "age", "at_most": 40})
        for member, years in ((ana, 30), (ben, 35), (lin, 50)):
            answer(member, age, years)
        assert actions.join_panel(ana, panel) == "in"
        for member in (ben, lin):
            with pytest.raises(Conflict):
                actions.join_panel(member, panel)
        actions.leave_panel(ana, panel)
        assert names_in(panel) == set()
        assert actions.join_panel(ben, panel) == "in"
        assert names_in(panel) == {"Ben Okoro"}

    def test_the_cell_with_the_most_room_by_share_is_taken(self, app):
        panel = make_panel()
        small, large = (
            make_cell(panel, EVERYBODY, target_count=2),
            make_cell(panel, EVERYBODY, target_count=10),
        )
        for _ in range(6):
            actions.join_panel(make_member(), panel)
        cells = {cell.id: cell.filled_count for cell in queries.list_cells(panel)}
        assert cells == {small.id: 1, large.id: 5}

    def test_staff_cannot_admit_without_a_place(self, ana, ben, mia):
        panel = make_panel(admission="request")
        for member in (ana, ben):
            actions.join_panel(member, panel)
        make_cell(panel, EVERYBODY, target_count=1)
        actions.admit_request(mia, queries.find_last_request(ana, panel))
        with pytest.raises(Conflict):
            actions.admit_request(mia, queries.find_last_request(ben, panel))
        assert queries.find_last_request(ben, panel).state == "waiting"
        assert names_in(panel) == {"Ana Martins"}

    def test_a_new_cell_counts_who_is_in_already_and_an_edit_counts_anew(self, age, ana, ben, ada):
        answer(ana, age, 30)
        panel = make_panel(members=(ana, ben))
        cell = actions.add_cell(
            ada, panel, name="Young", rule={"attribute": "age", "at_most": 40}, target_count=5
        )
        assert (queries.get_cell(panel, cell.id).filled_count, names_in(panel)) == (
            1,
            {"Ana Martins", "Ben Okoro"},
        )
        actions.edit_cell(
            ada, panel, cell, name="Old", rule={"attribute": "age", "at_least": 41}, target_count=5
        )
        assert queries.get_cell(panel, cell.id).filled_count == 0
        actions.edit_cell(ada, panel, cell, name="All", rule=EVERYBODY, target_count=5)
        assert queries.get_cell(panel, cell.id).filled_count == 2
        actions.remove_cell(ada, panel, cell)
        assert names_in(panel) == {"Ana Martins", "Ben Okoro"}

    def test_twenty_at_once_on_three_places_leave_three_in(self, new_app):
        apps = new_app()
        with apps.app_context():
            panel = make_panel()
            cell_id = make_cell(panel, EVERYBODY, target_count=3).id
            panel_id, member_ids = panel.id, [make_member().id for _ in range(20)]
        outcomes = []
        start = threading.Barrier(20)

        def join(member_id):
            with apps.app_context():
                start.wait()
                try:
                    member, panel = db.session.get(Member, member_id), db.session.get(Panel, panel_id)
                    outcomes.append(actions.join_panel(member, panel))
                except Conflict:
                    outcomes.append("full")

        threads = [threading.Thread(target=join, args=(member_id,)) for member_id in member_ids]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["full"] * 17 + ["in"] * 3
        with apps.app_context():
            panel = db.session.get(Panel, panel_id)
            assert len(names_in(panel)) == 3
            held = db.session.scalars(select(Membership.cell_id).where(Membership.left_at.is_(None)))
            assert list(held) == [cell_id] * 3
