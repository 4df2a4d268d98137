"""Saying what a text is, and taking that back."""

import pytest

from community.feedback import actions, queries
from community.feedback.models import Correction, FeedbackItem, Topic
from community.feedback.queries.learning import get_listening
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.members.models import Member
from tests.factories.feedback import make_item, make_read_item, make_topic


def again(item: FeedbackItem) -> FeedbackItem:
    with unit_of_work():
        return lock(FeedbackItem, item.id)


class TestCorrect:
    def test_what_a_person_says_goes_before_what_was_read(self, omar: Member) -> None:
        item = make_read_item("The delivery was killer.", sentiment="neg", is_unsure=True)
        actions.correct(item, omar, field="sentiment", value="pos")
        item = again(item)
        assert (item.sentiment, item.method, item.confidence) == ("pos", "person", 1.0)
        assert not item.is_unsure

    def test_it_keeps_the_text_and_what_was_read_as_a_label(self, omar: Member) -> None:
        item = make_read_item("Fine.", title="Well", sentiment="neg", kind="complaint")
        actions.correct(item, omar, field="kind", value="praise")
        (label,) = queries.list_corrections_of(item)
        assert (label.text, label.value, label.was) == ("Well\nFine.", "praise", "complaint")
        assert (label.made_by_id, label.language) == (omar.id, "en")

    def test_saying_it_again_replaces_what_was_said_and_remembers_the_reading(self, omar: Member) -> None:
        item = make_read_item(sentiment="neg")
        actions.correct(item, omar, field="sentiment", value="pos")
        actions.correct(item, omar, field="sentiment", value="neu")
        (label,) = queries.list_corrections_of(item)
        assert (label.value, label.was) == ("neu", "neg")

    def test_confirming_is_a_label_too(self, omar: Member) -> None:
        item = make_read_item(sentiment="neg")
        actions.correct(item, omar, field="sentiment", value="neg")
        assert queries.get_teaching(item).label_count == 1

    def test_every_process_reads_with_it_from_then_on(self, omar: Member) -> None:
        item = make_read_item()
        before = get_listening().version
        actions.correct(item, omar, field="sentiment", value="pos")
        assert get_listening().version == before + 1

    def test_a_text_drawn_at_random_makes_an_honest_label_and_is_not_asked_again(self, omar: Member) -> None:
        drawn, other = make_read_item(ask_reason="random"), make_read_item(ask_reason="unsure")
        for item in (drawn, other):
            actions.correct(item, omar, field="sentiment", value="pos")
        assert [queries.list_corrections_of(item)[0].is_random for item in (drawn, other)] == [True, False]
        assert again(drawn).ask_reason is None

    def test_the_topic_is_counted_where_it_is_now(self, omar: Member) -> None:
        prices, delivery = make_topic("Prices", item_count=1), make_topic("Delivery")
        item = make_read_item(topic_id=prices.id)
        actions.correct(item, omar, field="topic", value=str(delivery.id))
        assert again(item).topic_id == delivery.id
        assert [db.session.get(Topic, topic.id).item_count for topic in (prices, delivery)] == [0, 1]  # type: ignore[union-attr]
        assert [(each.topic_id, each.is_settled) for each in queries.list_topics_of(item)] == [
            (delivery.id, True)
        ]

    def test_a_text_can_be_about_none_of_the_topics(self, omar: Member) -> None:
        prices = make_topic("Prices", item_count=1)
        item = make_read_item(topic_id=prices.id)
        actions.correct(item, omar, field="topic", value="")
        assert again(item).topic_id is None
        assert db.session.get(Topic, prices.id).item_count == 0  # type: ignore[union-attr]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("sentiment", "great"),
            ("sentiment", ""),
            ("kind", "pos"),
            ("topic", "999999"),
            ("topic", "9" * 30),
            ("mood", "pos"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, omar: Member, field: str, value: str) -> None:
        item = make_read_item()
        with pytest.raises(Invalid):
            actions.correct(item, omar, field=field, value=value)
        assert queries.list_corrections_of(item) == []

    def test_an_archived_topic_is_no_answer(self, omar: Member, ada: Member) -> None:
        topic = make_topic("Fax")
        actions.archive_topic(topic, ada)
        with pytest.raises(Invalid):
            actions.correct(make_read_item(), omar, field="topic", value=str(topic.id))

    def test_a_text_that_was_taken_back_stays_untouched(self, omar: Member) -> None:
        item = make_read_item(state="withdrawn")
        with pytest.raises(Conflict):
            actions.correct(item, omar, field="sentiment", value="pos")


