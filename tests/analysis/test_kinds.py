"""Kinds: what a text is for, in English and in both Chinese scripts."""

import pytest

from community.analysis.reader import Reader

READER = Reader()


class TestKindOf:
    @pytest.mark.parametrize(
        "text",
        [
            "I love these cards, thank you!",
            "Great service, the staff were so friendly.",
            "包装很漂亮，朋友特别喜欢，谢谢！",
            "服務很好，還會再來。",
        ],
    )
    def test_praise(self, text: str) -> None:
        assert READER.read_one(text).kind == "praise"

    @pytest.mark.parametrize(
        "text",
        [
            "The app crashes every time I open it.",
            "My parcel arrived late and the box was broken.",
            "等了两个小时才送到，太慢了，差评！",
            "東西壞了，客服也沒人理，很失望。",
        ],
    )
    def test_a_complaint(self, text: str) -> None:
        assert READER.read_one(text).kind == "complaint"

    @pytest.mark.parametrize(
        "text",
        [
            "It would be nice to have a dark mode.",
            "Please add a way to sort my wish list.",
            "I love the shop, but I wish it had smaller boxes.",
            "建议增加一个夜间模式。",
            "希望能推出小包裝。",
            "要是能按颜色搜索就更好了。",
        ],
    )
    def test_a_suggestion(self, text: str) -> None:
        assert READER.read_one(text).kind == "suggestion"

    @pytest.mark.parametrize(
        "text",
        [
            "How long does shipping to Taiwan take?",
            "Do you have this card in blue?",
            "请问可以开发票吗？",
            "請問什麼時候會到貨？",
        ],
    )
    def test_a_question(self, text: str) -> None:
        assert READER.read_one(text).kind == "question"

    @pytest.mark.parametrize(
        "text",
        [
            "Please help, I can't log in to my account.",
            "What should I do, I forgot my password?",
            "怎么办，一直登录不上去，请尽快处理！",
            "請幫我改一下收件地址。",
        ],
    )
    def test_a_request_for_help(self, text: str) -> None:
        assert READER.read_one(text).kind == "help"

    @pytest.mark.parametrize(
        "text",
        ["I bought it on Monday.", "My aunt raised two of them.", "我们家也是周六去的。", "我們組有三個人。"],
    )
    def test_a_remark_asks_for_nothing(self, text: str) -> None:
        assert READER.read_one(text).kind == "remark"

    def test_the_chance_is_one(self) -> None:
        read = [READER.read_one(text) for text in ("I bought it.", "Please help me, I can't log in!", "好")]
        assert all(0 < each.kind_confidence < 1 for each in read)

    def test_no_bugs_is_no_complaint(self) -> None:
        assert READER.read_one("Works great, no bugs and no crashes at all.").kind == "praise"
