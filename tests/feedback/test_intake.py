"""Taking in texts, once and again; taking them back; the stages their authors see."""

from datetime import timedelta

import pytest

from community.activity.models import Activity
from community.feedback.actions import (
    Words,
    advance,
    advance_thread,
    move_to_thread,
    take_in,
    take_in_all,
    withdraw,
)
from community.feedback.models import FeedbackItem
from community.infra import clock
from community.infra.db import db
from tests.factories.feedback import make_item, make_read_item
from tests.factories.panels import make_panel

pytestmark = pytest.mark.usefixtures("app")


def count_items():
    return db.session.query(FeedbackItem).count()


class TestTakeIn:
    def test_a_text_waits_to_be_read_with_all_that_its_source_says(self, ana):
        panel = make_panel()
        item = take_in(
            source="comment", source_id="7", panel_id=panel.id, author=ana, text="The box was torn.",
            path="/comments/7", thread="idea:3", said_at=clock.ago(days=2),
        )  # fmt: skip
        assert (item.state, item.stage, item.revision) == ("waiting", "received", 1)
        assert (item.author, item.path, item.thread) == (ana, "/comments/7", "idea:3")
        assert item.said_at < clock.ago(days=1) < item.received_at
        assert "torn" in item.search_terms

    def test_the_same_text_twice_is_one_item(self):
        panel = make_panel()
        first = make_item("The lid does not close.", panel=panel, source_id="9")
        second = make_item("The lid does not close.", panel=panel, source_id="9")
        assert first.id == second.id
        assert (second.revision, count_items()) == (1, 1)

    def test_the_same_key_elsewhere_is_another_text(self):
        panel, other = make_panel(), make_panel()
        make_item(panel=panel, source_id="9", source_name="shop")
        make_item(panel=panel, source_id="9", source_name="store")
        make_item(panel=other, source_id="9", source_name="shop")
        make_item(panel=panel, source_id="9", source="mail")
        assert count_items() == 4

    def test_a_changed_text_waits_again_and_keeps_the_stage_it_has_reached(self):
        panel = make_panel()
        make_read_item("The lid does not close.", panel=panel, source_id="9", stage="answered")
        item = make_item("The lid closes after all.", panel=panel, source_id="9")
        assert (item.state, item.revision, item.stage) == ("waiting", 2, "answered")
        assert "after" in item.search_terms

    def test_many_at_once_say_how_many_were_new(self):
        panel = make_panel()
        make_item("Known and the same.", panel=panel, source_id="b", source_name="shop")
        make_item("Known and changed.", panel=panel, source_id="c", source_name="shop")
        texts = [Words("a", "New."), Words("b", "Known and the same."), Words("c", "Known, and now changed.")]
        taken = take_in_all(texts, source="import", source_name="shop", panel_id=panel.id)
        assert taken == (2, 1)
        assert count_items() == 3


class TestWithdraw:
    def test_a_withdrawn_text_is_no_longer_read_and_what_follows_is_told(self):
        panel = make_panel()
        item = make_item(panel=panel, source="idea", source_id="4")
        withdraw(source="idea", source_id="4", panel_id=panel.id)
        withdraw(source="idea", source_id="4", panel_id=panel.id)
        db.session.refresh(item)
        assert item.state == "withdrawn"
        told = db.session.query(Activity).filter_by(kind="feedback.withdrawn", subject_id=item.id)
        assert told.count() == 1

    def test_a_text_that_was_never_taken_in_is_let_be(self):
        withdraw(source="idea", source_id="404", panel_id=make_panel().id)
        assert count_items() == 0

    def test_a_text_that_stands_again_is_read_again(self):
        panel = make_panel()
        make_item("Back again.", panel=panel, source="idea", source_id="4")
        withdraw(source="idea", source_id="4", panel_id=panel.id)
        item = make_item("Back again.", panel=panel, source="idea", source_id="4")
        assert (item.state, item.revision) == ("waiting", 1)


class TestAdvance:
    def test_the_first_of_the_last_three_stages_is_the_moment_of_telling(self):
        item = make_read_item()
        advance([item.id], "with_person")
        assert item.told_at is None
        with clock.stopped_at(clock.now() + timedelta(hours=1)):
            advance([item.id], "answered")
        told_at = item.told_at
        with clock.stopped_at(clock.now() + timedelta(hours=2)):
            advance([item.id], "delivered")
        assert told_at is not None
        assert (item.stage, item.told_at, item.answered_at) == ("delivered", told_at, told_at)
        assert item.delivered_at > told_at
        assert item.decided_at is None

    @pytest.mark.parametrize("stage", ["read", "with_person", "decided"])
    def test_nothing_goes_back(self, stage):
        item = make_read_item(stage="decided")
        advance([item.id], stage)
        assert item.stage == "decided"
        assert item.told_at is None

    def test_what_was_taken_back_stays_where_it_was(self):
        item = make_read_item(state="withdrawn")
        advance([item.id], "answered")
        assert item.stage == "read"

    def test_a_thread_moves_on_up_to_the_moment_of_telling(self):
        panel = make_panel()
        before = make_read_item(panel=panel, thread="idea:1", said_at=clock.ago(days=3))
        after = make_read_item(panel=panel, thread="idea:1", said_at=clock.ago(days=1))
        elsewhere = make_read_item(panel=panel, thread="idea:2", said_at=clock.ago(days=3))
        advance_thread("idea:1", "decided", panel_id=panel.id, at=clock.ago(days=2))
        assert [item.stage for item in (before, after, elsewhere)] == ["decided", "read", "read"]
        assert before.told_at == before.decided_at < clock.ago(days=1)

    def test_texts_move_to_another_thread(self):
        panel = make_panel()
        item = make_item(panel=panel, source="comment", source_id="5", thread="idea:1")
        assert move_to_thread("idea:2", source="comment", source_ids=["5", "6"], panel_id=panel.id) == [
            item.id
        ]
        assert item.thread == "idea:2"
