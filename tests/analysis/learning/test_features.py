"""Features: runs of letters, words and characters, the same however a text is written."""

from community.analysis.learning.features import grams, group_of, lexicon_logits, places, signal_values
from community.analysis.learning.manner import manner
from community.analysis.masking import mask
from community.analysis.sentiment import scorer


class TestGrams:
    def test_english_has_words_pairs_of_words_and_letters(self) -> None:
        runs = grams("Not good", "en")
        assert {" not ", " good ", " not good ", "no", "oo", "ood", "good"} <= runs
        assert "not g" not in runs

    def test_chinese_has_one_to_three_characters(self) -> None:
        assert grams("不好吃", "zh") == {"不", "好", "吃", "不好", "好吃", "不好吃"}

    def test_english_words_stay_whole_among_chinese(self) -> None:
        assert {"app", "很", "app很", "app很卡"} <= grams("App 很卡", "zh")

    def test_all_numbers_are_one(self) -> None:
        assert grams("waited 45 minutes", "en") == grams("waited 120 minutes", "en")

    def test_capitals_and_gaps_do_not_matter(self) -> None:
        assert grams("SO   good!", "en") == grams("so good !", "en")

    def test_an_empty_text_has_no_words(self) -> None:
        assert grams("", "zh") == set()
        assert all(not run.strip() for run in grams("", "en"))


class TestPlaces:
    def test_each_token_is_found_again_in_the_text(self) -> None:
        masked = "The  Tram, 45 min"
        joined, starts, spans = places(masked, "en")
        assert joined == " the tram , 0 min "
        assert [masked[start:end] for start, end in spans] == ["The", "Tram", ",", "45", "min"]
        assert [joined[start] for start in starts] == ["t", "t", ",", "0", "m"]


class TestSignals:
    def test_they_are_numbers_of_about_the_size_of_one(self) -> None:
        for text in ("", "!" * 400, "GREAT " * 500, "I hate it. " * 300):
            masked = mask(text)
            scored = scorer.score_masked(masked, "en")
            assert all(-10 <= value <= 10 for value in signal_values(masked, scored, language="en"))

    def test_english_has_its_manner_besides(self) -> None:
        scored = scorer.score_masked("Still waiting", "en")
        plain = signal_values("", scored, language="en")
        values = signal_values("Still waiting", scored, language="en")
        assert values[-len(manner("")) :] == manner("Still waiting") != manner("")
        assert values[: -len(manner(""))] == plain[: -len(manner(""))]

    def test_the_lexicons_logits_follow_their_answer(self) -> None:
        scored = scorer.score_masked("I love it", "en")
        two = lexicon_logits(scored, "en", ("pos", "neg"))
        three = lexicon_logits(scored, "en", ("pos", "neu", "neg"))
        assert two[0] > two[1]
        assert three[0] == max(three)


class TestGroups:
    def test_both_scripts_and_mixed_text_learn_together(self) -> None:
        assert [group_of(each) for each in ("zh-Hans", "zh-Hant", "mixed")] == ["zh", "zh", "zh"]
        assert group_of("en") == "en"
        assert group_of("other") is None
