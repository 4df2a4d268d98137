"""Answering as members do: page by page, all at once, on two devices, too late, twice, taken back."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from community.activity.models import Activity
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.members.models import Member
from community.panels.models import Panel
from community.surveys.actions import answering, opening
from community.surveys.models import Answer, Question, QuestionVersion, Response, Survey
from tests.conftest import Client
from tests.factories.members import make_member
from tests.factories.panels import answer as tell
from tests.factories.panels import make_attribute, make_panel
from tests.factories.surveys import answer, answers_of, make_question, make_survey
from tests.racing import at_once
from tests.statements import statements
from tests.surveys.reaching import make_cell

Browsers = Callable[[Member], Client]


@pytest.fixture
def panel(ana: Member, ben: Member) -> Panel:
    """A panel with two members."""
    return make_panel(members=(ana, ben))


@pytest.fixture
def survey(panel: Panel) -> Survey:
    """Colour (1), score (2), and on page 3 why, if the score is low."""
    survey = make_survey(kinds=(), panel=panel)
    make_question(survey, "single", code="colour", page=1)
    make_question(survey, "nps", code="score", page=2)
    low = {"all": [{"question": "score", "at_most": 6}]}
    make_question(
        survey, "long_text", code="why", page=3, condition=low, text="Why {{score}}, with {{colour}}?"
    )
    return survey


def fields(survey: Survey, **answers: Any) -> dict[str, Any]:
    """A form, by the codes of its questions instead of their numbers."""
    rows = db.session.execute(select(Question.code, Question.id).where(Question.survey_id == survey.id))
    ids = {row.code: row.id for row in rows}
    return {f"q{ids[code]}": value for code, value in answers.items()}


def response_of(survey: Survey, member: Member) -> Response | None:
    """The member's response."""
    return db.session.scalar(
        select(Response)
        .where(Response.survey_id == survey.id, Response.member_id == member.id)
        .execution_options(populate_existing=True)
    )


def counts(survey: Survey) -> tuple[int, int, int]:
    """How many have started, completed and been excluded."""
    db.session.refresh(survey)
    return survey.started_count, survey.completed_count, survey.excluded_count


def stored(survey: Survey) -> int:
    """How many responses and answers there are to the survey."""
    responses = select(func.count(Response.id)).where(Response.survey_id == survey.id)
    answers = select(func.count(Answer.id)).join(Response).where(Response.survey_id == survey.id)
    return (db.session.scalar(responses) or 0) + (db.session.scalar(answers) or 0)


class TestIntroduction:
    def test_it_says_what_for_how_long_how_many_and_who_reads(
        self, survey: Survey, ana: Member, ben: Member, omar: Member, browser_of: Browsers
    ) -> None:
        with unit_of_work():
            lock(Survey, survey.id).owner_id = omar.id
        answer(survey, ben, {"colour": "red"})

        page = browser_of(ana).get(f"/surveys/{survey.id}").text

        assert "Your answers decide what we build next." in page
        assert "about 2 minutes" in page
        assert "1 person has answered" in page
        assert "Omar Haddad" in page

    def test_outsiders_meet_nothing(self, survey: Survey, lin: Member, browser_of: Browsers) -> None:
        browser = browser_of(lin)

        for path in ("", "/pages/1", "/response"):
            assert browser.get(f"/surveys/{survey.id}{path}").status_code == 404
        for path in ("/start", "/response", "/response/keep", "/response/withdraw"):
            assert browser.post(f"/surveys/{survey.id}{path}", data={}).status_code == 404
        assert stored(survey) == 0

    def test_loading_a_refused_page_again_leads_back(
        self, survey: Survey, ana: Member, browser_of: Browsers
    ) -> None:
        again = browser_of(ana).get(f"/surveys/{survey.id}/response")

        assert (again.status_code, again.location) == (303, f"/surveys/{survey.id}")

    def test_visitors_are_asked_to_sign_in(self, survey: Survey, client: Client) -> None:
        answer = client.get(f"/surveys/{survey.id}")

        assert answer.status_code == 303
        assert "/sign-in" in answer.location
        assert client.post(f"/surveys/{survey.id}/response").status_code == 303

    def test_a_draft_is_nobodys_business(self, panel: Panel, ana: Member, browser_of: Browsers) -> None:
        for state in ("draft", "preview"):
            survey = make_survey(panel=panel, state=state)
            assert browser_of(ana).get(f"/surveys/{survey.id}").status_code == 404
            sent = fields(survey, single="red")
            assert browser_of(ana).post(f"/surveys/{survey.id}/response", data=sent).status_code == 404
            assert stored(survey) == 0


