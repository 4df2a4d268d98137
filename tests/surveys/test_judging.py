"""A person decides about a response: with a reason, for good, and never on one flag alone."""

import threading

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DatabaseError

from community.activity.models import Activity
from community.infra.db import db, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.members.models import Member
from community.surveys.actions import answering, flagging, judging, tallying
from community.surveys.models import Response, ResponseDecision, Survey, SurveyCell, Tally
from tests.factories.members import make_member
from tests.surveys.flagged import flagged_survey, look_through, say
from tests.surveys.reaching import make_cell


def decisions_of(response):
    return list(
        db.session.execute(
            select(ResponseDecision.decision, ResponseDecision.reason, ResponseDecision.flags)
            .where(ResponseDecision.response_id == response.id)
            .order_by(ResponseDecision.id)
        )
    )


def exclude(response, by, reason="Keys hit at random, in eleven seconds."):
    return judging.decide(response, by, decision="excluded", reason=reason)


class TestDecide:
    def test_an_excluded_response_stays_stored_and_counts_no_more(self, app, omar):
        survey, odd = flagged_survey()
        exclude(odd, omar)
        assert (survey.completed_count, survey.excluded_count) == (12, 1)
        assert (odd.state, odd.excluded_at is not None, odd.needs_look) == ("completed", True, False)
        while tallying.recompute_waiting():
            pass
        assert set(db.session.scalars(select(Tally.n).where(Tally.cut == ""))) == {11}

    def test_each_decision_is_kept_with_its_reason_and_the_flags_of_that_time(self, app, omar, ada):
        _survey, odd = flagged_survey()
        exclude(odd, omar)
        judging.decide(odd, ada, decision="restored", reason="She wrote to us: the cat was on the keys.")
        assert [(row.decision, row.flags) for row in decisions_of(odd)] == [
            ("excluded", ["too_fast", "nonsense"]),
            ("restored", ["too_fast", "nonsense"]),
        ]
        told = db.session.scalars(
            select(Activity).where(Activity.kind == "survey.response_judged").order_by(Activity.id)
        )
        assert [(each.actor_id, each.subject_id, each.data["decision"]) for each in told] == [
            (omar.id, odd.id, "excluded"),
            (ada.id, odd.id, "restored"),
        ]

    def test_what_was_decided_cannot_be_changed_or_deleted(self, app, omar):
        _survey, odd = flagged_survey()
        exclude(odd, omar)
        for statement in (update(ResponseDecision).values(reason="No reason"), delete(ResponseDecision)):
            with pytest.raises(DatabaseError, match="append-only"), db.session.begin_nested():
                db.session.execute(statement)

    def test_a_restored_response_counts_again(self, app, omar):
        survey, odd = flagged_survey()
        exclude(odd, omar)
        judging.decide(odd, omar, decision="restored", reason="We were wrong.")
        assert (survey.excluded_count, odd.excluded_at) == (0, None)
        look_through()
        assert not db.session.get(Response, odd.id).needs_look

    def test_one_reason_is_never_enough(self, app, omar):
        survey, _odd = flagged_survey()
        fast = say(survey, make_member(), "I like it with bread and butter.", seconds=20.0)
        look_through()
        for decision in ("excluded", "kept"):
            with pytest.raises(Conflict, match="One reason alone"):
                judging.decide(fast, omar, decision=decision, reason="Fast.")
        assert decisions_of(fast) == []

    def test_it_needs_a_reason(self, app, omar):
        _survey, odd = flagged_survey()
        with pytest.raises(Invalid) as refused:
            exclude(odd, omar, reason="")
        assert refused.value.field == "reason"
        with pytest.raises(Invalid):
            exclude(odd, omar, reason="x" * 501)

    def test_nothing_is_excluded_twice_or_restored_without_having_been(self, app, omar):
        survey, odd = flagged_survey()
        with pytest.raises(Conflict, match="counts already"):
            judging.decide(odd, omar, decision="restored", reason="So.")
        exclude(odd, omar)
        for decision in ("excluded", "kept"):
            with pytest.raises(Conflict, match="excluded already"):
                judging.decide(odd, omar, decision=decision, reason="So.")
        assert survey.excluded_count == 1

    def test_a_withdrawn_response_is_left_alone(self, app, omar):
        survey, odd = flagged_survey()
        exclude(odd, omar)
        answering.withdraw(survey, odd.member)
        assert (survey.completed_count, survey.excluded_count) == (11, 0)
        with pytest.raises(Conflict, match="withdrawn"):
            judging.decide(odd, omar, decision="restored", reason="So.")


