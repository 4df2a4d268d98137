"""Evaluation: what the command says of a file, by the lexicons alone and after teaching."""

import json

import pytest

from community.analysis.learning.evaluation import (
    Row,
    evaluate,
    evaluate_topics,
    examples_of,
    rows_of,
)
from tests.analysis.learning.texts import lessons

RECORDS = [
    {"text": "I love this set, it is wonderful", "label": "pos", "lang": "en"},
    {"text": "Terrible service, I hate it", "label": "neg", "lang": "en"},
    {"text": "Where can I find the manual?", "label": "neu", "lang": "en"},
    {"text": "很好，非常喜欢", "label": "pos", "lang": "zh-Hans"},
    {"text": "太差了，非常失望", "label": "neg", "lang": "zh-Hans"},
    {"text": "Good, but also bad", "label": "mixed", "lang": "en"},
    {"text": "no label at all"},
]


class TestEvaluate:
    def test_rows_labelled_mixed_or_not_at_all_are_left_out(self) -> None:
        assert evaluate(rows_of(RECORDS)).n == 5

    def test_plain_texts_are_read_right_in_each_language(self) -> None:
        evaluation = evaluate(rows_of(RECORDS))
        assert evaluation.accuracy == evaluation.macro_f1 == 1
        assert set(evaluation.by_language) == {"en", "zh-Hans"}
        assert evaluation.by_language["zh-Hans"].confusion == {"pos": {"pos": 1}, "neg": {"neg": 1}}

    def test_two_classes_force_a_side(self) -> None:
        evaluation = evaluate(rows_of(RECORDS), two_classes=True)
        assert evaluation.n == 4
        assert {answer for row in evaluation.confusion.values() for answer in row} <= {"pos", "neg"}

    def test_the_language_of_a_row_counts_where_none_is_recognised(self) -> None:
        evaluation = evaluate([Row("666", "neu", "zh-Hans"), Row("666", "neu", None)])
        assert set(evaluation.by_language) == {"zh-Hans", "other"}

    def test_teaching_a_site_its_words_makes_the_reading_better(self) -> None:
        rows = [Row(each.text, each.label, each.language) for each in lessons(280)]
        untaught, taught = evaluate(rows), evaluate(rows, labels=150, seed=1)
        assert taught.n == 130
        assert taught.accuracy > untaught.accuracy + 0.2
        assert taught.accuracy_kept_80 >= taught.accuracy

    def test_a_seed_draws_the_same_rows(self) -> None:
        rows = [Row(each.text, each.label, each.language) for each in lessons(120)]
        assert evaluate(rows, labels=30, seed=5) == evaluate(rows, labels=30, seed=5)

    def test_something_has_to_be_left_to_test_on(self) -> None:
        with pytest.raises(ValueError, match="5 labels leave none of 5 rows"):
            evaluate(rows_of(RECORDS), labels=5)

    def test_it_is_said_as_json_in_the_agreed_words(self) -> None:
        said = json.loads(json.dumps(evaluate(rows_of(RECORDS)).to_json()))
        assert {"n", "accuracy", "macro_f1", "ece", "accuracy_kept_80", "by_language"} <= set(said)
        assert "confusion" in said["by_language"]["en"]


TOPICS = {
    "delivery": ("The parcel came {how}", "My delivery was {how}", "The courier was {how}", "快递{how}"),
    "price": ("The price is {how}", "It costs {how}", "Too much money, {how}", "价格{how}"),
    "instructions": (
        "The manual is {how}",
        "Step nine is {how}",
        "The instructions are {how}",
        "说明书{how}",
    ),
}
HOWS = ("fine", "a bit odd", "as I hoped", "not what I thought", "the talk of the house", "不一样")


class TestEvaluateTopics:
    def test_topics_are_learned_from_a_few_examples_in_two_languages(self) -> None:
        records = [
            {"text": way.format(how=how), "topic": topic}
            for topic, ways in TOPICS.items()
            for way in ways
            for how in HOWS
        ]
        evaluation = evaluate_topics(examples_of(records), per_class=18, seed=2)
        assert (evaluation.n, evaluation.topic_count) == (18, 3)
        assert evaluation.accuracy >= 0.8
        assert evaluation.top_three == 1
        assert evaluation.to_json()["per_class"] == 18

    def test_topics_without_rows_to_spare_are_left_out(self) -> None:
        records = [{"text": f"text {at}", "topic": "one"} for at in range(20)]
        with pytest.raises(ValueError, match="fewer than two topics"):
            evaluate_topics(examples_of([*records, {"text": "other", "topic": "two"}]), per_class=10)
