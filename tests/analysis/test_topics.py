"""Topics: the site's own words in any language, the surest three, and counts up the tree."""

from community.analysis.cues import Cue, Hit
from community.analysis.learning.topics import TopicModel
from community.analysis.reader import Knowledge, Reader
from community.analysis.topics import TopicGuess, TopicWords, counts_by_topic, guesses

TREE = (
    TopicWords("1", ("delivery", "courier", "快递", "物流")),
    TopicWords("2", ("late", "迟到", "超时"), parent="1"),
    TopicWords("3", ("gift card", "贺卡")),
    TopicWords("4", ("colour", "颜色")),
    TopicWords("5", ("price", "价格")),
)
READER = Reader(Knowledge(topics=TREE))


class TestGuesses:
    def test_words_of_any_language_and_script_speak_of_a_topic(self) -> None:
        for text in ("The courier was kind", "快递员很好", "快遞員很好", "這個快遞 is fast enough"):
            assert [each.key for each in READER.read_one(text).topics] == ["1"], text

    def test_plurals_and_capitals_are_the_same_word(self) -> None:
        assert READER.read_one("GIFT CARDS for all deliveries").topics != ()
        assert {each.key for each in READER.read_one("Gift cards for all deliveries").topics} == {"1", "3"}

    def test_more_words_make_it_surer(self) -> None:
        one = READER.read_one("The courier came").topics[0]
        two = READER.read_one("The courier of the delivery came").topics[0]
        assert 0.6 < one.confidence < two.confidence < 1

    def test_it_suggests_three_at_most_the_surest_first(self) -> None:
        text = "Delivery by courier was late, and the gift card has another colour and price."
        found = READER.read_one(text).topics
        assert len(found) == 3
        assert found[0].key == "1"
        assert [each.confidence for each in found] == sorted(
            (each.confidence for each in found), reverse=True
        )

    def test_a_text_in_an_unknown_language_can_have_a_topic_and_no_feeling(self) -> None:
        reader = Reader(Knowledge(topics=(TopicWords("1", ("доставка",)),)))
        reading = reader.read_one("Где моя доставка?")
        assert reading.sentiment is None
        assert [each.key for each in reading.topics] == ["1"]

    def test_what_was_learned_speaks_with_the_words(self) -> None:
        assert guesses((), "nothing known", learned={"5": 0.9, "4": 0.01}) == (TopicGuess("5", 0.9),)
        price = [Hit(0, 5, Cue("topic", "5", 1.0))]
        unsure = guesses(price, "price", learned={"4": 0.5, "5": 0.3})
        assert [guess.key for guess in unsure] == ["5", "4"]

    def test_a_learned_topic_that_is_no_longer_there_is_not_guessed(self) -> None:
        model = TopicModel(("4", "gone"), 6, 1.0, 1.0, (0.0, 3.0), {"paper": (0, 10)})
        reader = Reader(Knowledge(topics=TREE, topic_model=model))
        found = reader.read_one("paper").topics
        assert "gone" not in {each.key for each in found}

    def test_without_words_or_learning_there_is_none(self) -> None:
        assert READER.read_one("Hello there").topics == ()


class TestCountsByTopic:
    def test_a_parent_counts_its_children_and_each_text_once(self) -> None:
        counts = counts_by_topic(TREE, [["1", "2"], ["2"], ["3"], []])
        assert counts == {"1": 2, "2": 2, "3": 1, "4": 0, "5": 0}

    def test_a_tree_that_bites_its_tail_ends(self) -> None:
        circle = (TopicWords("1", parent="2"), TopicWords("2", parent="1"))
        assert counts_by_topic(circle, [["1"]]) == {"1": 1, "2": 1}