class TestQuotas:
    def survey_with_places(self, target):
        survey, odd = flagged_survey(sampling="quotas")
        cell = make_cell(survey, target_count=target, completed_count=1)
        with unit_of_work() as session:
            session.get(Response, odd.id).cell_id = cell.id
        return survey, odd, cell

    def test_the_place_of_an_excluded_response_goes_to_others(self, app, omar):
        _survey, odd, cell = self.survey_with_places(1)
        exclude(odd, omar)
        db.session.refresh(cell)
        assert (cell.completed_count, cell.held_count) == (0, 0)

    def test_a_restored_one_takes_a_place_if_there_is_one(self, app, omar):
        _survey, odd, cell = self.survey_with_places(1)
        exclude(odd, omar)
        judging.decide(odd, omar, decision="restored", reason="We were wrong.")
        db.session.refresh(cell)
        assert (cell.completed_count, cell.held_count, odd.cell_id) == (1, 0, cell.id)

    def test_a_restored_one_counts_without_a_place_if_all_are_taken(self, app, omar):
        survey, odd, cell = self.survey_with_places(1)
        exclude(odd, omar)
        with unit_of_work() as session:
            session.get(SurveyCell, cell.id).completed_count = 1
        judging.decide(odd, omar, decision="restored", reason="We were wrong.")
        db.session.refresh(cell)
        assert (cell.completed_count, cell.held_count, odd.cell_id) == (1, 0, None)
        assert survey.excluded_count == 0


class TestTwoAtOnce:
    def test_two_people_exclude_a_response_once(self, new_app):
        app = new_app()
        with app.app_context():
            survey, odd = flagged_survey()
            judges = [make_member(roles=("owner",)).id for _n in range(2)]
            survey_id, odd_id = survey.id, odd.id
        barrier, refused = threading.Barrier(2), []

        def judge(member_id):
            with app.app_context():
                response, by = db.session.get(Response, odd_id), db.session.get(Member, member_id)
                barrier.wait()
                try:
                    exclude(response, by)
                except Conflict:
                    refused.append(member_id)

        threads = [threading.Thread(target=judge, args=(member_id,)) for member_id in judges]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        with app.app_context():
            assert len(refused) == 1
            assert db.session.get(Survey, survey_id).excluded_count == 1
            assert db.session.scalar(select(func.count(ResponseDecision.id))) == 1

    def test_looking_through_and_judging_at_once_leave_one_truth(self, new_app):
        app = new_app()
        with app.app_context():
            survey, odd = flagged_survey()
            judge_id, survey_id, odd_id = make_member(roles=("owner",)).id, survey.id, odd.id
        barrier, failed = threading.Barrier(3), []

        def look():
            with app.app_context():
                barrier.wait()
                try:
                    for _n in range(5):
                        flagging.flag_responses(survey_id)
                except Exception as failure:  # noqa: BLE001 - told to the test's own thread
                    failed.append(failure)

        def judge():
            with app.app_context():
                response, by = db.session.get(Response, odd_id), db.session.get(Member, judge_id)
                barrier.wait()
                exclude(response, by)

        threads = [threading.Thread(target=work) for work in (look, look, judge)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        with app.app_context():
            look_through()
            response = db.session.get(Response, odd_id)
            assert failed == []
            assert (response.excluded_at is not None, response.needs_look) == (True, False)
            assert db.session.get(Survey, survey_id).excluded_count == 1
