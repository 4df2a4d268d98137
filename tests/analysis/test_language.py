"""Which language a text is taken for."""

import pytest

from community.analysis.language import is_readable, language_of


class TestLanguageOf:
    @pytest.mark.parametrize(
        "text",
        [
            "The export works well.",
            "no",
            "Great app :)",
            "naïve but charming café app",
            "See https://example.com/好 now",
        ],
    )
    def test_it_knows_english(self, text: str) -> None:
        assert language_of(text) == "en"

    def test_it_tells_the_two_scripts_of_chinese_apart(self) -> None:
        assert language_of("物流很快，包装也好。") == "zh-Hans"
        assert language_of("物流很快，包裝也好，客服還會主動聯絡。") == "zh-Hant"

    def test_a_text_whose_characters_are_the_same_in_both_is_simplified(self) -> None:
        assert language_of("好用") == "zh-Hans"

    def test_a_foreign_name_does_not_make_chinese_mixed(self) -> None:
        assert language_of("我上个月在你们网站买的 iPad 到现在还没有发货，客服也不回消息") == "zh-Hans"

    def test_an_address_or_a_name_says_nothing_about_the_language(self) -> None:
        assert language_of("@sounding_board 新版很好用 https://example.com/a/long/path") == "zh-Hans"

    def test_it_is_mixed_when_both_languages_carry_weight(self) -> None:
        assert language_of("新版 UI 很 clean，但是 loading 太慢") == "mixed"
        assert language_of("The new 界面 is 很漂亮 but slow") == "mixed"

    @pytest.mark.parametrize(
        "text",
        [
            "このアプリはとても使いやすいです",
            "정말 마음에 들어요",
            "Очень удобное приложение",
            "التطبيق ممتاز",
            "แอปนี้ดีมาก",
            "Die App ist sehr gut, aber zu langsam",
            "La aplicación no funciona muy bien",
            "Très pratique, mais trop cher pour une petite équipe",
        ],
    )
    def test_a_language_we_cannot_read_is_other(self, text: str) -> None:
        assert language_of(text) == "other"
        assert not is_readable(language_of(text))

    @pytest.mark.parametrize("text", ["", "   ", "12345", "...", "?!"])
    def test_what_holds_no_words_is_other(self, text: str) -> None:
        assert language_of(text) == "other"

    @pytest.mark.parametrize("text", ["👍", "❤️❤️", ":(", "😡 10/10"])
    def test_emoji_alone_are_readable(self, text: str) -> None:
        assert is_readable(language_of(text))
