"""What can be learned from what somebody did and wrote, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from community.customers.learning import (
    MOST_EVIDENCE,
    Deed,
    Fact,
    Known,
    Subject,
    Text,
    compare,
    learn,
    wish_key,
)
from community.customers.stages import stage_of

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
PAPER, INK = Subject("tag:paper", "Paper"), Subject("tag:ink", "Ink")


def facts_from(
    *, deeds: list[Deed] | None = None, texts: list[Text] | None = None
) -> dict[tuple[str, str], Fact]:
    known = Known(NOW - timedelta(days=400), NOW, deeds or [], texts or [])
    return {(fact.kind, fact.key): fact for fact in learn(known, now=NOW)}


def deed(number: int, *about: Subject, how: str = "supported", days: int = 1) -> Deed:
    return Deed("idea", number, how, NOW - timedelta(days=days), about)


class TestInterests:
    def test_one_vote_is_no_interest(self) -> None:
        assert ("interest", PAPER.key) not in facts_from(deeds=[deed(1, PAPER)])

    def test_the_same_idea_twice_is_one_thing(self) -> None:
        twice = [deed(1, PAPER), deed(1, PAPER, how="wrote"), deed(1, PAPER, how="followed")]
        assert ("interest", PAPER.key) not in facts_from(deeds=twice)

    def test_two_ideas_about_the_same_are_one(self) -> None:
        found = facts_from(deeds=[deed(1, PAPER), deed(2, PAPER), deed(3, INK)])
        assert found[("interest", PAPER.key)].words == "Paper"
        assert ("interest", INK.key) not in found

    def test_it_rests_on_what_says_most(self) -> None:
        found = facts_from(deeds=[deed(1, PAPER), deed(2, PAPER, how="wrote")])[("interest", PAPER.key)]
        assert found.evidence == (
            {"source": "idea", "id": 2, "how": "wrote"},
            {"source": "idea", "id": 1, "how": "supported"},
        )

    def test_more_of_it_makes_it_stronger_and_not_longer(self) -> None:
        few = facts_from(deeds=[deed(n, PAPER) for n in range(2)])[("interest", PAPER.key)]
        many = facts_from(deeds=[deed(n, PAPER) for n in range(20)])[("interest", PAPER.key)]
        assert few.strength < many.strength < 1
        assert len(many.evidence) == MOST_EVIDENCE


class TestWishes:
    def test_they_are_kept_in_the_members_words(self) -> None:
        said = Text(4, "said", NOW, "en", (("habit", "I always print on both sides"),))
        fact = facts_from(texts=[said])[("preference", wish_key("habit", "I always print on both sides"))]
        assert fact.words == "I always print on both sides"
        assert fact.evidence == ({"source": "item", "id": 4, "how": "said"},)

    def test_the_same_words_said_again_are_the_same_wish(self) -> None:
        texts = [
            Text(4, "said", NOW - timedelta(days=3), "en", (("like", "I like thick  paper"),)),
            Text(5, "answered", NOW, "en", (("like", "I LIKE thick paper"),)),
        ]
        (fact,) = [fact for fact in facts_from(texts=texts).values() if fact.kind == "preference"]
        assert [each["id"] for each in fact.evidence] == [5, 4]


class TestLanguages:
    def test_it_takes_more_than_one_text(self) -> None:
        texts = [Text(1, "said", NOW, "en"), Text(2, "said", NOW, "en"), Text(3, "said", NOW, "zh-Hans")]
        found = facts_from(texts=texts)
        assert ("language", "en") in found
        assert ("language", "zh-Hans") not in found

    def test_what_cannot_be_told_is_no_language(self) -> None:
        texts = [Text(number, "said", NOW, "other") for number in range(5)]
        assert not [fact for fact in facts_from(texts=texts).values() if fact.kind == "language"]


class TestStages:
    @pytest.mark.parametrize(
        ("joined_days_ago", "away_days", "stage"),
        [
            (3, 0, "new"),
            (30, 0, "new"),
            (31, 0, "active"),
            (300, 30, "active"),
            (300, 31, "at_risk"),
            (300, 91, "lapsed"),
        ],
    )
    def test_a_member_is(self, joined_days_ago: int, away_days: int, stage: str) -> None:
        joined_at, here_at = NOW - timedelta(days=joined_days_ago), NOW - timedelta(days=away_days)
        assert stage_of(joined_at=joined_at, last_here_at=here_at, now=NOW) == stage


class TestCompare:
    FOUND = tuple(Fact("interest", key, key, 1, ()) for key in "abc")

    def test_what_was_forgotten_or_corrected_is_left_alone(self) -> None:
        change = compare(self.FOUND, {("interest", "a"): "forgotten", ("interest", "b"): "corrected"})
        assert [fact.key for fact in change.added] == ["c"]
        assert (change.renewed, change.dropped) == ([], [])

    def test_what_no_longer_shows_is_dropped(self) -> None:
        change = compare(self.FOUND[:1], {("interest", "a"): "standing", ("interest", "z"): "standing"})
        assert [fact.key for fact in change.renewed] == ["a"]
        assert change.dropped == [("interest", "z")]
