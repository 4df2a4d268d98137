"""What a text is scored as, character for character."""

from hypothesis import given
from hypothesis import strategies as st

from community.analysis.masking import mask


class TestMask:
    def test_it_leaves_plain_text_alone(self) -> None:
        assert mask("The Export works, mostly.") == "The Export works, mostly."

    def test_addresses_names_and_e_mail_say_nothing(self) -> None:
        assert mask("see https://example.com/bad now").split() == ["see", "now"]
        assert mask("@awful_air thanks").split() == ["thanks"]
        assert mask("@小明: 很好").split() == [":", "很好"]
        assert mask("write to sad.sam@example.com today").split() == ["write", "to", "today"]

    def test_a_tag_is_a_word(self) -> None:
        assert mask("so #happy") == "so  happy"

    def test_full_width_forms_become_half_width(self) -> None:
        assert mask("ＢＵＧ！　好，？") == "BUG! 好,?"

    def test_traditional_becomes_simplified(self) -> None:
        assert mask("這個外掛很讚") == "这个外挂很赞"

    def test_curly_quotes_become_straight(self) -> None:
        assert mask("doesn’t “work”") == 'doesn\'t "work"'

    def test_unseen_characters_do_not_cut_a_word(self) -> None:
        assert mask("not go\u200bod") == "not good "
        assert mask("不\u200b好用 真的") == "不好用  真的"

    @given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("@#/:.\u200b\ufe0f這讚ＡİA w"))))
    def test_it_keeps_the_length_also_in_small_letters(self, text: str) -> None:
        assert len(mask(text)) == len(mask(text).lower()) == len(text)