class TestUndo:
    def test_it_is_what_it_was_and_waits_to_be_read_again(self, omar: Member) -> None:
        item = make_read_item(sentiment="neg")
        correction = actions.correct(item, omar, field="sentiment", value="pos")
        actions.undo_correction(correction, omar)
        item = again(item)
        assert (item.sentiment, item.state) == ("neg", "waiting")
        assert queries.list_corrections_of(item) == []
        assert queries.get_teaching(item).label_count == 0

    def test_undoing_twice_changes_nothing_more(self, omar: Member) -> None:
        item = make_read_item(sentiment="neg")
        first = actions.correct(item, omar, field="sentiment", value="pos")
        actions.undo_correction(first, omar)
        actions.correct(item, omar, field="sentiment", value="mixed")
        actions.undo_correction(first, omar)
        assert again(item).sentiment == "mixed"

    def test_reading_it_again_finds_what_the_reading_finds(self, omar: Member) -> None:
        item = make_item("This is a wonderful, lovely shop.")
        actions.read_waiting()
        read = again(item).sentiment
        correction = actions.correct(item, omar, field="sentiment", value="neg")
        actions.undo_correction(correction, omar)
        actions.read_waiting()
        assert (again(item).sentiment, again(item).method) == (read, "lexicon")


class TestLikeTexts:
    def test_the_next_text_like_it_is_read_as_the_person_said(self, omar: Member) -> None:
        first = make_item("The new tracking page is a bit of a riddle to me, honestly.")
        actions.read_waiting()
        actions.correct(first, omar, field="sentiment", value="neg")
        like = make_item("The new tracking page is a bit of a riddle for me, honestly!")
        other = make_item("Where do I find the opening hours?")
        actions.read_waiting()
        assert (again(like).sentiment, again(like).method) == ("neg", "correction")
        assert again(other).method == "lexicon"

    def test_in_chinese_too(self, omar: Member) -> None:
        first = make_item("这个新的包装真是让人哭笑不得啊")
        actions.read_waiting()
        actions.correct(first, omar, field="sentiment", value="neg")
        like = make_item("这个新的包装真的让人哭笑不得")
        actions.read_waiting()
        assert (again(like).sentiment, again(like).method) == ("neg", "correction")

    def test_reading_again_keeps_what_a_person_said(self, omar: Member) -> None:
        item = make_item("Great, another update.")
        actions.read_waiting()
        actions.correct(item, omar, field="sentiment", value="neg")
        actions.correct(item, omar, field="kind", value="complaint")
        with unit_of_work():
            lock(FeedbackItem, item.id).state = "waiting"
        actions.read_waiting()
        item = again(item)
        assert (item.sentiment, item.method, item.kind) == ("neg", "person", "complaint")


class TestStandingCorrections:
    def test_what_was_said_of_a_text_that_was_taken_back_teaches_nothing(self, omar: Member) -> None:
        topic = make_topic("Delivery")
        item = make_item("The parcel never came.", source="comment", source_id="7")
        actions.correct(item, omar, field="topic", value=str(topic.id))
        assert len(queries.list_examples(topic)) == 1
        actions.withdraw(source="comment", source_id="7", panel_id=item.panel_id)
        assert queries.list_examples(topic) == []
        assert queries.list_labels("topic", ["en"]) == []
        assert db.session.get(Topic, topic.id).item_count == 0  # type: ignore[union-attr]

    def test_what_was_said_of_an_earlier_wording_stands_no_longer(self, omar: Member) -> None:
        item = make_read_item("I love it.")
        actions.correct(item, omar, field="sentiment", value="pos")
        assert queries.standing_corrections([item.id]) == {item.id: {"sentiment": "pos"}}
        with unit_of_work():
            lock(FeedbackItem, item.id).text = "I hate it."
        assert queries.standing_corrections([item.id]) == {}
        assert db.session.query(Correction).count() == 1
