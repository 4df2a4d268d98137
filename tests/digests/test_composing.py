"""Who is written to when, and what stands in a digest."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from community.activity.models import Activity
from community.digests.actions.composing import send_due
from community.digests.models import Digest
from community.ideas.actions.responses import give_response
from community.ideas.actions.statuses import change_status
from community.ideas.actions.votes import support_idea
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.members.models import Member
from community.notifications.models import NoticePreference
from tests.factories.digests import MONDAY, digest_of, mails_to, make_reader
from tests.factories.feedback import make_read_item
from tests.factories.ideas import make_idea
from tests.factories.panels import make_panel
from tests.statements import statements


@pytest.fixture(autouse=True)
def monday(app: object) -> Iterator[None]:
    """Monday morning in London; what is made before the test stands there since then."""
    with clock.stopped_at(MONDAY):
        yield


@pytest.fixture
def reader() -> Member:
    return make_reader("Rea")


def parts(member: Member, kind: str) -> list[dict[str, Any]]:
    return [part for part in digest_of(member).parts if part["part"] == kind]


class TestWhen:
    def test_it_comes_on_monday_morning_where_the_member_lives(self, reader: Member) -> None:
        make_idea("Something to read")
        shanghai, angeles = (
            make_reader(time_zone="Asia/Shanghai"),
            make_reader(time_zone="America/Los_Angeles"),
        )
        send_due()
        assert [len(mails_to(member)) for member in (reader, shanghai, angeles)] == [1, 1, 0]
        with clock.stopped_at(MONDAY + timedelta(hours=8)):
            send_due()
        assert [len(mails_to(member)) for member in (reader, shanghai, angeles)] == [1, 1, 1]

    def test_there_is_one_a_week(self, reader: Member) -> None:
        make_idea("Something to read")
        for hours in (0, 1, 20, 24 * 7):
            with clock.stopped_at(MONDAY + timedelta(hours=hours)):
                make_idea()
                send_due()
        weeks = db.session.scalars(
            select(Digest.week_on).where(Digest.member_id == reader.id).order_by(Digest.week_on)
        )
        assert list(weeks) == [date(2026, 3, 2), date(2026, 3, 9)]
        assert len(mails_to(reader)) == 2

    def test_quiet_hours_hold_it_back_until_they_end(self) -> None:
        make_idea("Something to read")
        late = make_reader(quiet_from=22, quiet_until=10)
        send_due()
        assert mails_to(late) == []
        with clock.stopped_at(MONDAY + timedelta(hours=2)):
            send_due()
        assert len(mails_to(late)) == 1

    @pytest.mark.parametrize(
        "values",
        [
            {"state": "suspended"},
            {"mail_stopped_at": MONDAY},
            {"joined_at": MONDAY - timedelta(hours=1)},
        ],
    )
    def test_some_are_not_written_to(self, values: dict[str, Any]) -> None:
        make_idea("Something to read")
        member = make_reader(**values)
        send_due()
        assert mails_to(member) == []

    def test_whoever_wants_none_gets_none(self, reader: Member) -> None:
        make_idea("Something to read")
        with unit_of_work() as session:
            session.add(NoticePreference(member_id=reader.id, topic="digest", pace="never"))
        send_due()
        assert mails_to(reader) == []

    def test_an_empty_week_is_no_mail_and_is_not_looked_at_again(self, reader: Member) -> None:
        assert digest_of(reader).parts == []
        assert mails_to(reader) == []
        assert send_due() == 0

    def test_what_was_sent_is_recorded_once_for_many(self, reader: Member) -> None:
        make_reader()
        make_idea("Something to read")
        send_due()
        (sent,) = db.session.scalars(select(Activity).where(Activity.kind == "digest.sent"))
        # The author of the idea has joined today.
        assert sent.data == {"count": 2}


class TestNews:
    def test_it_tells_what_became_of_what_i_support(self, reader: Member, omar: Member) -> None:
        panel = make_panel()
        idea, other = make_idea("Thicker paper", panel=panel), make_idea("Waterproof ink", panel=panel)
        support_idea(idea, reader)
        change_status(idea, omar, status="planned", message="We order it in May.")
        change_status(other, omar, status="planned", message="Soon.")
        assert parts(reader, "news") == [
            {"part": "news", "subject": "idea", "id": idea.id, "what": "planned"}
        ]
        (mail,) = mails_to(reader)
        assert "It is planned: Thicker paper" in mail.body
        assert "We order it in May." in mail.body
        assert "It is planned" in mail.html

    def test_an_official_answer_is_news_too(self, reader: Member, omar: Member) -> None:
        idea = make_idea("Thicker paper", author=reader)
        give_response(idea, omar, body="We are looking for a mill.")
        assert [part["what"] for part in parts(reader, "news")] == ["answered"]

    def test_so_is_an_answer_to_what_i_said_elsewhere(self, reader: Member) -> None:
        item = make_read_item("The parcel came late.", author=reader, answered_at=MONDAY - timedelta(days=2))
        make_read_item("Long ago.", author=reader, answered_at=MONDAY - timedelta(days=9))
        assert parts(reader, "news") == [
            {"part": "news", "subject": "item", "id": item.id, "what": "answered"}
        ]
        assert f"/me/said/{item.id}" in mails_to(reader)[0].body

    def test_what_was_delivered_to_others_is_told_to_all_who_may_read_it(
        self, reader: Member, omar: Member
    ) -> None:
        for panel in (make_panel(), make_panel(visibility="private", members=(omar,))):
            idea = make_idea("Recycled ribbon", panel=panel, author=omar, status="in_progress")
            change_status(idea, omar, status="delivered", message="In all shops.")
        (part,) = parts(reader, "delivered")
        assert part["id"] != idea.id

    def test_news_of_last_week_is_not_told_again(self, reader: Member, omar: Member) -> None:
        idea = make_idea("Thicker paper", author=reader)
        change_status(idea, omar, status="planned", message="Soon.")
        send_due()
        with clock.stopped_at(MONDAY + timedelta(days=7)):
            send_due()
        later = db.session.scalars(select(Digest).where(Digest.week_on == date(2026, 3, 9)))
        told = {digest.member_id: digest.parts for digest in later}
        assert [part for part in told[reader.id] if part["part"] == "news"] == []


class TestPicks:
    def test_it_picks_what_i_do_not_know(self, reader: Member, omar: Member) -> None:
        panel = make_panel()
        new = make_idea("Something quite new", panel=panel)
        own, supported = (
            make_idea("An idea of my own", panel=panel, author=reader),
            make_idea("An idea I support", panel=panel),
        )
        support_idea(supported, reader)
        delivered = make_idea("An idea that is done", panel=panel, status="delivered")
        hidden = make_idea("An idea that was hidden", panel=panel, state="hidden", is_listed=False)
        outside = make_idea(
            "Behind a door", panel=make_panel(visibility="private", members=(omar,)), author=omar
        )
        assert [part["id"] for part in parts(reader, "pick")] == [new.id]
        body = mails_to(reader)[0].body
        for idea in (own, supported, delivered, hidden, outside):
            assert f"/ideas/{idea.id}\n" not in body

    def test_what_was_shown_is_not_shown_again(self, reader: Member) -> None:
        make_idea("Something quite new")
        assert len(parts(reader, "pick")) == 1
        with clock.stopped_at(MONDAY + timedelta(days=7)):
            send_due()
        assert len(mails_to(reader)) == 1

    def test_it_says_why_in_my_language(self) -> None:
        lin = make_reader("林晓", locale="zh_Hans", time_zone="Asia/Shanghai")
        make_idea("希望贺卡用更厚一点的纸")
        send_due()
        (mail,) = mails_to(lin)
        assert mail.locale == "zh_Hans"
        assert "希望贺卡用更厚一点的纸" in mail.body


class TestMail:
    def test_one_click_ends_it(self, reader: Member, client: Any) -> None:
        make_idea("Something to read")
        send_due()
        (mail,) = mails_to(reader)
        assert client.post(mail.stop_url.removeprefix("http://localhost:8000")).status_code < 400
        pace = db.session.scalar(select(NoticePreference.pace).where(NoticePreference.member_id == reader.id))
        assert pace == "never"

    def test_nobody_but_the_reader_is_named_by_address(self, reader: Member) -> None:
        make_idea("Something to read")
        send_due()
        (mail,) = mails_to(reader)
        assert "@example" not in mail.body + mail.html


class TestManyMembers:
    def test_each_costs_a_fixed_number_of_statements(self, reader: Member, ana: Member) -> None:
        panel = make_panel()
        for number in range(3):
            make_idea(f"An idea, number {number}", panel=panel, author=ana)
        send_due()

        def cost(weeks: int) -> int:
            with clock.stopped_at(MONDAY + timedelta(days=7 * weeks)), statements() as sent:
                send_due()
            return len(sent)

        cost(1)
        few = cost(2)
        for number in range(30):
            make_idea(f"Another idea {number}", panel=panel, author=ana)
        assert cost(3) <= few + 5

    def test_one_whose_digest_cannot_be_made_holds_up_nobody(self, reader: Member) -> None:
        make_idea("Something to read")
        other = make_reader()
        with unit_of_work() as session:
            odd = Digest(member_id=reader.id, week_on=date(2026, 2, 23), parts=[{"part": "pick"}])
            session.add(odd)
        send_due()
        assert (len(mails_to(reader)), len(mails_to(other))) == (0, 1)
        with unit_of_work():
            odd.parts = []
        send_due()
        assert (len(mails_to(reader)), len(mails_to(other))) == (1, 1)
