"""What moderators decide, what it does to texts and their counts, and that all of it can be put back."""

from functools import partial

import pytest

from community.activity.actions import follow_due
from community.activity.models import Activity
from community.feedback.models import FeedbackItem
from community.ideas.actions.comments import add_comment
from community.ideas.actions.merges import unmerge_idea
from community.ideas.actions.publishing import delete_idea, edit_idea
from community.ideas.actions.votes import support_idea
from community.ideas.models import IdeaEdit, Tag
from community.ideas.queries.ideas import list_tags
from community.infra import clock
from community.infra.db import Base, db
from community.infra.errors import Conflict, Forbidden, Invalid
from community.moderation.actions import deciding, messages, queue
from community.moderation.actions.flagging import flag
from community.moderation.doors import Subject
from community.moderation.models import Flag, QueueItem, Sanction
from community.moderation.queries import queue as queries
from community.moderation.queries.subjects import get_subject
from community.panels.queries import find_membership
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel

# Holds any text, and is on no list of words.
NUMBER = "Call me on 138 0013 8000 any evening."


def about(row: Base) -> Subject:
    return get_subject(f"{type(row).__name__.lower()}:{row.id}")


def kinds_of(row: Base) -> list[str]:
    rows = db.session.query(Activity).filter_by(subject_type=type(row).__name__.lower(), subject_id=row.id)
    return [activity.kind for activity in rows.order_by(Activity.id)]


@pytest.mark.usefixtures("app")
class TestHiding:
    def test_it_takes_an_idea_off_its_board_and_out_of_the_counts_and_undo_puts_it_back(self, ana, ben, mia):
        panel = make_panel()
        idea = make_idea(panel=panel, author=ana, tags=("cards",))
        comment = add_comment(idea, ben, body="I would like that too.")

        decision = deciding.hide(about(idea), mia, reason="rude", message="Say it kindly.")

        assert (idea.state, idea.is_listed, panel.idea_count) == ("hidden", False, 0)
        assert decision.before == {"state": "published"}
        assert kinds_of(idea) == ["idea.published", "idea.hidden"]

        deciding.undo(decision, mia)
        assert (idea.state, idea.is_listed, panel.idea_count) == ("published", True, 1)
        assert kinds_of(idea)[-1] == "idea.restored"
        assert decision.undone_as == "mistake"
        assert comment.state == "published"

    def test_what_was_heard_of_it_is_let_go_and_heard_again(self, ana, ben, mia):
        idea = make_idea(author=ana)
        add_comment(idea, ben, body="I would like that too.")
        follow_due()
        decision = deciding.hide(about(idea), mia, reason="rude")
        follow_due()
        assert {item.state for item in db.session.query(FeedbackItem)} == {"withdrawn"}
        deciding.undo(decision, mia)
        follow_due()
        assert {item.state for item in db.session.query(FeedbackItem)} == {"waiting"}

    def test_a_comment_leaves_the_count_and_comes_back(self, ana, ben, mia):
        idea = make_idea(author=ana)
        parent = add_comment(idea, ana, body="What do you think?")
        reply = add_comment(idea, ben, body="Nothing good.", parent_id=parent.id)

        decision = deciding.hide(about(reply), mia, reason="rude")
        assert (reply.state, idea.comment_count, parent.reply_count) == ("hidden", 1, 0)

        deciding.undo(decision, mia)
        assert (reply.state, idea.comment_count, parent.reply_count) == ("published", 2, 1)

    def test_it_needs_a_reason(self, ana, mia):
        with pytest.raises(Invalid):
            deciding.hide(about(make_idea(author=ana)), mia, reason="")

    def test_nobody_decides_about_their_own_words_or_in_rooms_they_do_not_look_after(self, ana, mia):
        with pytest.raises(Forbidden):
            deciding.hide(about(make_idea(author=mia)), mia, reason="rude")
        elsewhere = make_member(roles=("moderator",), panel_id=make_panel().id)
        with pytest.raises(Forbidden):
            deciding.hide(about(make_idea(author=ana)), elsewhere, reason="rude")

    def test_undoing_an_earlier_decision_is_refused_while_a_later_one_stands(self, ana, mia):
        idea = make_idea(author=ana)
        first = deciding.hide(about(idea), mia, reason="rude")
        deciding.restore(about(idea), mia)
        with pytest.raises(Conflict):
            deciding.undo(first, mia)
        # An appeal may still be right about it: then only the books change.
        deciding.undo(first, mia, undone_as="appeal")
        assert (idea.state, first.undone_as) == ("published", "appeal")


