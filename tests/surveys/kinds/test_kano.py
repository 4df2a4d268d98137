"""Kano: both answers for each feature."""

import pytest

from community.infra.errors import Invalid
from community.surveys import kinds
from tests.surveys.kinds.asking import ask, read

ALL = {"shop-present": "like", "shop-absent": "neutral", "hour-present": "must_be", "hour-absent": "dislike"}
PAIRS = {
    "shop": {"present": "like", "absent": "neutral"},
    "hour": {"present": "must_be", "absent": "dislike"},
}


class TestKano:
    def test_it_keeps_both_answers_for_each_feature(self) -> None:
        assert read(ask("kano", "shop", "hour"), ALL) == {"pairs": PAIRS}

    def test_nothing_sent_is_no_answer(self) -> None:
        assert read(ask("kano", "shop", "hour"), {}) is None

    @pytest.mark.parametrize("is_required", [True, False])
    def test_half_a_pair_is_refused(self, is_required: bool) -> None:
        with pytest.raises(Invalid) as refusal:
            read(ask("kano", "shop", "hour", is_required=is_required), ALL | {"hour-absent": ""})

        assert refusal.value.field == "q7-hour-absent"

    def test_a_feature_may_be_left_out_if_the_question_may_be(self) -> None:
        sent = {"shop-present": "like", "shop-absent": "neutral"}

        assert read(ask("kano", "shop", "hour", is_required=False), sent) == {
            "pairs": {"shop": PAIRS["shop"]}
        }

    def test_no_feature_may_be_left_out_if_it_may_not(self) -> None:
        with pytest.raises(Invalid) as refusal:
            read(ask("kano", "shop", "hour"), {"shop-present": "like", "shop-absent": "neutral"})

        assert refusal.value.field == "q7-hour-present"

    def test_other_words_are_refused(self) -> None:
        with pytest.raises(Invalid) as refusal:
            read(ask("kano", "shop", "hour"), ALL | {"shop-present": "love"})

        assert refusal.value.field == "q7-shop-present"

    def test_it_needs_a_feature_and_takes_no_words_of_ones_own(self) -> None:
        for options in ([], [{"key": "a", "text": {"en": "A"}, "is_other": True}]):
            with pytest.raises(Invalid) as refusal:
                kinds.of("kano").check(options, {})
            assert refusal.value.field == "options"

    def test_cells_belong_to_columns_from_liked_to_disliked(self, app: object) -> None:
        asked = ask("kano", "shop", "hour")

        assert [column.code for column in kinds.of("kano").columns(asked)] == [
            "liked_shop_present", "liked_shop_absent", "liked_hour_present", "liked_hour_absent",
        ]  # fmt: skip
        assert kinds.of("kano").cells(asked, {"pairs": {"hour": PAIRS["hour"]}}) == [None, None, 2, 5]

    def test_it_says_both_in_words(self, app: object) -> None:
        said = kinds.of("kano").words(ask("kano", "shop", "hour"), {"pairs": {"shop": PAIRS["shop"]}})

        assert said == "Shop: with it “I like it”, without it “I don't mind”"
