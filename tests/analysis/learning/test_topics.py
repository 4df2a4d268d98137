"""The learner of topics: a few examples each are enough to suggest, and its size is bounded."""

import json
from random import Random

import pytest

from community.analysis.learning.topics import Example, TopicModel, train_topics

EXAMPLES = [
    Example(text, "en", topic)
    for topic, texts in {
        "delivery": ("The parcel is late", "When does my parcel arrive", "The courier lost my parcel"),
        "price": ("It is too expensive", "The price went up", "Can I get a cheaper price"),
        "app": ("The app crashes", "I cannot log in to the app", "The app drains the battery"),
    }.items()
    for text in texts
]
CHINESE = [
    Example(text, "zh-Hans", topic)
    for topic, texts in {
        "delivery": ("快递太慢了", "快递什么时候到", "快递把包裹弄丢了"),
        "price": ("太贵了", "价格又涨了", "能不能便宜一点价格"),
    }.items()
    for text in texts
]


@pytest.fixture(scope="module")
def model() -> TopicModel:
    trained = train_topics([*EXAMPLES, *CHINESE])
    assert trained is not None
    return trained


class TestTrainTopics:
    def test_two_topics_with_examples_are_needed(self) -> None:
        assert train_topics(EXAMPLES[:5]) is None

    def test_a_topic_with_too_few_examples_is_left_to_its_words(self) -> None:
        trained = train_topics([*EXAMPLES, Example("Is the shop open on Sunday", "en", "opening")])
        assert trained is not None
        assert trained.topics == ("app", "delivery", "price")

    def test_the_same_examples_teach_the_same(self, model: TopicModel) -> None:
        assert train_topics([*EXAMPLES, *CHINESE]) == model

    def test_many_topics_make_a_model_of_a_few_hundred_kilobytes(self) -> None:
        dice = Random(3)
        syllables = [first + second for first in "bdfgklmnprst" for second in "aeiou"]
        vocabulary = ["".join(dice.choices(syllables, k=3)) for _ in range(800)]
        many = [
            Example(" ".join(dice.choices(vocabulary, k=10)) + f" {vocabulary[topic]}", "en", str(topic))
            for topic in range(40)
            for _ in range(5)
        ]
        trained = train_topics(many)
        assert trained is not None
        assert len(json.dumps(trained.to_json())) < 800_000


class TestTopicModel:
    @pytest.mark.parametrize(
        ("text", "topic"),
        [("my parcel has not come", "delivery"), ("what a price", "price"), ("the app is slow", "app")],
    )
    def test_it_suggests_the_topic_of_a_new_text(self, model: TopicModel, text: str, topic: str) -> None:
        guesses = model.guess(text, "en")
        assert guesses[0].key == topic
        assert len(guesses) == 3
        assert 1 >= sum(each.confidence for each in guesses) > 0.9

    def test_chinese_and_english_examples_stand_side_by_side(self, model: TopicModel) -> None:
        assert model.guess("快递好慢", "zh-Hans")[0].key == "delivery"
        assert model.guess("价格太高", "zh-Hans")[0].key == "price"

    def test_a_text_that_shares_nothing_gets_no_suggestion(self, model: TopicModel) -> None:
        assert model.guess("龘", "zh-Hans") == ()

    def test_it_is_the_same_after_a_way_through_json(self, model: TopicModel) -> None:
        assert TopicModel.from_json(json.loads(json.dumps(model.to_json()))) == model

    def test_another_format_is_refused(self, model: TopicModel) -> None:
        with pytest.raises(ValueError, match="format 0"):
            TopicModel.from_json(model.to_json() | {"format": 0})
