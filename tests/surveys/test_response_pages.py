"""The pages on which staff look at responses: who may, what they read, what a decision needs."""

import pytest
from sqlalchemy import select

from community.infra.db import db, unit_of_work
from community.members.models import Member
from community.surveys.models import FLAGS, Response, ResponseDecision, ResponseFlag
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.factories.surveys import answer, make_question, make_survey
from tests.surveys.flagged import flagged_survey, look_through, say


class TestList:
    def test_those_that_wait_for_a_person_come_first(self, app, omar, browser_of):
        survey, odd = flagged_survey()
        page = browser_of(omar).get(f"/staff/surveys/{survey.id}/responses").text
        assert page.count("data-response-id=") == 1
        assert f'data-response-id="{odd.id}"' in page
        assert '<dd data-count="completed">12</dd>' in page
        assert '<dd data-count="waiting">1</dd>' in page
        assert "Very fast" in page

    def test_it_says_no_more_than_the_first_name(self, app, omar, browser_of):
        survey, odd = flagged_survey()
        for path in (f"/staff/surveys/{survey.id}/responses", f"/staff/surveys/responses/{odd.id}"):
            page = browser_of(omar).get(path).text
            assert "Zoe" in page
            assert "Quick" not in page

    def test_it_is_narrowed_by_state_and_flag(self, app, omar, browser_of):
        survey, odd = flagged_survey()
        fast = say(survey, make_member(), "I like it with bread and butter.", seconds=20.0)
        look_through()
        browser = browser_of(omar)

        def shown(**query):
            page = browser.get(f"/staff/surveys/{survey.id}/responses", query_string=query).text
            return {each.id for each in (odd, fast) if f'data-response-id="{each.id}"' in page}

        assert shown(show="look") == {odd.id}
        assert shown(show="flagged") == shown(show="all") == {odd.id, fast.id}
        assert shown(show="flagged", flag="nonsense") == {odd.id}
        assert shown(show="excluded") == set()
        assert shown(show="nothing known", flag="' OR 1=1") == {odd.id}

    def test_it_is_for_those_who_ask_in_all_its_panels(self, app, ana, mia, browser_of):
        panel, other = make_panel(), make_panel()
        survey, odd = flagged_survey(panel=panel)
        here = make_member(roles=("analyst",), panel_id=panel.id)
        elsewhere = make_member(roles=("analyst",), panel_id=other.id)
        paths = (f"/staff/surveys/{survey.id}/responses", f"/staff/surveys/responses/{odd.id}")
        for path in paths:
            answers = [browser_of(who).get(path).status_code for who in (here, elsewhere, mia, ana)]
            assert answers == [200, 404, 403, 403]
            assert app.test_client().get(path).status_code == 303


