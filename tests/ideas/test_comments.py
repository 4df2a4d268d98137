"""Talking below ideas: one level of replies, edits within a window, removal that leaves little."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from community.ideas.actions.comments import add_comment, delete_comment, edit_comment
from community.ideas.actions.merges import merge_ideas, unmerge_idea
from community.ideas.models import Idea
from community.ideas.queries import comments as queries
from community.ideas.queries.groups import count_comments
from community.infra import clock
from community.infra.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from community.members.actions import suspend_member
from community.members.models import Member
from community.panels.actions import remove_from_panel
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel


def talk(idea: Idea) -> list[tuple[str, list[str]]]:
    """What is shown: each comment (or its trace) with its replies."""
    return [
        (
            "[removed]" if thread.comment.is_removed else thread.comment.body,
            [reply.body for reply in thread.replies],
        )
        for thread in queries.list_threads(idea).items
    ]


class TestForm:
    @pytest.mark.parametrize("body", ["", "   ", "\n \u200b\n"])
    def test_blanks_are_no_comment(
        self, browser_of: Callable[[Member], Client], ana: Member, body: str
    ) -> None:
        idea = make_idea()
        answer = browser_of(ana).post(f"/ideas/{idea.id}/comments", data={"body": body})
        assert answer.status_code == 422
        assert talk(idea) == []

    @pytest.mark.parametrize("number", ["-1", "0", "x", str(2**63), "9" * 5000])
    def test_what_is_no_comments_number_is_refused(
        self, browser_of: Callable[[Member], Client], ana: Member, number: str
    ) -> None:
        idea = make_idea()
        path, data = f"/ideas/{idea.id}/comments", {"body": "Yes", "parent_id": number}
        assert browser_of(ana).post(path, data=data).status_code == 422
        assert talk(idea) == []


class TestAddComment:
    def test_it_is_shown_and_counted(self, ana: Member) -> None:
        idea = make_idea()
        comment = add_comment(idea, ana, body="I would *love* that")
        assert "<em>love</em>" in comment.body_html
        assert talk(idea) == [("I would *love* that", [])]
        assert idea.comment_count == count_comments(idea.id) == 1

    def test_a_reply_to_a_reply_stands_beside_it(self, ana: Member, ben: Member) -> None:
        idea = make_idea()
        first = add_comment(idea, ana, body="first")
        reply = add_comment(idea, ben, body="reply", parent_id=first.id)
        again = add_comment(idea, ana, body="again", parent_id=reply.id)
        assert again.parent_id == first.id
        assert talk(idea) == [("first", ["reply", "again"])]
        assert (first.reply_count, idea.comment_count) == (2, 3)

    def test_one_cannot_reply_across_ideas_or_to_nothing(self, ana: Member) -> None:
        elsewhere = add_comment(make_idea(), ana, body="elsewhere")
        for parent_id in (elsewhere.id, 10**9):
            with pytest.raises(Invalid) as refused:
                add_comment(make_idea(), ana, body="here", parent_id=parent_id)
            assert refused.value.field == "parent_id"

    def test_a_form_sent_twice_is_one_comment(self, ana: Member, ben: Member) -> None:
        idea = make_idea()
        first = add_comment(idea, ana, body="Same words")
        assert add_comment(idea, ana, body="Same words").id == first.id
        add_comment(idea, ben, body="Same words")
        assert idea.comment_count == 2

    def test_it_moves_the_idea_up_among_the_updated(self, ana: Member) -> None:
        idea = make_idea(updated_at=clock.ago(days=9))
        add_comment(idea, ana, body="Still on my mind")
        assert idea.updated_at > clock.ago(minutes=1)

    def test_what_is_hidden_is_not_talked_about(self, ana: Member) -> None:
        with pytest.raises(Conflict):
            add_comment(make_idea(state="hidden", is_listed=False), ana, body="Hello")

    def test_the_eleventh_on_the_first_day_waits(
        self, app: Flask, ana: Member, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        idea = make_idea()
        monkeypatch.setitem(app.config, "RATE_LIMITS", True)
        for number in range(10):
            add_comment(idea, ana, body=f"Number {number}")
        with pytest.raises(TooMany):
            add_comment(idea, ana, body="One more")


class TestLengths:
    @pytest.mark.parametrize("body", ["", " \n", "字" * 5001])
    def test_an_empty_or_endless_comment_is_refused_by_whatever_way_it_comes(
        self, ana: Member, body: str
    ) -> None:
        comment = add_comment(make_idea(), ana, body="字" * 5000)
        with pytest.raises(Invalid):
            add_comment(comment.idea, ana, body=body)
        with pytest.raises(Invalid):
            edit_comment(comment, ana, body=body)
        assert comment.idea.comment_count == 1


class TestEditComment:
    def test_it_keeps_what_was_said(self, ana: Member) -> None:
        comment = add_comment(make_idea(), ana, body="before")
        edit_comment(comment, ana, body="after")
        assert (comment.body, comment.edited_at is not None) == ("after", True)
        assert [edit.body for edit in queries.list_edits(comment.id)] == ["before"]

    def test_the_window_closes(self, ana: Member) -> None:
        comment = add_comment(make_idea(), ana, body="before")
        with clock.stopped_at(clock.now() + timedelta(minutes=16)), pytest.raises(Forbidden):
            edit_comment(comment, ana, body="after")

    def test_whoever_was_taken_out_says_nothing_new_by_it(self, ana: Member, mia: Member) -> None:
        idea = make_idea()
        comment = add_comment(idea, ana, body="Kind words")
        remove_from_panel(mia, idea.panel, member=ana)
        with pytest.raises(Forbidden):
            edit_comment(comment, ana, body="Unkind words")
        assert comment.body == "Kind words"

    def test_nobody_else_changes_it(self, ana: Member, mia: Member) -> None:
        comment = add_comment(make_idea(), ana, body="before")
        with pytest.raises(Forbidden):
            edit_comment(comment, mia, body="after")


class TestDeleteComment:
    def test_alone_it_leaves_nothing_for_members(self, ana: Member) -> None:
        idea = make_idea()
        comment = add_comment(idea, ana, body="never mind")
        delete_comment(comment, ana)
        delete_comment(comment, ana)
        assert talk(idea) == []
        assert idea.comment_count == count_comments(idea.id) == 0
        assert (comment.body, comment.deleted_by_id) == ("never mind", ana.id)

    def test_with_replies_a_mark_stays_until_they_go_too(self, ana: Member, ben: Member) -> None:
        idea = make_idea()
        first = add_comment(idea, ana, body="first")
        reply = add_comment(idea, ben, body="reply", parent_id=first.id)
        delete_comment(first, ana)
        assert talk(idea) == [("[removed]", ["reply"])]
        delete_comment(reply, ben)
        assert talk(idea) == []
        assert idea.comment_count == 0

    def test_the_talk_goes_on_below_the_mark(self, ana: Member, ben: Member) -> None:
        idea = make_idea()
        first = add_comment(idea, ana, body="first")
        reply = add_comment(idea, ben, body="reply", parent_id=first.id)
        delete_comment(first, ana)
        with pytest.raises(Invalid):
            add_comment(idea, ben, body="to nothing", parent_id=first.id)
        add_comment(idea, ana, body="on", parent_id=reply.id)
        assert talk(idea) == [("[removed]", ["reply", "on"])]


class TestMergedIdeas:
    def test_they_are_talked_about_in_one_place_and_part_again(self, ana: Member, mia: Member) -> None:
        panel = make_panel()
        source, root = make_idea(panel=panel), make_idea(panel=panel)
        before = add_comment(source, ana, body="said before")
        add_comment(root, ana, body="said there")
        merge_ideas(source, into=root, moderator=mia)
        add_comment(source, ana, body="said after")
        add_comment(root, ana, body="a reply", parent_id=before.id)
        assert talk(root) == [("said before", ["a reply"]), ("said there", []), ("said after", [])]
        assert root.comment_count == count_comments(root.id) == 4
        unmerge_idea(source, moderator=mia)
        assert talk(source) == [("said before", ["a reply"])]
        assert (source.comment_count, root.comment_count) == (2, 2)


class TestListThreads:
    def test_a_stretch_holds_fifty_and_says_where_to_go_on(self, ana: Member) -> None:
        idea = make_idea()
        for number in range(53):
            add_comment(idea, ana, body=f"Number {number}")
        first = queries.list_threads(idea)
        assert (len(first.items), first.next_after) == (50, first.items[-1].comment.id)
        rest = queries.list_threads(idea, after=first.next_after or 0)
        assert [thread.comment.body for thread in rest.items] == ["Number 50", "Number 51", "Number 52"]
        assert rest.next_after is None

    def test_of_many_replies_the_first_are_shown_and_the_others_have_a_page(
        self, ana: Member, ben: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        idea = make_idea()
        busy, quiet = (add_comment(idea, ana, body=body) for body in ("A busy one", "A quiet one"))
        for number in range(60):
            last = add_comment(idea, ben, body=f"Reply {number}", parent_id=busy.id)
        add_comment(idea, ben, body="The only one", parent_id=quiet.id)

        first, second = queries.list_threads(idea).items
        assert (len(first.replies), first.has_more) == (queries.FIRST_REPLIES, True)
        assert ([reply.body for reply in second.replies], second.has_more) == (["The only one"], False)

        stretch = queries.list_replies(idea, busy.id)
        assert (len(stretch.items[0].replies), stretch.next_after) == (50, stretch.items[0].replies[-1].id)
        rest = queries.list_replies(idea, busy.id, after=stretch.next_after or 0)
        assert [reply.body for reply in rest.items[0].replies] == [f"Reply {n}" for n in range(50, 60)]
        assert rest.next_after is None

        client = browser_of(ana)
        assert "Show all 60 replies" in client.get(f"/ideas/{idea.id}", follow_redirects=True).text
        page = client.get(f"/comments/{last.id}", follow_redirects=True)
        assert f'data-comment-id="{last.id}"' in page.text

    def test_replies_of_another_idea_have_no_page_here(self, ana: Member) -> None:
        idea, comment = make_idea(), add_comment(make_idea(), ana, body="Elsewhere")
        with pytest.raises(NotFound):
            queries.list_replies(idea, comment.id)

    def test_whoever_has_no_page_is_named_and_not_linked(
        self, browser_of: Callable[[Member], Client], ana: Member, ben: Member, lin: Member, ada: Member
    ) -> None:
        idea = make_idea(author=ana)
        for member in (ben, lin):
            add_comment(idea, member, body="Me too")
        for member in (ana, ben):
            suspend_member(member, by=ada)
        page = browser_of(lin).get(f"/ideas/{idea.id}", follow_redirects=True).text
        for member in (ana, ben):
            assert member.display_name in page
            assert f'href="/members/{member.id}"' not in page
        assert f'href="/members/{lin.id}"' in page

    def test_the_team_is_known_by_its_roles_here(self, ana: Member, omar: Member) -> None:
        idea = make_idea()
        elsewhere = make_member(roles=("owner",), panel_id=make_panel().id)
        for member in (ana, omar, elsewhere):
            add_comment(idea, member, body=member.display_name)
        shown = {
            thread.comment.author_id: thread.comment.is_team for thread in queries.list_threads(idea).items
        }
        assert shown == {ana.id: False, omar.id: True, elsewhere.id: False}

    def test_what_is_written_comes_out_clean(self, ana: Member) -> None:
        idea = make_idea()
        add_comment(idea, ana, body="<script>alert(1)</script> [click](javascript:alert(1))")
        (thread,) = queries.list_threads(idea).items
        assert "<script" not in thread.comment.html
        assert "href" not in thread.comment.html
