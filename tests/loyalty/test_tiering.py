"""Members go up and down by what they earned, are told, and staff change the tiers."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from community.activity.actions import follow_due
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.loyalty.actions import awarding, points, tiering
from community.loyalty.actions import ladder as actions
from community.loyalty.actions.programme import change_programme
from community.loyalty.models import Award, Lot, Tier, TierChange, TierStanding
from community.loyalty.queries import tiers as queries
from community.loyalty.queries.programme import programme
from community.members.models import Member
from community.notifications.queries import list_newest
from tests.factories.loyalty import make_lot, stand_on
from tests.factories.members import make_member
from tests.racing import at_once
from tests.statements import statements

APRIL = datetime(2026, 4, 10, 12, tzinfo=UTC)
JULY = datetime(2026, 7, 2, tzinfo=UTC)


@pytest.fixture
def ladder(app: Flask) -> list[Tier]:
    """Member, silver (200, one month) and gold (600, three months)."""
    return queries.all_tiers()


def earn(member: Member, amount: int, *, at: datetime) -> Lot:
    """Points that matured at a moment, with the member counted after it."""
    with clock.stopped_at(at):
        lot = make_lot(member, amount)
        tiering.count(member.id)
    return lot


def earn_gold(member: Member) -> None:
    """600 points within three months, the last of them in April 2026."""
    for days in (70, 35, 0):
        earn(member, 200, at=APRIL - timedelta(days=days))


def tier_of(member: Member) -> str:
    """What the member's tier is called."""
    db.session.expire_all()
    return queries.tier_of(member.id).name["en"]


def told(member: Member, *, at: datetime | None = None) -> list[str]:
    """The kinds of what the member was told until now or then, the newest first."""
    with clock.stopped_at(at or clock.now()):
        follow_due()
    return [each.kind for each in list_newest(member, limit=20)]


class TestScore:
    def test_spending_does_not_lower_it(self, ladder: list[Tier], ana: Member) -> None:
        make_lot(ana, 250)
        with unit_of_work():
            held = points.hold(ana.id, 240, key="mug", reward_id=1)
            points.capture(held)
        tiering.count(ana.id)
        assert queries.standing_of(ana.id).score.points == 250
        assert tier_of(ana) == "Silver"

    def test_what_was_taken_back_does_not_count(self, ladder: list[Tier], ana: Member) -> None:
        lot = make_lot(ana, 250)
        make_lot(ana, 30)
        with unit_of_work():
            points.claw_back(db.session.get_one(Award, lot.award_id))
        assert queries.standing_of(ana.id).score.points == 30

    def test_points_given_by_hand_and_those_that_do_not_qualify_do_not_count(
        self, ladder: list[Tier], ana: Member
    ) -> None:
        lot = make_lot(ana, 500)
        with unit_of_work():
            db.session.get_one(Lot, lot.id).qualifies = False
        tiering.count(ana.id)
        assert tier_of(ana) == "Member"

    def test_only_the_window_counts_and_each_month_once(self, ladder: list[Tier], ana: Member) -> None:
        for days in (366, 364, 40, 39, 0):
            with clock.stopped_at(APRIL - timedelta(days=days)):
                make_lot(ana, 10)
        with clock.stopped_at(APRIL):
            score = queries.standing_of(ana.id).score
        assert (score.points, score.months) == (40, 3)
        # By July 1st those of a year before and earlier are gone.
        assert score.then == 30

    def test_it_takes_the_same_statements_however_much_was_earned(
        self, ladder: list[Tier], ana: Member, ben: Member
    ) -> None:
        make_lot(ana, 10)
        for _number in range(8):
            make_lot(ben, 10)
        ids = ana.id, ben.id
        with statements() as few:
            queries.standing_of(ids[0])
        with statements() as many:
            queries.standing_of(ids[1])
        assert len(many) == len(few) == 4


