"""Previews, opening and closing, now or by the clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from community.activity.actions import follow_due
from community.activity.models import Activity
from community.infra import clock
from community.infra.db import db
from community.infra.errors import Conflict, Invalid
from community.members.models import Member
from community.notifications.models import Notice
from community.surveys import jobs
from community.surveys.actions import building, opening, questions
from community.surveys.models import Answer, Response, Survey, SurveyInvitation
from community.surveys.queries import questions as queries
from tests.conftest import Client
from tests.factories.panels import make_panel
from tests.factories.surveys import answer
from tests.surveys.asking import begin

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def survey(omar: Member, ana: Member, ben: Member) -> Survey:
    """A whole draft for a panel of two."""
    return begin(omar, panel=make_panel(members=(ana, ben)), start="recommend")


def kinds(survey: Survey) -> list[str]:
    """What was recorded about the survey beyond its writing."""
    rows = db.session.query(Activity).filter_by(subject_type="survey", subject_id=survey.id)
    return [
        row.kind for row in rows.order_by(Activity.id) if row.kind not in ("survey.created", "survey.changed")
    ]


class TestPreview:
    def test_it_goes_into_preview_and_back(self, survey: Survey, omar: Member) -> None:
        opening.preview_survey(survey, by=omar)
        assert survey.state == "preview"
        opening.withdraw_preview(survey, by=omar)
        assert survey.state == "draft"

    def test_a_draft_with_gaps_can_be_looked_at(self, omar: Member) -> None:
        survey = begin(omar)
        opening.preview_survey(survey, by=omar)
        assert survey.state == "preview"


class TestOpenSurvey:
    def test_members_are_drawn_and_trials_are_gone(self, survey: Survey, omar: Member, ana: Member) -> None:
        answer(survey, omar, {"nps": 9}, state="trial")
        opening.open_survey(survey, omar)
        assert (survey.state, survey.opened_at is not None) == ("open", True)
        assert db.session.query(Response).count() == db.session.query(Answer).count() == 0
        assert db.session.query(SurveyInvitation).filter_by(survey_id=survey.id).count() == 2
        assert kinds(survey) == ["survey.opened"]

    def test_what_is_missing_keeps_it_closed(self, survey: Survey, omar: Member) -> None:
        building.edit_survey(survey, by=omar, settings={"purpose": {}})
        with pytest.raises(Invalid):
            opening.open_survey(survey, omar)
        assert (survey.state, kinds(survey)) == ("draft", [])

    def test_nobody_opens_it_twice(self, survey: Survey, omar: Member) -> None:
        opening.open_survey(survey, omar)
        with pytest.raises(Conflict):
            opening.open_survey(survey, omar)


class TestPlannedTimes:
    def test_it_opens_and_closes_by_the_clock(self, survey: Survey, omar: Member) -> None:
        with clock.stopped_at(NOON):
            opening.plan_opening(
                survey, by=omar, opens_at=NOON + timedelta(hours=1), closes_at=NOON + timedelta(hours=2)
            )
            jobs.open_due()
            assert survey.state == "preview"
        with clock.stopped_at(NOON + timedelta(hours=1)):
            jobs.open_due()
            jobs.close_due()
            assert survey.state == "open"
        with clock.stopped_at(NOON + timedelta(hours=2)):
            jobs.close_due()
        assert (survey.state, kinds(survey)) == ("closed", ["survey.opened", "survey.closed"])

    def test_without_a_time_it_opens_at_once(self, survey: Survey, omar: Member) -> None:
        opening.plan_opening(survey, by=omar, opens_at=None, closes_at=clock.ahead(days=1))
        assert survey.state == "open"

    def test_it_closes_later_than_it_opens(self, survey: Survey, omar: Member) -> None:
        with pytest.raises(Invalid) as refused:
            opening.plan_opening(survey, by=omar, opens_at=clock.ahead(days=2), closes_at=clock.ahead(days=1))
        assert (refused.value.field, survey.state) == ("closes_at", "draft")

    def test_taken_back_it_does_not_open_by_itself(self, survey: Survey, omar: Member) -> None:
        opening.plan_opening(survey, by=omar, opens_at=clock.ahead(hours=1), closes_at=None)
        opening.withdraw_preview(survey, by=omar)
        with clock.stopped_at(clock.ahead(hours=2)):
            jobs.open_due()
        assert (survey.state, survey.opens_at) == ("draft", None)

    def test_opened_earlier_than_planned_it_was_opened_then(self, survey: Survey, omar: Member) -> None:
        opening.plan_opening(survey, by=omar, opens_at=clock.ahead(days=1), closes_at=None)
        opening.plan_opening(survey, by=omar, opens_at=None, closes_at=None)
        assert survey.opens_at == survey.opened_at

    def test_what_broke_meanwhile_makes_it_a_draft_and_its_owner_hears_of_it(
        self, survey: Survey, omar: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        opening.plan_opening(survey, by=omar, opens_at=clock.ahead(hours=1), closes_at=None)
        for each in queries.list_standing(survey):
            questions.remove_question(survey, each.question.id, by=omar)
        with clock.stopped_at(clock.ahead(hours=1)):
            jobs.open_due()
            follow_due()
        db.session.expire_all()
        assert (survey.state, survey.opens_at) == ("draft", None)
        notice = db.session.query(Notice).one()
        assert (notice.member_id, notice.kind) == (omar.id, "surveys.not_opened")
        assert "“How was it?” did not open at its time" in browser_of(omar).get("/inbox").text


class TestClosing:
    def test_a_closed_survey_opens_again(self, survey: Survey, omar: Member) -> None:
        opening.open_survey(survey, omar)
        opened_at = survey.opened_at
        opening.close_survey(survey, omar)
        opening.reopen_survey(survey, by=omar, closes_at=clock.ahead(days=3))
        assert (survey.state, survey.closed_at, survey.opened_at) == ("open", None, opened_at)
        assert kinds(survey) == ["survey.opened", "survey.closed", "survey.reopened"]

    def test_members_are_given_more_time_but_none_in_the_past(self, survey: Survey, omar: Member) -> None:
        opening.open_survey(survey, omar)
        later = clock.ahead(days=3)
        opening.change_closing(survey, by=omar, closes_at=later)
        with pytest.raises(Invalid):
            opening.change_closing(survey, by=omar, closes_at=clock.ahead(days=-1))
        assert survey.closes_at == later

    def test_a_draft_is_neither_closed_nor_opened_again(self, survey: Survey, omar: Member) -> None:
        with pytest.raises(Conflict):
            opening.close_survey(survey, omar)
        with pytest.raises(Conflict):
            opening.reopen_survey(survey, by=omar, closes_at=None)
        with pytest.raises(Conflict):
            opening.change_closing(survey, by=omar, closes_at=None)
