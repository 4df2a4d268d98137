"""What entrance, roadmap, inbox and search read on real databases, where it is asked beside the session."""

from collections.abc import Callable, Mapping
from datetime import date

import pytest
from flask import Flask

from community.home.queries import list_readable_panels
from community.ideas.actions.statuses import change_status
from community.ideas.queries import board, roadmap
from community.infra.db import db
from community.members.models import Member
from community.notifications.queries import list_newest, list_told
from community.panels.actions import let_in
from community.panels.models import Panel
from community.panels.queries import list_panels, reads_as
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.notifications.mailed import say
from tests.statements import statements

# What each kind of reader finds of an open panel, a private one, and a private one that they are or work in.
READERS: Mapping[str, set[str]] = {
    "visitor": {"Open"},
    "member": {"Open", "Own"},
    "staff of panels": {"Open", "Own"},
    "staff of the site": {"Open", "Own", "Hidden"},
}


def make_reader(kind: str, own: Panel) -> Member | None:
    """Somebody who reads so."""
    match kind:
        case "visitor":
            return None
        case "staff of panels":
            return make_member(roles=("owner",), panel_id=own.id)
        case "staff of the site":
            return make_member(roles=("owner",))
        case _:
            let_in(member := make_member(), own, came_by="request")
            return member


class TestReadBeside:
    @pytest.mark.parametrize("kind", READERS)
    def test_all_that_these_pages_list_is(self, new_app: Callable[..., Flask], kind: str) -> None:
        with new_app().app_context():
            own = make_panel("Own", visibility="private")
            reader = make_reader(kind, own)
            opened, hidden = make_panel("Open"), make_panel("Hidden", visibility="private")
            owner = make_member(roles=("owner",))
            for panel in (opened, own, hidden):
                idea = make_idea(f"A lighter room: {panel.name}", panel=panel, author=owner)
                change_status(
                    idea, owner, status="planned", message="So be it.", promised_on=date(2040, 5, 1)
                )
            for each in (opened, *([reader] if reader else [])):
                db.session.refresh(each)
            assert reads_as(reader) == kind
            with statements() as sent:
                known = {each.name for each in list_panels(reader)}
                readable = {each.name for each in list_readable_panels(reader, locale="en")}
                columns = roadmap.list_roadmap(reader, locale="en")
                outcomes = roadmap.list_newest_outcomes(reader, locale="en")
                trending = roadmap.list_trending(reader, locale="en")
                missed = roadmap.list_missed(reader, locale="en") if reader else trending
                found = board.list_board(opened, reader, locale="en", words="lighter", number=1).items
            for ideas in (columns["planned"], outcomes, trending, missed):
                assert {each.panel_name for each in ideas} == READERS[kind]
            assert known == readable == READERS[kind]
            assert [each.title for each in found] == ["A lighter room: Open"]
            # Whatever the driver refused would have been asked once more in the session.
            assert [each for each in sent if each.startswith(("SELECT", "WITH"))] == []

    def test_the_inbox_is(self, new_app: Callable[..., Flask]) -> None:
        with new_app().app_context():
            reader, hidden = make_member(), make_panel(visibility="private")
            say(reader, title="Seen")
            say(reader, title="Not for them", panel=hidden)
            db.session.refresh(reader)
            with statements() as sent:
                assert [each.data["title"] for each in list_told(reader).items] == ["Seen"]
                assert [each.data["title"] for each in list_newest(reader, limit=4)] == ["Seen"]
                assert not list_told(reader, number=2).items
            assert [each for each in sent if each.startswith(("SELECT", "WITH"))] == []
