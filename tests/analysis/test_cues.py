"""Cues: phrases are found as whole words, in either language, and in many texts at once."""

from community.analysis.cues import Cue, Hit, Phrasebook

WISH = Cue("kind", "suggestion", 2.0)
FIRE = Cue("urgency", "safety", 3.0)
NOTHING = Cue("urgency", "none", 0.0)


class TestPhrasebook:
    def test_it_finds_a_phrase_where_it_stands(self) -> None:
        book = Phrasebook({"dark mode": [WISH], "起火": [FIRE]})
        assert book.find(["Please, a Dark Mode!", "充电器起火了"], ["en", "zh-Hans"]) == [
            [Hit(10, 19, WISH)],
            [Hit(3, 5, FIRE)],
        ]

    def test_a_word_inside_a_longer_one_is_another_word(self) -> None:
        book = Phrasebook({"app": [WISH]})
        assert book.find(["I am happy", "这个happy"], ["en", "zh-Hans"]) == [(), ()]

    def test_a_latin_word_among_chinese_is_found_however_it_is_written(self) -> None:
        book = Phrasebook({"app": [WISH]})
        found = book.find(["这个app很好", "这个APP很好", "这个App很好"], ["zh-Hans"] * 3)
        assert [len(hits) for hits in found] == [1, 1, 1]

    def test_a_phrase_does_not_reach_over_the_end_of_a_clause_or_of_a_text(self) -> None:
        book = Phrasebook({"dark mode": [WISH], "起火": [FIRE]})
        texts = ["It is dark. Mode two is better.", "so dark", "mode", "一起", "火车"]
        assert book.find(texts, ["en", "en", "en", "zh-Hans", "zh-Hans"]) == [()] * 5

    def test_a_longer_phrase_hides_the_shorter_one_of_the_same_reader_inside_it(self) -> None:
        book = Phrasebook({"受伤": [FIRE, WISH], "没有受伤": [NOTHING]})
        (hits,) = book.find(["没有受伤"], ["zh-Hans"])
        assert hits == [Hit(0, 4, NOTHING), Hit(2, 4, WISH)]

    def test_mixed_text_is_asked_for_both(self) -> None:
        book = Phrasebook({"dark mode": [WISH], "起火": [FIRE]})
        (hits,) = book.find(["手机起火 with dark mode"], ["mixed"])
        assert [hit.cue for hit in hits] == [FIRE, WISH]

    def test_a_book_without_phrases_finds_nothing(self) -> None:
        assert Phrasebook({}).find(["anything", "什么都行"], ["en", "zh-Hans"]) == [(), ()]
