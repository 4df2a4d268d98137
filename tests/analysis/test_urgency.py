"""Urgency: how soon somebody has to look, and why."""

import pytest

from community.analysis.reader import Reader

READER = Reader()


class TestUrgencyOf:
    @pytest.mark.parametrize(
        "text",
        [
            "The charger caught fire while I was asleep.",
            "My son was hurt by a sharp edge.",
            "充电的时候起火了，孩子还烫伤了。",
            "吃完全家食物中毒，都去了急诊。",
            "手機充電時漏電，很危險。",
        ],
    )
    def test_harm_to_people_comes_first(self, text: str) -> None:
        reading = READER.read_one(text)
        assert reading.urgency == 3
        assert reading.urgency_reasons[0] == "safety"

    @pytest.mark.parametrize(
        "text",
        [
            "You will hear from my lawyer.",
            "I will report this to the consumer protection office.",
            "再不处理我就打12315投诉。",
            "我會找律師，也會告訴消保官。",
        ],
    )
    def test_the_law(self, text: str) -> None:
        reading = READER.read_one(text)
        assert (reading.urgency, reading.urgency_reasons[0]) == (3, "legal")

    @pytest.mark.parametrize(
        "text",
        [
            "Please cancel my account.",
            "I will never order from you again.",
            "再也不买了。",
            "我要退訂，準備換一家。",
        ],
    )
    def test_leaving(self, text: str) -> None:
        reading = READER.read_one(text)
        assert reading.urgency >= 2
        assert "leaving" in reading.urgency_reasons

    @pytest.mark.parametrize(
        "text",
        [
            "This is the third time I write to you about it.",
            "I emailed support three times and nobody replied.",
            "第三次了，还是没人理。",
            "打了好幾次電話，至今沒有回覆。",
        ],
    )
    def test_writing_again_and_again(self, text: str) -> None:
        reading = READER.read_one(text)
        assert reading.urgency >= 2
        assert "repeated" in reading.urgency_reasons

    def test_two_serious_reasons_make_it_as_urgent_as_can_be(self) -> None:
        reading = READER.read_one("For the third time: please cancel my account.")
        assert reading.urgency == 3
        assert set(reading.urgency_reasons) == {"leaving", "repeated"}

    def test_strong_feeling_alone_is_a_little_urgent(self) -> None:
        reading = READER.read_one("Absolutely disgusting, shame on you!")
        assert (reading.urgency, reading.urgency_reasons) == (1, ("strong",))

    @pytest.mark.parametrize(
        "text",
        [
            "Luckily there were no injuries.",
            "Nobody was hurt, all is well.",
            "I would not cancel my account.",
            "还好没有受伤，大家放心。",
            "孩子用了也不过敏。",
            "The food court is next to the tennis court.",
            "炸鸡很好吃，外面酥里面嫩。",
            "第三次来了，还是一样好吃。",
            "我再也不用担心忘记生日了。",
        ],
    )
    def test_what_is_denied_or_means_something_else_is_not_urgent(self, text: str) -> None:
        reading = READER.read_one(text)
        assert (reading.urgency, reading.urgency_reasons) == (0, ())

    def test_an_accident_that_was_not_careful_still_is_one(self) -> None:
        assert READER.read_one("不小心被玻璃割伤了手。").urgency == 3

    def test_its_words_are_marked_in_the_original(self) -> None:
        text = "充電器起火了！"
        (mark,) = [each for each in READER.read_one(text).marks if each.rule == "urgency:safety"]
        assert text[mark.start : mark.end] == "起火"
