"""Words of one group against another: worked by hand, and what cannot be."""

from math import log, sqrt

import pytest

from community.statistics.distributions import normal_p
from community.statistics.wording import compare_words


class TestCompareWords:
    def test_the_difference_of_log_odds_has_everybody_as_its_prior(self) -> None:
        (found,) = compare_words({"rain": 30}, {"rain": 10}, people_here=100, people_elsewhere=200)
        held = 20 * 40.5 / 301
        value = log((30 + held) / (120 - 30 - held)) - log((10 + held) / (220 - 10 - held))
        assert found.log_odds == pytest.approx(value)
        z = value / sqrt(1 / (30 + held) + 1 / (10 + held))
        assert (found.z, found.p) == (pytest.approx(z), pytest.approx(normal_p(z)))
        assert found.interval.contains(value)

    def test_most_peculiar_words_come_first_and_alike_ones_by_spelling(self) -> None:
        here, elsewhere = {"b": 20, "a": 20, "c": 40, "d": 5}, {"b": 20, "a": 20, "d": 60}
        found = compare_words(here, elsewhere, people_here=100, people_elsewhere=100)
        assert [each.word for each in found] == ["c", "a", "b", "d"]
        assert [round(each.log_odds, 9) for each in found if each.word in "ab"] == [0.0, 0.0]

    def test_words_of_too_few_here_are_left_out(self) -> None:
        found = compare_words({"a": 9, "b": 10}, {"a": 50}, people_here=60, people_elsewhere=60, least=10)
        assert [each.word for each in found] == ["b"]

    def test_a_word_that_all_say_and_nobody_else_has_finite_odds(self) -> None:
        (found,) = compare_words({"a": 50}, {}, people_here=50, people_elsewhere=50)
        assert 0 < found.log_odds < 10

    def test_more_evidence_makes_the_same_difference_surer(self) -> None:
        small = compare_words({"a": 3}, {"a": 1}, people_here=10, people_elsewhere=10)[0]
        large = compare_words({"a": 300}, {"a": 100}, people_here=1000, people_elsewhere=1000)[0]
        assert large.z > small.z > 0

    def test_more_speakers_than_people_are_refused(self) -> None:
        with pytest.raises(ValueError, match="people"):
            compare_words({"a": 11}, {}, people_here=10, people_elsewhere=10)
        with pytest.raises(ValueError, match="prior"):
            compare_words({"a": 1}, {}, people_here=10, people_elsewhere=10, prior=0)
