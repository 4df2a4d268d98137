"""Preferences: what people say of themselves, word for word."""

import pytest

from community.analysis.reader import Reader

READER = Reader()


class TestPreferencesIn:
    @pytest.mark.parametrize(
        ("text", "kind", "stated"),
        [
            ("I always order the small size, but it was out.", "habit", "I always order the small size"),
            ("I prefer plain paper. Thanks!", "like", "I prefer plain paper"),
            ("I don't like spicy food.", "dislike", "I don't like spicy food"),
            ("Careful, I'm allergic to nuts.", "need", "I'm allergic to nuts"),
            ("我喜欢简单的包装，不要太花。", "like", "我喜欢简单的包装"),
            ("我从来不吃辣。", "habit", "我从来不吃辣"),
            ("我一般晚上买东西，白天没空。", "habit", "我一般晚上买东西"),
            ("我討厭太香的紙！", "dislike", "我討厭太香的紙"),
        ],
    )
    def test_it_takes_the_clause_that_states_it(self, text: str, kind: str, stated: str) -> None:
        (preference,) = READER.read_one(text).preferences
        assert (preference.kind, preference.text) == (kind, stated)
        assert text[preference.start : preference.end] == stated

    @pytest.mark.parametrize(
        "text",
        [
            "I never received my parcel.",
            "I always thought it was a book.",
            "Do I always need a receipt?",
            "He prefers red.",
            "我一直在等快递。",
            "我很少写评论。",
            "东西不错，喜欢！",
        ],
    )
    def test_what_states_none_gives_none(self, text: str) -> None:
        assert READER.read_one(text).preferences == ()

    def test_several_are_several(self) -> None:
        kinds = [each.kind for each in READER.read_one("I prefer tea. I never drink coffee.").preferences]
        assert kinds == ["like", "habit"]
