"""Training: a site's own words are learned, and only what reads better than the lexicons goes live."""

import json
import subprocess
import sys
from random import Random

import pytest

from community.analysis.language import Language
from community.analysis.learning.features import Group
from community.analysis.learning.model import Trained
from community.analysis.learning.training import LEAST_LABELS, Lesson, train
from community.analysis.masking import mask
from community.analysis.sentiment import scorer
from community.analysis.sentiment.findings import Sentiment
from tests.analysis.learning.texts import lessons


@pytest.fixture(scope="module")
def english() -> Trained:
    return train(lessons(200), "en")


@pytest.fixture(scope="module")
def chinese() -> Trained:
    return train(lessons(200, language="zh-Hans"), "zh")


def read(trained: Trained, text: str, language: Language) -> Sentiment:
    masked = mask(text)
    sentiment = trained.read(masked, scorer.score_masked(masked, language), language=language)
    assert sentiment is not None
    return sentiment


class TestTrain:
    def test_below_fifty_labels_the_lexicons_read(self) -> None:
        trained = train(lessons(LEAST_LABELS - 1), "en")
        assert (trained.stage, trained.reason) == ("lexicon", "few_labels")
        assert trained.read("fine", scorer.score_masked("fine", "en"), language="en") is None

    @pytest.mark.parametrize(("group", "language"), [("en", "en"), ("zh", "zh-Hans")])
    def test_it_learns_the_words_of_the_site(self, group: Group, language: Language) -> None:
        taught, tested = (every := lessons(280, language=language))[:200], every[200:]
        trained = train(taught, group)
        assert trained.stage == "grams"
        hits = sum(read(trained, each.text, language).label == each.label for each in tested)
        assert hits >= 0.9 * len(tested)

    def test_labels_that_mean_nothing_do_not_go_live_as_runs_of_letters(self) -> None:
        dice = Random(3)
        noise = [each._replace(label=dice.choice(("pos", "neu", "neg"))) for each in lessons(150)]
        trained = train([*noise, *good_and_bad(60)], "en")
        assert trained.stage != "grams"

    def test_where_the_lexicons_are_right_nothing_goes_live(self) -> None:
        trained = train(good_and_bad(60), "en")
        assert (trained.stage, trained.reason) == ("lexicon", "not_better")

    def test_one_label_alone_teaches_nothing(self) -> None:
        same = [each._replace(label="neg") for each in lessons(80)]
        assert train(same, "en").reason == "one_sided"

    def test_lessons_of_other_languages_are_left_out(self) -> None:
        assert train([*lessons(40), *lessons(40, language="zh-Hans")], "en").label_count == 40

    def test_of_two_lessons_of_one_text_the_last_counts(self) -> None:
        once = lessons(60)
        assert train([*(each._replace(label="neg") for each in once), *once], "en") == train(once, "en")

    def test_scores_are_measured_on_labels_drawn_at_random(self) -> None:
        chosen = [each._replace(is_random=False) for each in lessons(100)]
        honest = good_and_bad(60)
        trained = train([*chosen, *honest], "en")
        assert trained.random_count == 60
        assert trained.scores["lexicon"].accuracy == train(honest, "en").scores["lexicon"].accuracy

    def test_traditional_and_mixed_texts_are_read_by_what_simplified_ones_taught(
        self, chinese: Trained
    ) -> None:
        assert read(chinese, "這個燈塔完全鬆垮垮", "zh-Hant").label == "neg"
        assert read(chinese, "这个 rocket 真是神砖", "mixed").label == "pos"

    def test_the_same_lessons_teach_the_same(self, english: Trained) -> None:
        assert train(lessons(200), "en") == english


class TestTrained:
    def test_it_is_the_same_after_a_way_through_json(self, english: Trained, chinese: Trained) -> None:
        for trained in (english, chinese):
            assert Trained.from_json(json.loads(json.dumps(trained.to_json()))) == trained

    def test_another_format_is_refused(self, english: Trained) -> None:
        with pytest.raises(ValueError, match="format 0"):
            Trained.from_json(english.to_json() | {"format": 0})

    def test_it_shows_the_words_that_it_learned(self, english: Trained, chinese: Trained) -> None:
        for trained, text, language, telling in (
            (english, "Our   tram, @ben, was completely UNSNAPPED!", "en", "UNSNAPPED"),
            (chinese, "　我的電車　完全鬆垮垮", "zh-Hant", "鬆垮垮"),
        ):
            learned = [each for each in read(trained, text, language).evidence if each.rule == "learned"]
            strongest = min(learned, key=lambda each: each.weight)
            assert telling in text[strongest.start : strongest.end]
            assert -4 <= strongest.weight < 0

    def test_chances_add_up_to_one_and_back_the_label(self, english: Trained) -> None:
        text = "The tram is so greebly"
        chances = english.chances(text, scorer.score_masked(text, "en"), language="en")
        sentiment = read(english, text, "en")
        assert sum(chances) == pytest.approx(1)
        assert (sentiment.label, sentiment.confidence) == ("pos", chances[0])
        assert sentiment.score == pytest.approx(chances[0] - chances[2])
        assert sentiment.method == "learned"

    def test_an_empty_text_is_read_without_failing(self, english: Trained) -> None:
        assert read(english, "", "en").evidence == ()

    def test_serving_needs_neither_numpy_nor_scikit_learn(self, english: Trained) -> None:
        script = (
            "import json, sys\n"
            "from community.analysis.learning.model import Trained\n"
            "from community.analysis.sentiment import scorer\n"
            "trained = Trained.from_json(json.load(sys.stdin))\n"
            "text = 'The tram is so greebly'\n"
            "print(trained.read(text, scorer.score_masked(text, 'en'), language='en').label)\n"
            "print([name for name in ('numpy', 'scipy', 'sklearn') if name in sys.modules])\n"
        )
        answer = subprocess.run(
            [sys.executable, "-c", script],
            input=json.dumps(english.to_json()),
            capture_output=True,
            text=True,
            check=True,
        )
        assert answer.stdout.split("\n")[:2] == ["pos", "[]"]

    def test_many_lessons_make_a_model_of_a_few_hundred_kilobytes(self) -> None:
        dice = Random(5)
        syllables = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]
        vocabulary = ["".join(dice.choices(syllables, k=3)) for _ in range(3000)]
        many = [
            Lesson(" ".join(dice.choices(vocabulary, k=20)) + f" {word} again", "en", label)
            for _ in range(110)
            for word, label in (("bricktastic", "pos"), ("unsnapped", "neg"))
        ]
        trained = train(many, "en")
        assert trained.stage == "grams"
        assert len(json.dumps(trained.to_json())) < 400_000


def good_and_bad(count: int) -> list[Lesson]:
    """Lessons that any lexicon reads right."""
    things = ("manual", "box", "shop", "parcel", "crane", "reply", "poster", "drawer", "tram", "app")
    plain = [
        *(
            Lesson(f"I love the {thing}, it is {how}", "en", "pos")
            for thing in things
            for how in ("great", "perfect", "lovely")
        ),
        *(
            Lesson(f"I hate the {thing}, it is {how}", "en", "neg")
            for thing in things
            for how in ("awful", "terrible", "horrible")
        ),
    ]
    return Random(2).sample(plain, count)
