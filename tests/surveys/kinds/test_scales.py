"""Ratings, NPS, CSAT and CES: which points there are, and what the ends mean."""

import pytest

from community.infra.errors import Invalid
from community.surveys import kinds
from tests.surveys.kinds.asking import ask, read

ENDS = {"rating5": (1, 5), "rating7": (1, 7), "nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}


@pytest.mark.parametrize("kind", ENDS)
class TestScale:
    def test_it_takes_its_points_and_none_beyond(self, kind: str) -> None:
        low, high = ENDS[kind]

        assert read(ask(kind), {"": str(low)}) == {"number": low}
        assert read(ask(kind), {"": str(high)}) == {"number": high}
        for beyond in (low - 1, high + 1):
            with pytest.raises(Invalid) as refusal:
                read(ask(kind), {"": str(beyond)})
            assert refusal.value.field == "q7"

    @pytest.mark.parametrize("written", ["3.5", "many", "1e3", "9" * 5000, "--3", "٣x"])
    def test_it_refuses_what_is_no_point(self, kind: str, written: str) -> None:
        with pytest.raises(Invalid):
            read(ask(kind), {"": written})

    def test_nothing_sent_is_no_answer(self, kind: str) -> None:
        assert read(ask(kind), {"": " "}) is None

    def test_words_of_staff_stand_at_its_ends(self, kind: str) -> None:
        scale = kinds.of(kind)
        asked = ask(kind, settings={"low": {"en": "Cold"}, "high": {"en": "Warm"}})
        low, high = ENDS[kind]

        assert (scale.low_words(asked), scale.high_words(asked)) == ("Cold", "Warm")  # type: ignore[attr-defined]
        assert scale.columns(asked)[0].labels == {low: f"{low}: Cold", high: f"{high}: Warm"}

    def test_the_usual_words_stand_there_else(self, kind: str) -> None:
        assert kinds.of(kind).low_words(ask(kind))  # type: ignore[attr-defined]
