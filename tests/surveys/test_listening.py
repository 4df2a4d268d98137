"""Answers in words are listened to like all that members say, follow their response, and are told back."""

import re

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from community.activity import actions as activity
from community.activity.actions import record
from community.feedback import actions as feedback
from community.feedback.models import FeedbackItem
from community.infra.db import db, lock, unit_of_work
from community.surveys.actions import answering, judging, opening, statements, tallying, waves
from community.surveys.models import Answer, Response, Statement, Survey
from community.surveys.queries.texts import texts_of
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.factories.surveys import answer, make_question, make_survey
from tests.surveys.choosing import make_opinions, standing_of, vote
from tests.surveys.flagged import flagged_survey


def heard(survey):
    """What is listened to of the survey: (text, author, state), oldest first."""
    db.session.expire_all()
    items = db.session.scalars(
        select(FeedbackItem).where(FeedbackItem.thread == f"survey:{survey.id}").order_by(FeedbackItem.id)
    )
    return [(item.text, item.author_id, item.state) for item in items]


def tell_answered(response):
    """Record what finishing a survey records, and follow it."""
    with unit_of_work():
        record(
            "survey.answered",
            subject=response,
            actor=response.member,
            survey_id=response.survey_id,
            points=0,
        )
    activity.follow_due()


class TestHearing:
    def test_every_text_of_a_response_is_taken_in_with_where_and_whose_it_is(self, app, ana):
        panel = make_panel(members=(ana,))
        survey = make_survey(kinds=("nps", "long_text"), panel=panel)
        make_question(survey, "single", has_other=True)
        sent = {
            "nps": 3,
            "long_text": "The parcel was broken.",
            "single": {"choice": "else", "other": "At the market"},
        }
        tell_answered(answer(survey, ana, sent))
        assert heard(survey) == [
            ("The parcel was broken.", ana.id, "waiting"),
            ("At the market", ana.id, "waiting"),
        ]
        item = db.session.scalars(select(FeedbackItem).order_by(FeedbackItem.id)).first()
        assert (item.source, item.panel_id) == ("survey", panel.id)
        assert re.fullmatch(rf"/surveys/{survey.id}#q\d+", item.path)

    def test_telling_it_twice_hears_it_once(self, app, ana):
        survey = make_survey(kinds=("long_text",), panel=make_panel(members=(ana,)))
        response = answer(survey, ana, {"long_text": "The parcel was broken."})
        tell_answered(response)
        tell_answered(response)
        assert len(heard(survey)) == 1

    def test_a_text_that_changed_is_read_again_and_one_that_is_gone_no_more(self, app, ana):
        survey = make_survey(kinds=("long_text", "short_text"), panel=make_panel(members=(ana,)))
        response = answer(survey, ana, {"long_text": "It is good.", "short_text": "Blue"})
        tell_answered(response)
        with unit_of_work() as session:
            first, second = session.scalars(
                select(Answer).where(Answer.response_id == response.id).order_by(Answer.id)
            )
            first.value = {"text": "It is not good."}
            session.delete(second)
        tell_answered(response)
        assert heard(survey) == [("It is not good.", ana.id, "waiting"), ("Blue", ana.id, "withdrawn")]

    def test_withdrawing_ends_listening(self, app, ana):
        survey = make_survey(kinds=("long_text",), panel=make_panel(members=(ana,)))
        tell_answered(answer(survey, ana, {"long_text": "The parcel was broken."}))
        answering.withdraw(survey, ana)
        activity.follow_due()
        assert [state for _text, _author, state in heard(survey)] == ["withdrawn"]

    def test_an_excluded_response_is_not_listened_to_until_it_is_restored(self, app, omar):
        survey, odd = flagged_survey()
        tell_answered(odd)
        judging.decide(odd, omar, decision="excluded", reason="Keys hit at random.")
        activity.follow_due()
        assert [state for *_rest, state in heard(survey)] == ["withdrawn"]
        judging.decide(odd, omar, decision="restored", reason="We were wrong.")
        activity.follow_due()
        assert [state for *_rest, state in heard(survey)] == ["waiting"]

    def test_what_staff_answer_is_no_customers_voice(self, app, omar):
        survey = make_survey(kinds=("long_text",), panel=make_panel(members=(omar,)))
        tell_answered(answer(survey, omar, {"long_text": "The parcel was broken."}))
        assert heard(survey) == []

    def test_a_response_that_is_not_finished_is_not_listened_to(self, app, ana):
        survey = make_survey(kinds=("long_text",), panel=make_panel(members=(ana,)))
        tell_answered(answer(survey, ana, {"long_text": "The parcel"}, state="started"))
        assert heard(survey) == []


