"""Reading what waits: what is written down, what people said before that, and texts that cannot be read."""

import pytest
from sqlalchemy import func, select

from community.activity.models import Activity
from community.analysis.reader import Reader
from community.feedback import actions
from community.feedback.actions import reading
from community.feedback.models import FeedbackItem, ItemTopic, Listening, ReadingBatch
from community.infra.db import db, lock, unit_of_work
from tests.factories.feedback import make_item, make_topic
from tests.factories.panels import make_panel

pytestmark = pytest.mark.usefixtures("app")


def read(item):
    while actions.read_waiting():
        pass
    db.session.refresh(item)
    return item


def learn_of_change():
    with unit_of_work():
        lock(Listening, 1).version += 1


class TestReading:
    def test_a_complaint_is_read_with_the_words_that_made_it_one(self):
        item = read(make_item("The delivery was terrible and the box was broken."))
        assert (item.state, item.stage, item.language) == ("read", "read", "en")
        assert (item.sentiment, item.kind, item.method) == ("neg", "complaint", "lexicon")
        assert item.read_at is not None
        assert item.score < 0 < item.confidence <= 1
        words = {item.full_text[start:end] for start, end, weight, _rule in item.evidence if weight < 0}
        assert any("terrible" in each for each in words)

    def test_title_and_text_are_read_as_one(self):
        item = read(make_item("See above.", title="Terrible service"))
        start, end = next(each[:2] for each in item.evidence if each[2] < 0)
        assert "errible" in item.full_text[start:end]
        assert item.sentiment == "neg"

    def test_chinese_is_read_too(self):
        item = read(make_item("房间很干净，服务态度非常好，下次还会再来。"))
        assert (item.language, item.sentiment) == ("zh-Hans", "pos")

    def test_a_language_that_nobody_reads_goes_to_a_person(self):
        item = read(make_item("Доставка была ужасной, коробка сломана."))
        assert (item.state, item.language, item.sentiment, item.is_unsure) == ("read", "other", None, True)

    def test_what_a_source_says_of_its_language_is_believed(self):
        panel = make_panel()
        words = [actions.Words("1", "Super, merci, bien fait.", language="other")]
        actions.take_in_all(words, source="import", panel_id=panel.id)
        item = read(db.session.scalars(select(FeedbackItem)).one())
        assert (item.language, item.sentiment, item.method) == ("other", None, None)

    def test_a_batch_says_how_many_were_read_with_which_knowledge(self):
        make_item(), make_item()
        assert actions.read_waiting() == 2
        assert actions.read_waiting() == 0
        batch = db.session.scalars(select(ReadingBatch)).one()
        assert (batch.item_count, batch.knowledge_version) == (2, db.session.get(Listening, 1).version)
        assert batch.seconds > 0
        told = db.session.scalars(select(Activity).where(Activity.kind == "feedback.read")).one()
        assert (told.subject_type, told.subject_id) == ("readingbatch", batch.id)
        assert {item.batch_id for item in db.session.scalars(select(FeedbackItem))} == {batch.id}

    def test_no_more_than_a_batch_is_read_at_once(self, monkeypatch):
        monkeypatch.setattr(reading, "BATCH", 2)
        for _each in range(3):
            make_item()
        assert [actions.read_waiting() for _turn in range(3)] == [2, 1, 0]

    def test_an_edited_text_is_read_again_and_keeps_its_stage(self):
        panel = make_panel()
        item = read(make_item("Terrible, all of it is broken.", panel=panel, source_id="1"))
        actions.advance([item.id], "answered")
        first_read_at = item.read_at
        make_item("Wonderful, I love all of it.", panel=panel, source_id="1")
        read(item)
        assert (item.sentiment, item.stage, item.read_at) == ("pos", "answered", first_read_at)

    def test_a_withdrawn_text_is_not_read(self):
        panel = make_panel()
        item = make_item(panel=panel, source="idea", source_id="1")
        actions.withdraw(source="idea", source_id="1", panel_id=panel.id)
        assert actions.read_waiting() == 0
        assert item.language is None


class TestTopics:
    def test_a_topic_that_is_sure_enough_is_the_main_one(self):
        topic = make_topic("Delivery", words=("delivery", "courier", "parcel"))
        learn_of_change()
        item = read(make_item("The courier threw the parcel over the fence, what a delivery."))
        assert item.topic_id == topic.id
        assert [(row.topic_id, row.is_settled) for row in topics_of(item)] == [(topic.id, True)]
        db.session.refresh(topic)
        assert topic.item_count == 1

    def test_one_that_is_not_sure_enough_is_only_suggested(self):
        topic = make_topic("Delivery", words=("delivery",))
        with unit_of_work():
            listening = lock(Listening, 1)
            listening.topic_above, listening.version = 0.99, listening.version + 1
        item = read(make_item("The delivery came at noon."))
        assert item.topic_id is None
        assert [(row.topic_id, row.is_settled) for row in topics_of(item)] == [(topic.id, False)]
        db.session.refresh(topic)
        assert topic.item_count == 0

    def test_topics_follow_the_text_and_so_do_their_counts(self):
        panel = make_panel()
        delivery, price = make_topic(words=("delivery", "parcel")), make_topic(words=("price", "expensive"))
        learn_of_change()
        item = read(make_item("The delivery lost my parcel.", panel=panel, source_id="1"))
        make_item("The price is far too expensive.", panel=panel, source_id="1")
        read(item)
        assert item.topic_id == price.id
        db.session.expire_all()
        assert (delivery.item_count, price.item_count) == (0, 1)


def topics_of(item):
    return list(db.session.scalars(select(ItemTopic).where(ItemTopic.item_id == item.id)))


class TestWhatPeopleSaid:
    def test_it_stands_when_the_text_is_read_again(self, omar):
        topic = make_topic("Delivery", words=("nothing of the kind",))
        item = read(make_item("The delivery was terrible and the box was broken."))
        for field, value in (("sentiment", "neu"), ("kind", "question"), ("topic", str(topic.id))):
            actions.correct(item, omar, field=field, value=value)
        with unit_of_work():
            lock(FeedbackItem, item.id).state = "waiting"
        read(item)
        assert (item.sentiment, item.method, item.kind, item.topic_id) == (
            "neu",
            "person",
            "question",
            topic.id,
        )
        assert (item.confidence, item.is_unsure) == (1.0, False)

    def test_the_next_text_like_it_is_read_the_same_way(self, omar):
        item = read(make_item("The delivery was terrible and the box was broken."))
        actions.correct(item, omar, field="sentiment", value="neu")
        like = read(make_item("The delivery was terrible and the box was broken!!"))
        assert (like.sentiment, like.method) == ("neu", "correction")


class TestFailing:
    def test_a_text_that_cannot_be_read_fails_alone_and_goes_to_a_person(self, monkeypatch):
        whole = Reader.read

        def read_or_fail(self, texts):
            if any("poison" in text for text in texts):
                raise RecursionError("too deep")
            return whole(self, texts)

        monkeypatch.setattr(Reader, "read", read_or_fail)
        good, bad = make_item("I love it."), make_item("poison")
        read(good), read(bad)
        assert (good.state, good.sentiment) == ("read", "pos")
        assert (bad.state, bad.error, bad.sentiment) == ("failed", "RecursionError: too deep", None)
        assert bad.batch_id == good.batch_id
        assert bad.is_unsure
        assert db.session.scalar(select(func.count(ReadingBatch.id))) == 1
