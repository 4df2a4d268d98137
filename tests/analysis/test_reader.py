"""The reader: everything in one pass, the same alone and among others, and what a site taught goes first."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.analysis.learning.corrections import Correction, Corrections
from community.analysis.masking import mask
from community.analysis.reader import Knowledge, Reader
from community.analysis.topics import TopicWords

READER = Reader(Knowledge(topics=(TopicWords("7", ("delivery", "快递")),)))
TEXTS = (
    "The delivery was late for the third time!",
    "快递又迟到了，第三次了，还是没人理。",
    "這家店的服務很好，我喜歡。",
    "这个app很好用 I love it so much",
    "Где моя посылка?",
    "😍😍",
    "",
    "12 34",
)


class TestReading:
    def test_many_are_read_like_one_by_one_and_in_their_order(self) -> None:
        assert READER.read(TEXTS) == [READER.read_one(text) for text in TEXTS]

    def test_what_we_cannot_read_has_no_feeling_rather_than_a_neutral_one(self) -> None:
        reading = READER.read_one("Где моя посылка? Это ужасно.")
        assert reading.language == "other"
        assert (reading.sentiment, reading.kind, reading.urgency) == (None, None, 0)

    def test_it_names_the_language(self) -> None:
        languages = [reading.language for reading in READER.read(TEXTS[:5])]
        assert languages == ["en", "zh-Hans", "zh-Hant", "mixed", "other"]

    def test_its_evidence_is_made_of_stretches_of_the_text_in_order(self) -> None:
        text = "@shop I love the delivery，但是第三次迟到了！"
        evidence = READER.read_one(text).evidence
        assert [each.start for each in evidence] == sorted(each.start for each in evidence)
        marked = {each.rule: text[each.start : each.end] for each in evidence}
        assert marked["topic:7"] == "delivery"
        assert any(each.weight > 0 for each in evidence)

    @given(st.lists(st.text(), max_size=4))
    def test_it_reads_anything(self, texts: list[str]) -> None:
        for text, reading in zip(texts, READER.read(texts), strict=True):
            assert 0 <= reading.urgency <= 3
            assert all(0 <= each.start < each.end <= len(text) for each in reading.evidence)
            assert (reading.sentiment is None) == (reading.language == "other")


class TestWhatASiteTaught:
    def test_its_own_words_have_its_own_feeling(self) -> None:
        text = "The paper is so crinkly"
        assert (
            READER.read_one(text).sentiment
            != Reader(Knowledge(words={"crinkly": 3.0})).read_one(text).sentiment
        )

    def test_a_correction_holds_at_once_for_a_text_that_is_like_it(self) -> None:
        text = "The card feels thin and light"
        before = Reader().read_one(text).sentiment
        assert before is not None
        wrong = "neg" if before.label != "neg" else "pos"
        taught = Corrections([Correction(mask(text), "en", wrong, was=before.label)])
        reader = Reader(Knowledge(sentiments=taught))
        after = reader.read_one("The card feels thin and light!").sentiment
        assert after is not None
        assert (after.label, after.method) == (wrong, "correction")
        assert (after.score > 0) == (wrong == "pos")
        other = reader.read_one("Where is the nearest shop?").sentiment
        assert other is not None
        assert other.method == "lexicon"

    def test_a_kind_and_a_topic_are_corrected_like_a_feeling(self) -> None:
        text = "快递员把贺卡放在门口"
        before = READER.read_one(text)
        knowledge = Knowledge(
            topics=(TopicWords("7", ("快递",)), TopicWords("8")),
            kinds=Corrections([Correction(mask(text), "zh", "help", was=before.kind or "")]),
            main_topics=Corrections([Correction(mask(text), "zh", "8", was="7")]),
        )
        after = Reader(knowledge).read_one("快递员把贺卡放在门口。")
        assert after.kind == "help"
        assert [each.key for each in after.topics] == ["8"]

    def test_a_text_that_a_person_gave_no_topic_has_none(self) -> None:
        text = "快递员把贺卡放在门口"
        taught = Corrections([Correction(mask(text), "zh", "", was="7")])
        reader = Reader(Knowledge(topics=(TopicWords("7", ("快递",)),), main_topics=taught))
        assert reader.read_one(text).topics == ()


class TestWhatItCosts:
    @pytest.mark.parametrize("words", ["律师", "please ", "快递", "送送", "good bad ", "(", "not "])
    def test_a_text_of_one_word_ten_thousand_times_is_read_like_any_other(self, words: str) -> None:
        reader = Reader(Knowledge(topics=(TopicWords("7", ("送送", "送送送送", "((")),)))
        reader.read_one(words)
        began = time.process_time()
        reader.read_one(words * (60_000 // len(words)))
        assert time.process_time() - began < 2

    @pytest.mark.parametrize("heavy", ["numpy", "scipy", "sklearn"])
    def test_reading_never_imports_what_learns(self, heavy: str) -> None:
        code = (
            "import sys, types; site = types.ModuleType('community'); site.__path__ = [sys.argv[1]];"
            "sys.modules['community'] = site;"
            "from community.analysis.reader import Reader; Reader().read(['I love it', '很好']);"
            f"sys.exit({heavy!r} in sys.modules)"
        )
        folder = Path(__file__).parents[2] / "community"
        ran = subprocess.run([sys.executable, "-c", code, str(folder)], check=False, timeout=60)
        assert ran.returncode == 0