@pytest.mark.usefixtures("app")
class TestApproving:
    def test_an_idea_is_published_by_its_author_at_that_moment_and_waits_again_when_that_is_undone(
        self, ana, mia
    ):
        panel = make_panel()
        idea = make_idea(panel=panel, author=ana, body=NUMBER, tags=("cards",))
        item = waiting_for(idea)
        tag = db.session.query(Tag).one()
        assert (idea.state, panel.idea_count, tag.idea_count) == ("waiting", 0, 0)

        later = clock.ahead(hours=3)
        with clock.stopped_at(later):
            decision = deciding.approve(about(idea), mia, item=item)
        assert (idea.state, idea.published_at, panel.idea_count, tag.idea_count) == ("published", later, 1, 1)
        assert (item.state, decision.opened_at) == ("closed", item.opened_at)
        published = db.session.query(Activity).filter_by(kind="idea.published").one()
        assert published.actor_id == ana.id

        deciding.undo(decision, mia)
        assert (idea.state, panel.idea_count, tag.idea_count, item.state) == ("waiting", 0, 0, "open")
        deciding.approve(about(idea), mia, item=item)
        assert kinds_of(idea).count("idea.published") == 1

    def test_approving_a_comment_counts_it_and_follows_the_talk(self, ana, ben, mia):
        idea = make_idea(author=ana)
        comment = add_comment(idea, ben, body=NUMBER)
        assert (comment.state, idea.comment_count) == ("waiting", 0)
        deciding.approve(about(comment), mia, item=waiting_for(comment))
        assert (comment.state, idea.comment_count) == ("published", 1)
        assert kinds_of(comment)[-1] == "comment.added"

    def test_a_change_that_was_kept_back_is_made_and_unmade(self, ana, mia):
        idea = make_idea("Cards for my aunt", author=ana, body="With birds.")
        assert not edit_idea(idea, ana, title=idea.title, body=f"With birds. {NUMBER}", tags=())
        item = waiting_for(idea)
        assert (item.kind, idea.body) == ("edit", "With birds.")
        decision = deciding.approve(about(idea), mia, item=item)
        assert idea.body == f"With birds. {NUMBER}"
        deciding.undo(decision, mia)
        assert (idea.body, item.state) == ("With birds.", "open")
        # Refusing it leaves everything as it was.
        deciding.hide(about(idea), mia, item=item, reason="personal_data")
        assert (idea.state, idea.body, item.state) == ("published", "With birds.", "closed")

    @pytest.mark.parametrize("verb", [deciding.approve, partial(deciding.hide, reason="rude")])
    def test_a_change_is_decided_without_a_word_on_what_members_object_to(self, verb, ana, ben, mia):
        idea = make_idea(author=ana)
        flag(about(idea), ben, reason="spam")
        edit_idea(idea, ana, title=idea.title, body=NUMBER, tags=())
        verb(about(idea), mia, item=queries.find_standing("idea", idea.id, kinds=("edit",)))
        assert [item.kind for item in db.session.query(QueueItem).filter_by(state="open")] == ["flagged"]
        assert db.session.query(Flag).one().outcome == "open"

    def test_whose_change_was_refused_is_not_told_that_the_text_is_hidden(self, ana, mia, browser_of):
        idea = make_idea(author=ana)
        edit_idea(idea, ana, title=idea.title, body=NUMBER, tags=())
        deciding.hide(about(idea), mia, item=waiting_for(idea), reason="personal_data")
        follow_due()
        for page in ("/inbox", "/me/moderation"):
            words = browser_of(ana).get(page).text
            assert "Your change was not made" in words
            assert "Your idea is hidden" not in words
        log = browser_of(ana).get(f"/panels/{idea.panel.slug}/moderation").text
        assert "A change to a text was not made" in log

    def test_what_was_asked_about_comes_back_when_its_author_changes_it(self, ana, mia):
        idea = make_idea(author=ana, body=NUMBER)
        messages.ask(waiting_for(idea), mia, body="Is this your own number?")
        edit_idea(idea, ana, title=idea.title, body="Call me any evening.", tags=())
        assert (idea.state, waiting_for(idea).state) == ("waiting", "open")

    def test_trusting_the_author_is_put_back_with_the_rest(self, ana, mia):
        idea = make_idea(author=ana, body=NUMBER)
        decision = deciding.approve_and_trust(about(idea), mia, item=waiting_for(idea))
        assert decision.after["vouched_level"] == 1
        deciding.undo(decision, mia)
        assert decision.before["vouched_level"] == 0
        assert idea.state == "waiting"

    def test_somebody_who_was_slower_is_told(self, ana, mia):
        idea = make_idea(author=ana, body=NUMBER)
        item = waiting_for(idea)
        other = make_member(roles=("moderator",))
        queue.claim(item, mia)
        with pytest.raises(Conflict):
            deciding.approve(about(idea), other, item=item)
        with clock.stopped_at(clock.now() + queue.CLAIM):
            deciding.approve(about(idea), other, item=item)
        with pytest.raises(Conflict):
            deciding.approve(about(idea), mia, item=item)


