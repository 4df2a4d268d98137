"""What looks odd in votes, and what does not."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from community.ideas.integrity import Cast, Usual, find_signs, members_of, poisson_tail

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
BEGUN = NOW - timedelta(days=20)
USUAL = Usual(newborns=60, voters=1000)


def organic(count, *, seed=3):
    """Votes spread over the idea's life, by accounts of all ages, out of places of their own."""
    luck = random.Random(seed)
    casts = []
    for number in range(count):
        at = BEGUN + luck.random() * (NOW - BEGUN)
        casts.append(Cast(number, at, at - timedelta(days=1 + 300 * luck.random()), f"home {number}"))
    return casts


def kinds(casts, usual=USUAL, begun_at=BEGUN):
    return {sign.kind for sign in find_signs(casts, begun_at=begun_at, now=NOW, usual=usual)}


def late(number, *, minutes, age=timedelta(days=90), origin=""):
    at = NOW - timedelta(minutes=minutes)
    return Cast(1000 + number, at, at - age, origin)


class TestFindSigns:
    @pytest.mark.parametrize("count", [0, 4, 40, 400])
    def test_votes_as_people_give_them_are_left_in_peace(self, count):
        assert kinds(organic(count)) == set()

    def test_one_place_with_a_large_part_of_the_votes(self):
        odd = [late(number, minutes=600 * number, origin="one place") for number in range(6)]
        (sign,) = find_signs([*organic(40), *odd], begun_at=BEGUN, now=NOW, usual=USUAL)
        assert sign.kind == "shared_origin"
        assert set(sign.member_ids) == {cast.member_id for cast in odd}
        assert (sign.facts["votes"], sign.facts["of"], sign.facts["origins"]) == (6, 46, 1)

    def test_an_office_among_very_many_votes_is_not_odd(self):
        office = [late(number, minutes=600 * number, origin="office") for number in range(6)]
        assert kinds([*organic(400), *office]) == set()

    def test_votes_whose_origin_is_forgotten_share_none(self):
        assert kinds([late(number, minutes=600 * number) for number in range(6)]) == set()

    def test_accounts_made_only_to_vote(self):
        odd = [late(number, minutes=200 * number, age=timedelta(minutes=5)) for number in range(12)]
        assert kinds([*organic(20), *odd]) == {"newborn"}

    def test_in_a_panel_full_of_newcomers_newcomers_are_usual(self):
        new = [late(number, minutes=200 * number, age=timedelta(minutes=5)) for number in range(12)]
        assert kinds([*organic(20), *new], Usual(newborns=900, voters=1000)) == set()

    def test_many_votes_at_once_where_few_are_usual(self):
        odd = [late(number, minutes=number) for number in range(12)]
        (sign,) = find_signs([*organic(40), *odd], begun_at=BEGUN, now=NOW, usual=USUAL)
        assert sign.kind == "burst"
        assert {cast.member_id for cast in odd} <= set(sign.member_ids)

    def test_the_first_hours_of_an_idea_are_no_burst(self):
        first = [late(number, minutes=3 * number) for number in range(60)]
        assert kinds(first, begun_at=NOW - timedelta(hours=3)) == set()

    def test_when_the_whole_panel_is_busy_many_votes_are_usual(self):
        busy = [late(number, minutes=2 * number) for number in range(12)]
        assert kinds([*organic(40), *busy]) == {"burst"}
        assert kinds([*organic(40), *busy], USUAL._replace(busier=40.0)) == set()

    def test_whoever_bears_most_signs_comes_first(self):
        young = [late(n, minutes=200 * n, age=timedelta(minutes=5)) for n in range(12)]
        both = [late(50 + n, minutes=100 * n, age=timedelta(minutes=5), origin="one") for n in range(6)]
        signs = find_signs([*organic(20), *young, *both], begun_at=BEGUN, now=NOW, usual=USUAL)
        assert set(members_of(signs)[:6]) == {cast.member_id for cast in both}


class TestPoissonTail:
    @pytest.mark.parametrize(
        ("count", "mean", "chance"), [(1, 0.5, 0.393469), (5, 1.0, 0.003660), (12, 0.1, 1.90e-21)]
    )
    def test_it_is_the_chance_of_as_many_or_more(self, count, mean, chance):
        assert poisson_tail(count, mean) == pytest.approx(chance, rel=2e-2)
