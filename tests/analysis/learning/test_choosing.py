"""Choosing whom to ask: a random sample first, then the doubtful with a random share."""

from community.analysis.learning.choosing import RANDOM_UNTIL, Candidate, choose

CANDIDATES = [Candidate(number, number / 1000) for number in range(1000)]


class TestChoose:
    def test_the_first_labels_are_asked_for_at_random(self) -> None:
        chosen = choose(CANDIDATES, 40, label_count=0, seed=1)
        assert {each.reason for each in chosen} == {"random"}
        assert len({each.id for each in chosen}) == 40
        assert max(each.id for each in chosen) > 500

    def test_later_the_least_sure_are_asked_for(self) -> None:
        chosen = choose(CANDIDATES, 100, label_count=RANDOM_UNTIL, seed=1)
        unsure = [each.id for each in chosen if each.reason == "unsure"]
        assert 60 <= len(unsure) <= 90
        assert max(unsure) < 150

    def test_a_random_share_stays_for_honest_measuring(self) -> None:
        chosen = choose(CANDIDATES, 100, label_count=5000, seed=1)
        drawn = [each.id for each in chosen if each.reason == "random"]
        assert 10 <= len(drawn) <= 40
        assert max(drawn) > 500

    def test_across_the_limit_only_what_is_missing_is_random(self) -> None:
        reasons = [each.reason for each in choose(CANDIDATES, 20, label_count=RANDOM_UNTIL - 5, seed=4)]
        assert reasons[:5] == ["random"] * 5
        assert "unsure" in reasons

    def test_nobody_is_asked_twice_about_one_text(self) -> None:
        chosen = choose(CANDIDATES[:30], 50, label_count=RANDOM_UNTIL, seed=1)
        assert sorted(each.id for each in chosen) == list(range(30))

    def test_the_same_seed_chooses_the_same_in_whatever_order_they_come(self) -> None:
        chosen = choose(CANDIDATES, 30, label_count=190, seed=7)
        assert choose(CANDIDATES[::-1], 30, label_count=190, seed=7) == chosen
        assert choose(CANDIDATES, 30, label_count=190, seed=8) != chosen

    def test_without_candidates_nobody_is_asked(self) -> None:
        assert choose([], 10, label_count=0, seed=1) == []