class TestPageByPage:
    def test_three_pages_lead_to_thanks(self, survey: Survey, ana: Member, browser_of: Browsers) -> None:
        browser = browser_of(ana)
        base = f"/surveys/{survey.id}"
        begun = browser.post(f"{base}/start")
        assert (begun.status_code, begun.location) == (303, f"{base}/pages/1")
        assert counts(survey) == (1, 0, 0)
        assert "Page 1 of 2" in browser.get(f"{base}/pages/1").text

        first = browser.post(f"{base}/response", data={"page": "1", **fields(survey, colour="red")})
        assert (first.status_code, first.location) == (303, f"{base}/pages/2")
        second = browser.post(f"{base}/response", data={"page": "2", **fields(survey, score="4")})
        assert (second.status_code, second.location) == (303, f"{base}/pages/3")
        page = browser.get(f"{base}/pages/3").text
        assert "Why 4, with Red?" in page
        assert "Page 3 of 3" in page
        last = browser.post(f"{base}/response", data={"page": "3", **fields(survey, why="It was late.")})
        assert (last.status_code, last.location) == (303, base)
        assert "Thank you" in browser.get(base).text

        response = response_of(survey, ana)
        assert response is not None
        assert response.state == "completed"
        assert response.path == "colour,score,why"
        assert answers_of(response) == {
            "colour": {"choice": "red"}, "score": {"number": 4}, "why": {"text": "It was late."},
        }  # fmt: skip
        assert counts(survey) == (1, 1, 0)
        assert survey.answers_changed_at is not None

    def test_it_is_told_with_what_it_earns(self, survey: Survey, ana: Member, browser_of: Browsers) -> None:
        with unit_of_work():
            lock(Survey, survey.id).points = 20
        browser_of(ana).post(f"/surveys/{survey.id}/response", data=fields(survey, colour="red", score="9"))

        told = db.session.scalars(select(Activity).where(Activity.kind == "survey.answered")).one()
        response = response_of(survey, ana)
        assert response is not None
        assert (told.actor_id, told.subject_type, told.subject_id) == (ana.id, "response", response.id)
        assert told.data == {"survey_id": survey.id, "points": 20}
        assert told.panel_id == survey.panel_ids[0]

    def test_what_is_known_of_the_member_is_kept_as_it_was(
        self, survey: Survey, ana: Member, browser_of: Browsers
    ) -> None:
        tell(ana, make_attribute("region", "single_choice", "north", "south"), "north")
        browser_of(ana).post(f"/surveys/{survey.id}/response", data=fields(survey, colour="red", score="9"))

        response = response_of(survey, ana)
        assert response is not None
        assert response.profile["region"] == ["north"]

    def test_a_refused_page_comes_back_filled_in(
        self, panel: Panel, ana: Member, browser_of: Browsers
    ) -> None:
        survey = make_survey(kinds=("single", "number", "ranking", "allocation", "short_text"), panel=panel)
        browser = browser_of(ana)
        browser.post(f"/surveys/{survey.id}/start")
        names = fields(survey, single="", number="", ranking="", allocation="", short_text="")
        single, number, ranking, allocation, text = names
        refused = browser.post(
            f"/surveys/{survey.id}/response",
            data={
                "page": "1", single: "green", number: "101", text: "<b>so so</b>",
                f"{ranking}-speed": "2", f"{ranking}-price": "2", f"{allocation}-speed": "55",
            },
        )  # fmt: skip

        assert refused.status_code == 422
        page = refused.text
        assert 'value="green" checked' in page
        assert 'value="101"' in page
        assert 'value="55"' in page
        assert all(f'name="{ranking}-{key}" value="2"' in page for key in ("speed", "price"))
        assert "&lt;b&gt;so so&lt;/b&gt;" in page
        assert "Please give a number from 0 to 100." in page
        assert "These add up to 55; please make them 100." in page
        assert "You gave place 2 twice." in page
        assert f'href="#{number}"' in page
        response = response_of(survey, ana)
        assert response is not None
        assert answers_of(response) == {}
        assert response.page == 1

    def test_nobody_jumps_ahead_of_a_required_question(
        self, survey: Survey, ana: Member, browser_of: Browsers
    ) -> None:
        browser = browser_of(ana)
        base = f"/surveys/{survey.id}"
        assert browser.get(f"{base}/pages/2").location == base
        browser.post(f"{base}/start")
        assert browser.get(f"{base}/pages/3").location == f"{base}/pages/1"

        posted = browser.post(f"{base}/response", data={"page": "2", **fields(survey, score="9")})
        assert posted.location == f"{base}/pages/1"
        assert counts(survey) == (1, 0, 0)

    def test_going_back_keeps_what_is_written(
        self, survey: Survey, ana: Member, browser_of: Browsers
    ) -> None:
        browser = browser_of(ana)
        base = f"/surveys/{survey.id}"
        browser.post(f"{base}/response", data={"page": "1", **fields(survey, colour="red")})
        back = browser.post(f"{base}/response", data={"page": "2", "go": "back", **fields(survey, score="8")})

        assert back.location == f"{base}/pages/1"
        assert 'value="red" checked' in browser.get(f"{base}/pages/1").text
        assert 'value="8" checked' in browser.get(f"{base}/pages/2").text

    @pytest.mark.parametrize(
        ("kind", "some", "half", "rest"),
        [
            ("kano",
             {"speed-present": "like", "speed-absent": "dislike"},
             {"price-present": "neutral"},
             {"price-present": "neutral", "price-absent": "neutral", "care-present": "must_be",
              "care-absent": "dislike"}),
            ("matrix", {"speed": "4"}, {"price": "99"}, {"price": "1", "care": "5"}),
        ],
    )  # fmt: skip
    def test_an_answer_in_parts_is_kept_from_the_middle_but_is_still_to_be_finished(
        self, panel: Panel, ana: Member, browser_of: Browsers, kind: str, some: dict[str, str],
        half: dict[str, str], rest: dict[str, str],
    ) -> None:  # fmt: skip
        survey = make_survey(kinds=(kind,), panel=panel)
        make_question(survey, "yes_no", page=2)
        (name,) = fields(survey, **{kind: ""})
        base, phone, laptop = f"/surveys/{survey.id}", browser_of(ana), browser_of(ana)
        some, half, rest = (
            {f"{name}-{part}": v for part, v in parts.items()} for parts in (some, half, rest)
        )

        phone.post(f"{base}/response/keep", data={"page": "1", **some, **half})
        ahead = laptop.get(f"{base}/pages/2")
        page = laptop.get(f"{base}/pages/1").text
        skipped = laptop.post(f"{base}/response", data={"page": "2", **fields(survey, yes_no="yes")})
        at_once = laptop.post(f"{base}/response", data=fields(survey, yes_no="yes"))

        assert ahead.location == skipped.location == f"{base}/pages/1"
        assert page.count(" checked>") == len(some)
        assert all(f'name="{part}" value="{v}" checked' in page for part, v in some.items())
        assert at_once.status_code == 422
        assert counts(survey) == (1, 0, 0)
        done = laptop.post(f"{base}/response", data={"page": "1", **some, **rest})
        assert done.location == f"{base}/pages/2"
        laptop.post(f"{base}/response", data={"page": "2", **fields(survey, yes_no="yes")})
        assert counts(survey) == (1, 1, 0)
        response = response_of(survey, ana)
        assert response is not None
        assert set(answers_of(response)[kind]) == {"kano": {"pairs"}, "matrix": {"rows"}}[kind]

    def test_what_is_left_is_resumed_on_another_device(
        self, survey: Survey, ana: Member, browser_of: Browsers
    ) -> None:
        base = f"/surveys/{survey.id}"
        desk, phone = browser_of(ana), browser_of(ana)
        desk.post(f"{base}/response", data={"page": "1", **fields(survey, colour="red")})
        left = desk.post(f"{base}/response", data={"page": "2", "go": "later", **fields(survey, score="8")})
        assert left.location == base

        assert "Go on where I stopped" in phone.get(base).text
        assert phone.post(f"{base}/start").location == f"{base}/pages/2"
        assert 'value="8" checked' in phone.get(f"{base}/pages/2").text
        assert counts(survey) == (1, 0, 0)

    def test_another_answer_takes_the_way_back_and_what_was_on_it(
        self, survey: Survey, ana: Member, browser_of: Browsers
    ) -> None:
        browser = browser_of(ana)
        base = f"/surveys/{survey.id}"
        browser.post(f"{base}/response", data={"page": "1", **fields(survey, colour="red")})
        browser.post(f"{base}/response", data={"page": "2", **fields(survey, score="4")})
        browser.post(f"{base}/response/keep", data={"page": "3", **fields(survey, why="It was late.")})
        done = browser.post(f"{base}/response", data={"page": "2", **fields(survey, score="10")})

        assert done.location == base
        response = response_of(survey, ana)
        assert response is not None
        assert answers_of(response) == {"colour": {"choice": "red"}, "score": {"number": 10}}
        assert response.path == "colour,score"

    def test_an_answer_given_elsewhere_may_take_the_page_away(
        self, survey: Survey, ana: Member, browser_of: Browsers
    ) -> None:
        base = f"/surveys/{survey.id}"
        desk, phone = browser_of(ana), browser_of(ana)
        desk.post(f"{base}/response", data={"page": "1", **fields(survey, colour="red")})
        desk.post(f"{base}/response", data={"page": "2", **fields(survey, score="4")})
        phone.post(f"{base}/response/keep", data={"page": "2", **fields(survey, score="10")})

        refused = desk.post(f"{base}/response", data={"page": "3", **fields(survey, why="It was late.")})
        assert refused.status_code == 422
        assert "not asked" in refused.text
        assert counts(survey) == (1, 0, 0)

    def test_a_question_changed_meanwhile_is_read_again_first(
        self, survey: Survey, ana: Member, browser_of: Browsers
    ) -> None:
        browser = browser_of(ana)
        base = f"/surveys/{survey.id}"
        browser.post(f"{base}/start")
        question = db.session.scalars(select(Question).where(Question.code == "colour")).one()
        old = db.session.scalars(
            select(QuestionVersion).where(QuestionVersion.question_id == question.id)
        ).one()
        with unit_of_work() as session:
            session.add(
                QuestionVersion(
                    question_id=question.id, number=2, text={"en": "Which one?"}, options=old.options
                )
            )
            lock(Question, question.id).version = 2
        old_id = old.id

        sent = {"page": "1", "version": str(old_id), **fields(survey, colour="red")}
        refused = browser.post(f"{base}/response", data=sent)
        assert refused.status_code == 422
        assert "has just been changed" in refused.text
        assert "Which one?" in refused.text
        assert browser.post(f"{base}/response", data=sent | {"version": ""}).status_code == 422
        browser.post(f"{base}/response", data={"page": "1", **fields(survey, colour="red")})
        assert db.session.scalars(select(Answer)).one().version_id > old_id

    def test_time_counts_ten_minutes_a_stay_at_most(self, survey: Survey, ana: Member) -> None:
        began = clock.now()
        with clock.stopped_at(began):
            answering.begin(survey, ana)
        with clock.stopped_at(began + timedelta(seconds=20)):
            answering.keep(survey, ana, _form(fields(survey, colour="red")), page=1)
        with clock.stopped_at(began + timedelta(days=1)):
            answering.answer(survey, ana, _form(fields(survey, score="9")))

        response = response_of(survey, ana)
        assert response is not None
        assert response.seconds == pytest.approx(620)