@pytest.mark.usefixtures("app")
class TestRewriting:
    def test_the_words_are_shown_changed_and_what_they_were_is_kept(self, ana, mia):
        idea = make_idea("Cards for my aunt", author=ana, body=NUMBER, tags=("cards",))
        item = waiting_for(idea)
        words = {"title": idea.title, "body": "Call me any evening.", "tags": "cards, birds"}
        decision = deciding.rewrite(about(idea), mia, words=words, reason="personal_data", item=item)
        assert (idea.state, idea.body, list_tags(idea.id)) == (
            "published", "Call me any evening.", ["birds", "cards"],
        )  # fmt: skip
        assert db.session.query(IdeaEdit).one().body == NUMBER
        deciding.undo(decision, mia)
        assert (idea.state, idea.body, list_tags(idea.id), item.state) == (
            "waiting",
            NUMBER,
            ["cards"],
            "open",
        )

    def test_what_its_author_wrote_since_then_stays(self, ana, mia):
        idea = make_idea(author=ana, body=NUMBER)
        words = {"title": idea.title, "body": "Call me any evening.", "tags": ["cards"]}
        decision = deciding.rewrite(about(idea), mia, words=words, reason="personal_data")
        edit_idea(idea, ana, title=idea.title, body="Write to me.", tags=())
        deciding.undo(decision, mia)
        assert (idea.body, decision.undone_as) == ("Write to me.", "mistake")

    def test_what_a_moderator_took_out_is_not_read_in_the_history(self, ana, ben, mia, client, browser_of):
        idea = make_idea(author=ana)
        comment = add_comment(idea, ben, body="You know Mr Miller of Mill Lane.")
        edit_idea(idea, ana, title=idea.title, body="Ask Mr Miller of Mill Lane.", tags=())
        deciding.rewrite(
            about(idea), mia, reason="personal_data", words={"title": idea.title, "body": "Ask.", "tags": []}
        )
        deciding.rewrite(about(comment), mia, reason="personal_data", words={"body": "You know."})
        pages = (f"/ideas/{idea.id}/history", f"/comments/{comment.id}/history")
        for page in pages:
            assert "Miller" not in client.get(page).text
            assert "Miller" in browser_of(mia).get(page).text
        assert "Miller" in browser_of(ana).get(pages[0]).text

    def test_what_was_hidden_is_not_read_in_the_history_once_it_was_mended(self, ana, mia, client):
        idea = make_idea(author=ana, body="Ask Mr Miller of Mill Lane.")
        deciding.hide(about(idea), mia, reason="personal_data")
        edit_idea(idea, ana, title=idea.title, body="Ask him.", tags=())
        deciding.restore(about(idea), mia)
        edit_idea(idea, ana, title=idea.title, body="Ask them.", tags=())
        page = client.get(f"/ideas/{idea.id}/history").text
        assert "Miller" not in page
        assert "Ask him." in page