class TestUp:
    def test_at_once_by_the_reaction_and_the_member_is_told(self, ladder: list[Tier], ana: Member) -> None:
        with unit_of_work():
            awarding.thank(
                "idea_planned", member_id=ana.id, source=("idea", 7), title="Boxes", path="/ideas/7"
            )
        make_lot(ana, 180)
        with unit_of_work():
            awarding.thank(
                "profile_completed", member_id=ana.id, source=("member", ana.id), title="", path="/me/profile"
            )
        assert told(ana) == ["loyalty.tier_reached"]
        assert tier_of(ana) == "Silver"
        change = db.session.scalars(select(TierChange)).one()
        assert (change.from_tier_id, change.to_tier_id, change.reason) == (
            ladder[0].id,
            ladder[1].id,
            "reached",
        )

    def test_gold_takes_three_months_also(self, ladder: list[Tier], ana: Member) -> None:
        earn(ana, 900, at=APRIL)
        assert tier_of(ana) == "Silver"
        earn(ana, 1, at=APRIL + timedelta(days=30))
        assert tier_of(ana) == "Silver"
        earn(ana, 1, at=APRIL + timedelta(days=60))
        assert tier_of(ana) == "Gold"

    def test_what_is_missing_is_exact(self, ladder: list[Tier], ana: Member) -> None:
        earn(ana, 237, at=APRIL)
        with clock.stopped_at(APRIL):
            standing = queries.standing_of(ana.id)
        assert (standing.missing_points, standing.missing_months) == (363, 2)
        assert (standing.to_keep, standing.missing_to_keep) == (160, 0)

    def test_counting_again_changes_nothing(self, ladder: list[Tier], ana: Member) -> None:
        earn(ana, 237, at=APRIL)
        for _again in range(3):
            with clock.stopped_at(APRIL):
                tiering.count(ana.id)
        assert len(db.session.scalars(select(TierChange)).all()) == 1

    def test_two_workers_at_once_count_one_step(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            ana = make_member()
            make_lot(ana, 300)
            member_id = ana.id
            db.session.commit()
        at_once(app, *[lambda: tiering.count(member_id)] * 4)
        with app.app_context():
            assert len(db.session.scalars(select(TierChange)).all()) == 1
            assert db.session.scalars(select(TierStanding)).one().score == 300


class TestDown:
    def test_grace_at_the_end_of_the_period_then_one_step(self, ladder: list[Tier], ana: Member) -> None:
        earn_gold(ana)
        # A year later all but the last third is too old: less than what keeps gold, less than silver too.
        end = datetime(2027, 4, 1, tzinfo=UTC)
        with clock.stopped_at(end - timedelta(hours=1)):
            tiering.count_due()
        assert tier_of(ana) == "Gold"
        with clock.stopped_at(end + timedelta(hours=1)):
            tiering.count_due()
            tiering.count_due()
        assert tier_of(ana) == "Gold"
        assert told(ana, at=end + timedelta(days=1))[0] == "loyalty.tier_grace"
        with clock.stopped_at(end + timedelta(days=29)):
            tiering.count_due()
        assert tier_of(ana) == "Gold"
        with clock.stopped_at(end + timedelta(days=31)):
            tiering.count_due()
            tiering.count_due()
        assert tier_of(ana) == "Silver"
        assert told(ana, at=end + timedelta(days=31))[0] == "loyalty.tier_left"
        with clock.stopped_at(end + timedelta(days=80)):
            tiering.count_due()
        assert tier_of(ana) == "Silver"

    def test_what_is_missing_is_told_and_earning_it_ends_the_grace(
        self, ladder: list[Tier], ana: Member
    ) -> None:
        earn_gold(ana)
        end = datetime(2027, 4, 1, 1, tzinfo=UTC)
        with clock.stopped_at(end):
            tiering.count_due()
            follow_due()
        (notice,) = [each for each in list_newest(ana, limit=9) if each.kind == "loyalty.tier_grace"]
        assert notice.data["missing"] == 280
        earn(ana, 280, at=end + timedelta(days=3))
        standing = queries.find_standing(ana.id)
        assert standing is not None
        assert standing.grace_until is None
        with clock.stopped_at(end + timedelta(days=40)):
            tiering.count_due()
        assert tier_of(ana) == "Gold"

    def test_a_claw_back_within_the_period_takes_no_tier(self, ladder: list[Tier], ana: Member) -> None:
        with unit_of_work():
            awarding.thank(
                "idea_planned", member_id=ana.id, source=("idea", 7), title="Boxes", path="/ideas/7"
            )
        make_lot(ana, 180)
        tiering.count(ana.id)
        assert tier_of(ana) == "Silver"
        with unit_of_work():
            awarding.take_back(("idea", 7), reason="deleted")
        follow_due()
        assert tier_of(ana) == "Silver"
        standing = queries.find_standing(ana.id)
        assert standing is not None
        assert standing.score == 180

    def test_a_late_worker_judges_the_period_all_the_same(self, ladder: list[Tier], ana: Member) -> None:
        earn_gold(ana)
        # Points come after the period ended, before the job ran: not enough to keep gold.
        earn(ana, 5, at=datetime(2027, 4, 1, 0, 5, tzinfo=UTC))
        standing = queries.find_standing(ana.id)
        assert standing is not None
        assert standing.grace_until is not None


class TestEditing:
    VALUES = {
        "name": {"en": "Bronze"},
        "benefits": {"en": "A card on your birthday."},
        "threshold": 50,
        "active_months": 0,
        "look": "green",
    }

    def test_who_reaches_a_new_tier_goes_up(self, ladder: list[Tier], ana: Member, ada: Member) -> None:
        earn(ana, 60, at=APRIL)
        with clock.stopped_at(APRIL + timedelta(hours=1)):
            actions.save_tier(None, by=ada, values=self.VALUES)
            tiering.count_due()
        assert tier_of(ana) == "Bronze"
        assert told(ana) == ["loyalty.tier_reached"]

    def test_nobody_goes_down_because_more_is_asked_for(
        self, ladder: list[Tier], ana: Member, ada: Member
    ) -> None:
        earn(ana, 210, at=APRIL)
        silver = ladder[1]
        dearer = {"name": silver.name, "benefits": {}, "threshold": 500, "active_months": 1, "look": "silver"}
        with clock.stopped_at(APRIL + timedelta(days=1)):
            actions.save_tier(silver, by=ada, values=dearer)
            tiering.count_due()
        assert tier_of(ana) == "Silver"
        with clock.stopped_at(JULY):
            tiering.count_due()
        assert tier_of(ana) == "Silver"
        assert told(ana)[0] == "loyalty.tier_grace"

    @pytest.mark.parametrize("change", [{"threshold": 600}, {"threshold": 0}])
    def test_two_tiers_do_not_take_the_same(
        self, ladder: list[Tier], ada: Member, change: dict[str, int]
    ) -> None:
        with pytest.raises(Invalid):
            actions.save_tier(None, by=ada, values=self.VALUES | change)

    @pytest.mark.parametrize("change", [{"threshold": 1}, {"active_months": 1}, {"threshold": 300}])
    def test_the_lowest_stays_open_to_everybody(
        self, ladder: list[Tier], ada: Member, change: dict[str, int]
    ) -> None:
        lowest = {
            "name": {"en": "Member"},
            "benefits": {},
            "threshold": 0,
            "active_months": 0,
            "look": "plain",
        }
        with pytest.raises(Invalid):
            actions.save_tier(ladder[0], by=ada, values=lowest | change)
        with pytest.raises(Conflict):
            actions.remove_tier(ladder[0], by=ada)

    def test_no_other_becomes_the_lowest(self, ladder: list[Tier], ada: Member) -> None:
        silver = ladder[1]
        with pytest.raises(Invalid):
            actions.save_tier(silver, by=ada, values=self.VALUES | {"threshold": 0})

    def test_a_removed_tier_leaves_its_members_on_the_one_below(
        self, ladder: list[Tier], ana: Member, ben: Member, ada: Member
    ) -> None:
        earn(ana, 210, at=APRIL)
        stand_on(ladder[2], ben)
        assert told(ana) == ["loyalty.tier_reached"]
        actions.remove_tier(ladder[1], by=ada)
        assert (tier_of(ana), tier_of(ben)) == ("Member", "Gold")
        assert told(ana)[0] == "loyalty.tier_removed"
        assert told(ben) == []
        change = db.session.scalars(select(TierChange).order_by(TierChange.id.desc())).first()
        assert change is not None
        assert (change.member_id, change.to_tier_id, change.reason) == (ana.id, ladder[0].id, "edited")

    def test_the_programme_is_counted_anew_when_the_window_grows(
        self, ladder: list[Tier], ana: Member, ada: Member
    ) -> None:
        earn(ana, 150, at=APRIL - timedelta(days=400))
        earn(ana, 100, at=APRIL)
        assert tier_of(ana) == "Member"
        with clock.stopped_at(APRIL + timedelta(hours=1)):
            change_programme({"tier_window_days": 500}, by=ada)
            follow_due()
        with clock.stopped_at(APRIL + timedelta(hours=2)):
            tiering.count_due()
        assert programme().tier_window_days == 500
        assert tier_of(ana) == "Silver"