class TestAllAtOnce:
    def test_one_click_is_enough_for_one_question(
        self, panel: Panel, ana: Member, browser_of: Browsers
    ) -> None:
        poll = make_survey(kinds=("single",), panel=panel, kind="poll")
        sent = {**fields(poll, single="red"), "next": f"/panels/{panel.slug}"}

        clicked = browser_of(ana).post(f"/surveys/{poll.id}/response", data=sent)

        assert (clicked.status_code, clicked.location) == (303, f"/panels/{panel.slug}")
        assert counts(poll) == (1, 1, 0)

    def test_a_single_question_needs_no_introduction(
        self, panel: Panel, ana: Member, browser_of: Browsers
    ) -> None:
        poll = make_survey(kinds=("long_text",), panel=panel, kind="poll")
        browser, base = browser_of(ana), f"/surveys/{poll.id}"

        assert "What do you say to long_text?" in browser.get(base).text
        browser.post(f"{base}/response", data=fields(poll, long_text="A lot"))
        assert "Thank you" in browser.get(base).text

    @pytest.mark.parametrize(
        "sent",
        [
            {},
            {"colour": "pink", "score": "9"},
            {"colour": "red", "score": "11"},
            {"colour": "red", "score": "-1"},
            {"colour": "red", "score": "9", "why": "Nobody asked"},
            {"colour": "red", "score": "3"},
        ],
    )
    def test_what_cannot_be_taken_leaves_nothing_behind(
        self, survey: Survey, ana: Member, browser_of: Browsers, sent: dict[str, str]
    ) -> None:
        refused = browser_of(ana).post(f"/surveys/{survey.id}/response", data=fields(survey, **sent))

        assert refused.status_code == 422
        assert "Please look at this again" in refused.text
        assert stored(survey) == 0
        assert counts(survey) == (0, 0, 0)

    def test_questions_of_other_surveys_are_refused(
        self, survey: Survey, panel: Panel, ana: Member, browser_of: Browsers
    ) -> None:
        other = make_survey(panel=panel)
        sent = fields(survey, colour="red", score="9") | fields(other, single="red")

        assert browser_of(ana).post(f"/surveys/{survey.id}/response", data=sent).status_code == 422
        assert stored(survey) == stored(other) == 0

    def test_a_question_that_was_taken_out_is_no_longer_asked(
        self, survey: Survey, ana: Member, browser_of: Browsers
    ) -> None:
        with unit_of_work() as session:
            question = session.scalars(select(Question).where(Question.code == "colour")).one()
            question.removed_at = clock.now()
        browser, path = browser_of(ana), f"/surveys/{survey.id}/response"

        assert browser.post(path, data=fields(survey, colour="red", score="9")).status_code == 422
        assert browser.post(path, data=fields(survey, score="9")).status_code == 303

    def test_an_empty_paper_is_no_answer(self, panel: Panel, ana: Member, browser_of: Browsers) -> None:
        survey = make_survey(kinds=(), panel=panel)
        make_question(survey, "short_text", is_required=False)

        assert browser_of(ana).post(f"/surveys/{survey.id}/response", data={}).status_code == 422
        assert stored(survey) == 0

    @pytest.mark.parametrize("page", ["0", "7", "-1", "one", "9" * 40])
    def test_a_page_that_is_none_leads_to_one_that_is(
        self, survey: Survey, ana: Member, browser_of: Browsers, page: str
    ) -> None:
        led = browser_of(ana).post(f"/surveys/{survey.id}/response", data={"page": page})

        assert led.status_code in (303, 422)
        assert counts(survey)[1] == 0


