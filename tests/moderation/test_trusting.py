"""Members go up and down the levels of trust by what they did, and moderators answer for them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from community.activity.actions import follow_due
from community.ideas.actions.comments import add_comment
from community.ideas.actions.helpful import find_helpful
from community.ideas.actions.sightings import note_sighting
from community.ideas.actions.votes import support_idea
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.infra.errors import Forbidden
from community.members import actions as members
from community.members.models import Member, VisitDay
from community.members.queries import find_session
from community.moderation.actions import trusting
from community.moderation.models import TrustChange, TrustStanding
from community.moderation.queries import trust as queries
from community.moderation.trust import Facts
from community.notifications.queries import list_newest
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.moderation import make_flag, stand_on_level
from tests.statements import statements

LAST_WEEK = timedelta(days=7)


def be_here(member: Member, days: int) -> None:
    """Let the member have been here on so many days until yesterday."""
    with unit_of_work() as session:
        today = clock.now().date()
        session.add_all(
            VisitDay(member_id=member.id, on=today - timedelta(days=day + 1)) for day in range(days)
        )


def settle_in(member: Member) -> None:
    """Let the member do all that the first level takes."""
    be_here(member, 3)
    for _number in range(5):
        note_sighting(make_idea(), member)
    make_idea(author=member)


class TestVisitDays:
    def test_a_day_is_written_once_and_a_new_one_at_midnight_utc(self, ana: Member) -> None:
        evening = datetime(2026, 11, 22, 23, 58, tzinfo=UTC)
        with clock.stopped_at(evening):
            token = members.begin_session(ana)
        for minutes in (1, 5, 30):
            with clock.stopped_at(evening + timedelta(minutes=minutes)):
                browser = find_session(token)
                assert browser is not None
                members.note_seen(browser)
        days = db.session.scalars(
            select(VisitDay.on).where(VisitDay.member_id == ana.id).order_by(VisitDay.on)
        ).all()
        assert [day.day for day in days] == [22, 23]


class TestFacts:
    def test_they_count_what_was_done_and_what_others_made_of_it(self, ana: Member, ben: Member) -> None:
        settle_in(ana)
        idea = make_idea(author=ana)
        comment = add_comment(make_idea(), ana, body="A word of mine.")
        with clock.stopped_at(clock.now() - LAST_WEEK):
            support_idea(idea, ben)
        find_helpful(comment, ben)
        find_helpful(comment, make_member())
        make_idea(author=ana, state="hidden", is_listed=False)
        make_flag(idea, ben, outcome="agreed")
        make_flag(idea, make_member(), outcome="agreed")
        make_flag(comment, ben, outcome="disagreed", author_id=ana.id)
        facts = queries.facts_of([ana.id], since=clock.now() - timedelta(days=100))[ana.id]
        assert facts == Facts(
            days_here=3, ideas_read=5, texts_accepted=3, thanks=3, thankers=2, thanks_days=2, upheld_flags=1
        )

    def test_what_lies_before_the_window_does_not_count(self, ana: Member) -> None:
        with clock.stopped_at(clock.now() - timedelta(days=101)):
            settle_in(ana)
        facts = queries.facts_of([ana.id], since=clock.now() - timedelta(days=100))[ana.id]
        assert facts == Facts()

    def test_many_members_take_no_more_statements_than_one(self, app: Flask) -> None:
        everybody = [make_member().id for _number in range(20)]
        since = clock.now() - timedelta(days=100)
        counted = []
        for some in (everybody[:1], everybody):
            with statements() as sent:
                queries.facts_of(some, since=since)
            counted.append(len(sent))
        assert counted[0] == counted[1] == 5


class TestCount:
    def test_who_did_enough_goes_up_and_is_told(self, ana: Member) -> None:
        settle_in(ana)
        trusting.count_everybody()
        assert queries.level_of(ana.id) == 1
        follow_due()
        (told,) = list_newest(ana, limit=9)
        assert (told.kind, told.data["to_level"], told.data["reason"]) == (
            "moderation.trust_changed",
            1,
            "earned",
        )
        trusting.count_everybody()
        assert len(db.session.scalars(select(TrustChange)).all()) == 1

    def test_who_does_no_longer_goes_down_after_a_fortnight_and_reads_why(
        self, ana: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        stand_on_level(ana, 2, since=clock.now() - timedelta(days=13))
        trusting.count_everybody()
        assert queries.level_of(ana.id) == 2
        with clock.stopped_at(clock.now() + timedelta(days=2)):
            trusting.count_everybody()
        assert queries.level_of(ana.id) == 1
        change = db.session.scalars(select(TrustChange)).one()
        assert (change.from_level, change.to_level, change.reason) == (2, 1, "days_here")
        page = browser_of(ana).get("/me/trust").text
        assert 'data-trust-level="1"' in page
        assert "You were here on fewer days than this level takes." in page

    def test_everybody_is_looked_at_in_batches(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(trusting, "BATCH", 3)
        people = [make_member() for _number in range(7)]
        trusting.count_everybody()
        counted = db.session.scalars(
            select(TrustStanding.member_id).where(TrustStanding.counted_at.is_not(None))
        )
        assert set(counted) == {member.id for member in people}


class TestVouch:
    def test_the_member_rises_at_once_and_sinks_when_it_ends(self, ana: Member, mia: Member) -> None:
        trusting.vouch(ana, 2, by=mia)
        assert queries.level_of(ana.id) == 2
        trusting.vouch(ana, 0, by=mia)
        assert queries.level_of(ana.id) == 0
        reasons = db.session.scalars(select(TrustChange.reason).order_by(TrustChange.id)).all()
        assert reasons == ["vouched", "vouch_ended"]

    def test_for_moderators_of_the_site_and_not_for_themselves(self, ana: Member, mia: Member) -> None:
        of_panel = make_member(roles=("moderator",), panel_id=make_idea().panel_id)
        for by, member in ((of_panel, ana), (mia, mia), (ana, ana)):
            with pytest.raises(Forbidden):
                trusting.vouch(member, 1, by=by)


class TestPages:
    def test_mine_shows_what_the_next_level_takes(
        self, ana: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        settle_in(ana)
        page = browser_of(ana).get("/me/trust").text
        assert 'data-trust-level="0"' in page
        assert 'data-fact="ideas_read"' in page
        assert 'data-fact="days_here" class="is-met"' in page

    def test_staff_find_a_member_and_answer_for_them(
        self, ana: Member, mia: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        browser = browser_of(mia)
        assert f"/staff/moderation/trust/{ana.id}" in browser.get("/staff/moderation/trust?q=ana").text
        path = f"/staff/moderation/trust/{ana.id}"
        assert browser.get(path).status_code == 200
        assert browser.post(path, data={"level": "9"}).status_code == 422
        assert browser.post(path, data={"level": "1"}).status_code == 303
        assert queries.level_of(ana.id) == 1

    def test_moderators_of_a_panel_see_only_its_pauses(
        self, ana: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        browser = browser_of(make_member(roles=("moderator",), panel_id=make_idea().panel_id))
        assert ana.display_name not in browser.get("/staff/moderation/trust?q=ana").text
        assert browser.get(f"/staff/moderation/trust/{ana.id}").status_code == 403
