"""Owners who are there, those who cover for them, and whose turn it is."""

from datetime import UTC, datetime

from community.cases.dealing import Hands, Turns, Wish
from community.members.models import Member, RoleGrant

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PANEL = 1


def owner(member_id: int, *, panel_id: int | None = None, state: str = "active") -> Member:
    """Somebody who answers for the panel, or for all."""
    member = Member(id=member_id, display_name=f"Owner {member_id}", state=state)
    member.roles = [RoleGrant(role="owner", panel_id=panel_id)]
    return member


def hands(*staff: Member, **values: object) -> Hands:
    """These people, with nobody away."""
    settings = {"away": {}, "teams": {}, "topics": {}} | values
    return Hands(staff={member.id: member for member in staff}, **settings)  # type: ignore[arg-type]


def choose(found: Hands, wish: Wish | None, *, topic_id: int | None = None) -> tuple[int | None, str]:
    """Who gets it, and why."""
    choice = found.choose(wish, panel_id=PANEL, topic_id=topic_id, now=NOW)
    return (choice.owner.id if choice.owner is not None else None), choice.routed_by


class TestPresent:
    def test_who_covers_gets_it_and_who_covers_for_them(self) -> None:
        found = hands(owner(1), owner(2), owner(3), away={1: 2, 2: 3})
        assert choose(found, Wish(owner_id=1)) == (3, "rule")

    def test_a_ring_of_covers_ends(self) -> None:
        found = hands(owner(1), owner(2), away={1: 2, 2: 1})
        assert choose(found, Wish(owner_id=1)) == (None, "nobody")

    def test_who_is_away_without_a_cover_is_passed_over(self) -> None:
        found = hands(owner(1), owner(2), away={1: None}, topics={9: (None, 2, None)})
        assert choose(found, Wish(owner_id=1), topic_id=9) == (2, "topic")

    def test_a_cover_who_does_not_answer_for_the_panel_is_passed_over(self) -> None:
        found = hands(owner(1), owner(2, panel_id=77), away={1: 2})
        assert choose(found, Wish(owner_id=1)) == (None, "nobody")

    def test_who_is_unknown_or_suspended_is_passed_over(self) -> None:
        found = hands(owner(1, state="suspended"))
        assert choose(found, Wish(owner_id=1)) == (None, "nobody")
        assert choose(found, Wish(owner_id=404)) == (None, "nobody")


class TestTopics:
    def test_the_nearest_owner_above_answers(self) -> None:
        found = hands(owner(1), owner(2), topics={1: (None, 1, 2), 2: (1, None, None), 3: (2, None, None)})
        choice = found.choose(Wish(), panel_id=PANEL, topic_id=3, now=NOW)
        assert choice.owner is not None
        assert choice.process_owner is not None
        assert (choice.owner.id, choice.process_owner.id, choice.routed_by) == (1, 2, "topic")

    def test_topics_in_a_ring_end(self) -> None:
        found = hands(owner(1), topics={1: (2, None, None), 2: (1, None, None)})
        assert choose(found, Wish(), topic_id=1) == (None, "nobody")

    def test_without_a_rule_nobody_is_chosen(self) -> None:
        found = hands(owner(1), topics={1: (None, 1, None)})
        assert choose(found, None, topic_id=1) == (None, "no_rule")


class TestTeams:
    def test_round_robin_begins_with_whoever_waited_longest(self) -> None:
        turns = Turns("round_robin", {1: NOW, 2: None, 3: datetime(2026, 1, 1, tzinfo=UTC)}, {})
        found = hands(owner(1), owner(2), owner(3), teams={5: turns})
        assert [choose(found, Wish(team_id=5))[0] for _turn in range(6)] == [2, 3, 1, 2, 3, 1]

    def test_least_loaded_fills_the_emptiest(self) -> None:
        turns = Turns("least_loaded", {1: None, 2: None}, {1: 3, 2: 1})
        found = hands(owner(1), owner(2), teams={5: turns})
        assert [choose(found, Wish(team_id=5))[0] for _turn in range(4)] == [2, 2, 1, 2]

    def test_who_is_away_is_left_out(self) -> None:
        turns = Turns("round_robin", {1: None, 2: None}, {})
        found = hands(owner(1), owner(2), away={1: None}, teams={5: turns})
        assert [choose(found, Wish(team_id=5))[0] for _turn in range(2)] == [2, 2]

    def test_if_all_are_away_a_cover_steps_in(self) -> None:
        turns = Turns("round_robin", {1: None, 2: None}, {})
        found = hands(owner(1), owner(2), owner(3), away={1: None, 2: 3}, teams={5: turns})
        assert choose(found, Wish(team_id=5)) == (3, "rule")

    def test_a_closed_team_leads_to_the_topic(self) -> None:
        found = hands(owner(1), topics={9: (None, 1, None)})
        assert choose(found, Wish(team_id=5), topic_id=9) == (1, "topic")