class TestOneResponse:
    def test_it_is_readable_in_full_with_why_each_flag_stands(self, app, omar, browser_of):
        _survey, odd = flagged_survey()
        page = browser_of(omar).get(f"/staff/surveys/responses/{odd.id}").text
        assert "asdf asdf jkl asdf" in page
        assert "Took 11 seconds. The median of 12 who were asked the same is 90 seconds." in page
        assert "What is written under “What do you like about it?” looks like keys hit at random." in page
        assert "These rest on 2 independent things." in page

    def test_every_kind_of_flag_is_explained(self, app, omar, browser_of):
        _survey, odd = flagged_survey()
        details = {
            "straight_lines": {"question": "nps", "run": 5, "rows": 5},
            "flat_grid": {"question": "nps", "sd": 0.1, "p5": 0.4, "n": 50},
            "pasted": {"question": "why", "why": "question"},
            "duplicate": {"question": "why", "others": 2},
            "contradicts": {"question": "nps", "said": ["a"], "profile": ["b"]},
            "inattentive": {"question": "nps", "said": ["a"]},
        }
        with unit_of_work() as session:
            session.add_all(ResponseFlag(response_id=odd.id, kind=k, detail=d) for k, d in details.items())
        for locale in ("en", "zh_Hans"):
            with unit_of_work() as session:
                session.get(Member, omar.id).locale = locale
            page = browser_of(omar).get(f"/staff/surveys/responses/{odd.id}")
            assert page.status_code == 200
            assert page.text.count("<li><strong>") == len(FLAGS)

    def test_what_was_not_answered_is_said_and_what_was_not_asked_is_left_out(self, app, omar, browser_of):
        survey = make_survey(kinds=("nps", "short_text", "long_text"))
        response = answer(survey, make_member(), {"nps": 9}, path="nps,short_text")
        page = browser_of(omar).get(f"/staff/surveys/responses/{response.id}").text
        assert page.count("data-question=") == 2
        assert page.count("Not answered") == 1

    def test_earlier_answers_are_told_in_the_questions(self, app, omar, browser_of):
        survey = make_survey(kinds=("single",))
        make_question(survey, "long_text", code="why", text="Why {{single}}?")
        response = answer(survey, make_member(), {"single": "red", "why": "It is warm."})
        assert "Why Red?" in browser_of(omar).get(f"/staff/surveys/responses/{response.id}").text

    def test_what_members_wrote_is_no_markup(self, app, omar, browser_of):
        survey = make_survey(kinds=("long_text",))
        response = answer(survey, make_member(), {"long_text": "<script>alert(1)</script>"})
        assert "<script>alert" not in browser_of(omar).get(f"/staff/surveys/responses/{response.id}").text

    @pytest.mark.parametrize("state", ["started", "withdrawn", "trial"])
    def test_what_was_not_completed_is_nobodys_business(self, app, omar, browser_of, state):
        response = answer(make_survey(), make_member(), {"single": "red"}, state=state)
        assert browser_of(omar).get(f"/staff/surveys/responses/{response.id}").status_code == 404


class TestDeciding:
    def test_a_decision_leads_back_to_the_response(self, app, omar, browser_of):
        _survey, odd = flagged_survey()
        browser = browser_of(omar)
        path = f"/staff/surveys/responses/{odd.id}"
        sent = browser.post(path, data={"decision": "excluded", "reason": "Keys hit at random."})
        assert (sent.status_code, sent.headers["Location"]) == (303, path)
        assert db.session.get(Response, odd.id).excluded_at is not None
        page = browser.get(path).text
        assert 'data-counts="no"' in page
        assert "Keys hit at random." in page
        assert "Flags at that time: Very fast, Nonsense" in " ".join(page.split())

    @pytest.mark.parametrize(
        "data", [{"decision": "excluded"}, {"reason": "So."}, {"decision": "restored", "reason": "So."}, {}]
    )
    def test_an_unfinished_one_comes_back(self, app, omar, browser_of, data):
        _survey, odd = flagged_survey()
        sent = browser_of(omar).post(f"/staff/surveys/responses/{odd.id}", data=data)
        assert sent.status_code == 422
        assert db.session.scalars(select(ResponseDecision)).all() == []

    def test_one_reason_offers_no_decision_and_takes_none(self, app, omar, browser_of):
        survey, _odd = flagged_survey()
        fast = say(survey, make_member(), "I like it with bread and butter.", seconds=20.0)
        look_through()
        browser, path = browser_of(omar), f"/staff/surveys/responses/{fast.id}"
        page = browser.get(path).text
        assert 'name="decision"' not in page
        assert "that is no reason to exclude anybody" in page
        sent = browser.post(path, data={"decision": "excluded", "reason": "Fast."})
        assert sent.status_code == 409
        assert db.session.get(Response, fast.id).excluded_at is None

    def test_others_do_not_decide(self, app, ana, mia, browser_of):
        _survey, odd = flagged_survey()
        for member in (ana, mia):
            sent = browser_of(member).post(
                f"/staff/surveys/responses/{odd.id}", data={"decision": "excluded", "reason": "So."}
            )
            assert sent.status_code == 403
        assert db.session.get(Response, odd.id).excluded_at is None
