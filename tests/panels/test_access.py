"""The access door: what policy says about one panel, the conditions say about lists."""

import itertools

import pytest
from sqlalchemy import select

from community.infra.db import db
from community.infra.errors import NotFound
from community.panels import actions, policy, queries
from community.panels.models import Panel
from tests.factories.members import make_member
from tests.factories.panels import make_panel


@pytest.fixture
def panels(app, ben):
    return [
        make_panel(visibility=visibility, members=members)
        for visibility, members in itertools.product(("open", "members", "private"), ((), (ben,)))
    ]


@pytest.fixture
def viewers(panels, ana, ben, mia):
    leaver, of_one = make_member("Leaver"), make_member("Own", roles=("owner",), panel_id=panels[-1].id)
    for panel in panels:
        actions.let_in(leaver, panel, came_by="request")
        actions.leave_panel(leaver, panel)
    return [None, ana, ben, mia, leaver, of_one]


class TestAccess:
    def test_lists_show_exactly_the_panels_that_policy_lets_one_see(self, panels, viewers):
        for viewer in viewers:
            read = set(db.session.scalars(queries.readable_panel_ids(viewer)))
            prepared = queries.READABLE_IDS[queries.reads_as(viewer)]
            assert read == set(db.session.scalars(prepared, {"viewer_id": viewer and viewer.id}))
            known = set(db.session.scalars(select(Panel.id).where(queries.known_panels(viewer))))
            assert known == {panel.id for panel in queries.list_panels(viewer)}
            for panel in panels:
                membership = queries.find_membership(viewer, panel)
                assert (panel.id in read) == policy.may_read_panel(viewer, panel, membership)
                assert (panel.id in known) == policy.may_know_of_panel(viewer, panel, membership)
        assert len(set(map(str, viewers))) == len(viewers)

    def test_a_private_panel_is_not_found_by_outsiders(self, panels, ana, ben, mia):
        private, own = panels[-2], panels[-1]
        for viewer in (None, ana, ben):
            with pytest.raises(NotFound):
                queries.get_panel(private.slug, viewer)
            with pytest.raises(NotFound):
                queries.get_panel_by_id(private.id, viewer)
        assert queries.get_panel(own.slug, ben).is_member
        assert not queries.get_panel(private.slug, mia).is_member
        assert queries.get_panel(private.slug, mia).can_take_part

    def test_the_view_says_what_the_viewer_can_do(self, app, ana, ben):
        panel = make_panel(visibility="members", members=(ben,))
        outside, inside = queries.get_panel(panel.slug, ana), queries.get_panel(panel.slug, ben)
        assert (outside.can_read, outside.can_take_part, outside.is_member) == (False, False, False)
        assert (inside.can_read, inside.can_take_part, inside.is_member) == (True, True, True)
        assert queries.get_panel(make_panel().slug, ana).can_walk_in
        assert not queries.get_panel(make_panel().slug, None).can_walk_in
