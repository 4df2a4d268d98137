"""Looking through responses: found by the worker, found again, put before a person with two reasons only."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Invalid
from community.members.models import ProfileAttribute
from community.panels.models import Membership
from community.surveys import kinds
from community.surveys.actions import answering, flagging, judging
from community.surveys.models import Answer, Question, QuestionVersion, Response, ResponseFlag, Survey
from community.surveys.queries import responses as queries
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.factories.surveys import answer, make_question, make_survey
from tests.statements import statements
from tests.surveys.flagged import USUAL, flagged_survey, look_through, say


def _text_of(response):
    texts = select(Question.id).where(Question.code == "why", Question.survey_id == response.survey_id)
    return (Answer.response_id == response.id) & Answer.question_id.in_(texts)


def flags_of(response):
    return {
        flag.kind: flag.detail
        for flag in db.session.scalars(select(ResponseFlag).where(ResponseFlag.response_id == response.id))
    }


class TestFlagWaiting:
    def test_it_finds_what_is_odd_and_puts_it_before_a_person(self, app):
        _survey, odd = flagged_survey()
        assert flags_of(odd) == {
            "too_fast": {"seconds": 11, "median": 90, "n": 12},
            "nonsense": {"question": "why", "why": "keys"},
        }
        assert (odd.flag_count, odd.needs_look) == (2, True)

    def test_one_reason_is_flagged_and_put_before_nobody(self, app):
        survey, _odd = flagged_survey()
        fast = say(survey, make_member(), "I like it with bread and butter.", seconds=20.0)
        look_through()
        assert set(flags_of(fast)) == {"too_fast"}
        assert (fast.flag_count, fast.needs_look) == (1, False)

    def test_two_flags_that_rest_on_one_thing_are_one_reason(self, app):
        survey, _odd = flagged_survey()
        both = [say(survey, make_member(), "asdf jkl asdf jkl asdf jkl asdf") for _n in range(2)]
        look_through()
        assert [set(flags_of(each)) for each in both] == [{"nonsense", "duplicate"}] * 2
        assert [(each.flag_count, each.needs_look) for each in both] == [(1, False)] * 2

    def test_it_does_nothing_while_nothing_changes(self, app):
        flagged_survey()
        assert flagging.flag_waiting() == 0

    def test_flags_go_when_others_change_what_is_usual(self, app):
        survey, odd = flagged_survey()
        for number in range(20):
            say(survey, make_member(), USUAL.format(100 + number), seconds=15.0)
        look_through()
        assert set(flags_of(odd)) == {"nonsense"}
        assert (odd.flag_count, odd.needs_look) == (1, False)

    def test_a_withdrawn_response_waits_for_nobody(self, app):
        survey, odd = flagged_survey()
        answering.withdraw(survey, odd.member)
        look_through()
        assert flags_of(odd) == {}
        assert (odd.flag_count, odd.needs_look) == (0, False)

    def test_what_somebody_decided_is_asked_again_only_if_something_is_new(self, app, omar):
        survey, odd = flagged_survey()
        judging.decide(odd, omar, decision="kept", reason="She types without looking, and told us so.")
        say(survey, make_member(), USUAL.format(200))
        look_through()
        assert not db.session.get(Response, odd.id).needs_look
        say(survey, make_member(), "asdf asdf jkl asdf qwer asdf")
        with unit_of_work():
            lock(Survey, survey.id).answers_changed_at = clock.now()
            text = lock(Answer, db.session.scalar(select(Answer.id).where(_text_of(odd))))
            text.value = {"text": "asdf asdf jkl asdf qwer asdf"}
        look_through()
        assert set(flags_of(odd)) == {"too_fast", "nonsense", "duplicate"}
        assert db.session.get(Response, odd.id).needs_look

    def test_who_was_excluded_and_answers_anew_comes_before_a_person_again(self, app, omar):
        survey, odd = flagged_survey(panel=make_panel())
        judging.decide(odd, omar, decision="excluded", reason="Two good reasons not to count it.")
        zoe = odd.member
        with unit_of_work() as session:
            session.add(Membership(panel_id=survey.panel_ids[0], member_id=zoe.id, came_by="invited"))
        answering.withdraw(survey, zoe)
        asked = select(Question.code, Question.id).where(Question.survey_id == survey.id)
        ids = dict(db.session.execute(asked).all())
        sent = MultiDict({f"q{ids['nps']}": "8", f"q{ids['why']}": "asdf asdf jkl asdf"})
        answering.answer(survey, zoe, sent)
        look_through()

        assert db.session.get(Response, odd.id).excluded_at is None
        assert db.session.get(Response, odd.id).needs_look

    def test_a_large_open_survey_is_not_looked_through_after_each_answer(self, app):
        survey, _odd = flagged_survey()
        with unit_of_work():
            row = lock(Survey, survey.id)
            row.completed_count, row.answers_changed_at = 5000, clock.now()
        assert flagging.flag_waiting() == 0
        with clock.stopped_at(clock.now() + timedelta(minutes=6)):
            assert flagging.flag_waiting() == 1
        with unit_of_work():
            row = lock(Survey, survey.id)
            row.state, row.answers_changed_at = "closed", clock.now()
        assert flagging.flag_waiting() == 1

    def test_a_reminder_is_checked_only_where_one_is_set_up(self, app):
        survey = make_survey(kinds=("yes_no",))
        reminder = make_question(survey, "single", code="read", settings={})
        member = make_member()
        response = answer(survey, member, {"yes_no": "yes", "read": "red"})
        look_through()
        assert flags_of(response) == {}
        version = db.session.scalar(select(QuestionVersion).where(QuestionVersion.question_id == reminder.id))
        with unit_of_work():
            lock(QuestionVersion, version.id).settings = {"expects": "green"}
            lock(Survey, survey.id).answers_changed_at = clock.now()
        look_through()
        assert flags_of(response) == {"inattentive": {"question": "read", "said": ["red"]}}

    def test_an_answer_is_held_against_the_profile_by_its_words(self, app):
        with unit_of_work() as session:
            session.add(
                ProfileAttribute(
                    key="shops_at", kind="single_choice", label={"en": "Where?"}, why={"en": "So."},
                    options=[
                        {"key": "market", "en": "Market", "zh_Hans": "市场"}, {"key": "store", "en": "Store"}
                    ],
                )
            )  # fmt: skip
        survey = make_survey(kinds=())
        options = [
            {"key": "1", "text": {"en": "At home"}},
            {"key": "2", "text": {"en": "store"}},
            {"key": "3", "text": {"zh_Hans": "市場"}},
        ]
        make_question(survey, "single", code="shops_at", options=options)
        wrong = answer(survey, make_member(), {"shops_at": "2"}, profile={"shops_at": ["market"]})
        right = answer(survey, make_member(), {"shops_at": "3"}, profile={"shops_at": ["market"]})
        other = answer(survey, make_member(), {"shops_at": "1"}, profile={"shops_at": ["market"]})
        look_through()
        assert set(flags_of(wrong)) == {"contradicts"}
        assert flags_of(right) == flags_of(other) == {}

    def test_the_one_question_of_a_poll_is_never_too_fast(self, app):
        survey = make_survey(kinds=("single",), kind="poll")
        for _n in range(12):
            answer(survey, make_member(), {"single": "red"}, seconds=60.0)
        quick = answer(survey, make_member(), {"single": "red"}, seconds=1.0)
        look_through()
        assert flags_of(quick) == {}


class TestLists:
    def test_the_list_asks_as_little_for_many_as_for_few(self, app):
        survey, _odd = flagged_survey(panel=make_panel(), honest=11)
        assert survey.id
        with statements() as few:
            queries.list_responses(survey, shown="all")
        for number in range(20):
            say(survey, make_member(), "asdf asdf jkl asdf", seconds=11.0 + number / 100)
        look_through()
        assert survey.id
        with statements() as many:
            page = queries.list_responses(survey, shown="flagged")
        assert len(page.items) >= 20
        assert len(few) == len(many) == 3


class TestReminders:
    OPTIONS = ({"key": "4", "text": {"en": "Red"}}, {"key": "9", "text": {"en": "Green"}})

    def test_staff_name_the_right_answer_by_its_number(self, app):
        for kind in ("single", "several"):
            assert kinds.of(kind).check(self.OPTIONS, {"right": 2}) == {"right": 2, "expects": "9"}
            assert kinds.of(kind).check(self.OPTIONS, {"right": None}) == {}
            for wrong in (0, 3, "green", -1):
                with pytest.raises(Invalid) as refused:
                    kinds.of(kind).check(self.OPTIONS, {"right": wrong})
                assert refused.value.field == "right"

    def test_yes_or_no_can_be_right(self, app):
        assert kinds.of("yes_no").check((), {"expects": "no"}) == {"expects": "no"}
        assert kinds.of("yes_no").check((), {"expects": ""}) == {}
