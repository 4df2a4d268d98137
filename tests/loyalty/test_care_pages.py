"""The staff pages that look after the books: overview, checks with their alarm, one member's books."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from community.activity.actions import follow_due
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.infra.errors import Unavailable
from community.loyalty.actions import points, tiering
from community.loyalty.actions.adjusting import ask_for_adjustment
from community.loyalty.actions.checking import check_books
from community.loyalty.models import BooksCheck, Lot
from community.loyalty.queries.books import payouts_stopped
from community.members.models import Member
from community.notifications.models import Notice
from tests.conftest import Client
from tests.factories.loyalty import give_points, make_award, make_lot, stop_payouts
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.statements import statements

Browser = Callable[[Member], Client]


def tamper(member: Member, *, by: int) -> None:
    """Change a lot past the site, as nobody may."""
    with unit_of_work() as session:
        session.execute(update(Lot).where(Lot.member_id == member.id).values(granted=Lot.granted + by))


class TestOverview:
    def test_it_counts_what_waits(self, ana: Member, ada: Member, browser_of: Browser) -> None:
        make_award(ana, 5)
        ask_for_adjustment(ana, ada, amount=500, reason="A thank-you.")
        page = browser_of(ada).get("/staff/rewards").text
        assert page.count('data-waiting="1"') == 2
        assert page.count('data-waiting="0"') == 2

    def test_a_moderator_of_one_panel_sees_what_waits_there(self, ana: Member, browser_of: Browser) -> None:
        here, there = make_panel("Here", slug="here"), make_panel("There", slug="there")
        make_award(ana, 5, panel_id=here.id)
        make_award(ana, 5, panel_id=there.id)
        make_award(ana, 5)
        page = browser_of(make_member(roles=("moderator",), panel_id=here.id)).get("/staff/rewards").text
        assert 'data-waiting="1"' in page
        for other in ("redemptions", "catalogue", "rules", "tiers", "adjustments", "books", "programme"):
            assert f'href="/staff/rewards/{other}' not in page

    def test_an_owner_hands_over_and_does_not_run_it(self, omar: Member, browser_of: Browser) -> None:
        page = browser_of(omar).get("/staff/rewards").text
        assert 'href="/staff/rewards/redemptions"' in page
        assert 'href="/staff/rewards/books"' not in page

    def test_analysts_have_nothing_to_do_here(self, browser_of: Browser) -> None:
        assert browser_of(make_member(roles=("analyst",))).get("/staff/rewards").status_code == 403


class TestBooks:
    def test_a_look_finds_that_all_adds_up(self, ana: Member, ada: Member, browser_of: Browser) -> None:
        give_points(ana, 30)
        client = browser_of(ada)
        assert "The books were not looked through yet" in client.get("/staff/rewards/books").text
        answer = client.post("/staff/rewards/books/checks")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/rewards/books")
        page = client.get("/staff/rewards/books").text
        assert 'data-balanced="yes"' in page
        assert "+30" in page
        assert "−30" in page

    def test_a_mismatch_is_shown_with_the_member_and_the_numbers(
        self, ana: Member, ada: Member, browser_of: Browser
    ) -> None:
        give_points(ana, 30)
        tamper(ana, by=7)
        client = browser_of(ada)
        client.post("/staff/rewards/books/checks")
        page = client.get("/staff/rewards/books").text
        assert 'data-balanced="no"' in page
        assert f'href="/staff/rewards/members/{ana.id}"' in page
        assert "Free points are not those of the open lots, less what is owed." in page
        assert "−7" in page

    @pytest.mark.parametrize("role", ["moderator", "owner"])
    def test_looking_is_for_administrators(self, role: str, browser_of: Browser) -> None:
        client = browser_of(make_member(roles=(role,)))
        assert client.get("/staff/rewards/books").status_code == 403
        assert client.post("/staff/rewards/books/checks").status_code == 403
        assert db.session.scalar(select(BooksCheck)) is None

    def test_the_newest_look_is_the_one_that_payouts_hang_on(self, ada: Member, browser_of: Browser) -> None:
        stop_payouts()
        with clock.stopped_at(clock.ago(hours=1)):
            check_books()
        assert payouts_stopped()
        assert 'data-balanced="no"' in browser_of(ada).get("/staff/rewards/books").text


class TestAlarm:
    def test_a_mismatch_stops_payouts_and_tells_the_administrators(
        self, ana: Member, ada: Member, omar: Member, browser_of: Browser
    ) -> None:
        make_member("Admin of a panel", roles=("admin",), panel_id=make_panel().id)
        give_points(ana, 30)
        tamper(ana, by=7)
        check_books()
        follow_due()
        told = db.session.execute(select(Notice.member_id, Notice.kind, Notice.path)).all()
        assert told == [(ada.id, "loyalty.mismatched", "/staff/rewards/books")]
        assert "No points are paid out until you have looked." in browser_of(ada).get("/inbox").text
        with pytest.raises(Unavailable):
            points.hold(ana.id, 10, key="one", reward_id=1)

    def test_it_stands_above_every_staff_page_until_all_adds_up_again(
        self, ana: Member, ada: Member, mia: Member, browser_of: Browser
    ) -> None:
        give_points(ana, 30)
        tamper(ana, by=7)
        check_books()
        admin, moderator = browser_of(ada), browser_of(mia)
        for path in ("/staff", "/staff/ideas", "/staff/rewards"):
            page = moderator.get(path).text
            assert 'data-alarm="books"' in page, path
            assert "/staff/rewards/books" not in page
        assert 'href="/staff/rewards/books"' in admin.get("/staff/members").text
        assert 'data-alarm="books"' not in admin.get("/").text
        tamper(ana, by=-7)
        assert payouts_stopped()
        admin.post("/staff/rewards/books/checks")
        assert not payouts_stopped()
        assert 'data-alarm="books"' not in moderator.get("/staff").text

    def test_members_go_on_earning_meanwhile(self, ana: Member) -> None:
        stop_payouts()
        give_points(ana, 30)
        assert points.open_wallet(ana.id).member_id == ana.id


class TestMemberBooks:
    def test_every_movement_says_rule_version_and_what_it_was_for(
        self, ana: Member, ada: Member, browser_of: Browser
    ) -> None:
        make_lot(ana, 12, title="Cards that sing")
        ask_for_adjustment(ana, ada, amount=5, reason="For the mix-up in March.")
        page = browser_of(ada).get(f"/staff/rewards/members/{ana.id}").text
        assert "Cards that sing" in page
        assert "Idea accepted" in page
        assert "version 1" in page
        assert "For the mix-up in March." in page
        assert 'data-available="17"' in page

    def test_what_is_set_aside_and_owed_is_shown(self, ana: Member, ada: Member, browser_of: Browser) -> None:
        award = make_award(ana, 40)
        points.mature(award)
        points.hold(ana.id, 30, key="one", reward_id=1)
        points.claw_back(award)
        page = browser_of(ada).get(f"/staff/rewards/members/{ana.id}").text
        assert "30 of 30" in page
        assert 'data-available="-30"' in page

    def test_steps_between_tiers_say_when_and_why(
        self, ana: Member, ada: Member, browser_of: Browser
    ) -> None:
        give_points(ana, 250)
        tiering.count(ana.id)
        page = browser_of(ada).get(f"/staff/rewards/members/{ana.id}").text
        steps = page.partition('id="tier-steps"')[2].partition("</section>")[0]
        assert "Member → Silver" in steps
        assert "reached" in steps

    def test_a_member_without_points_has_empty_books(
        self, ben: Member, ada: Member, browser_of: Browser
    ) -> None:
        page = browser_of(ada).get(f"/staff/rewards/members/{ben.id}")
        assert page.status_code == 200
        assert "No points so far." in page.text

    def test_older_movements_are_on_further_pages(
        self, ana: Member, ada: Member, browser_of: Browser
    ) -> None:
        client, counts = browser_of(ada), []
        for _ in range(30):
            make_lot(ana, 1)
        with statements() as sent:
            first = client.get(f"/staff/rewards/members/{ana.id}").text
        counts.append(len(sent))
        assert first.count("data-transaction-id") == 50
        last = int(first.split("data-transaction-id=")[-1].split('"')[1])
        second = client.get(f"/staff/rewards/members/{ana.id}?before={last}").text
        assert second.count("data-transaction-id") == 10
        with statements() as sent:
            client.get(f"/staff/rewards/members/{ana.id}?before={last}")
        assert len(sent) == counts[0]

    def test_the_account_leads_there_for_administrators(
        self, ana: Member, ada: Member, browser_of: Browser
    ) -> None:
        page = browser_of(ada).get(f"/staff/members/{ana.id}").text
        assert f'href="/staff/rewards/members/{ana.id}"' in page

    def test_nobody_else_reads_them(self, ana: Member, omar: Member, browser_of: Browser) -> None:
        for member in (ana, omar):
            assert browser_of(member).get(f"/staff/rewards/members/{ana.id}").status_code == 403