@pytest.mark.usefixtures("app")
class TestKeepingPrivate:
    def test_nobody_else_sees_it_but_an_owner_hears_it(self, ana, mia):
        panel = make_panel()
        idea = make_idea(panel=panel, author=ana, body="I could see another customer's orders.")
        item = waiting_for(idea)
        assert [reason["rule"] for reason in item.reasons] == ["security"]
        deciding.keep_private(about(idea), mia, item=item)
        follow_due()
        assert (idea.state, idea.is_listed, panel.idea_count) == ("hidden", False, 0)
        assert db.session.query(FeedbackItem).one().state == "waiting"


@pytest.mark.usefixtures("app")
class TestMerging:
    def test_an_idea_that_waits_joins_another_one_and_comes_out_of_it_waiting(self, ana, ben, mia):
        panel = make_panel()
        known = make_idea("Cards with birds", panel=panel, author=ben)
        idea = make_idea("Cards that have birds", panel=panel, author=ana, body=NUMBER)
        item = waiting_for(idea)
        decision = deciding.merge(about(idea), mia, into_id=known.id, item=item)
        assert (idea.merged_into_id, idea.is_listed, item.state, panel.idea_count) == (
            known.id, False, "closed", 1,
        )  # fmt: skip
        deciding.undo(decision, mia)
        assert (idea.merged_into_id, idea.state, item.state, panel.idea_count) == (None, "waiting", "open", 1)

    def test_one_that_was_taken_out_elsewhere_can_still_be_put_back_in_the_books(self, ana, mia):
        panel = make_panel()
        idea, known = make_idea(panel=panel, author=ana), make_idea(panel=panel)
        decision = deciding.merge(about(idea), mia, into_id=known.id)
        unmerge_idea(idea, moderator=mia)
        deciding.undo(decision, mia)
        assert (decision.undone_as, idea.state) == ("mistake", "published")


@pytest.mark.usefixtures("app")
class TestMoving:
    def test_it_takes_tags_counts_and_what_was_heard_along(self, ana, ben, mia):
        here, there = make_panel(), make_panel(members=(ana,))
        idea = make_idea(panel=here, author=ana, tags=("cards",))
        comment = add_comment(idea, ben, body=NUMBER)
        follow_due()
        decision = deciding.move(about(idea), mia, panel=there)
        assert (idea.panel_id, here.idea_count, there.idea_count) == (there.id, 0, 1)
        assert {(tag.panel_id, tag.idea_count) for tag in db.session.query(Tag)} == {
            (here.id, 0), (there.id, 1),
        }  # fmt: skip
        assert db.session.query(FeedbackItem).one().panel_id == there.id
        assert waiting_for(comment).panel_id == there.id
        deciding.undo(decision, mia)
        assert (idea.panel_id, here.idea_count, there.idea_count) == (here.id, 1, 0)
        assert list_tags(idea.id) == ["cards"]

    def test_what_is_said_in_a_closed_room_stays_among_those_who_are_in_it(self, ana, ben, mia):
        room = make_panel(members=(ana, ben), visibility="private")
        idea = make_idea(panel=room, author=ana)
        with pytest.raises(Invalid):
            deciding.move(about(idea), mia, panel=make_panel())
        with pytest.raises(Invalid):
            stranger = make_member()
            deciding.move(about(idea), mia, panel=make_panel(members=(ana, stranger), visibility="members"))
        smaller = make_panel(members=(ana,), visibility="private")
        deciding.move(about(idea), mia, panel=smaller)
        assert idea.panel_id == smaller.id

    def test_it_goes_nowhere_where_more_of_a_name_is_shown(self, ana, mia):
        idea = make_idea(panel=make_panel(members=(ana,), names_shown="alias"), author=ana)
        with pytest.raises(Invalid):
            deciding.move(about(idea), mia, panel=make_panel(members=(ana,), names_shown="first"))

    def test_what_was_moved_away_is_no_longer_for_those_of_the_old_panel(self, ana, mia):
        here, there = make_panel(members=(ana,)), make_panel(members=(ana,))
        idea = make_idea(panel=here, author=ana)
        of_here = make_member(roles=("moderator",), panel_id=here.id)
        hidden = deciding.hide(about(idea), of_here, reason="rude")
        moved = deciding.move(about(idea), mia, panel=there)
        for decision in (hidden, moved):
            with pytest.raises(Forbidden):
                deciding.undo(decision, of_here)
        assert (idea.state, idea.panel_id) == ("hidden", there.id)


