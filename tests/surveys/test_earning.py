"""Points for answering: told beforehand, pending afterwards, gone and back with the answers."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from community.activity import actions as activity
from community.activity.actions import follow_due
from community.infra import clock
from community.infra.db import db, get_row, lock, unit_of_work
from community.loyalty.actions.awarding import mature_waiting, wait_as_usual
from community.loyalty.models import Award, Programme, RuleVersion
from community.loyalty.queries.books import balances_of
from community.members.actions.accounts import make_own_if_free
from community.members.models import Member
from community.panels.models import Panel
from community.surveys.actions import flagging
from community.surveys.actions.answering import answer, withdraw
from community.surveys.actions.judging import decide
from community.surveys.models import Question, Response, Survey
from tests.conftest import Client
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.factories.surveys import make_survey
from tests.surveys.flagged import flagged_survey

Browser = Callable[[Member], Client]


@pytest.fixture
def panel(ana: Member, ben: Member) -> Panel:
    return make_panel(members=(ana, ben))


@pytest.fixture
def survey(panel: Panel) -> Survey:
    return make_survey(panel=panel, kinds=("single",), title="How you cook", points=20)


def answered(survey: Survey, member: Member) -> Response:
    question_id = db.session.scalar(select(Question.id).where(Question.survey_id == survey.id))
    return answer(survey, member, MultiDict({f"q{question_id}": "red"})).response


def states(member: Member) -> list[tuple[str, str, int]]:
    follow_due()
    rows = select(Award.state, Award.reason, Award.points).where(
        Award.member_id == member.id, Award.rule == "survey_completed"
    )
    return [tuple(row) for row in db.session.execute(rows.order_by(Award.id))]


def flagged(response: Response) -> Response:
    """One that a person may decide about."""
    with unit_of_work():
        lock(Response, response.id).flag_count = 2
    return response


def completed(response: Response) -> Member:
    """Whoever gave these answers, after the site has followed that they are complete."""
    member = get_row(Member, response.member_id)
    activity.record("survey.answered", subject=response, actor=member, points=20)
    follow_due()
    return member


def close_programme() -> None:
    with unit_of_work() as session:
        session.get_one(Programme, 1).is_open = False


class TestThanksForAnswers:
    def test_points_wait_for_a_day(self, survey: Survey, ana: Member) -> None:
        answered(survey, ana)
        assert states(ana) == [("pending", "", 20)]
        award = db.session.scalars(select(Award).where(Award.member_id == ana.id)).one()
        assert (award.title, award.path) == ("How you cook", f"/surveys/{survey.id}")
        with clock.stopped_at(clock.ahead(days=1, hours=1)):
            mature_waiting()
        assert states(ana) == [("matured", "waited", 20)]

    def test_a_survey_without_points_gives_none(self, panel: Panel, ana: Member) -> None:
        answered(make_survey(panel=panel), ana)
        assert states(ana) == []

    def test_who_has_only_begun_gets_nothing(self, survey: Survey, ana: Member, browser_of: Browser) -> None:
        browser_of(ana).post(f"/surveys/{survey.id}/start")
        assert states(ana) == []

    def test_withdrawn_answers_take_their_points_along(self, survey: Survey, ana: Member) -> None:
        answered(survey, ana)
        follow_due()
        withdraw(survey, ana)
        assert states(ana) == [("denied", "withdrawn", 20)]
        assert balances_of(ana.id).pending == 0

    def test_answered_anew_they_are_given_anew_and_never_twice(self, survey: Survey, ana: Member) -> None:
        for _time in range(3):
            answered(survey, ana)
            follow_due()
            withdraw(survey, ana)
            follow_due()
        answered(survey, ana)
        assert states(ana) == [("denied", "withdrawn", 20)] * 3 + [("pending", "", 20)]
        assert balances_of(ana.id).pending == 20

    def test_what_was_given_is_taken_back_too(self, survey: Survey, ana: Member) -> None:
        answered(survey, ana)
        follow_due()
        with clock.stopped_at(clock.ahead(days=2)):
            mature_waiting()
            withdraw(survey, ana)
            assert states(ana) == [("clawed_back", "withdrawn", 20)]
            assert balances_of(ana.id).available == 0

    def test_excluded_answers_have_no_points_until_they_are_restored(
        self, survey: Survey, ana: Member, omar: Member
    ) -> None:
        response = flagged(answered(survey, ana))
        follow_due()
        decide(response, omar, decision="excluded", reason="Answered in seconds.")
        assert states(ana) == [("denied", "excluded", 20)]
        decide(response, omar, decision="restored", reason="They read it out to somebody.")
        assert states(ana) == [("denied", "excluded", 20), ("pending", "", 20)]

    def test_kept_answers_keep_theirs(self, survey: Survey, ana: Member, omar: Member) -> None:
        response = flagged(answered(survey, ana))
        decide(response, omar, decision="kept", reason="Looks fine.")
        assert states(ana) == [("pending", "", 20)]

    def test_excluded_before_anybody_looked_gives_nothing_until_restored(
        self, survey: Survey, ana: Member, omar: Member
    ) -> None:
        response = flagged(answered(survey, ana))
        decide(response, omar, decision="excluded", reason="Answered in seconds.")
        assert states(ana) == []
        decide(response, omar, decision="restored", reason="They read it out to somebody.")
        assert states(ana) == [("pending", "", 20)]

    def test_odd_answers_wait_for_a_person_and_not_for_the_clock(self, omar: Member) -> None:
        _survey, odd = flagged_survey(points=20)
        zoe = completed(odd)
        with clock.stopped_at(clock.ahead(days=3)):
            mature_waiting()
            assert states(zoe) == [("pending", "", 20)]
            decide(odd, omar, decision="kept", reason="They answer fast, and well.")
            follow_due()
            mature_waiting()
            assert states(zoe) == [("matured", "waited", 20)]

    def test_what_is_found_odd_after_the_thanks_waits_for_a_person_too(self, app: Flask) -> None:
        survey, odd = flagged_survey(points=20)
        zoe = completed(odd)
        with unit_of_work():
            lock(Response, odd.id).needs_look = False
            wait_as_usual(("response", odd.id))
        flagging.flag_responses(survey.id)
        follow_due()
        with clock.stopped_at(clock.ahead(days=3)):
            mature_waiting()
            assert states(zoe) == [("pending", "", 20)]

    def test_answers_from_before_the_address_was_confirmed_are_thanked_for_then(
        self, survey: Survey, ana: Member, browser_of: Browser
    ) -> None:
        with unit_of_work():
            locked = lock(Member, ana.id)
            address, locked.email, locked.email_folded = str(locked.email), None, None
        assert "data-survey-points" not in browser_of(ana).get(f"/surveys/{survey.id}").text
        answered(survey, ana)
        assert states(ana) == []
        with unit_of_work():
            make_own_if_free(lock(Member, ana.id), address)
        assert states(ana) == [("pending", "", 20)]


class TestPages:
    def test_members_read_beforehand_what_it_gives(
        self, survey: Survey, ana: Member, browser_of: Browser
    ) -> None:
        browser = browser_of(ana)
        for path in (f"/surveys/{survey.id}", "/surveys"):
            assert 'data-survey-points="20"' in browser.get(path).text

    def test_and_afterwards_what_it_gave(self, survey: Survey, ana: Member, browser_of: Browser) -> None:
        answered(survey, ana)
        browser, path = browser_of(ana), f"/surveys/{survey.id}"
        assert "You get 20 points for your answers." in browser.get(path).text
        follow_due()
        assert "20 points are pending for your answers." in browser.get(path).text
        with clock.stopped_at(clock.ahead(days=1, hours=1)):
            mature_waiting()
        assert "You got 20 points for your answers." in browser.get(path).text

    def test_what_was_answered_before_there_were_points_is_promised_none(
        self, survey: Survey, ana: Member, browser_of: Browser
    ) -> None:
        answered(survey, ana)
        with clock.stopped_at(clock.ahead(hours=2)):
            assert "data-survey-points" not in browser_of(ana).get(f"/surveys/{survey.id}").text

    def test_a_poll_says_it_on_its_own_page(self, panel: Panel, ana: Member, browser_of: Browser) -> None:
        poll = make_survey(panel=panel, kind="poll", kinds=("yes_no",), points=5)
        assert 'data-survey-points="5"' in browser_of(ana).get(f"/surveys/{poll.id}").text
        assert 'data-survey-points="5"' in browser_of(ana).get(f"/panels/{panel.slug}").text

    def test_nothing_is_said_while_the_programme_is_closed(
        self, survey: Survey, ana: Member, browser_of: Browser
    ) -> None:
        close_programme()
        answered(survey, ana)
        follow_due()
        for path in (f"/surveys/{survey.id}", "/surveys"):
            assert "data-survey-points" not in browser_of(ana).get(path).text

    def test_nor_while_the_rule_is_off(self, survey: Survey, ana: Member, browser_of: Browser) -> None:
        with unit_of_work() as session:
            standing = session.scalars(
                select(RuleVersion).where(RuleVersion.rule == "survey_completed")
            ).one()
            standing.is_on = False
        assert "data-survey-points" not in browser_of(ana).get(f"/surveys/{survey.id}").text

    def test_nor_to_those_who_work_here(self, panel: Panel, survey: Survey, browser_of: Browser) -> None:
        colleague = make_member(roles=("analyst",))
        assert "data-survey-points" not in browser_of(colleague).get(f"/surveys/{survey.id}").text

    def test_an_outsider_learns_nothing_of_the_points_of_a_private_panel(
        self, lin: Member, ana: Member, browser_of: Browser
    ) -> None:
        private = make_panel(visibility="private", admission="invitation", members=(ana,))
        survey = make_survey(panel=private, points=20)
        assert browser_of(lin).get(f"/surveys/{survey.id}").status_code == 404
        assert "data-survey-points" not in browser_of(lin).get("/surveys").text