class TestHearingStatements:
    @pytest.fixture
    def survey(self, app, ana, ben, omar):
        """Statements on bread, asked of ana and ben, on which members' own wait for staff."""
        return make_opinions(make_panel(members=(ana, ben)), omar, "Bread is dear.", goes_live=False)

    def write(self, survey, member, text):
        """A statement of the member's own."""
        response = answering.begin(survey, member)
        added = statements.add(response, standing_of(survey, "opinions"), member, text=text)
        activity.follow_due()
        return added

    def decide(self, survey, statement, state, staff):
        statements.decide(statement, survey, state=state, staff=staff)
        activity.follow_due()

    def test_one_is_taken_in_when_it_is_written_and_staffs_are_not(self, survey, ana):
        added = self.write(survey, ana, "Bread should be darker.")
        assert heard(survey) == [("Bread should be darker.", ana.id, "waiting")]
        item = db.session.scalars(select(FeedbackItem)).one()
        assert (item.source, item.source_id) == ("survey", f"statement:{added.id}")
        assert item.panel_id == survey.panel_ids[0]
        assert item.path == f"/surveys/{survey.id}#q{added.question_id}"

    def test_it_is_read_and_counted_like_other_texts(self, survey, ana, omar):
        self.write(survey, ana, "Bread should be darker.")
        feedback.read_waiting()
        assert heard(survey) == [("Bread should be darker.", ana.id, "read")]
        assert set(texts_of(survey, omar)) == {standing_of(survey, "opinions").question.id}

    def test_taking_it_out_ends_listening_until_it_is_let_in_again(self, survey, ana, omar):
        added = self.write(survey, ana, "Bread should be darker.")
        self.decide(survey, added, "out", omar)
        assert [state for *_rest, state in heard(survey)] == ["withdrawn"]
        self.decide(survey, added, "live", omar)
        assert [state for *_rest, state in heard(survey)] == ["waiting"]

    def test_withdrawing_ends_it_for_what_still_waits_and_not_for_what_others_vote_on(
        self, survey, ana, omar
    ):
        live = self.write(survey, ana, "Bread should be darker.")
        self.write(survey, ana, "Bread should be cheaper.")
        self.decide(survey, live, "live", omar)
        answering.withdraw(survey, ana)
        activity.follow_due()
        assert heard(survey) == [
            ("Bread should be darker.", ana.id, "waiting"),
            ("Bread should be cheaper.", ana.id, "withdrawn"),
        ]

    def test_finishing_the_survey_leaves_it_heard(self, survey, ana):
        self.write(survey, ana, "Bread should be darker.")
        vote(survey, ana, "Bread is dear.", 1)
        question = make_question(survey, "long_text", is_required=False)
        answering.answer(survey, ana, MultiDict({f"q{question.id}": "It is good."}))
        activity.follow_due()
        assert heard(survey) == [
            ("Bread should be darker.", ana.id, "waiting"),
            ("It is good.", ana.id, "waiting"),
        ]

    def test_what_staff_of_the_panel_write_as_members_is_no_customers_voice(self, app, omar):
        survey = make_opinions(make_panel(members=(omar,)), omar, "Bread is dear.")
        self.write(survey, omar, "Bread should be darker.")
        assert heard(survey) == []

    def test_a_wave_does_not_say_it_again(self, survey, ana, omar):
        added = self.write(survey, ana, "Bread should be darker.")
        self.decide(survey, added, "live", omar)
        wave = waves.copy_as_wave(survey, by=omar)
        opening.open_survey(wave, omar)
        answering.begin(wave, ana)
        question = standing_of(wave, "opinions").question
        copied = db.session.scalars(
            select(Statement).where(Statement.question_id == question.id, Statement.author_id == ana.id)
        ).one()
        self.decide(wave, copied, "out", omar)
        self.decide(wave, copied, "live", omar)
        assert heard(wave) == []
        assert len(heard(survey)) == 1