@pytest.mark.usefixtures("app")
class TestLocking:
    def test_nobody_votes_comments_or_edits_until_it_is_open_again(self, ana, ben, mia):
        idea = make_idea(author=ana)
        decision = deciding.shut(about(idea), mia)
        for act in (
            lambda: support_idea(idea, ben),
            lambda: add_comment(idea, ben, body="I would like that too."),
            lambda: edit_idea(idea, ana, title="Something else", body="", tags=()),
        ):
            with pytest.raises(Conflict):
                act()
        deciding.undo(decision, mia)
        support_idea(idea, ben)
        assert idea.support_count == 1


@pytest.mark.usefixtures("app")
class TestDecidingAboutPeople:
    def test_a_pause_rests_on_a_decision_and_ends_with_it(self, ana, mia):
        panel = make_panel(members=(ana,))
        idea = make_idea(panel=panel, author=ana)
        until = clock.ahead(days=7)
        decision = deciding.pause(about(idea), mia, reason="rude", until=until, panel=panel)
        assert find_membership(ana, panel).paused_until == until
        with pytest.raises(Forbidden):
            add_comment(idea, ana, body="I say what I like.")
        deciding.undo(decision, mia)
        assert find_membership(ana, panel).paused_until is None

    def test_who_moderates_a_panel_does_not_end_what_holds_everywhere(self, ana, mia):
        panel = make_panel(members=(ana,))
        of_panel = make_member(roles=("moderator",), panel_id=panel.id)
        idea, until = make_idea(panel=panel, author=ana), clock.ahead(days=7)
        everywhere = deciding.pause(about(idea), mia, reason="rude", until=until, panel=None)
        for decision in (everywhere, deciding.suspend(about(idea), mia, reason="rude")):
            with pytest.raises(Forbidden):
                deciding.undo(decision, of_panel)
        assert (ana.state, ana.paused_until) == ("suspended", until)

    def test_a_pause_ends_also_when_its_text_is_gone(self, ana, mia):
        panel = make_panel(members=(ana,))
        idea = make_idea(panel=panel, author=ana)
        pause = partial(deciding.pause, reason="rude", until=clock.ahead(days=7), panel=panel)
        decision = pause(about(idea), mia)
        delete_idea(idea, mia)
        deciding.undo(decision, mia)
        assert find_membership(ana, panel).paused_until is None

    def test_the_text_goes_on_waiting_after_a_warning(self, ana, mia):
        idea = make_idea(author=ana, body=NUMBER)
        item = waiting_for(idea)
        deciding.warn(about(idea), mia, reason="personal_data", item=item)
        assert (db.session.query(Sanction).one().kind, item.state) == ("warning", "open")

    def test_a_name_that_hurts_becomes_a_number_and_comes_back(self, mia):
        member = make_member("A rude name")
        decision = deciding.hide(get_subject(f"member:{member.id}"), mia, reason="rude")
        assert member.display_name == f"Member {member.id}"
        deciding.undo(decision, mia)
        assert member.display_name == "A rude name"


@pytest.mark.usefixtures("app")
class TestAsking:
    def test_the_item_waits_for_the_author_and_comes_back_with_the_answer(self, ana, mia):
        idea = make_idea(author=ana, body=NUMBER)
        item = waiting_for(idea)
        messages.ask(item, mia, body="Is this your own number?")
        assert item.state == "asked"
        messages.answer(item, ana, body="No, I made it up.")
        assert item.state == "open"
        deciding.approve(about(idea), mia, item=item)
        with pytest.raises(Conflict):
            messages.answer(item, ana, body="Thank you.")


def waiting_for(row: Base) -> QueueItem:
    item = queries.find_standing(type(row).__name__.lower(), row.id)
    assert item is not None
    return item