class TestCost:
    def test_a_page_costs_the_same_however_much_is_asked(
        self, panel: Panel, ana: Member, browser_of: Browsers
    ) -> None:
        browser, costs = browser_of(ana), []
        for count in (2, 20):
            survey = make_survey(kinds=("single", "nps") * (count // 2), panel=panel)
            browser.post(f"/surveys/{survey.id}/start")
            with statements() as sent:
                assert browser.get(f"/surveys/{survey.id}/pages/1").status_code == 200
            costs.append(len(sent))

        assert costs[0] == costs[1] <= 16


class TestTooLate:
    def test_a_closed_survey_takes_no_answers(
        self, survey: Survey, ana: Member, browser_of: Browsers
    ) -> None:
        browser = browser_of(ana)
        base = f"/surveys/{survey.id}"
        browser.post(f"{base}/response", data={"page": "1", **fields(survey, colour="red")})
        opening.close_survey(survey, None)

        for path in ("/response", "/response/keep", "/start", "/response/withdraw"):
            refused = browser.post(f"{base}{path}", data={"page": "2", **fields(survey, score="9")})
            assert refused.status_code == 403
            assert "is closed" in refused.text
        assert browser.get(f"{base}/pages/2").location == base
        assert "This survey is closed" in browser.get(base).text
        response = response_of(survey, ana)
        assert response is not None
        assert answers_of(response) == {"colour": {"choice": "red"}}

    def test_its_hour_closes_it_also_when_the_clock_is_late(
        self, survey: Survey, ana: Member, browser_of: Browsers
    ) -> None:
        with unit_of_work():
            lock(Survey, survey.id).closes_at = clock.now() - timedelta(seconds=1)

        sent = fields(survey, colour="red", score="9")
        assert browser_of(ana).post(f"/surveys/{survey.id}/response", data=sent).status_code == 403

    def test_nobody_answers_twice(self, survey: Survey, ana: Member, browser_of: Browsers) -> None:
        browser, base = browser_of(ana), f"/surveys/{survey.id}"
        browser.post(f"{base}/response", data=fields(survey, colour="red", score="9"))

        for path in ("/response", "/response/keep", "/start"):
            again = browser.post(f"{base}{path}", data={"page": "1", **fields(survey, colour="green")})
            assert again.status_code == 403
            assert "answered this survey already" in again.text
        response = response_of(survey, ana)
        assert response is not None
        assert answers_of(response)["colour"] == {"choice": "red"}
        assert counts(survey) == (1, 1, 0)

    def test_what_was_heard_stands_where_one_answered(
        self, survey: Survey, ana: Member, ben: Member, browser_of: Browsers
    ) -> None:
        answer(survey, ana, {"colour": "red"})
        with unit_of_work():
            survey = lock(Survey, survey.id)
            survey.state, survey.told_back_at = "told_back", clock.now()
            survey.heard_html = {"en": "<p>We repaint the <strong>shop</strong>.</p>"}

        for member in (ana, ben):
            assert (
                "We repaint the <strong>shop</strong>."
                in browser_of(member).get(f"/surveys/{survey.id}").text
            )


class TestPlaces:
    def test_a_place_is_held_used_and_given_back(
        self, survey: Survey, ana: Member, ben: Member, browser_of: Browsers
    ) -> None:
        cell = make_cell(survey, target_count=1)
        with unit_of_work():
            lock(Survey, survey.id).sampling = "quotas"
        ana_, ben_, base = browser_of(ana), browser_of(ben), f"/surveys/{survey.id}"

        ana_.post(f"{base}/start")
        assert (cell.held_count, cell.completed_count) == (1, 0)
        late = ben_.post(f"{base}/response", data=fields(survey, colour="blue", score="9"))
        assert late.status_code == 409
        assert 'value="blue" checked' in late.text
        assert "are taken" in late.text
        assert response_of(survey, ben) is None
        assert "are taken at the moment" in ben_.get(base).text

        ana_.post(f"{base}/response", data=fields(survey, colour="red", score="9"))
        db.session.refresh(cell)
        assert (cell.held_count, cell.completed_count) == (0, 1)
        ana_.post(f"{base}/response/withdraw")
        db.session.refresh(cell)
        assert (cell.held_count, cell.completed_count) == (0, 0)
        assert ben_.post(f"{base}/start").status_code == 303


class TestKeep:
    def test_one_answer_is_kept_while_another_is_still_wrong(
        self, panel: Panel, ana: Member, browser_of: Browsers
    ) -> None:
        survey = make_survey(kinds=("single", "number"), panel=panel)
        kept = browser_of(ana).post(
            f"/surveys/{survey.id}/response/keep",
            data={"page": "1", **fields(survey, single="red", number="10000")},
        )

        assert kept.status_code == 204
        response = response_of(survey, ana)
        assert response is not None
        assert answers_of(response) == {"single": {"choice": "red"}}


class TestWithdraw:
    def test_answers_are_deleted_and_no_longer_counted(
        self, survey: Survey, ana: Member, ben: Member, browser_of: Browsers
    ) -> None:
        answer(survey, ben, {"colour": "green", "score": 3})
        browser, base = browser_of(ana), f"/surveys/{survey.id}"
        browser.post(f"{base}/response", data=fields(survey, colour="red", score="9"))
        response = response_of(survey, ana)
        assert response is not None
        ids = sorted(db.session.scalars(select(Answer.id).where(Answer.response_id == response.id)))

        assert browser.post(f"{base}/response/withdraw").status_code == 303

        db.session.refresh(response)
        assert response.state == "withdrawn"
        assert answers_of(response) == {}
        assert response.profile == {}
        assert counts(survey) == (1, 1, 0)
        told = db.session.scalars(select(Activity).where(Activity.kind == "survey.withdrawn")).one()
        assert told.data == {"survey_id": survey.id, "answer_ids": ids}

    def test_one_may_answer_anew(self, survey: Survey, ana: Member, browser_of: Browsers) -> None:
        browser, base = browser_of(ana), f"/surveys/{survey.id}"
        browser.post(f"{base}/response", data=fields(survey, colour="red", score="9"))
        browser.post(f"{base}/response/withdraw")
        assert "Begin" in browser.get(base).text
        browser.post(f"{base}/response", data=fields(survey, colour="blue", score="1", why="Well"))

        response = response_of(survey, ana)
        assert response is not None
        assert (response.state, answers_of(response)["colour"]) == ("completed", {"choice": "blue"})
        assert counts(survey) == (1, 1, 0)

    def test_an_excluded_response_leaves_both_counts(
        self, survey: Survey, ana: Member, browser_of: Browsers
    ) -> None:
        answer(survey, ana, {"colour": "red"}, excluded_at=clock.now())
        assert counts(survey) == (1, 1, 1)
        browser_of(ana).post(f"/surveys/{survey.id}/response/withdraw")

        assert counts(survey) == (0, 0, 0)

    def test_there_must_be_something_to_withdraw(
        self, survey: Survey, ana: Member, browser_of: Browsers
    ) -> None:
        assert browser_of(ana).post(f"/surveys/{survey.id}/response/withdraw").status_code == 404


class TestTrial:
    def test_staff_go_through_it_and_nothing_counts(
        self, survey: Survey, omar: Member, browser_of: Browsers
    ) -> None:
        with unit_of_work():
            lock(Survey, survey.id).state = "preview"
        browser, base = browser_of(omar), f"/surveys/{survey.id}"
        assert "Why …, with …?" in browser.get(f"/staff/surveys/{survey.id}/preview").text
        assert browser.post(f"{base}/start").location == f"{base}/pages/1"
        assert "Nothing you answer here counts" in browser.get(f"{base}/pages/1").text
        browser.post(f"{base}/response", data={"page": "1", **fields(survey, colour="red")})
        done = browser.post(f"{base}/response", data={"page": "2", **fields(survey, score="9")})

        assert done.location == base
        assert "Nothing you answered counts" in browser.get(base).text
        assert counts(survey) == (0, 0, 0)
        response = response_of(survey, omar)
        assert response is not None
        assert response.state == "trial"
        assert not db.session.scalars(select(Activity).where(Activity.kind == "survey.answered")).all()

    def test_it_can_be_tried_again_from_the_start(
        self, survey: Survey, omar: Member, browser_of: Browsers
    ) -> None:
        with unit_of_work():
            lock(Survey, survey.id).state = "draft"
        browser, base = browser_of(omar), f"/surveys/{survey.id}"
        browser.post(f"{base}/start")
        browser.post(f"{base}/response", data={"page": "1", **fields(survey, colour="red")})
        browser.post(f"{base}/start")

        response = response_of(survey, omar)
        assert response is not None
        assert answers_of(response) == {}

    def test_an_open_survey_is_not_tried_out(
        self, survey: Survey, omar: Member, browser_of: Browsers
    ) -> None:
        started = browser_of(omar).post(f"/surveys/{survey.id}/start")

        assert started.status_code == 403
        assert stored(survey) == 0

    def test_the_preview_speaks_each_language(
        self, survey: Survey, omar: Member, browser_of: Browsers
    ) -> None:
        with unit_of_work() as session:
            lock(Survey, survey.id).languages = ["en", "zh_Hans"]
            version = session.scalars(
                select(QuestionVersion).join(Question).where(Question.code == "colour")
            ).one()
            version.text = {"en": "Which colour?", "zh_Hans": "哪种颜色？"}
        browser, path = browser_of(omar), f"/staff/surveys/{survey.id}/preview"

        assert "Which colour?" in browser.get(path).text
        assert "哪种颜色？" in browser.get(f"{path}?locale=zh_Hans").text
        assert "Which colour?" in browser.get(f"{path}?locale=xx").text

    def test_staff_of_another_panel_see_no_preview(self, survey: Survey, browser_of: Browsers) -> None:
        other = make_member(roles=("owner",), panel_id=make_panel().id)

        assert browser_of(other).get(f"/staff/surveys/{survey.id}/preview").status_code == 404


class TestOrders:
    def test_options_stand_in_the_same_order_on_every_device(
        self, panel: Panel, ana: Member, browser_of: Browsers
    ) -> None:
        survey = make_survey(kinds=(), panel=panel, shuffles_questions=True)
        colours = tuple(f"c{number}" for number in range(12))
        make_question(survey, "single", options=colours, has_other=True, shuffles_options=True)
        for number in range(5):
            make_question(survey, "nps", code=f"n{number}")
        browser_of(ana).post(f"/surveys/{survey.id}/start")

        first, second = (_order(browser_of(ana).get(f"/surveys/{survey.id}/pages/1").text) for _ in range(2))
        assert first == second
        assert first[0][-1] == "else"
        assert first[0][:-1] != list(colours)
        assert sorted(first[0][:-1]) == sorted(colours)
        assert sorted(first[1]) == ["n0", "n1", "n2", "n3", "n4", "single"]


class TestAtOnce:
    def test_two_devices_finish_one_response(self, new_app: Callable[..., Flask]) -> None:
        own = new_app()
        with own.app_context():
            member = make_member()
            survey = make_survey(kinds=("single", "nps"), panel=make_panel(members=(member,)))
            sent = [fields(survey, single=colour, nps="9") for colour in ("red", "green", "blue", "red")]
            survey_id, member_id = survey.id, member.id
            db.session.remove()

        def finish(form: dict[str, str]) -> object:
            survey, member = db.session.get_one(Survey, survey_id), db.session.get_one(Member, member_id)
            return answering.answer(survey, member, _form(form)).next_page

        results = at_once(own, *(lambda form=form: finish(form) for form in sent))
        with own.app_context():
            assert results.count(None) == 1
            survey = db.session.get_one(Survey, survey_id)
            assert counts(survey) == (1, 1, 0)
            assert stored(survey) == 3

    def test_many_members_are_all_counted(self, new_app: Callable[..., Flask]) -> None:
        own = new_app()
        with own.app_context():
            members = tuple(make_member() for _ in range(8))
            survey = make_survey(kinds=("single",), panel=make_panel(members=members))
            form, survey_id = fields(survey, single="red"), survey.id
            ids = [member.id for member in members]
            db.session.remove()

        def finish(member_id: int) -> object:
            survey, member = db.session.get_one(Survey, survey_id), db.session.get_one(Member, member_id)
            return answering.answer(survey, member, _form(form)).next_page

        at_once(own, *(lambda member_id=member_id: finish(member_id) for member_id in ids))
        with own.app_context():
            assert counts(db.session.get_one(Survey, survey_id)) == (8, 8, 0)

    def test_closing_lets_in_all_or_nothing_of_an_answer(self, new_app: Callable[..., Flask]) -> None:
        own = new_app()
        with own.app_context():
            members = tuple(make_member() for _ in range(5))
            survey = make_survey(kinds=("single", "nps"), panel=make_panel(members=members))
            form, survey_id = fields(survey, single="red", nps="9"), survey.id
            ids = [member.id for member in members]
            db.session.remove()

        def finish(member_id: int) -> object:
            survey, member = db.session.get_one(Survey, survey_id), db.session.get_one(Member, member_id)
            return answering.answer(survey, member, _form(form)).next_page

        def close() -> object:
            opening.close_survey(db.session.get_one(Survey, survey_id), None)
            return "closed"

        results = at_once(own, close, *(lambda member_id=member_id: finish(member_id) for member_id in ids))
        with own.app_context():
            survey = db.session.get_one(Survey, survey_id)
            taken = results.count(None)
            assert survey.state == "closed"
            assert counts(survey) == (taken, taken, 0)
            assert stored(survey) == 3 * taken


def _form(sent: dict[str, Any]) -> Any:
    return MultiDict(sent)


def _order(page: str) -> tuple[list[str], list[str]]:
    """The keys of the radio buttons of the first single choice, and the codes of the questions."""
    block = page[page.index('data-question="single"') :]
    block = block[: block.index("</fieldset>")]
    return re.findall(r'type="radio" name="q\d+" value="([^"]+)"', block), re.findall(
        r'data-question="([^"]+)"', page
    )
