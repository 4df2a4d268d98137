"""Texts that nobody wrote as an answer, in English and Chinese, and texts that somebody did."""

import pytest

from community.surveys import odd_texts


class TestNonsense:
    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("asdf jkl; asdf", "keys"),
            ("qwertyuiop", "keys"),
            ("fjdksl ghjfkd", "keys"),
            ("123456789", "keys"),
            ("阿斯顿发生的发", "keys"),
            ("aaaaaaaa", "repeated"),
            ("good good good good good", "repeated"),
            ("哈哈哈哈哈哈哈", "repeated"),
            ("不错不错不错不错不错", "repeated"),
        ],
    )
    def test_it_knows_keys_hit_at_random_and_the_same_over_and_over(self, text: str, why: str) -> None:
        assert odd_texts.why_nonsense(text) == why

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "no",
            "ok",
            "...",
            "没有",
            "The lid is hard to open with wet hands.",
            "strengths and rhythms",
            "We were here before you were there.",
            "Schifffahrt auf dem Rhein",
            "快递太慢了，希望改进。",
            "最好是的发票也要有",
            "很好，没有意见，包装很方便",
            "It was very, very good, thank you",
            "12/3/2020",
        ],
    )
    def test_it_leaves_answers_alone(self, text: str) -> None:
        assert odd_texts.why_nonsense(text) == ""


class TestPasted:
    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("As an AI language model, I have no favourite jar.", "machine"),
            ("作为一个AI语言模型，我没有个人体验。", "machine"),
            ("<p>The jar&nbsp;is good</p>", "page"),
            ("Honey is a sweet food made by bees.[1]", "page"),
            ("https://shop.example/jars/round?page=2", "page"),
        ],
    )
    def test_it_knows_what_comes_from_machines_and_pages(self, text: str, why: str) -> None:
        assert odd_texts.why_pasted(text) == why

    @pytest.mark.parametrize(
        ("text", "question"),
        [
            ("what would make our lids easier to open", "What would make our lids easier to open?"),
            ("您最喜欢我们的哪一款产品", "您最喜歡我們的哪一款產品？"),
        ],
    )
    def test_it_knows_the_question_given_back_in_either_script(self, text: str, question: str) -> None:
        assert odd_texts.why_pasted(text, question=question) == "question"

    @pytest.mark.parametrize(
        "text",
        [
            "I compared it on https://shop.example and the price is better there, so I bought it twice",
            "Less than 3 < 5 days, please",
            "What would make them easier is a wider rim, that is all there is to it for me and my hands.",
        ],
    )
    def test_it_leaves_answers_alone(self, text: str) -> None:
        assert odd_texts.why_pasted(text, question="What would make them easier?") == ""


class TestSharedTexts:
    def test_long_texts_are_compared_without_case_signs_and_script(self) -> None:
        texts = [
            (1, "I would buy it again, and tell my friends."),
            (2, "i would BUY it again and tell my friends"),
            (3, "這個包裝很好，我會再買一次的"),
            (4, "这个包装很好我会再买一次的！"),
        ]
        assert sorted(map(sorted, odd_texts.shared_keys(texts).values())) == [[1, 2], [3, 4]]

    def test_short_ones_may_be_the_same(self) -> None:
        assert odd_texts.shared_keys([(1, "Very good"), (2, "Very good"), (3, "很好"), (4, "很好")]) == {}

    def test_one_person_who_says_it_twice_shares_it_with_nobody(self) -> None:
        text = "The lid is too tight for me."
        assert odd_texts.shared_keys([(1, text), (1, text)]) == {}
