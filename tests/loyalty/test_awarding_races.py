"""Several at once thank for, accept and take back what one member did."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from community.activity.models import Activity
from community.infra.db import db
from community.loyalty.actions import awarding
from community.loyalty.actions.programme import change_programme
from community.loyalty.actions.rules import change_rule
from community.loyalty.models import Award, LedgerTransaction, RuleVersion
from community.loyalty.queries import rules
from community.loyalty.queries.books import balances_of
from community.members.models import Member
from tests.factories.members import make_member
from tests.racing import at_once

AT_ONCE = 6


def thanks(member_id: int, source_id: int, rule: str = "idea_accepted") -> Callable[[], object]:
    """A job that thanks somebody for an idea."""

    def run() -> object:
        award = awarding.thank(
            rule,
            member_id=member_id,
            source=("idea", source_id),
            title="A quieter machine",
            path=f"/ideas/{source_id}",
        )
        return award and award.state

    return run


def points_of(*member_ids: int) -> int:
    """All points that these members have, pending ones included."""
    return sum(balance for member_id in member_ids for balance in balances_of(member_id)[:2])


class TestThankingAtOnce:
    def test_one_contribution_is_thanked_for_once(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            ana = make_member().id
        at_once(app, *[thanks(ana, 1)] * AT_ONCE)
        with app.app_context():
            assert db.session.scalar(select(func.count(Award.id))) == 1
            assert db.session.scalar(select(func.count(LedgerTransaction.id))) == 1
            assert points_of(ana) == 20

    def test_no_more_of_one_member_count_than_the_rule_says(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            ana = make_member().id
        states = at_once(app, *[thanks(ana, number) for number in range(1, AT_ONCE + 1)])
        assert sorted(map(str, states)) == ["nothing"] * 3 + ["pending"] * 3
        with app.app_context():
            assert points_of(ana) == 20 + 8 + 6

    def test_no_member_gets_more_points_than_a_day_has(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            ana = make_member().id
        at_once(app, *[thanks(ana, number, "idea_planned") for number in range(1, AT_ONCE + 1)])
        with app.app_context():
            assert points_of(ana) == 100

    def test_all_members_together_get_no_more_than_the_budget(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            members = [make_member().id for _ in range(AT_ONCE)]
            change_programme({"budget_per_month": 100}, by=make_member(roles=("admin",)))
        at_once(app, *[thanks(member_id, 1, "idea_planned") for member_id in members])
        with app.app_context():
            assert points_of(*members) == 100


class TestDecidingAtOnce:
    def test_points_are_given_once_whoever_accepts_them(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            ana = make_member().id
            award_id = awarding.thank(
                "idea_accepted", member_id=ana, source=("idea", 1), title="", path=""
            ).id  # type: ignore[union-attr]
            mia_id = make_member(roles=("moderator",)).id

        def approve() -> object:
            return awarding.approve(
                [db.session.get_one(Award, award_id)], by=db.session.get_one(Member, mia_id)
            )

        def support() -> object:
            return awarding.note_support(("idea", 1), count=3)

        def accept() -> object:
            return awarding.accept(("idea", 1), reason="taken_up")

        at_once(app, approve, support, accept, approve, support, accept)
        with app.app_context():
            assert balances_of(ana) == (0, 20, 0, 0)

    def test_what_is_accepted_and_taken_back_at_once_is_gone_in_the_end(
        self, new_app: Callable[..., Flask]
    ) -> None:
        app = new_app()
        with app.app_context():
            ana = make_member().id
            for number in (1, 2, 3):
                thanks(ana, number)()
        jobs: list[Callable[[], object]] = []
        for number in (1, 2, 3):
            jobs.append(lambda number=number: awarding.note_support(("idea", number), count=3))  # type: ignore[misc]
            jobs.append(lambda number=number: awarding.take_back(("idea", number), reason="deleted"))  # type: ignore[misc]
        at_once(app, *jobs)
        with app.app_context():
            assert balances_of(ana) == (0, 0, 0, 0)
            assert set(db.session.scalars(select(Award.state))) <= {"denied", "clawed_back"}

    def test_portions_of_the_same_members_do_not_wait_in_a_ring(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            members = [make_member().id for _ in range(8)]

            for number in (1, 2, 3):
                awarding.thank_all(
                    "idea_planned_supporter", members, source=("idea", number), title="", path=""
                )
            portions = list(db.session.scalars(select(Activity.id).where(Activity.kind == "thanks.owed")))

        def follow(portion_id: int) -> Callable[[], object]:
            return lambda: awarding.thank_portion(db.session.get_one(Activity, portion_id))

        at_once(app, *map(follow, portions * 2))
        with app.app_context():
            assert points_of(*members) == 8 * 3 * 3


class TestChangingARuleAtOnce:
    def test_one_of_two_who_saw_the_same_version_makes_the_next(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            ada_id = make_member(roles=("admin",)).id

        def change(points: int) -> Callable[[], object]:
            return lambda: (
                change_rule(
                    "idea_accepted", {"points": points}, by=db.session.get_one(Member, ada_id), seen=1
                ).number
            )

        results = at_once(app, change(11), change(12), change(13))
        assert results.count(2) == 1
        with app.app_context():
            assert rules.standing("idea_accepted").number == 2
            assert (
                db.session.scalar(
                    select(func.count(RuleVersion.id)).where(RuleVersion.rule == "idea_accepted")
                )
                == 2
            )
