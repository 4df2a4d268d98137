"""A member's own points: the balance, what waits, what expires, and every line of the statement."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from community.infra import clock
from community.infra.db import db, unit_of_work
from community.loyalty.actions import adjusting, awarding, points
from community.loyalty.actions.expiring import expire_due
from community.loyalty.actions.programme import change_programme
from community.loyalty.models import Award, Hold, Redemption, Reward
from community.loyalty.queries import mine, statement
from community.loyalty.queries.tiers import all_tiers
from community.members.models import Member
from community.panels.actions import membership
from tests.conftest import Client
from tests.factories.loyalty import give_points, make_adjustment, make_award, make_lot, stand_on
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.statements import statements

MARCH = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def page_of(browser_of) -> Callable[..., str]:
    """A function that reads a page as a member."""

    def read(member: Member, path: str = "/me/points") -> str:
        answer = browser_of(member).get(path)
        assert answer.status_code == 200
        return str(answer.text)

    return read


def redeem(member: Member, amount: int, *, quantity: int = 1) -> tuple[Redemption, Hold]:
    """Points held for a tree."""
    with unit_of_work() as session:
        reward = Reward(kind="donation", name={"en": "Plant a tree", "zh_Hans": "种一棵树"}, cost=amount)
        session.add(reward)
        session.flush()
        held = points.hold(member.id, amount, key=f"tree {reward.id}", reward_id=reward.id)
        redemption = Redemption(
            reward_id=reward.id,
            member_id=member.id,
            form_key=f"key {reward.id}",
            quantity=quantity,
            cost=amount,
            hold_id=held.id,
        )
        session.add(redemption)
    return redemption, held


class TestAccess:
    @pytest.mark.parametrize("path", ["/me/points", "/me/points/statement", "/me/points/statement.csv"])
    def test_visitors_sign_in_first(self, client: Client, path: str) -> None:
        answer = client.get(path)
        assert answer.status_code == 303
        assert "/sign-in" in answer.location

    def test_everybody_sees_their_own_only(
        self, page_of: Callable[..., str], ana: Member, ben: Member
    ) -> None:
        make_lot(ana, 77, title="A secret of mine")
        for path in ("/me/points", "/me/points/statement", "/me/points/statement.csv"):
            assert "A secret of mine" in page_of(ana, path)
            assert "A secret of mine" not in page_of(ben, path)


class TestOverview:
    def test_a_new_member_has_nothing_and_is_told_what_to_do(
        self, page_of: Callable[..., str], ana: Member
    ) -> None:
        page = page_of(ana)
        assert 'data-balance="0"' in page
        assert "No points yet." in page
        assert "200 points are missing to reach Silver." in page
        assert "more month" not in page

    def test_the_balance_what_is_pending_and_what_is_set_aside(
        self, page_of: Callable[..., str], ana: Member
    ) -> None:
        give_points(ana, 1340)
        redeem(ana, 40)
        make_award(ana, 12)
        page = page_of(ana)
        assert 'data-balance="1300"' in page
        assert "1,300</strong>" in page
        assert "12 points are pending" in page
        assert "40 points are set aside" in page

    def test_pending_points_say_what_for_and_until_when(
        self, page_of: Callable[..., str], ana: Member
    ) -> None:
        with clock.stopped_at(MARCH), unit_of_work():
            awarding.thank(
                "idea_accepted",
                member_id=ana.id,
                source=("idea", 5),
                title="Smaller <boxes>",
                path="/ideas/5",
            )
        page = page_of(ana)
        assert '+20 for your idea “<a href="/ideas/5">Smaller &lt;boxes&gt;</a>”' in page
        assert (
            "until a moderator accepts it, until there are 3 members who support it, or until March 10, 2026"
            in page
        )

    def test_what_gave_nothing_says_why(self, page_of: Callable[..., str], ana: Member, ada: Member) -> None:
        award = make_award(ana, 10, title="A question")
        awarding.deny([award], by=ada, note="Our service has answered it.")
        page = page_of(ana)
        assert "No points for your idea" in page
        assert "A moderator decided that it does not count." in page
        assert "Our service has answered it." in page
        with clock.stopped_at(clock.ahead(days=31)):
            assert "No points for your idea" not in page_of(ana)

    def test_what_was_given_again_is_not_told_as_lost(self, page_of: Callable[..., str], ana: Member) -> None:
        award = make_award(ana, 10, title="A question")
        source = (award.source_type, award.source_id)
        awarding.take_back(source, reason="merged")
        assert "No points for your idea" in page_of(ana)
        awarding.give_again(source, reasons_undone=["merged"])
        assert "No points for your idea" not in page_of(ana)

    def test_a_debt_is_explained(self, page_of: Callable[..., str], ana: Member) -> None:
        lot = make_lot(ana, 30)
        redeem(ana, 12)
        with unit_of_work():
            points.claw_back(db.session.get_one(Award, lot.award_id))
        page = page_of(ana)
        assert "You owe 12 points: the next ones you earn pay them first." in page
        assert 'data-balance="-12"' in page
        assert "0</strong> <span>points to spend" in page
        make_lot(ana, 20)
        assert "You owe" not in page_of(ana).split('id="lines"')[0]
        assert "12 of them paid what you owed." in page_of(ana)

    def test_what_expires_stands_by_days_where_the_member_lives(
        self, page_of: Callable[..., str], ana: Member, lin: Member
    ) -> None:
        evening = (clock.now() + timedelta(days=40)).replace(hour=20, minute=0)
        for member in (ana, lin):
            make_lot(member, 5, expires_at=evening)
            make_lot(member, 7, expires_at=evening + timedelta(hours=1))
            make_lot(member, 9, expires_at=evening + timedelta(days=30))
        page = page_of(ana)
        assert page.index('data-expiring="12"') < page.index('data-expiring="9"')
        # In Shanghai it is the next day already.
        day = (evening + timedelta(days=1)).day
        assert f"{day}日" in page_of(lin).split('data-expiring="12"')[1][:80]

    def test_what_expires_after_the_next_days_is_one_number(
        self, page_of: Callable[..., str], ana: Member
    ) -> None:
        for months in range(1, 8):
            make_lot(ana, months, expires_at=clock.ahead(days=30 * months))
        page = page_of(ana)
        assert page.count("data-expiring") == 5
        assert "13 points later" in page

    def test_a_tier_shows_what_it_brings_and_what_keeps_it(
        self, page_of: Callable[..., str], ana: Member
    ) -> None:
        silver = all_tiers()[1]
        with unit_of_work():
            db.session.merge(silver).benefits = {"en": "Quicker answers."}
        make_lot(ana, 100)
        stand_on(silver, ana)
        page = page_of(ana)
        assert "Quicker answers." in page
        assert "500 points are missing to reach Gold." in page
        assert "60 more points keep Silver" in page

    def test_it_takes_the_same_statements_however_much_there_is(
        self, browser_of, ana: Member, ben: Member
    ) -> None:
        make_lot(ana, 10)
        for number in range(12):
            make_lot(ben, 10)
            make_award(ben, 10)
            make_lot(ben, 1, expires_at=clock.ahead(days=number + 1))
        few, many = browser_of(ana), browser_of(ben)
        counts = []
        for browser in (few, many):
            browser.get("/me/points")
            with statements() as sent:
                browser.get("/me/points")
            counts.append(len(sent))
        assert counts[0] == counts[1]


class TestStatement:
    def lines(self, page: str) -> list[str]:
        """The lines of the page as text."""
        found = re.findall(r'<li class="points-line .*?</li>', page, re.DOTALL)
        return [" ".join(re.sub(r"<[^>]+>", "", line).split()) for line in found]

    def test_every_kind_of_line_is_a_plain_sentence(
        self, page_of: Callable[..., str], ana: Member, ada: Member
    ) -> None:
        with clock.stopped_at(MARCH):
            with unit_of_work():
                awarding.thank(
                    "idea_accepted", member_id=ana.id, source=("idea", 5), title="Boxes", path="/ideas/5"
                )
                awarding.accept(("idea", 5), reason="approved", by=ada)
            with unit_of_work():
                awarding.thank(
                    "idea_planned", member_id=ana.id, source=("idea", 5), title="Boxes", path="/ideas/5"
                )
            _redemption, held = redeem(ana, 40, quantity=2)
            points.release(held)
            with unit_of_work():
                points.adjust(make_adjustment(ana, 5, asked_by=ada), actor=ada)
                points.adjust(make_adjustment(ana, -3, asked_by=ada), actor=ada)
            with unit_of_work():
                awarding.take_back(("idea", 5), reason="deleted", rules=["idea_accepted"])
        lines = self.lines(page_of(ana, "/me/points/statement"))
        said = [line.split(" Why")[0].split(" Balance")[0] for line in lines]
        assert said == [
            "−20: what you had for your idea “Boxes” was taken back on March 3, 2026 It was deleted.",
            "−3 taken by hand on March 3, 2026: Put right by hand.",
            "+5 given by hand on March 3, 2026: Put right by hand.",
            "+40 back from “Plant a tree”, which came to nothing, on March 3, 2026",
            "−40 for “Plant a tree”, 2 of them, on March 3, 2026",
            "+30 for your idea “Boxes”, which is planned, on March 3, 2026",
            "+20 for your idea “Boxes”, accepted on March 3, 2026 10 of them are for the first time.",
        ]
        assert [line.rsplit("Balance ")[1] for line in lines] == ["32", "52", "55", "50", "10", "50", "20"]

    def test_an_expiry_says_since_when_the_points_were_there(
        self, page_of: Callable[..., str], ana: Member
    ) -> None:
        with clock.stopped_at(MARCH):
            make_lot(ana, 15, expires_at=MARCH + timedelta(days=10))
        with clock.stopped_at(MARCH + timedelta(days=11)):
            expire_due()
        first = self.lines(page_of(ana, "/me/points/statement"))[0]
        assert first.startswith("−15: points you had since March 3, 2026 expired on March 14, 2026")

    def test_it_names_the_rule_and_its_version_on_request(
        self, page_of: Callable[..., str], ana: Member, ada: Member
    ) -> None:
        with unit_of_work():
            awarding.thank(
                "idea_planned", member_id=ana.id, source=("idea", 5), title="Boxes", path="/ideas/5"
            )
        page = page_of(ana, "/me/points/statement")
        assert "By the rule “Own idea planned”, version 1, made on" in page.split("<details")[2]

    def test_it_speaks_the_language_of_the_reader(self, page_of: Callable[..., str], lin: Member) -> None:
        make_lot(lin, 1240)
        redeem(lin, 40)
        page = page_of(lin, "/me/points/statement")
        assert "种一棵树" in page
        assert "Plant a tree" not in page
        assert 'data-balance-after="1200">1,200<' in page

    def test_it_leads_only_where_the_reader_may_go(
        self, page_of: Callable[..., str], ana: Member, ada: Member
    ) -> None:
        private = make_panel(visibility="private", members=(ana,))
        make_lot(ana, 10, title="Open", path="/ideas/1", panel_id=make_panel().id)
        make_lot(ana, 10, title="Private", path="/ideas/2", panel_id=private.id)
        page = page_of(ana, "/me/points/statement")
        assert '<a href="/ideas/1">Open</a>' in page
        assert '<a href="/ideas/2">Private</a>' in page
        membership.leave_panel(ana, private)
        page = page_of(ana, "/me/points/statement")
        assert '<a href="/ideas/1">Open</a>' in page
        assert 'href="/ideas/2"' not in page
        assert "“Private”" in page

    def test_what_was_deleted_is_no_link(self, page_of: Callable[..., str], ana: Member) -> None:
        with unit_of_work():
            awarding.thank(
                "idea_planned", member_id=ana.id, source=("idea", 5), title="Boxes", path="/ideas/5"
            )
        with unit_of_work():
            awarding.take_back(("idea", 5), reason="deleted")
        assert "/ideas/5" not in page_of(ana, "/me/points/statement")

    def test_a_redemption_leads_to_what_was_redeemed(self, page_of: Callable[..., str], ana: Member) -> None:
        give_points(ana, 50)
        redemption, _held = redeem(ana, 40)
        link = f'<a href="/me/rewards/{redemption.id}">Plant a tree</a>'
        assert link in page_of(ana, "/me/points/statement")

    def test_pages_follow_each_other_by_key(self, page_of: Callable[..., str], ana: Member) -> None:
        for number in range(1, 58):
            make_lot(ana, number)
        seen, path = [], "/me/points/statement"
        while path:
            page = page_of(ana, path)
            seen.append([int(amount) for amount in re.findall(r'data-amount="(-?\d+)"', page)])
            found = re.search(r'rel="next" href="([^"]+)"', page)
            path = found[1] if found else ""
        assert [len(amounts) for amounts in seen] == [25, 25, 7]
        assert [amount for amounts in seen for amount in amounts] == list(range(57, 0, -1))

    @pytest.mark.parametrize("before", ["0", "-4", "x", "9" * 40])
    def test_a_number_that_makes_no_sense_begins_at_the_newest(
        self, page_of: Callable[..., str], ana: Member, before: str
    ) -> None:
        give_points(ana, 7)
        assert 'data-amount="7"' in page_of(ana, f"/me/points/statement?before={before}")

    def test_before_the_first_line_there_is_nothing(self, page_of: Callable[..., str], ana: Member) -> None:
        assert "Nothing before this" in page_of(ana, "/me/points/statement?before=1")

    def test_it_takes_the_same_statements_however_long_it_is(
        self, browser_of, ana: Member, ben: Member
    ) -> None:
        give_points(ana, 50)
        redeem(ana, 10)
        for _number in range(30):
            give_points(ben, 50)
            redeem(ben, 10)
        counts = []
        for member in (ana, ben):
            browser = browser_of(member)
            browser.get("/me/points/statement")
            with statements() as sent:
                browser.get("/me/points/statement")
            counts.append(len(sent))
        assert counts[0] == counts[1]


class TestFile:
    def rows(self, browser: Client) -> list[list[str]]:
        """The table that the browser gets."""
        answer = browser.get("/me/points/statement.csv")
        assert answer.mimetype == "text/csv"
        assert "points.csv" in answer.headers["Content-Disposition"]
        return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))

    def test_it_has_every_line(self, browser_of, ana: Member, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(statement, "PIECE", 3)
        for number in range(1, 9):
            make_lot(ana, number)
        head, *rows = self.rows(browser_of(ana))
        assert head[:4] == ["Line", "Date", "Points", "Balance after"]
        assert [int(row[2]) for row in rows] == list(range(8, 0, -1))
        assert [int(row[3]) for row in rows] == [36, 28, 21, 15, 10, 6, 3, 1]
        assert rows[0][4].startswith("8 for your idea")
        assert rows[0][7].startswith("http")

    def test_a_title_is_no_formula(self, browser_of, ana: Member) -> None:
        with unit_of_work():
            make_lot(ana, 5, title='=HYPERLINK("http://evil.example")')
        adjusting.ask_for_adjustment(ana, make_member(roles=("admin",)), amount=4, reason="\n=1+1 was wrong")
        for row in self.rows(browser_of(ana)):
            assert not any(cell.lstrip().startswith(("=", "@")) for cell in row)
            assert all("\n=" not in cell for cell in row)


class TestHead:
    def test_the_points_stand_in_the_head_while_the_programme_is_open(
        self, page_of: Callable[..., str], client: Client, ana: Member, ada: Member
    ) -> None:
        give_points(ana, 340)
        assert "340 points</a>" in page_of(ana, "/inbox")
        assert 'href="/rewards"' in client.get("/").text
        change_programme({"is_open": False}, by=ada)
        page = page_of(ana, "/inbox")
        assert "340 points</a>" not in page
        assert 'href="/rewards"' not in page
        with clock.stopped_at(clock.now() + mine.KEPT + timedelta(seconds=1)):
            assert 'href="/rewards"' not in client.get("/").text
        closed = page_of(ana)
        assert 'data-balance="340"' in closed
        assert "no points are earned or spent" in closed

    def test_members_cost_one_statement_and_visitors_none_once_it_is_known(
        self, app: Flask, ana: Member
    ) -> None:
        mine.find_head(None)
        for who, expected in ((Member(id=ana.id), 1), (None, 0)):
            with statements() as sent:
                mine.find_head(who)
            assert len(sent) == expected
