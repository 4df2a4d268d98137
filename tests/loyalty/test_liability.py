"""What outstanding points will cost: outstanding x cost x expected redemption, measured where it can be."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.loyalty import liability
from community.loyalty.actions import expiring, points
from community.loyalty.liability import Cohort, Outstanding
from community.loyalty.models import Lot, Programme
from community.loyalty.queries.outstanding import get_outstanding, list_cohorts
from community.loyalty.queries.programme import PROGRAMME_ID
from community.members.models import Member
from tests.conftest import Client
from tests.factories.loyalty import give_points, make_award, make_lot
from tests.factories.members import make_member

SPRING = datetime(2025, 4, 1, tzinfo=UTC)


def cohort(*, redeemed: int = 0, expired: int = 0, is_closed: bool = True) -> Cohort:
    return Cohort(SPRING, redeemed + expired, redeemed, expired, is_closed)


class TestEstimate:
    def test_it_is_outstanding_times_cost_times_expected_redemption(self) -> None:
        found = liability.estimate(
            Outstanding(pending=500, available=9000, held=500, owed=300),
            cohorts=[],
            cost_per_thousand=500,
            assumed_redemption=0.8,
        )
        assert found.outstanding.total == 10_000
        assert (found.amount, found.expected_redemption, found.is_measured) == (4000, 0.8, False)

    def test_closed_cohorts_say_better(self) -> None:
        found = liability.estimate(
            Outstanding(available=10_000),
            cohorts=[cohort(redeemed=900, expired=300), cohort(redeemed=600, expired=200)],
            cost_per_thousand=500,
            assumed_redemption=0.8,
        )
        assert (found.amount, found.expected_redemption, found.is_measured) == (3750, 0.75, True)

    def test_open_cohorts_and_few_points_say_nothing(self) -> None:
        still_open = cohort(redeemed=5000, expired=5000, is_closed=False)
        few = cohort(redeemed=500, expired=499)
        assert liability.expected_redemption([still_open, few]) is None
        assert liability.expected_redemption([still_open, cohort(redeemed=500, expired=500)]) == 0.5

    def test_breakage_is_of_what_was_redeemed_or_expired(self) -> None:
        assert cohort(redeemed=3, expired=1).breakage == 0.25
        assert cohort().breakage is None

    def test_nothing_outstanding_costs_nothing(self) -> None:
        found = liability.estimate(Outstanding(), cohorts=[], cost_per_thousand=500, assumed_redemption=1.0)
        assert found.amount == 0

    def test_quarters_follow_each_other_over_the_year(self) -> None:
        since, until = datetime(2025, 11, 30, 23, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
        assert [(day.year, day.month) for day in liability.quarters(since, until)] == [
            (2025, 10), (2026, 1), (2026, 4),
        ]  # fmt: skip


class TestOutstanding:
    def test_it_counts_what_waits_is_free_and_is_set_aside(self, ana: Member, ben: Member) -> None:
        give_points(ana, 100)
        make_award(ana, 7)
        points.hold(ana.id, 30, key="one", reward_id=1)
        give_points(ben, 50)
        assert get_outstanding() == Outstanding(pending=7, available=120, held=30, owed=0)

    def test_what_is_owed_lowers_nothing(self, ana: Member, ben: Member) -> None:
        award = make_award(ana, 40)
        points.mature(award)
        points.capture(points.hold(ana.id, 40, key="one", reward_id=1))
        points.claw_back(award)
        give_points(ben, 50)
        assert get_outstanding() == Outstanding(available=50, owed=40)

    def test_nothing_has_moved_yet(self, app: object) -> None:
        assert get_outstanding() == Outstanding()
        assert list_cohorts(clock.now()) == []


class TestCohorts:
    def test_each_quarter_says_where_its_points_went(self, ana: Member) -> None:
        with clock.stopped_at(SPRING + timedelta(days=3)):
            make_lot(ana, 60, expires_at=SPRING + timedelta(days=100))
        with clock.stopped_at(SPRING + timedelta(days=10)):
            points.capture(points.hold(ana.id, 20, key="one", reward_id=1))
        with clock.stopped_at(SPRING + timedelta(days=95)):
            give_points(ana, 30)
        with clock.stopped_at(SPRING + timedelta(days=101)):
            expiring.expire_due()
            spring, summer = list_cohorts(clock.now())
        assert spring == Cohort(SPRING, granted=60, redeemed=20, expired=40, is_closed=True)
        assert (summer.granted, summer.redeemed, summer.expired) == (30, 0, 0)
        assert not summer.is_closed

    def test_a_quarter_that_is_not_over_is_open_though_all_is_spent(self, ana: Member) -> None:
        with clock.stopped_at(SPRING + timedelta(days=3)):
            give_points(ana, 20)
            points.capture(points.hold(ana.id, 20, key="one", reward_id=1))
            assert [found.is_closed for found in list_cohorts(clock.now())] == [False]
        assert list_cohorts(SPRING + timedelta(days=95))[0].is_closed

    def test_what_is_set_aside_keeps_it_open(self, ana: Member) -> None:
        with clock.stopped_at(SPRING + timedelta(days=3)):
            give_points(ana, 20)
            held = points.hold(ana.id, 20, key="one", reward_id=1)
            assert not list_cohorts(SPRING + timedelta(days=95))[0].is_closed
            points.capture(held)
        assert list_cohorts(SPRING + timedelta(days=95))[0].is_closed

    def test_the_last_moment_of_a_quarter_belongs_to_it(self, ana: Member) -> None:
        end = datetime(2025, 7, 1, tzinfo=UTC)
        for moment in (end - timedelta(microseconds=1), end):
            lot = make_lot(ana, 10)
            with unit_of_work():
                lock(Lot, lot.id).available_from = moment
        assert [(found.begins_at.month, found.granted) for found in list_cohorts(clock.now())] == [
            (4, 10), (7, 10),
        ]  # fmt: skip


class TestPage:
    def test_it_shows_the_number_its_parts_and_what_it_assumes(
        self, ana: Member, ada: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        give_points(ana, 1500)
        make_award(ana, 500)
        with unit_of_work():
            settings = lock(Programme, PROGRAMME_ID)
            settings.cost_per_thousand, settings.expected_redemption = 1000, 0.9
        page = browser_of(ada).get("/staff/rewards/liability").text
        assert 'data-liability="1800"' in page
        assert "€18.00" in page
        assert "The share expected to be spent is the one from the settings." in page

    def test_an_empty_site_owes_nothing(self, ada: Member, browser_of: Callable[[Member], Client]) -> None:
        page = browser_of(ada).get("/staff/rewards/liability").text
        assert 'data-liability="0"' in page
        assert "No points have matured yet" in page

    @pytest.mark.parametrize("role", ["moderator", "owner"])
    def test_it_is_for_administrators(self, role: str, browser_of: Callable[[Member], Client]) -> None:
        assert browser_of(make_member(roles=(role,))).get("/staff/rewards/liability").status_code == 403
