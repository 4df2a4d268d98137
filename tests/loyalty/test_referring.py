"""Links for friends: who comes by one, who counts, and who tries in vain."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.activity.actions import follow_due
from community.ideas.actions.accepting import accept_supported
from community.ideas.actions.votes import support_idea
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.loyalty.actions.awarding import mature_waiting
from community.loyalty.actions.referring import code_of, count_friend, note_friend
from community.loyalty.models import Award, Programme, Referral, ReferralLink
from community.loyalty.queries.books import balances_of
from community.loyalty.referring import is_one_mailbox
from community.members.actions import suspend_member
from community.members.models import Member
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.loyalty import make_award, make_lot
from tests.factories.members import make_member
from tests.racing import at_once

Browser = Callable[[Member], Client]


def join(client: Client, *, email: str = "friend@example.net") -> Member:
    """Join as anybody does, with whatever the browser carries; all that follows is done."""
    answer = client.post(
        "/join", data={"display_name": "A friend", "email": email, "password": "a few words in a row"}
    )
    assert answer.status_code == 303
    follow_due()
    return db.session.scalars(select(Member).order_by(Member.id.desc()).limit(1)).one()


def verify(member: Member) -> None:
    with unit_of_work():
        locked = lock(Member, member.id)
        locked.email = locked.claimed_email
        locked.email_folded = locked.claimed_email_folded


def referrals() -> list[tuple[int, int, bool]]:
    """Inviter, friend, and whether the friend is active."""
    rows = select(Referral.inviter_id, Referral.friend_id, Referral.active_at.is_not(None))
    return [tuple(row) for row in db.session.execute(rows.order_by(Referral.friend_id))]


def thanks_of(member: Member) -> list[tuple[str, int]]:
    rows = select(Award.state, Award.points).where(
        Award.member_id == member.id, Award.rule == "referral_active"
    )
    return [tuple(row) for row in db.session.execute(rows)]


def friend_of(inviter: Member) -> Member:
    """A verified member who came by the inviter's link."""
    friend = make_member()
    note_friend(friend, code=code_of(inviter))
    return friend


