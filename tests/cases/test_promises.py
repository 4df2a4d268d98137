"""Promises have a day; they are kept, or openly broken."""

from datetime import UTC, datetime, timedelta

import pytest

from community.activity.actions import follow_due
from community.cases.actions import promises, replies
from community.cases.models import Case
from community.cases.queries.owners import get_working_hours
from community.infra import clock
from community.infra.db import unit_of_work
from community.infra.errors import Conflict, Invalid
from community.members.models import Member
from tests.cases.telling import item_of, notices_of, steps_of, told
from tests.factories.cases import make_case

DAY = timedelta(days=1)


def promised(author: Member, owner: Member, *, days: int = 5) -> Case:
    case = make_case(author=author, owner=owner)
    promises.make_promise(case, owner, words="A parcel that holds", promised_on=clock.today() + days * DAY)
    return case


class TestMakePromise:
    def test_its_author_sees_it_with_its_day(self, ana: Member, omar: Member) -> None:
        case = promised(ana, omar)
        follow_due()
        assert (case.promise_state, case.state, item_of(case).stage) == ("open", "answered", "decided")
        (notice,) = notices_of(ana)
        day = (clock.today() + 5 * DAY).isoformat()
        assert notice.data == {"promise": "A parcel that holds", "promised_on": day}

    def test_nothing_is_overdue_before_the_day_that_was_promised(self, ana: Member, omar: Member) -> None:
        case = promised(ana, omar, days=90)
        assert case.due_at is not None
        assert case.due_at.date() == case.promised_on + DAY
        promises.keep_promise(case, omar)
        assert case.due_at == case.resolve_due_at

    @pytest.mark.parametrize(
        ("zone", "hour"), [("UTC", 0), ("America/Los_Angeles", 7), ("Asia/Shanghai", -8)]
    )
    def test_its_day_ends_where_the_company_works(
        self, ana: Member, omar: Member, zone: str, hour: int
    ) -> None:
        with unit_of_work():
            get_working_hours().time_zone = zone
        with clock.stopped_at(datetime(2026, 7, 1, 12, tzinfo=UTC)):
            case = promised(ana, omar, days=90)
            assert case.promised_on is not None
            end = datetime(2026, 9, 30, tzinfo=UTC) + timedelta(hours=hour)
            assert case.due_at == end
        with clock.stopped_at(end - timedelta(seconds=1)):
            assert promises.break_promises_due() == 0
        with clock.stopped_at(end):
            assert promises.break_promises_due() == 1

    def test_a_new_one_takes_the_place_of_the_old(self, ana: Member, omar: Member) -> None:
        case = promised(ana, omar)
        promises.make_promise(case, omar, words="Two parcels", promised_on=clock.today() + 9 * DAY)
        assert (case.promise, steps_of(case).count("promised")) == ("Two parcels", 2)

    def test_it_needs_words_and_a_day_to_come(self, ana: Member, omar: Member) -> None:
        case = make_case(author=ana, owner=omar)
        for words, day in (
            ("", clock.today() + DAY),
            ("x" * 301, clock.today() + DAY),
            ("Something", None),
            ("Something", clock.today() - DAY),
        ):
            with pytest.raises(Invalid):
                promises.make_promise(case, omar, words=words, promised_on=day)
        assert case.promise_state is None

    def test_nobody_is_promised_what_nobody_reads(self, omar: Member) -> None:
        with pytest.raises(Invalid):
            promises.make_promise(
                make_case(owner=omar), omar, words="Something", promised_on=clock.today() + DAY
            )


class TestKeepPromise:
    def test_its_author_is_told_that_it_is_done(self, ana: Member, omar: Member) -> None:
        case = promised(ana, omar)
        promises.keep_promise(case, omar)
        follow_due()
        assert (case.promise_state, item_of(case).stage) == ("kept", "delivered")
        assert told(ana) == ["cases.promised", "cases.promise_kept"]

    def test_once_is_enough(self, ana: Member, omar: Member) -> None:
        case = promised(ana, omar)
        promises.keep_promise(case, omar)
        with pytest.raises(Conflict):
            promises.keep_promise(case, omar)


class TestBrokenPromises:
    def test_the_day_after_it_is_broken_and_both_sides_know(self, ana: Member, omar: Member) -> None:
        now = clock.now()
        case = promised(ana, omar, days=2)
        with clock.stopped_at(now + 2 * DAY):
            assert promises.break_promises_due() == 0
        with clock.stopped_at(now + 3 * DAY):
            assert promises.break_promises_due() == 1
            assert promises.break_promises_due() == 0
            follow_due()
        assert case.promise_state == "broken"
        assert told(ana)[-1] == "cases.promise_broken"
        assert told(omar)[-1] == "cases.promise_missed"

    def test_a_promise_lasts_as_long_as_the_day_of_the_company(self, ana: Member, omar: Member) -> None:
        noon = clock.now().replace(hour=12)
        with clock.stopped_at(noon):
            case = promised(ana, omar, days=1)
            with unit_of_work():
                get_working_hours().time_zone = "America/Los_Angeles"
        # Midnight in UTC is an afternoon there, in which the day has not passed.
        with clock.stopped_at(noon + timedelta(days=1, hours=16)):
            assert promises.break_promises_due() == 0
            today = clock.today() - DAY
            promises.make_promise(case, omar, words="Before we close", promised_on=today)
        with clock.stopped_at(noon + timedelta(days=1, hours=20)):
            assert promises.break_promises_due() == 1

    def test_what_is_done_late_is_said_to_be_late(self, ana: Member, omar: Member) -> None:
        now, case = clock.now(), promised(ana, omar, days=1)
        with clock.stopped_at(now + 4 * DAY):
            promises.break_promises_due()
            promises.keep_promise(case, omar)
        assert case.promise_state == "kept"
        assert steps_of(case)[-2:] == ["promise_broken", "promise_kept"]

    def test_an_owner_can_say_it_before(self, ana: Member, omar: Member) -> None:
        case = promised(ana, omar)
        with pytest.raises(Invalid):
            promises.break_promise(case, omar, reason=" ")
        promises.break_promise(case, omar, reason="The mill has closed.")
        follow_due()
        assert case.promise_state == "broken"
        assert notices_of(ana)[-1].data["reason"] == "The mill has closed."
        with pytest.raises(Conflict):
            promises.break_promise(case, omar, reason="Again")

    def test_a_reply_does_not_touch_the_promise(self, ana: Member, omar: Member) -> None:
        case = promised(ana, omar)
        replies.reply(case, omar, body="Still on it.")
        assert case.promise_state == "open"