class TestTellingBack:
    def test_those_who_wrote_have_been_told_what_was_decided(self, app, ana, omar):
        survey = make_survey(kinds=("long_text",), panel=make_panel(members=(ana,)), state="closed")
        tell_answered(answer(survey, ana, {"long_text": "The parcel was broken."}))
        with unit_of_work():
            record("survey.told_back", subject=lock(Survey, survey.id), actor=omar)
        activity.follow_due()
        item = db.session.scalars(select(FeedbackItem)).one()
        assert item.stage == "decided"
        assert item.told_at is not None


class TestTextsOfResults:
    WORDS = ("I love it, it is wonderful.", "It is terrible and broken.", "The jar is round.")

    def answered(self, people):
        survey = make_survey(kinds=("long_text",))
        for number in range(people):
            tell_answered(
                answer(survey, make_member(), {"long_text": f"{self.WORDS[number % 3]} Text {number}."})
            )
        feedback.read_waiting()
        return survey

    def test_ten_people_are_told_of_with_how_it_feels(self, app, omar):
        survey = self.answered(12)
        (texts,) = texts_of(survey, omar).values()
        assert (texts.is_shown, texts.people, texts.read, texts.waiting) == (True, 12, 12, 0)
        assert {part.key: part.count for part in texts.sentiments} == {"pos": 4, "neu": 4, "neg": 4}
        first = texts.sentiments[0]
        assert first.share.interval.low < 4 / 12 < first.share.interval.high
        assert len(texts.lines) == 5

    def test_shares_of_texts_are_written_as_in_the_results(self, app, omar, browser_of):
        survey = self.answered(12)
        while tallying.recompute_waiting():
            pass
        page = browser_of(omar).get(f"/staff/surveys/{survey.id}/results").text
        row = page.partition('data-sentiment="pos"')[2].partition("</tr>")[0]
        assert '<td class="number">33%</td>' in row
        assert '<td class="number">14% to 61%</td>' in row

    def test_nine_people_are_told_of_to_nobody(self, app, omar):
        survey = self.answered(9)
        (texts,) = texts_of(survey, omar).values()
        assert not texts.is_shown
        assert (texts.people, texts.read, texts.sentiments, texts.topics, texts.lines) == (0, 0, (), (), ())

    def test_one_person_who_writes_a_lot_is_still_one(self, app, omar):
        survey = self.answered(9)
        with unit_of_work() as session:
            item = session.scalars(select(FeedbackItem).limit(1)).one()
            feedback.take_in(
                source="survey", source_id="more", panel_id=item.panel_id, author=item.author,
                text="And I say it again.", path=item.path, thread=item.thread,
            )  # fmt: skip
        (texts,) = texts_of(survey, omar).values()
        assert not texts.is_shown

    def test_withdrawn_texts_are_not_told(self, app, omar):
        survey = self.answered(10)
        response = db.session.scalars(select(Response).where(Response.survey_id == survey.id)).first()
        answering.withdraw(survey, response.member)
        activity.follow_due()
        (texts,) = texts_of(survey, omar).values()
        assert not texts.is_shown

    def test_the_results_page_tells_them(self, app, omar, browser_of):
        survey = self.answered(12)
        while tallying.recompute_waiting():
            pass
        page = browser_of(omar).get(f"/staff/surveys/{survey.id}/results")
        assert page.status_code == 200
        assert 'data-texts="12"' in page.text
        assert "How it feels" in page.text
