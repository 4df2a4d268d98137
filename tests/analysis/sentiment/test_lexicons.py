"""The tables that English and emoji are read by."""

from importlib import resources

from community.analysis.sentiment import emoji
from community.analysis.sentiment.english_lexicon import ROLES, lexicon_for, split


def rows(name: str) -> list[list[str]]:
    table = resources.files("community.analysis.sentiment").joinpath("lexicons", name)
    lines = table.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


class TestEnglishTables:
    def test_every_row_says_a_valence_a_degree_or_a_role(self) -> None:
        for name in ("english_words.tsv", "english_phrases.tsv", "english_cues.tsv"):
            for said, phrase, *rest in rows(name):
                assert said in ROLES or -4 <= float(said.removeprefix("x")) <= 4, (name, phrase)
                assert all(-4 <= float(value) <= 4 for value in rest), (name, phrase)

    def test_no_word_stands_twice(self) -> None:
        words = [word for _said, line, *_rest in rows("english_words.tsv") for word in line.split()]

        assert sorted({word for word in words if words.count(word) > 1}) == []

    def test_no_phrase_stands_twice(self) -> None:
        for name in ("english_phrases.tsv", "english_cues.tsv"):
            phrases = [phrase for _said, phrase, *_rest in rows(name)]
            assert sorted({phrase for phrase in phrases if phrases.count(phrase) > 1}) == []


class TestLexicon:
    def test_ours_go_before_vaders(self) -> None:
        entry = lexicon_for({}).find("united")

        assert entry is not None
        assert entry.valence == 0

    def test_contractions_are_known_however_they_are_written(self) -> None:
        for text in (
            "can't complain",
            "cant complain",
            "ca n't complain",
            "can not complain",
            "cannot complain",
        ):
            words = split(text)
            entry = lexicon_for({}).find(words[0])
            assert entry is not None, text
            step = entry.phrases
            for word in words[1:]:
                assert step is not None, text
                step = step.following.get(word)
            assert step is not None, text
            assert step.entry is not None, text
            assert step.entry.valence > 0, text

    def test_unknown_words_stay_unknown(self) -> None:
        assert lexicon_for({}).find("quixotroniczzz") is None


class TestEmoji:
    def test_each_has_one_valence(self) -> None:
        characters = "".join(line for _value, line in rows("emoji.tsv"))

        assert len(set(characters)) == len(characters)
        assert emoji.valences()["😍"] > 0 > emoji.valences()["😡"]