class TestLink:
    def test_it_always_stays_the_same_and_is_ones_own(self, ana: Member, ben: Member) -> None:
        assert code_of(ana) == code_of(ana) != code_of(ben)

    def test_asked_for_in_ten_windows_at_once_it_is_one(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            member_id = make_member().id
            codes = at_once(app, *[lambda: code_of(db.session.get_one(Member, member_id))] * 10)
            assert len(set(codes)) == 1
            db.session.rollback()
            assert db.session.scalar(select(func.count()).select_from(ReferralLink)) == 1


class TestArriving:
    def test_who_joins_by_a_link_is_the_inviters_friend(self, client: Client, ana: Member) -> None:
        answer = client.get(f"/i/{code_of(ana)}")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/join")
        assert "A friend invited you" in client.get("/join").text
        friend = join(client)
        assert referrals() == [(ana.id, friend.id, False)]

    def test_who_joins_without_one_is_nobodys(self, client: Client, ana: Member) -> None:
        code_of(ana)
        join(client)
        assert referrals() == []

    @pytest.mark.parametrize("code", ["nobody2345", "x" * 24, "y" * 300, "%20%27--", "ana"])
    def test_a_made_up_code_leads_to_plain_joining(self, client: Client, code: str) -> None:
        answer = client.get(f"/i/{code}")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/join")
        join(client)
        assert referrals() == []

    def test_so_does_the_link_of_somebody_who_was_suspended(
        self, client: Client, ana: Member, ben: Member, ada: Member
    ) -> None:
        before, after = client.application.test_client(), client
        code = code_of(ana)
        before.get(f"/i/{code}")
        suspend_member(ana, by=ada)
        assert after.get(f"/i/{code}").headers["Location"] == "/join"
        join(before, email="before@example.net")
        join(after, email="after@example.net")
        assert referrals() == []

    def test_and_that_of_somebody_who_is_gone(self, client: Client, ana: Member) -> None:
        code = code_of(ana)
        with unit_of_work():
            lock(Member, ana.id).state = "erased"
        assert client.get(f"/i/{code}").headers["Location"] == "/join"
        join(client)
        assert referrals() == []

    def test_all_links_do_while_the_programme_is_closed(self, client: Client, ana: Member) -> None:
        code = code_of(ana)
        with unit_of_work() as session:
            session.get_one(Programme, 1).is_open = False
        assert client.get(f"/i/{code}").headers["Location"] == "/join"
        join(client)
        assert referrals() == []

    def test_a_week_later_one_has_come_alone(self, client: Client, ana: Member) -> None:
        client.get(f"/i/{code_of(ana)}")
        with clock.stopped_at(clock.ahead(days=7, minutes=1)):
            join(client)
        assert referrals() == []

    def test_who_is_here_already_is_not_invited(
        self, ana: Member, ben: Member, browser_of: Browser, client: Client
    ) -> None:
        for somebody in (ana, ben):
            answer = browser_of(somebody).get(f"/i/{code_of(ana)}")
            assert (answer.status_code, answer.headers["Location"]) == (303, "/")
        assert referrals() == []

    def test_signing_in_forgets_by_whose_link_one_came(self, app: Flask, ana: Member) -> None:
        """An own link, opened before signing in, is not there for a second account."""
        browser = app.test_client()
        first = join(browser, email="first@example.net")
        code = code_of(first)
        browser.post("/sign-out")
        browser.get(f"/i/{code}")
        browser.post("/sign-in", data={"email": "first@example.net", "password": "a few words in a row"})
        browser.post("/sign-out")
        join(browser, email="second@example.net")
        assert referrals() == []

    def test_a_forged_way_counts_for_nothing(self, client: Client, ana: Member) -> None:
        code_of(ana)
        with client.session_transaction() as session:
            session["came_by"] = [f"' OR member_id = {ana.id}", clock.now().timestamp()]
        join(client)
        assert referrals() == []


class TestNoteFriend:
    def test_nobody_invites_themselves(self, ana: Member) -> None:
        assert note_friend(ana, code=code_of(ana)) is None
        assert referrals() == []

    def test_the_first_who_invited_is_the_inviter(self, ana: Member, ben: Member, lin: Member) -> None:
        note_friend(lin, code=code_of(ana))
        note_friend(lin, code=code_of(ben))
        assert referrals() == [(ana.id, lin.id, False)]


class TestCountFriend:
    def test_it_takes_a_confirmed_address_and_an_accepted_contribution(
        self, client: Client, ana: Member
    ) -> None:
        client.get(f"/i/{code_of(ana)}")
        friend = join(client)
        verify(friend)
        idea = make_idea(author=friend)
        follow_due()
        assert thanks_of(ana) == []
        for _number in range(3):
            support_idea(idea, make_member())
        accept_supported()
        follow_due()
        assert thanks_of(ana) == [("matured", 25)]
        assert referrals() == [(ana.id, friend.id, True)]
        assert balances_of(ana.id).available == 25

    def test_without_a_confirmed_address_nobody_counts(self, client: Client, ana: Member) -> None:
        client.get(f"/i/{code_of(ana)}")
        friend = join(client)
        make_lot(friend)
        count_friend(friend)
        assert thanks_of(ana) == []
        verify(friend)
        count_friend(friend)
        assert thanks_of(ana) == [("matured", 25)]

    def test_each_friend_counts_once(self, ana: Member) -> None:
        friend = friend_of(ana)
        for rule in ("idea_accepted", "comment_helpful", "survey_completed"):
            make_lot(friend, rule=rule)
            count_friend(friend)
        assert thanks_of(ana) == [("matured", 25)]

    def test_what_is_still_pending_or_only_thanks_for_the_profile_is_not_enough(self, ana: Member) -> None:
        friend = friend_of(ana)
        make_award(friend)
        make_lot(friend, rule="profile_completed")
        count_friend(friend)
        assert referrals() == [(ana.id, friend.id, False)]
        assert thanks_of(ana) == []

    def test_waiting_alone_makes_active_too(self, ana: Member) -> None:
        friend = friend_of(ana)
        make_idea(author=friend)
        follow_due()
        with clock.stopped_at(clock.now() + timedelta(days=8)):
            mature_waiting()
            follow_due()
        assert thanks_of(ana) == [("matured", 25)]

    def test_an_inviter_who_is_no_longer_here_gets_nothing(self, ana: Member, ada: Member) -> None:
        friend = friend_of(ana)
        suspend_member(ana, by=ada)
        make_lot(friend)
        count_friend(friend)
        assert thanks_of(ana) == []

    def test_staff_invite_without_points(self, mia: Member) -> None:
        friend = friend_of(mia)
        make_lot(friend)
        count_friend(friend)
        assert referrals() == [(mia.id, friend.id, True)]
        assert thanks_of(mia) == []

    def test_the_same_mailbox_with_another_word_in_it_is_no_friend(self, ana: Member) -> None:
        name, _at, host = str(ana.email).partition("@")
        friend = make_member(email=f"{name}+second@{host}")
        note_friend(friend, code=code_of(ana))
        make_lot(friend)
        count_friend(friend)
        assert referrals() == [(ana.id, friend.id, False)]
        assert thanks_of(ana) == []

    def test_one_mailbox_counts_as_one_friend(self, ana: Member) -> None:
        friends = [make_member(email=f"friend+{number}@example.net") for number in range(3)]
        for friend in friends:
            note_friend(friend, code=code_of(ana))
            make_lot(friend)
            count_friend(friend)
        assert [is_active for _inviter, _friend, is_active in referrals()] == [True, False, False]
        assert thanks_of(ana) == [("matured", 25)]

    def test_one_mailbox_counts_as_one_friend_also_at_once(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            inviter = make_member()
            friends = [make_member(email=f"friend+{number}@example.net") for number in range(4)]
            for friend in friends:
                note_friend(friend, code=code_of(inviter))
                make_lot(friend)
            inviter_id, ids = inviter.id, [friend.id for friend in friends]
            at_once(app, *[lambda id_=id_: count_friend(db.session.get_one(Member, id_)) for id_ in ids])
            db.session.rollback()
            assert thanks_of(db.session.get_one(Member, inviter_id)) == [("matured", 25)]

    def test_two_things_accepted_at_once_count_once(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            inviter = make_member()
            friend = friend_of(inviter)
            make_lot(friend)
            friend_id, inviter_id = friend.id, inviter.id
            at_once(app, *[lambda: count_friend(db.session.get_one(Member, friend_id))] * 6)
            db.session.rollback()
            assert thanks_of(db.session.get_one(Member, inviter_id)) == [("matured", 25)]


class TestIsOneMailbox:
    @pytest.mark.parametrize("other", ["Ana@Example.org", "ana+x@example.org", "ANA+a+b@EXAMPLE.ORG"])
    def test_it_sees_through_the_plain_tricks(self, other: str) -> None:
        assert is_one_mailbox("ana@example.org", other)

    def test_it_knows_where_dots_do_not_matter(self) -> None:
        assert is_one_mailbox("ana@gmail.com", "a.n.a+x@googlemail.com")
        assert not is_one_mailbox("ana@example.org", "a.na@example.org")

    @pytest.mark.parametrize("other", ["ana@example.com", "anna@example.org", "b+ana@example.org", None])
    def test_others_are_others(self, other: str | None) -> None:
        assert not is_one_mailbox("ana@example.org", other)


class TestInvitePage:
    def test_it_shows_the_link_and_how_many_came(self, ana: Member, browser_of: Browser) -> None:
        friend_of(ana)
        active = friend_of(ana)
        make_lot(active)
        count_friend(active)
        page = browser_of(ana).get("/me/invite").text
        assert re.search(rf'value="http[^"]*/i/{code_of(ana)}"', page)
        assert 'data-friends-joined="2" data-friends-active="1"' in page
        assert "25 points" in page
        for friend in db.session.scalars(select(Member).where(Member.id != ana.id)):
            assert friend.display_name not in page

    def test_without_scripts_the_button_that_copies_is_not_there(
        self, ana: Member, browser_of: Browser
    ) -> None:
        page = browser_of(ana).get("/me/invite").text
        assert re.search(r"<button[^>]* data-copy hidden>", page)
        assert 'readonly aria-describedby="link-hint"' in page

    def test_staff_are_promised_no_points(self, mia: Member, browser_of: Browser) -> None:
        assert "You get 25 points" not in browser_of(mia).get("/me/invite").text

    def test_it_is_for_members_while_the_programme_is_open(
        self, ana: Member, client: Client, browser_of: Browser
    ) -> None:
        assert client.get("/me/invite").headers["Location"][:8] == "/sign-in"
        with unit_of_work() as session:
            session.get_one(Programme, 1).is_open = False
        assert browser_of(ana).get("/me/invite").status_code == 404
