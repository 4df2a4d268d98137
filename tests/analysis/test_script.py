"""Folding: what people cannot see or would not mind must not keep two texts apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.analysis.script import chinese_of, fold, fold_with_offsets


class TestChineseOf:
    @pytest.mark.parametrize(
        ("text", "tag"),
        [
            ("门店包装排队太久，能不能先预约？", "zh-Hans"),
            ("App 的生日提醒能不能支持农历？", "zh-Hans"),
            ("管理員代收之後，可以再傳一則訊息嗎？", "zh-Hant"),
            ("Wrap it in 紅包 paper, please", None),
            ("お正月のカード", None),
            ("Cards", None),
            ("", None),
        ],
    )
    def test_the_script_tells_the_language(self, text: str, tag: str | None) -> None:
        assert chinese_of(text) == tag


class TestFold:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("CAFÉ", "café"),
            ("cafe\u0301", "café"),
            ("Straße", "STRASSE"),
            ("ＡＢＣ１２３", "abc123"),
            ("ｶﾞﾗｽ", "ガラス"),
            ("下載體驗", "下载体验"),
            ("zero\u200bwidth", "zerowidth"),
            ("soft\u00adhyphen", "softhyphen"),
            ("nul\x00l", "null"),
            ("ﬁne", "fine"),
            ("㎒", "mhz"),
            ("\u1112\u1161\u11ab", "한"),
        ],
    )
    def test_it_makes_the_same_of_what_reads_the_same(self, one: str, other: str) -> None:
        assert fold(one) == fold(other)

    @pytest.mark.parametrize(("one", "other"), [("café", "cafe"), ("未来", "末来"), ("が", "か")])
    def test_it_keeps_apart_what_reads_differently(self, one: str, other: str) -> None:
        assert fold(one) != fold(other)

    def test_it_keeps_spaces_and_line_ends(self) -> None:
        assert fold("One\tTwo\nThree") == "one\ttwo\nthree"

    @given(st.text())
    def test_folding_again_changes_nothing(self, text: str) -> None:
        assert fold(fold(text)) == fold(text)

    def test_no_character_folds_differently_the_second_time(self) -> None:
        characters = (chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
        assert [character for character in characters if fold(fold(character)) != fold(character)] == []


class TestFoldWithOffsets:
    @given(st.text(alphabet=st.characters() | st.sampled_from("ｶﾞe\u0301ﬁ\u1112\u1161\u11ab\u200b體İ\u0345α")))
    def test_it_folds_as_fold_does(self, text: str) -> None:
        folded, offsets = fold_with_offsets(text)
        assert folded == fold(text)
        assert len(offsets) == len(folded) + 1
        assert offsets == sorted(offsets)
        assert offsets[-1] == len(text)

    def test_each_offset_points_to_where_the_character_came_from(self) -> None:
        folded, offsets = fold_with_offsets("ﬁ\u200bÉx體")
        assert folded == "fiéx体"
        assert offsets == [0, 0, 2, 3, 4, 5]
