"""Places in cells: held while answering, used when finished, given back; the last one is given once."""

from collections.abc import Callable

import pytest
from flask import Flask

from community.activity.actions import follow_due
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict
from community.members.models import Member
from community.panels.actions import Settings, delete_segment, edit_panel
from community.surveys.actions import quotas
from community.surveys.models import Response, Survey, SurveyCell
from tests.factories.members import make_member
from tests.factories.panels import answer as tell
from tests.factories.panels import make_attribute, make_panel, make_segment
from tests.factories.surveys import answer, make_survey
from tests.racing import at_once
from tests.surveys.reaching import make_cell


def begin(survey: Survey, member: Member) -> Response:
    """A response that holds a place, as when somebody begins to answer."""
    response = answer(survey, member, state="started")
    with unit_of_work():
        quotas.keep_place(response, lock(Survey, survey.id), member)
    return response


def counts(cell: SurveyCell) -> tuple[int, int]:
    """How many places are held and how many are filled."""
    db.session.expire_all()
    return cell.held_count, cell.completed_count


class TestHoldPlace:
    def test_a_survey_without_quotas_has_no_places_to_hold(self, ana: Member) -> None:
        with unit_of_work():
            assert quotas.hold_place(make_survey(), ana) is None

    def test_it_holds_one_where_the_member_fits_and_is_most_needed(self, ana: Member) -> None:
        tell(ana, make_attribute("region", "single_choice", "north", "south"), "north")
        survey = make_survey(panel=make_panel(members=(ana,)), sampling="quotas")
        make_cell(survey, {"attribute": "region", "is": "south"}, target_count=9)
        make_cell(survey, {"attribute": "region", "is": "north"}, target_count=4, completed_count=3)
        emptiest = make_cell(survey, target_count=4, completed_count=1)
        with unit_of_work():
            assert quotas.hold_place(survey, ana) == emptiest
        assert counts(emptiest) == (1, 1)

    def test_it_says_kindly_that_all_places_are_taken(self, ana: Member) -> None:
        survey = make_survey(panel=make_panel(members=(ana,)), sampling="quotas")
        with pytest.raises(Conflict), unit_of_work():
            quotas.hold_place(survey, ana)
        make_cell(survey, target_count=2, held_count=1, completed_count=1)
        with pytest.raises(Conflict), unit_of_work():
            quotas.hold_place(survey, ana)

    def test_of_many_who_come_at_once_one_gets_the_last_place(self, new_app: Callable[..., Flask]) -> None:
        own = new_app()
        with own.app_context():
            people = [make_member() for _number in range(8)]
            survey = make_survey(panel=make_panel(members=tuple(people)), sampling="quotas")
            cell_id = make_cell(survey, target_count=3, held_count=1, completed_count=1).id
            survey_id, ids = survey.id, [each.id for each in people]
            db.session.remove()

        def come(member_id: int) -> Callable[[], object]:
            def hold() -> object:
                with unit_of_work() as session:
                    member = session.get_one(Member, member_id)
                    cell = quotas.hold_place(session.get_one(Survey, survey_id), member)
                return cell.id if cell else None

            return hold

        outcomes = at_once(own, *map(come, ids))
        assert [each for each in outcomes if not isinstance(each, Conflict)] == [cell_id]
        with own.app_context():
            assert counts(db.session.get_one(SurveyCell, cell_id)) == (2, 1)


