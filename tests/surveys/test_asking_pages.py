"""Staff pages on which surveys are written, opened, closed and told back; without a script."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from community.ideas.actions import votes
from community.ideas.actions.sightings import note_sighting
from community.infra import clock
from community.infra.db import db
from community.members.models import Member
from community.panels.actions.membership import join_panel, leave_panel
from community.surveys.actions import opening
from community.surveys.models import QUESTION_KINDS, Question, Survey
from community.surveys.queries import questions as queries
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.factories.surveys import answer, make_survey
from tests.statements import statements
from tests.surveys.asking import BOTH, ask, begin

Browser = Callable[[Member], Client]
TWO = {"options-0-key": "", "options-0-text-en": "Tea", "options-1-key": "", "options-1-text-en": "Coffee"}
FEW = "Fewer than 10 answers are shown to nobody"


def only(model: type[Survey] | type[Question]) -> Survey | Question:
    """The one row there is."""
    return db.session.query(model).one()


class TestDesk:
    def test_it_lists_what_one_works_on_by_where_it_stands(self, omar: Member, browser_of: Browser) -> None:
        make_survey(state="draft", title="In the making")
        make_survey(state="told_back", title="Long ago")
        desk = browser_of(omar)
        assert "In the making" in desk.get("/staff/surveys").text
        assert "Long ago" not in desk.get("/staff/surveys").text
        assert "Long ago" in desk.get("/staff/surveys?tab=told").text

    def test_staff_of_one_panel_see_the_surveys_of_that_panel_alone(self, browser_of: Browser) -> None:
        ours, theirs = make_panel(), make_panel()
        tess = make_member("Tess", roles=("analyst",), panel_id=ours.id)
        make_survey(panel=ours, title="For us")
        make_survey(panel=theirs, title="For them")
        make_survey(panels=(ours, theirs), title="For both")
        text = browser_of(tess).get("/staff/surveys").text
        assert "For us" in text
        assert "For them" not in text
        assert "For both" not in text

    def test_its_statements_do_not_grow_with_the_surveys(self, omar: Member, browser_of: Browser) -> None:
        desk = browser_of(omar)
        make_survey()
        desk.get("/staff/surveys")
        with statements() as few:
            desk.get("/staff/surveys")
        for _each in range(5):
            make_survey(panels=(make_panel(), make_panel()))
        with statements() as many:
            desk.get("/staff/surveys")
        assert len(many) == len(few)


class TestNew:
    def test_a_survey_begins_with_what_was_chosen(self, omar: Member, browser_of: Browser) -> None:
        panel = make_panel()
        sent = {"title": "Support", "panel_ids": panel.id, "languages": ["en", "zh_Hans"], "start": "contact"}
        response = browser_of(omar).post("/staff/surveys/new", data=sent)
        survey = only(Survey)
        assert (response.status_code, response.location) == (303, f"/staff/surveys/{survey.id}/questions")
        assert (survey.title, survey.languages, survey.panel_ids) == (
            {"en": "Support"},
            ["en", "zh_Hans"],
            [panel.id],
        )
        assert len(queries.list_standing(survey)) == 4

    def test_what_is_missing_is_said_beside_its_field(self, omar: Member, browser_of: Browser) -> None:
        make_panel(), make_panel()
        response = browser_of(omar).post("/staff/surveys/new", data={"title": "T", "languages": ["en"]})
        assert response.status_code == 422
        assert 'id="panel_ids-error"' in response.text
        assert db.session.query(Survey).count() == 0

    def test_nobody_asks_the_members_of_a_panel_that_is_not_theirs(self, browser_of: Browser) -> None:
        ours, theirs = make_panel(), make_panel()
        tess = make_member("Tess", roles=("analyst",), panel_id=ours.id)
        sent = {"title": "T", "panel_ids": theirs.id, "languages": ["en"], "start": "empty"}
        assert browser_of(tess).post("/staff/surveys/new", data=sent).status_code == 422
        assert db.session.query(Survey).count() == 0

    def test_a_poll_is_open_in_one_step(self, omar: Member, browser_of: Browser) -> None:
        panel = make_panel()
        sent = {"panel_id": panel.id, "text": "Tea?", "kind": "single", "options": "Yes\n\nNo\n", "open": "1"}
        response = browser_of(omar).post("/staff/surveys/polls/new", data=sent)
        survey = only(Survey)
        assert response.status_code == 303
        assert (survey.kind, survey.state, survey.title, survey.closes_at) == (
            "poll",
            "open",
            {"en": "Tea?"},
            None,
        )
        (each,) = queries.list_standing(survey)
        assert [option["text"] for option in each.version.options] == [{"en": "Yes"}, {"en": "No"}]

    def test_a_poll_is_kept_as_a_draft_or_refused_whole(self, omar: Member, browser_of: Browser) -> None:
        sent = {"panel_id": make_panel().id, "text": "Tea?", "kind": "single", "options": "Yes"}
        response = browser_of(omar).post("/staff/surveys/polls/new", data=sent)
        assert response.status_code == 422
        assert 'id="options-error"' in response.text
        assert db.session.query(Survey).count() == 0
        browser_of(omar).post("/staff/surveys/polls/new", data={**sent, "options": "Yes\nNo"})
        assert only(Survey).state == "draft"  # type: ignore[union-attr]

    def test_those_around_an_idea_are_asked_one_question(self, omar: Member, browser_of: Browser) -> None:
        idea = make_idea("Cards that sing")
        sent = {"asked_of": "unconvinced", "text": "What is missing?", "kind": "long_text", "open": "1"}
        browser_of(omar).post(f"/staff/surveys/ideas/{idea.id}/new", data=sent)
        survey = only(Survey)
        assert (survey.kind, survey.idea_id, survey.asked_of) == ("idea", idea.id, "unconvinced")
        assert (survey.panel_ids, survey.state) == ([idea.panel_id], "open")

    def test_it_says_how_many_are_around_the_idea_and_when_that_is_too_few(
        self, omar: Member, browser_of: Browser
    ) -> None:
        people = [make_member() for _number in range(22)]
        idea = make_idea("Cards that sing", panel=make_panel(members=tuple(people)), author=people[0])
        for member in people[2:]:
            note_sighting(idea, member)
        for member in people[1:12]:
            votes.support_idea(idea, member)
        votes.support_idea(make_idea("Cards that dance", panel=idea.panel), people[0])
        browser, path = browser_of(omar), f"/staff/surveys/ideas/{idea.id}/new"
        text = browser.get(path).text
        assert "Those who support it · 11<" in text
        assert "Those who saw it and did not support it · 10<" in text
        assert FEW not in text
        leave_panel(people[21], idea.panel)
        text = browser.get(path).text
        assert "Those who saw it and did not support it · 9<" in text
        assert FEW in text
        refused = browser.post(path, data={"asked_of": "supporters", "kind": "yes_no", "text": ""})
        assert refused.status_code == 422
        assert "Those who support it · 11<" in refused.text

    def test_it_says_that_one_language_is_asked_when_readers_use_others(
        self, omar: Member, browser_of: Browser
    ) -> None:
        panel, browser = make_panel(members=(make_member(),)), browser_of(omar)
        idea = make_idea("Cards that sing", panel=panel)
        paths = ("/staff/surveys/polls/new", f"/staff/surveys/ideas/{idea.id}/new")
        reader = make_member(locale="zh_Hans")
        assert not any("Asked in English only." in browser.get(path).text for path in paths)
        join_panel(reader, panel)
        assert all("Asked in English only." in browser.get(path).text for path in paths)

    def test_answers_are_not_called_optional(self, omar: Member, browser_of: Browser) -> None:
        make_panel()
        text = browser_of(omar).get("/staff/surveys/polls/new").text
        assert '<label class="label" for="options">Answers</label>' in text

    def test_nobody_asks_about_an_idea_of_a_panel_that_is_not_theirs(self, browser_of: Browser) -> None:
        tess = make_member("Tess", roles=("analyst",), panel_id=make_panel().id)
        seen = make_idea("In the open")
        ben = make_member()
        hidden = make_idea("Behind doors", author=ben, panel=make_panel(members=(ben,), visibility="private"))
        browser = browser_of(tess)
        assert browser.get(f"/staff/surveys/ideas/{seen.id}/new").status_code == 403
        assert browser.get(f"/staff/surveys/ideas/{hidden.id}/new").status_code == 404


class TestOutsiders:
    PAGES = (
        "",
        "/edit",
        "/questions",
        "/questions/choose",
        "/questions/new?kind=nps",
        "/questions/{}",
        "/tell",
    )

    @pytest.mark.parametrize("path", PAGES)
    def test_other_panels_staff_find_nothing_and_members_are_kept_out(
        self, ana: Member, omar: Member, browser_of: Browser, client: Client, path: str
    ) -> None:
        survey = make_survey(state="draft", panel=make_panel(visibility="private"))
        question = queries.list_standing(survey)[0].question
        path = f"/staff/surveys/{survey.id}" + path.format(question.id)
        tess = make_member("Tess", roles=("analyst",), panel_id=make_panel().id)
        mia = make_member("Mia", roles=("moderator",))
        assert browser_of(omar).get(path).status_code == 200
        assert browser_of(tess).get(path).status_code == 404
        assert browser_of(mia).get(path).status_code == 403
        assert browser_of(ana).get(path).status_code == 403
        assert client.get(path).status_code == 303

    @pytest.mark.parametrize(
        "path",
        [
            "/edit", "/delete", "/open", "/close", "/reopen", "/closing", "/waves", "/preview",
            "/preview/end", "/tell", "/questions/new?kind=nps", "/questions/{}", "/questions/{}/move",
            "/questions/{}/remove",
        ],
    )  # fmt: skip
    def test_they_change_nothing(self, browser_of: Browser, path: str) -> None:
        survey = make_survey(state="draft")
        question = queries.list_standing(survey)[0].question
        tess = make_member("Tess", roles=("analyst",), panel_id=make_panel().id)
        path = f"/staff/surveys/{survey.id}" + path.format(question.id)
        assert browser_of(tess).post(path, data={}).status_code == 404

    def test_a_question_is_found_in_its_own_survey_only(self, omar: Member, browser_of: Browser) -> None:
        survey, other = make_survey(state="draft"), make_survey(state="draft")
        question = queries.list_standing(other)[0].question
        assert browser_of(omar).get(f"/staff/surveys/{survey.id}/questions/{question.id}").status_code == 404


class TestEdit:
    def test_texts_stand_side_by_side_and_are_saved(self, omar: Member, browser_of: Browser) -> None:
        survey = begin(omar, languages=BOTH)
        page = browser_of(omar).get(f"/staff/surveys/{survey.id}/edit").text
        assert 'name="purpose_en"' in page
        assert 'name="purpose_zh_Hans"' in page
        assert 'name="purpose_zh_Hant"' not in page
        sent = {
            "title_en": "Help",
            "title_zh_Hans": "帮助",
            "purpose_en": "To learn.",
            "purpose_zh_Hans": "为了学习。",
            "languages": list(BOTH),
            "panel_ids": survey.panel_ids,
            "owner_id": omar.id,
            "points": "20",
            "minutes": "4",
            "shows_results": "1",
        }
        response = browser_of(omar).post(f"/staff/surveys/{survey.id}/edit", data=sent)
        assert response.status_code == 303
        assert (survey.title["zh_Hans"], survey.purpose["en"]) == ("帮助", "To learn.")
        assert (survey.points, survey.minutes, survey.shows_results) == (20, 4, True)

    def test_nobody_hands_it_to_panels_that_are_not_theirs(self, browser_of: Browser) -> None:
        ours, theirs = make_panel(), make_panel()
        tess = make_member("Tess", roles=("analyst",), panel_id=ours.id)
        survey = begin(tess, panel=ours)
        sent = {
            "title_en": "T",
            "languages": "en",
            "panel_ids": theirs.id,
            "owner_id": 0,
            "points": 0,
            "minutes": 1,
        }
        assert browser_of(tess).post(f"/staff/surveys/{survey.id}/edit", data=sent).status_code == 422
        assert survey.panel_ids == [ours.id]

    def test_an_open_survey_does_not_show_what_is_fixed(self, omar: Member, browser_of: Browser) -> None:
        survey = make_survey()
        page = browser_of(omar).get(f"/staff/surveys/{survey.id}/edit").text
        assert all(f'name="{name}"' not in page for name in ("panel_ids", "languages", "points"))


class TestQuestionPage:
    @pytest.mark.parametrize("kind", QUESTION_KINDS)
    def test_each_kind_has_its_page_with_only_what_it_needs(
        self, omar: Member, browser_of: Browser, kind: str
    ) -> None:
        survey = begin(omar)
        page = browser_of(omar).get(f"/staff/surveys/{survey.id}/questions/new?kind={kind}")
        assert page.status_code == 200
        has_rows = kind in ("single", "several", "ranking", "matrix", "allocation", "maxdiff", "kano")
        assert ('name="options-0-key"' in page.text) == has_rows
        assert ('name="columns-0-key"' in page.text) == (kind == "matrix")
        assert ('name="settings-low-en"' in page.text) == (
            kind in ("rating5", "rating7", "nps", "csat", "ces")
        )

    @pytest.mark.parametrize(
        ("kind", "name", "value"),
        [("single", "right", "2"), ("several", "right", "2"), ("yes_no", "expects", "yes")],
    )
    def test_the_right_answer_is_asked_for_in_the_fold_until_the_survey_opens(
        self, kind: str, name: str, value: str, omar: Member, browser_of: Browser
    ) -> None:
        survey, browser = begin(omar), browser_of(omar)
        base = f"/staff/surveys/{survey.id}/questions"
        before, fold = browser.get(f"{base}/new?kind={kind}").text.split('<details class="card">')
        field = f'name="settings-{name}"'
        assert field not in before
        assert field in fold
        sent = {"text_en": "Which?", **TWO, f"settings-{name}": value}
        assert browser.post(f"{base}/new?kind={kind}", data=sent).status_code == 303
        (each,) = queries.list_standing(survey)
        page = browser.get(f"{base}/{each.question.id}").text
        assert field in page.split('<details class="card" open>')[1]
        opening.plan_opening(survey, by=omar, opens_at=None, closes_at=None)
        page = browser.get(f"{base}/{each.question.id}").text
        assert field in page
        assert '<details class="card"' not in page

    def test_a_wrong_number_of_the_right_answer_opens_the_fold(
        self, omar: Member, browser_of: Browser
    ) -> None:
        survey = begin(omar)
        sent = {"text_en": "Which?", **TWO, "settings-right": "3"}
        page = browser_of(omar).post(f"/staff/surveys/{survey.id}/questions/new?kind=single", data=sent)
        assert page.status_code == 422
        assert 'id="settings-right-error"' in page.text.split('<details class="card" open>')[1]

    def test_rows_are_added_moved_and_removed_by_buttons(self, omar: Member, browser_of: Browser) -> None:
        survey, browser = begin(omar), browser_of(omar)
        address = f"/staff/surveys/{survey.id}/questions/new?kind=single"
        sent = {"text_en": "Which?"} | {
            f"options-{n}-{what}": value
            for n, word in enumerate(("Tea", "Coffee", "Water"))
            for what, value in (("key", ""), ("text-en", word))
        }

        def words(step: str) -> list[str]:
            page = browser.post(address, data={**sent, "step": step})
            assert page.status_code == 200
            assert "Which?" in page.text
            return re.findall(r'name="options-\d+-text-en" value="([^"]*)"', page.text)

        def focused(step: str) -> str:
            page = browser.post(address, data={**sent, "step": step}).text
            (tag,) = re.findall(r"<[^>]*autofocus[^>]*>", page)
            return next(iter(re.findall(r'(?:value|name)="([^"]*:[^"]*|options-[^"]*)"', tag)), "options")

        for odd in (f"options:up:{'9' * 5000}", "options:remove:²", "x:" * 900):
            assert words(odd) == ["Tea", "Coffee", "Water"]
        assert focused("options:add") == "options-3-text-en"
        assert focused("options:up:2") == "options:up:1"
        assert focused("options:up:1") == "options:down:0"
        assert focused("options:down:1") == "options:up:2"
        assert focused("options:remove:1") == "options"
        assert words("options:add") == ["Tea", "Coffee", "Water", "", "", ""]
        assert words("options:up:2") == ["Tea", "Water", "Coffee"]
        assert words("options:down:0") == ["Coffee", "Tea", "Water"]
        assert words("options:remove:1") == ["Tea", "Water"]
        assert words("options:fly:1") == words("nonsense") == ["Tea", "Coffee", "Water"]
        assert db.session.query(Question).count() == 0
        assert browser.post(address, data=sent).status_code == 303
        (each,) = queries.list_standing(survey)
        assert [(row["key"], row["text"]["en"]) for row in each.version.options] == [
            ("1", "Tea"),
            ("2", "Coffee"),
            ("3", "Water"),
        ]

    def test_a_condition_is_put_together_by_buttons(self, omar: Member, browser_of: Browser) -> None:
        survey = begin(omar)
        ask(survey, omar, "single", code="drink", options=["Tea", "Coffee"])
        ask(survey, omar, "nps", code="nps")
        browser, address = browser_of(omar), f"/staff/surveys/{survey.id}/questions/new?kind=long_text"
        sent = {"text_en": "Why?", "is_required": "1"}
        page = browser.post(address, data={**sent, "step": "condition:add", "new-question": "drink"})
        assert 'name="part-0-value"' in page.text
        assert "Coffee" in page.text
        sent |= {"part-0-question": "drink", "part-0-comparison": "is", "part-0-value": "2", "joint": "any"}
        page = browser.post(address, data={**sent, "step": "condition:add", "new-question": "nps"})
        assert 'name="part-1-comparison"' in page.text
        sent |= {"part-1-question": "nps", "part-1-comparison": "at_most", "part-1-value": "6"}
        assert browser.post(address, data=sent).status_code == 303
        why = queries.list_standing(survey)[-1].question
        assert why.condition == {"any": [{"question": "drink", "is": "2"}, {"question": "nps", "at_most": 6}]}
        listed = browser.get(f"/staff/surveys/{survey.id}/questions").text
        assert "is Coffee" in listed

    def test_an_unfinished_condition_is_refused_beside_it(self, omar: Member, browser_of: Browser) -> None:
        survey = begin(omar)
        ask(survey, omar, "nps", code="nps")
        sent = {
            "text_en": "Why?",
            "part-0-question": "nps",
            "part-0-comparison": "at_most",
            "part-0-value": "few",
        }
        page = browser_of(omar).post(f"/staff/surveys/{survey.id}/questions/new?kind=long_text", data=sent)
        assert page.status_code == 422
        assert 'id="condition-error"' in page.text
        assert 'value="few"' in page.text

    def test_what_a_kind_refuses_stands_beside_its_setting(self, omar: Member, browser_of: Browser) -> None:
        survey = begin(omar)
        sent = {"text_en": "How many?", "settings-min": "10", "settings-max": "1"}
        page = browser_of(omar).post(f"/staff/surveys/{survey.id}/questions/new?kind=number", data=sent)
        assert page.status_code == 422
        assert 'id="settings-max-error"' in page.text

    def test_a_matrix_is_saved_with_its_scale_and_turned_rows(
        self, omar: Member, browser_of: Browser
    ) -> None:
        survey = begin(omar)
        sent = {"text_en": "How far do you agree?"}
        for n, word in enumerate(("Friendly", "Slow")):
            sent |= {f"options-{n}-key": "", f"options-{n}-text-en": word}
        for n, word in enumerate(("No", "So so", "Yes")):
            sent |= {f"columns-{n}-key": "", f"columns-{n}-text-en": word}
        sent["options-1-is_reversed"] = "1"
        address = f"/staff/surveys/{survey.id}/questions/new?kind=matrix"
        assert browser_of(omar).post(address, data=sent).status_code == 303
        (each,) = queries.list_standing(survey)
        assert [column["text"]["en"] for column in each.version.settings["columns"]] == ["No", "So so", "Yes"]
        assert each.version.settings["reversed"] == ["2"]
        page = browser_of(omar).get(f"/staff/surveys/{survey.id}/questions/{each.question.id}").text
        assert re.search(r'name="options-1-is_reversed" value="1" checked', page)

    @pytest.mark.parametrize("standard", ["nps", "csat", "ces"])
    def test_a_standard_question_is_added_as_it_stands(
        self, omar: Member, browser_of: Browser, standard: str
    ) -> None:
        survey = begin(omar, languages=BOTH)
        browser, address = browser_of(omar), f"/staff/surveys/{survey.id}/questions/new?standard={standard}"
        page = browser.get(address).text
        fields = dict(re.findall(r'<input[^>]* name="([^"]+)" value="([^"]*)" lang', page))
        texts = dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL))
        sent = {**fields, **texts, "code": standard, "is_required": "1"}
        assert browser.post(address, data=sent).status_code == 303
        (each,) = queries.list_standing(survey)
        assert (each.question.code, each.question.kind) == (standard, standard)
        assert set(each.version.text) == set(each.version.settings["low"]) == set(BOTH)

    def test_in_an_open_survey_it_asks_why_and_keeps_the_version(
        self, omar: Member, ana: Member, browser_of: Browser
    ) -> None:
        survey = begin(omar)
        question = ask(survey, omar, "single", code="drink", options=["Tea", "Coffee"])
        opening.open_survey(survey, omar)
        answer(survey, ana, {"drink": "2"})
        address, browser = f"/staff/surveys/{survey.id}/questions/{question.id}", browser_of(omar)
        assert 'name="code"' not in browser.get(address).text
        sent = {"text_en": "What do you drink?", "options-0-key": "1", "options-0-text-en": "Tea"}
        sent |= {"options-1-key": "2", "options-1-text-en": "Coffee", "is_required": "1"}
        refused = browser.post(address, data=sent)
        assert refused.status_code == 422
        assert 'id="note-error"' in refused.text
        assert "no longer offered" in browser.post(address, data={**sent, "step": "options:out:1"}).text
        assert browser.post(address, data={**sent, "note": "Clearer."}).status_code == 303
        assert "Clearer." in browser.get(address).text

    def test_a_closed_survey_cannot_be_saved(self, omar: Member, browser_of: Browser) -> None:
        survey = make_survey(state="closed")
        question = queries.list_standing(survey)[0].question
        address, browser = f"/staff/surveys/{survey.id}/questions/{question.id}", browser_of(omar)
        assert browser.get(address).status_code == 200
        sent = {"text_en": "Else?", "note": "x"} | {
            f"options-{n}-key": k for n, k in enumerate(("red", "green"))
        }
        sent |= {"options-0-text-en": "Red", "options-1-text-en": "Green"}
        assert browser.post(address, data=sent).status_code == 409
        assert browser.get(f"/staff/surveys/{survey.id}/questions/new?kind=nps").status_code == 404

    @pytest.mark.parametrize("query", ["", "?kind=mood", "?standard=mood"])
    def test_there_is_no_page_for_a_kind_that_is_not_there(
        self, omar: Member, browser_of: Browser, query: str
    ) -> None:
        survey = begin(omar)
        assert browser_of(omar).get(f"/staff/surveys/{survey.id}/questions/new{query}").status_code == 404

    def test_hidden_fields_are_read_with_care(self, omar: Member, browser_of: Browser) -> None:
        survey = begin(omar)
        sent = {
            "text_en": "<b>Which?</b>",
            "joint": "none",
            "part-0-question": "<i>",
            "part-0-comparison": "is",
        }
        sent |= {
            "options-0-key": "a b",
            "options-0-text-en": "Tea",
            "options-1-key": "2" * 50,
            "options-1-text-en": "B",
        }
        page = browser_of(omar).post(f"/staff/surveys/{survey.id}/questions/new?kind=single", data=sent)
        assert page.status_code == 422
        assert "<b>Which" not in page.text
        assert "<i>" not in page.text


class TestOrderPage:
    def test_buttons_move_questions_and_pages(self, omar: Member, browser_of: Browser) -> None:
        survey = begin(omar)
        first, second = ask(survey, omar, code="a"), ask(survey, omar, code="b")
        browser = browser_of(omar)
        browser.post(f"/staff/surveys/{survey.id}/questions/{second.id}/move", data={"way": "up"})
        assert [each.question.code for each in queries.list_standing(survey)] == ["b", "a"]
        browser.post(f"/staff/surveys/{survey.id}/questions/{first.id}/move", data={"way": "start_page"})
        assert [each.question.page for each in queries.list_standing(survey)] == [1, 2]
        browser.post(f"/staff/surveys/{survey.id}/questions/{first.id}/move", data={"way": "join_page"})
        assert [each.question.page for each in queries.list_standing(survey)] == [1, 1]
        browser.post(f"/staff/surveys/{survey.id}/questions/{first.id}/remove")
        assert [each.question.code for each in queries.list_standing(survey)] == ["b"]


class TestOverview:
    def test_what_is_missing_leads_to_where_it_is_mended(self, omar: Member, browser_of: Browser) -> None:
        survey = begin(omar, languages=BOTH)
        question = ask(survey, omar, text={"en": "Good?"})
        page = browser_of(omar).get(f"/staff/surveys/{survey.id}").text
        assert f'href="/staff/surveys/{survey.id}/questions/{question.id}#text"' in page
        assert f'action="/staff/surveys/{survey.id}/open"' not in page

    def test_it_goes_all_the_way_by_its_buttons(self, omar: Member, browser_of: Browser) -> None:
        survey, browser = begin(omar, start="recommend"), browser_of(omar)
        address = f"/staff/surveys/{survey.id}"
        for path, data, state in (
            ("/preview", {}, "preview"),
            ("/preview/end", {}, "draft"),
            ("/open", {"closes_at": "2099-01-01T10:00"}, "open"),
            ("/closing", {"closes_at": ""}, "open"),
            ("/close", {}, "closed"),
            ("/reopen", {"closes_at": ""}, "open"),
            ("/close", {}, "closed"),
            ("/tell", {"heard_en": "We heard you.", "tell": "1"}, "told_back"),
        ):
            assert browser.post(address + path, data=data).status_code == 303
            assert survey.state == state
            assert browser.get(address).status_code == 200
        assert survey.closes_at is None

    def test_times_are_meant_in_the_zone_of_who_sets_them(self, browser_of: Browser) -> None:
        lin = make_member("Lin", roles=("owner",), time_zone="Asia/Shanghai")
        survey = begin(lin, start="recommend")
        with clock.stopped_at(datetime(2026, 5, 1, tzinfo=UTC)):
            sent = {"opens_at": "2026-05-02T09:30", "closes_at": "2026-05-03T18:00"}
            browser_of(lin).post(f"/staff/surveys/{survey.id}/open", data=sent)
            page = browser_of(lin).get(f"/staff/surveys/{survey.id}").text
        assert survey.opens_at == datetime(2026, 5, 2, 1, 30, tzinfo=UTC)
        assert survey.closes_at == datetime(2026, 5, 3, 10, 0, tzinfo=UTC)
        assert 'value="2026-05-02T09:30"' in page

    @pytest.mark.parametrize(
        "written", ["tomorrow", "2026-13-45T10:00", "0001-01-01T00:00", "9999-12-31T23:59", "9" * 5000]
    )
    def test_a_time_that_is_none_is_refused(self, omar: Member, browser_of: Browser, written: str) -> None:
        survey = begin(omar, start="recommend")
        response = browser_of(omar).post(f"/staff/surveys/{survey.id}/open", data={"closes_at": written})
        assert (response.status_code, survey.state) == (422, "draft")

    def test_what_somebody_did_meanwhile_is_a_conflict(self, omar: Member, browser_of: Browser) -> None:
        survey = make_survey(state="closed")
        assert browser_of(omar).post(f"/staff/surveys/{survey.id}/close").status_code == 409
        assert browser_of(omar).post(f"/staff/surveys/{survey.id}/delete").status_code == 409

    def test_a_wave_and_a_deletion(self, omar: Member, browser_of: Browser) -> None:
        survey, browser = make_survey(state="closed"), browser_of(omar)
        response = browser.post(f"/staff/surveys/{survey.id}/waves")
        wave_id = int(str(response.location).rpartition("/")[2])
        assert "Wave 2" in browser.get(f"/staff/surveys/{survey.id}").text
        assert browser.post(f"/staff/surveys/{wave_id}/delete").status_code == 303
        assert browser.get(f"/staff/surveys/{wave_id}").status_code == 404


class TestTellPage:
    def test_a_language_that_is_missing_is_said_beside_its_field(
        self, omar: Member, browser_of: Browser
    ) -> None:
        survey = make_survey(state="closed", languages=["en", "zh_Hans"])
        sent = {"heard_en": "Thank you.", "heard_zh_Hans": "", "tell": "1"}
        response = browser_of(omar).post(f"/staff/surveys/{survey.id}/tell", data=sent)
        assert response.status_code == 422
        assert 'id="heard_zh_Hans-error"' in response.text
        assert "Thank you." in response.text

    def test_what_was_kept_is_shown_as_it_will_be_read(self, omar: Member, browser_of: Browser) -> None:
        survey, browser = make_survey(state="open"), browser_of(omar)
        browser.post(f"/staff/surveys/{survey.id}/tell", data={"heard_en": "**So far** <u>x</u>"})
        page = browser.get(f"/staff/surveys/{survey.id}/tell").text
        assert "<strong>So far</strong>" in page
        assert "<u>" not in page
