"""Which words are quoted: typical ones, of different people and places, without what leads to somebody."""

import random

from community.insights.quoting import Candidate, choose, has_length, quotable


def said(number: int, text: str, **values: object) -> Candidate:
    """A text of somebody of their own."""
    return Candidate(number, **{"person": f"p{number}", "text": text, **values})  # type: ignore[arg-type]


WAITING = [
    "The queue at the till is far too long on Saturdays.",
    "I had to wait a long time in the queue at the till again.",
    "Long queue at the till, only one person working there.",
    "Waiting at the till took longer than the shopping itself.",
]


class TestChoose:
    def test_it_takes_what_is_typical(self) -> None:
        texts = [*WAITING, "My cat once slept on the warm printer for three days."]
        chosen = choose([said(number, text) for number, text in enumerate(texts)], count=3)
        assert 4 not in {each.item_id for each in chosen}
        assert len(chosen) == 3

    def test_the_order_in_which_texts_come_is_nothing(self) -> None:
        texts = [said(number, text) for number, text in enumerate(WAITING)]
        wanted = choose(texts)
        random.Random(1).shuffle(texts)
        assert choose(texts) == wanted

    def test_a_person_is_quoted_once(self) -> None:
        texts = [said(number, text, person="ana") for number, text in enumerate(WAITING)]
        assert len(choose(texts)) == 1

    def test_the_same_words_are_quoted_once(self) -> None:
        texts = [said(number, WAITING[0]) for number in range(5)]
        assert [each.item_id for each in choose(texts)] == [0]

    def test_panels_and_languages_take_turns(self) -> None:
        texts = [said(number, text, panel_id=1, language="en") for number, text in enumerate(WAITING)]
        texts.append(
            said(10, "排队结账的时间实在太长了，周末只开一个收银台。", panel_id=1, language="zh-Hans")
        )
        texts.append(said(11, "Nobody at the till could help me with my return.", panel_id=2, language="en"))
        assert {(each.panel_id, each.language) for each in choose(texts)} == {
            (1, "en"), (1, "zh-Hans"), (2, "en"),
        }  # fmt: skip

    def test_what_is_too_short_or_too_long_is_not_quoted(self) -> None:
        assert choose([said(1, "Too long."), said(2, "long " * 100)]) == []
        assert has_length("排队结账的时间实在太长了，周末只开")
        assert not has_length("排队太长了")
        assert not has_length("排队太长了" * 41)


class TestQuotable:
    def test_what_leads_to_somebody_is_taken_out(self) -> None:
        text = (
            "Call me on 0912 345 678 or write to ana@example.org,\n@lin_wei knows; see https://example.org/me"
        )
        assert quotable(text) == "Call me on […] or write to […], […] knows; see […]"

    def test_plain_words_stay(self) -> None:
        assert quotable("The 2 lamps came at 9 o’clock.\n\nThanks") == "The 2 lamps came at 9 o’clock. Thanks"
