"""Publishing, editing and deleting ideas, and drafts of visitors."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.activity.models import Activity
from community.ideas.actions import publishing
from community.ideas.actions.comments import add_comment
from community.ideas.actions.merges import merge_ideas
from community.ideas.actions.publishing import delete_idea, edit_idea, publish_idea
from community.ideas.actions.votes import support_idea
from community.ideas.models import Idea, IdeaDraft, Tag
from community.ideas.queries import ideas as queries
from community.infra import clock
from community.infra.db import db
from community.infra.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from community.members import secrets
from community.members.models import Member
from community.panels.models import Panel
from community.panels.queries import find_membership
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.statements import statements


def tags_of(panel: Panel) -> dict[str, int]:
    rows = db.session.execute(select(Tag.name, Tag.idea_count).where(Tag.panel_id == panel.id))
    return {row.name: row.idea_count for row in rows}


class TestPublishIdea:
    def test_it_is_on_the_board_with_all_a_list_needs(self, ana: Member) -> None:
        panel = make_panel(members=(ana,))
        idea = publish_idea(
            panel, ana, title="Cards that record a voice", body="A **card** to talk into.", tags=["Cards"]
        )
        assert (idea.slug, idea.excerpt) == ("cards-that-record-a-voice", "A card to talk into.")
        assert "<strong>card</strong>" in idea.body_html
        assert (idea.root_id, idea.is_listed, idea.status) == (idea.id, True, "submitted")
        assert "voic" in idea.search_terms.split()
        assert db.session.get_one(Panel, panel.id).idea_count == 1

    def test_whoever_may_walk_in_joins_by_it(self, ana: Member) -> None:
        panel = make_panel()
        publish_idea(panel, ana, title="Something worth saying")
        membership = find_membership(ana, panel)
        assert membership is not None
        assert membership.left_at is None
        assert db.session.get_one(Panel, panel.id).member_count == 1

    def test_others_have_to_join_first(self, ana: Member) -> None:
        panel = make_panel(visibility="members", admission="request")
        with pytest.raises(Forbidden):
            publish_idea(panel, ana, title="Something worth saying")
        assert db.session.scalar(select(func.count(Idea.id)).where(Idea.panel_id == panel.id)) == 0

    @pytest.mark.parametrize(
        ("field", "values"),
        [
            ("title", {"title": "Too short"}),
            ("title", {"title": " " * 20}),
            ("title", {"title": "字" * 121}),
            ("body", {"body": "字" * 10_001}),
            ("tags", {"tags": ["a", "b", "c", "d", "e", "f"]}),
            ("tags", {"tags": ["字" * 31]}),
        ],
    )
    def test_too_little_or_too_much_is_refused_by_whatever_way_it_comes(
        self, ana: Member, field: str, values: dict[str, Any]
    ) -> None:
        panel, sound = make_panel(members=(ana,)), {"title": "字" * 120, "body": "字" * 10_000, "tags": ["a"]}
        idea = publish_idea(panel, ana, **sound)
        for write in (
            lambda **said: publish_idea(panel, ana, **said),
            lambda **said: edit_idea(idea, ana, **said),
        ):
            with pytest.raises(Invalid) as refused:
                write(**(sound | values))
            assert refused.value.field == field
        assert (idea.edit_count, panel.idea_count) == (0, 1)

    def test_it_is_recorded_once(self, ana: Member) -> None:
        idea = make_idea(author=ana)
        kinds = db.session.scalars(
            select(Activity.kind).where(Activity.subject_type == "idea", Activity.subject_id == idea.id)
        )
        assert list(kinds) == ["idea.published"]

    def test_a_form_sent_twice_is_one_idea(self, ana: Member) -> None:
        panel = make_panel()
        first = publish_idea(panel, ana, title="The same thing twice", body="Yes")
        assert publish_idea(panel, ana, title="The same thing twice", body="Yes").id == first.id
        assert db.session.get_one(Panel, panel.id).idea_count == 1

    def test_spellings_of_a_tag_meet(self, ana: Member) -> None:
        panel = make_panel()
        make_idea(panel=panel, author=ana, tags=("紙張",))
        make_idea(panel=panel, author=ana, tags=("纸张", "Paper"))
        assert tags_of(panel) == {"紙張": 2, "Paper": 1}

    def test_a_chinese_title_needs_no_slug(self, lin: Member) -> None:
        assert make_idea("希望贺卡可以自己录音留言", author=lin).slug == ""

    def test_its_page_is_found_without_reading_it_again(self, app: Flask, ana: Member) -> None:
        idea = publish_idea(make_panel(), ana, title="Something read once")
        with statements() as sent:
            assert (idea.slug, idea.state) == ("something-read-once", "published")
            assert idea.id
        assert sent == []


class TestTheFirstDay:
    @pytest.fixture(autouse=True)
    def limits_are_on(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(app.config, "RATE_LIMITS", True)

    def test_the_fourth_idea_waits_for_tomorrow(self, ana: Member) -> None:
        panel = make_panel()
        start = clock.now()
        for number in range(3):
            with clock.stopped_at(start + timedelta(minutes=3 * number)):
                make_idea(panel=panel, author=ana)
        with clock.stopped_at(start + timedelta(hours=5)), pytest.raises(TooMany, match="first day"):
            make_idea(panel=panel, author=ana)
        with clock.stopped_at(start + timedelta(hours=25)):
            make_idea(panel=panel, author=ana)

    def test_links_are_counted_when_editing_too(self, ana: Member) -> None:
        idea = make_idea(author=ana)
        with pytest.raises(Invalid):
            edit_idea(idea, ana, title=idea.title, body="http://a.b " * 3, tags=())

    def test_regulars_and_the_team_are_left_alone(self, omar: Member) -> None:
        panel = make_panel()
        regular = make_member(joined_at=clock.ago(days=30))
        for author in (regular, omar):
            for _number in range(4):
                make_idea(panel=panel, author=author)


class TestEditIdea:
    def test_it_keeps_what_was_said(self, ana: Member) -> None:
        idea = make_idea("What it said at first", author=ana, body="Before")
        edit_idea(idea, ana, title="What it says today", body="After", tags=())
        (edit,) = queries.list_edits(idea)
        assert (edit.title, edit.body, edit.editor_name) == (
            "What it said at first",
            "Before",
            ana.display_name,
        )
        assert (idea.slug, idea.edit_count) == ("what-it-says-today", 1)
        assert "after" in idea.search_terms.split()

    def test_saying_the_same_changes_nothing(self, ana: Member) -> None:
        idea = make_idea("What it said at first", author=ana, body="Before", tags=("one", "two"))
        edit_idea(idea, ana, title="What it said at first", body="Before", tags=("TWO", "one"))
        assert (idea.edit_count, queries.list_edits(idea)) == (0, [])

    def test_tags_come_and_go_with_their_counts(self, ana: Member) -> None:
        panel = make_panel()
        idea = make_idea(panel=panel, author=ana, tags=("old", "kept"))
        edit_idea(idea, ana, title=idea.title, body=idea.body, tags=("kept", "new"))
        assert tags_of(panel) == {"old": 0, "kept": 1, "new": 1}
        assert queries.list_tags(idea.id) == ["kept", "new"]

    def test_its_author_changes_nothing_once_it_is_planned(self, ana: Member, mia: Member) -> None:
        idea = make_idea(author=ana, status="planned")
        with pytest.raises(Conflict):
            edit_idea(idea, ana, title="Something else altogether", body="", tags=())
        edit_idea(idea, mia, title="Something else altogether", body="", tags=())
        assert idea.title == "Something else altogether"


class TestDeleteIdea:
    def test_it_is_gone_for_all_but_the_team(self, ana: Member, ben: Member, mia: Member) -> None:
        panel = make_panel()
        idea = make_idea(panel=panel, author=ana, tags=("one",))
        delete_idea(idea, ana)
        assert db.session.get_one(Panel, panel.id).idea_count == 0
        assert tags_of(panel) == {"one": 0}
        for viewer in (None, ana, ben):
            with pytest.raises(NotFound):
                queries.get_idea(idea.id, viewer)
        assert queries.get_idea(idea.id, mia).idea.state == "deleted"

    def test_what_others_supported_stays(self, ana: Member, ben: Member) -> None:
        idea = make_idea(author=ana)
        support_idea(idea, ben)
        with pytest.raises(Forbidden):
            delete_idea(idea, ana)

    def test_what_others_answered_stays(self, ana: Member, ben: Member) -> None:
        idea = make_idea(author=ana)
        add_comment(idea, ben, body="Me too")
        with pytest.raises(Forbidden):
            delete_idea(idea, ana)

    def test_ones_own_support_is_no_obstacle(self, ana: Member) -> None:
        idea = make_idea(author=ana)
        support_idea(idea, ana)
        delete_idea(idea, ana)
        assert idea.state == "deleted"


class TestDeleteJoined:
    def test_what_was_joined_meanwhile_stays(self, mia: Member) -> None:
        panel = make_panel()
        idea, root = make_idea(panel=panel), make_idea(panel=panel)
        merge_ideas(idea, into=root, moderator=mia)
        with pytest.raises(Conflict):
            delete_idea(idea, mia)
        assert idea.state == "published"

    def test_what_others_were_joined_to_stays_so_that_they_can_be_reached(self, mia: Member) -> None:
        panel = make_panel()
        idea, root = make_idea(panel=panel), make_idea(panel=panel)
        merge_ideas(idea, into=root, moderator=mia)
        with pytest.raises(Conflict):
            delete_idea(root, mia)
        assert root.state == "published"


class TestDrafts:
    def test_a_draft_is_found_under_its_secret_only(self, app: Flask) -> None:
        panel, elsewhere = make_panel(), make_panel()
        token = publishing.keep_draft(panel, title="A title to keep", body="And a body", tags="a, b")
        draft = queries.find_draft(token, panel_id=panel.id)
        assert draft is not None
        assert (draft.title, draft.body, draft.tags) == ("A title to keep", "And a body", "a, b")
        assert token not in draft.token_hash
        assert queries.find_draft(token, panel_id=elsewhere.id) is None
        assert queries.find_draft(draft.token_hash, panel_id=panel.id) is None

    def test_after_a_day_it_is_gone(self, app: Flask) -> None:
        panel = make_panel()
        token = publishing.keep_draft(panel, title="A title to keep", body="", tags="")
        with clock.stopped_at(clock.now() + timedelta(hours=25)):
            assert queries.find_draft(token, panel_id=panel.id) is None
            fresh = publishing.keep_draft(panel, title="A newer one", body="", tags="")
            publishing.forget_old_drafts()
            kept = db.session.scalars(select(IdeaDraft.token_hash).where(IdeaDraft.panel_id == panel.id))
            assert list(kept) == [secrets.digest(fresh)]
