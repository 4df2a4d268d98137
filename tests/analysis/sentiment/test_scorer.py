"""Which scorer reads what, and what the lexicons alone answer."""

import itertools

import pytest

from community.analysis.language import language_of
from community.analysis.sentiment.calibration import chance_of_positive, chances
from community.analysis.sentiment.findings import Scored
from community.analysis.sentiment.scorer import decide, score, score_many


def read(text: str) -> Scored:
    return score(text, language_of(text))


def label(text: str) -> str:
    return decide(read(text), language_of(text))[0]


class TestScore:
    def test_each_language_has_its_scorer(self) -> None:
        assert label("The staff were lovely.") == "pos"
        assert label("物流太慢了，客服态度也差。") == "neg"
        assert label("物流太慢了，客服態度也差。") == "neg"

    def test_a_language_we_cannot_read_gives_nothing(self) -> None:
        signals, evidence = score("とても良い horrible", "other")

        assert evidence == ()
        assert signals.compound == 0

    def test_a_sites_words_count(self) -> None:
        assert score("The new Zapper", "en", {"zapper": 2.5}).signals.positive == 2.5

    def test_many_are_scored_as_one_is(self) -> None:
        texts = ["Great app", "太差了", "update 之后很卡", "", "@sam http://x.example/ great"]

        assert score_many((text, language_of(text)) for text in texts) == [read(text) for text in texts]


class TestMixedText:
    def test_both_languages_speak(self) -> None:
        assert label("新版 UI 很 clean，客服也很 helpful") == "pos"
        assert label("升级之后 app 一直 crash，太 annoying 了") == "neg"

    def test_a_chinese_negator_turns_an_english_word(self) -> None:
        assert label("客服一点都不 helpful，回复也不 friendly") == "neg"

    def test_a_word_that_both_know_counts_once(self) -> None:
        text = "这个 update 有 bug 啊，真是 terrible"
        spans = [(each.start, each.end) for each in read(text).evidence]

        assert spans == sorted(set(spans))
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))


class TestDecide:
    def test_it_needs_weight_on_both_sides_for_mixed(self) -> None:
        assert label("The food was delicious. The waiter was rude.") == "mixed"
        assert label("The food was wonderful and delicious, the street a bit loud.") == "pos"

    def test_one_side_can_be_asked_for(self) -> None:
        both = read("The food was delicious. The waiter was rude.")

        assert decide(both, "en", may_be_mixed=False)[0] != "mixed"
        assert decide(both, "en", two_classes=True)[0] in ("pos", "neg")

    def test_two_classes_leave_no_neutral(self) -> None:
        assert decide(read("The parcel weighs two kilos."), "en", two_classes=True)[0] in ("pos", "neg")

    @pytest.mark.parametrize("text", ["Great", "It is ok", "Terrible and useless!", "", "好用", "不好用"])
    def test_chances_are_chances(self, text: str) -> None:
        language = language_of(text)
        signals = read(text).signals

        assert sum(chances(signals, language)) == pytest.approx(1)
        assert 0 < chance_of_positive(signals, language) < 1
        assert 1 / 3 <= decide(read(text), language)[1] < 1

    def test_more_words_of_feeling_make_it_surer(self) -> None:
        faint, clear = read("It is nice."), read("It is a wonderful, helpful, reliable app and I love it.")

        assert decide(faint, "en")[1] < decide(clear, "en")[1]
