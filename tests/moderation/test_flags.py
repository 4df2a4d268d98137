"""What flags weigh and when they hide a text."""

import math

import pytest

from community.moderation import flags


class TestWeight:
    def test_it_is_half_the_bonus_for_whom_nothing_is_known_of(self) -> None:
        weights = [flags.weight(agreed=0, disagreed=0, level=level) for level in range(4)]
        assert weights == pytest.approx([0.2, 0.5, 0.75, 1.0])

    def test_a_good_record_weighs_more_and_a_bad_one_less(self) -> None:
        # (9 + 1) / (9 + 1 + 2) and (1 + 1) / (1 + 9 + 2), both on the first level.
        assert flags.weight(agreed=9, disagreed=1, level=1) == pytest.approx(10 / 12)
        assert flags.weight(agreed=1, disagreed=9, level=1) == pytest.approx(2 / 12)


class TestThreshold:
    def test_well_supported_texts_need_more(self) -> None:
        assert flags.threshold(0) == 1.5
        assert flags.threshold(1) == 2.0
        assert flags.threshold(127) == pytest.approx(1.5 + 0.5 * math.log2(128))

    @pytest.mark.parametrize(
        ("weights", "support_count", "is_hidden"),
        [
            ([0.5, 0.5, 0.5], 0, True),
            ([0.5, 0.5, 0.5], 1, False),
            # New accounts alone hide nothing, however many they are; they only add to what others say.
            ([0.2] * 50, 0, False),
            ([0.2] * 5, 0, False),
            ([0.2] * 4 + [0.5], 0, False),
            ([0.2] * 50 + [0.5], 0, True),
            # However good a record is: nobody hides alone what others wrote.
            ([2.0], 0, False),
            ([1.9, 0.2], 0, True),
        ],
    )
    def test_it_takes_two_members_and_enough_weight(
        self, weights: list[float], support_count: int, is_hidden: bool
    ) -> None:
        assert flags.is_hidden_by(weights, support_count=support_count) is is_hidden

    def test_what_moderators_let_stand_takes_more_the_next_time(self) -> None:
        assert not flags.is_hidden_by([0.5] * 3, support_count=0, dismissed=1.5)
        assert flags.is_hidden_by([0.5] * 6, support_count=0, dismissed=1.5)
