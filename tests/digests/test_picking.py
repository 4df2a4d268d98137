"""Which ideas are picked, and for which reason, without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any

from community.digests.picking import (
    MOST_FOR_ONE,
    Candidate,
    Liked,
    Pick,
    Pool,
    Taste,
    Wish,
    pick,
    strength_of,
)

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
NO_TASTE = Taste()


def candidate(number: int, *about: str, **values: Any) -> Candidate:
    usual: dict[str, Any] = {
        "panel_id": 1, "about": frozenset(about), "terms": frozenset(), "support_count": 10, "seen_count": 40,
        "published_at": NOW - timedelta(days=200), "is_chinese": False,
    }  # fmt: skip
    return Candidate(id=number, **(usual | values))


def picked(
    candidates: list[Candidate], taste: Taste = NO_TASTE, *, seed: str = "7", **values: Any
) -> list[Pick]:
    pool = Pool(candidates, now=NOW)
    neighbours = values.pop("neighbours", {})
    return pick(pool, values.pop("allowed", set(pool.by_id)), taste, neighbours, seed=seed, **values)


PLAIN = [candidate(number) for number in range(1, 41)]


class TestPick:
    def test_what_the_same_people_support_comes_first_and_says_so(self) -> None:
        taste = Taste(liked=[Liked(90, "supported", frozenset())])
        first = picked(PLAIN, taste, neighbours={90: {17: 0.4}})[0]
        assert first == Pick(17, "supported", 90)

    def test_what_is_about_the_same_is_picked_for_it(self) -> None:
        candidates = [*PLAIN, candidate(50, "tag:paper")]
        taste = Taste(liked=[Liked(90, "wrote", frozenset({"tag:paper"}))])
        assert picked(candidates, taste)[0] == Pick(50, "wrote", 90)

    def test_a_tag_that_all_ideas_have_says_nothing(self) -> None:
        candidates = [candidate(number, "tag:site") for number in range(1, 41)]
        taste = Taste(liked=[Liked(90, "wrote", frozenset({"tag:site"}))])
        assert all(each.why in ("popular", "chance") for each in picked(candidates, taste))

    def test_an_interest_and_a_wish_are_reasons(self) -> None:
        candidates = [*PLAIN, candidate(50, "topic:3"), candidate(51, terms=frozenset({"dark"}))]
        taste = Taste(interests={"topic:3": 0.8}, wishes=[Wish(5, frozenset({"dark"}))])
        assert set(picked(candidates, taste)[:2]) == {Pick(50, "interest", "topic:3"), Pick(51, "wish", 5)}

    def test_what_somebody_wants_less_of_sinks(self) -> None:
        popular = candidate(50, "tag:paper", support_count=500)
        assert picked([*PLAIN, popular])[0].id == 50
        taste = Taste(liked=[Liked(90, "less", frozenset({"tag:paper"}))])
        assert 50 not in [each.id for each in picked([*PLAIN, popular], taste)]

    def test_more_like_this_raises_what_is_like_it(self) -> None:
        candidates = [*PLAIN, candidate(50, "tag:paper", support_count=0)]
        taste = Taste(liked=[Liked(90, "more", frozenset({"tag:paper"}))])
        assert picked(candidates, taste)[0] == Pick(50, "more", 90)

    def test_only_what_is_allowed_is_picked(self) -> None:
        taste = Taste(liked=[Liked(90, "supported", frozenset())])
        found = picked(PLAIN, taste, neighbours={90: {17: 0.4}}, allowed={3, 4})
        assert {each.id for each in found} == {3, 4}

    def test_one_vote_does_not_fill_a_digest(self) -> None:
        taste = Taste(liked=[Liked(90, "supported", frozenset())])
        found = picked(PLAIN, taste, neighbours={90: dict.fromkeys(range(1, 20), 0.4)})
        assert [each.about for each in found].count(90) == MOST_FOR_ONE

    def test_without_a_taste_it_is_what_moves_most_people(self) -> None:
        candidates = [candidate(number, support_count=number) for number in range(1, 41)]
        found = picked(candidates)
        assert [each.id for each in found[:4]] == [40, 39, 38, 37]
        assert {each.why for each in found[:4]} == {"popular"}

    def test_the_last_place_goes_to_chance_and_to_another_in_another_week(self) -> None:
        drawn = {picked(PLAIN, seed=f"7:{week}")[-1] for week in range(12)}
        assert {each.why for each in drawn} == {"chance"}
        assert len(drawn) > 3
        assert picked(PLAIN, seed="7:1") == picked(PLAIN, seed="7:1")

    def test_what_cannot_be_read_comes_last(self) -> None:
        chinese = [candidate(number, is_chinese=True, support_count=30) for number in range(50, 60)]
        found = picked([*PLAIN, *chinese], Taste(reads_chinese=False))
        assert not {each.id for each in found} & set(range(50, 60))

    def test_of_nothing_nothing_is_picked(self) -> None:
        assert picked([]) == []
        assert picked(PLAIN, allowed=set()) == []


class TestStrength:
    def test_few_in_common_say_less_than_many(self) -> None:
        assert strength_of(2, 2, 2) < strength_of(40, 40, 40) < 1

    def test_a_popular_idea_is_not_like_everything(self) -> None:
        assert strength_of(20, 20, 2000) < strength_of(10, 20, 20)

    def test_none_in_common_is_none(self) -> None:
        assert strength_of(0, 10, 10) == 0