class TestPlaceOfAResponse:
    def test_it_is_held_then_used_then_given_back(self, ana: Member) -> None:
        survey = make_survey(panel=make_panel(members=(ana,)), sampling="quotas")
        cell = make_cell(survey)
        response = begin(survey, ana)
        assert counts(cell) == (1, 0)
        assert response.held_until is not None
        with unit_of_work():
            quotas.use_place(response)
        assert (counts(cell), response.held_until) == ((0, 1), None)
        for _again in range(2):
            with unit_of_work():
                quotas.return_place(response)
            assert (counts(cell), response.cell_id) == ((0, 0), None)

    def test_going_on_keeps_the_one_place(self, ana: Member) -> None:
        survey = make_survey(panel=make_panel(members=(ana,)), sampling="quotas")
        cell, response = make_cell(survey), begin(survey, ana)
        with clock.stopped_at(clock.ahead(minutes=20)), unit_of_work():
            quotas.keep_place(response, survey, ana)
        with clock.stopped_at(clock.ahead(minutes=40)):
            assert quotas.return_lapsed() == 0
        assert counts(cell) == (1, 0)

    def test_using_it_twice_counts_once(self, ana: Member) -> None:
        survey = make_survey(panel=make_panel(members=(ana,)), sampling="quotas")
        cell, response = make_cell(survey, target_count=2), begin(survey, ana)
        for _again in range(2):
            with unit_of_work():
                quotas.use_place(response)
        assert counts(cell) == (0, 1)


class TestReturnLapsed:
    def test_who_went_away_loses_the_place_and_may_take_one_again(self, ana: Member, ben: Member) -> None:
        survey = make_survey(panel=make_panel(members=(ana, ben)), sampling="quotas")
        cell, response = make_cell(survey), begin(survey, ana)
        with clock.stopped_at(clock.ahead(minutes=31)):
            assert quotas.return_lapsed() == 1
            assert quotas.return_lapsed() == 0
        assert (counts(cell), response.cell_id) == ((0, 0), None)
        begin(survey, ben)
        with pytest.raises(Conflict), unit_of_work():
            quotas.keep_place(response, survey, ana)
        with unit_of_work():
            quotas.return_place(db.session.query(Response).filter_by(member_id=ben.id).one())
            quotas.keep_place(response, survey, ana)
        assert (counts(cell), response.cell_id) == ((1, 0), cell.id)

    def test_a_place_that_is_used_does_not_lapse(self, ana: Member) -> None:
        survey = make_survey(panel=make_panel(members=(ana,)), sampling="quotas")
        cell, response = make_cell(survey), begin(survey, ana)
        with unit_of_work():
            quotas.use_place(response)
            response.state = "completed"
        with clock.stopped_at(clock.ahead(days=1)):
            assert quotas.return_lapsed() == 0
        assert counts(cell) == (0, 1)

    def test_workers_who_look_at_once_give_each_place_back_once(self, new_app: Callable[..., Flask]) -> None:
        own = new_app()
        with own.app_context():
            people = [make_member() for _number in range(6)]
            survey = make_survey(panel=make_panel(members=tuple(people)), sampling="quotas")
            cell_id = make_cell(survey, target_count=6).id
            for member in people:
                begin(survey, member)
            db.session.remove()
        with clock.stopped_at(clock.ahead(minutes=31)):
            assert sum(at_once(own, *[quotas.return_lapsed] * 4)) == 6  # type: ignore[call-overload]
        with own.app_context():
            assert counts(db.session.get_one(SurveyCell, cell_id)) == (0, 0)


class TestRulesOfCells:
    def test_they_follow_a_panel_whose_address_changes(self, ada: Member) -> None:
        panel = make_panel(slug="bakers")
        cell = make_cell(make_survey(panel=panel), {"panel": "bakers"})
        settings: Settings = {
            "name": panel.name, "slug": "bread", "description": "", "visibility": "open",
            "admission": "anyone", "segment_id": None, "translations": {},
        }  # fmt: skip
        edit_panel(ada, panel, settings=settings)
        follow_due()
        assert cell.rule == {"panel": "bread"}

    def test_a_segment_that_a_survey_asks_is_not_deleted(self, ada: Member) -> None:
        segment = make_segment({"joined_within_days": 9})
        make_survey(segment_id=segment.id)
        with pytest.raises(Conflict):
            delete_segment(ada, segment)
