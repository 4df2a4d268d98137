"""Staff see and say whom a survey asks; the budget is the site's."""

from collections.abc import Callable

from community.infra.db import db
from community.members.models import Member
from community.surveys.actions import drawing, inviting
from community.surveys.models import ContactBudget
from community.surveys.queries import cells, reach
from tests.conftest import Client
from tests.factories.members import make_member
from tests.factories.panels import answer as tell
from tests.factories.panels import make_attribute, make_panel, make_segment
from tests.factories.surveys import answer, make_survey
from tests.statements import statements
from tests.surveys.reaching import EVERYBODY, allow, make_cell

RULE = {"joint:0": "all", "subject:0-0": "joined_within_days", "value:0-0": "30"}


def figure(text: str, name: str) -> int:
    """The figure with this mark on the audience page."""
    return int(text.split(f'data-reach="{name}"')[1].split("<dd>")[1].split("</dd>")[0])


class TestAudiencePage:
    def test_it_counts_who_would_be_asked_and_whom_the_budget_allows(
        self, omar: Member, ana: Member, ben: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        allow(invitation_limit=1)
        drawing.draw(make_survey(panel=make_panel(members=(ana,))))
        inviting.tell_waiting()
        survey = make_survey(panel=make_panel(members=(ana, ben)), state="draft")
        text = browser_of(omar).get(f"/staff/surveys/{survey.id}/audience").text
        assert [figure(text, name) for name in ("audience", "allowed", "asked")] == [2, 1, 2]

    def test_with_quotas_only_those_who_fit_a_cell_would_be_drawn(
        self, omar: Member, ana: Member, ben: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        tell(ana, make_attribute("region", "single_choice", "north", "south"), "north")
        survey = make_survey(panel=make_panel(members=(ana, ben)), state="draft", sampling="quotas")
        client, path = browser_of(omar), f"/staff/surveys/{survey.id}/audience"
        assert figure(client.get(path).text, "asked") == 0
        make_cell(survey, {"attribute": "region", "is": "north"})
        assert figure(client.get(path).text, "asked") == 1

    def test_it_counts_how_far_an_open_one_has_come(
        self, omar: Member, ana: Member, ben: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        survey = make_survey(panel=make_panel(members=(ana, ben)))
        drawing.draw(survey)
        answer(survey, ben)
        inviting.tell_waiting()
        text = browser_of(omar).get(f"/staff/surveys/{survey.id}/audience").text
        names = ("drawn", "told", "waiting", "reminded", "started", "answered")
        assert [figure(text, name) for name in names] == [2, 1, 1, 0, 1, 1]

    def test_segment_and_sample_are_set_while_it_is_built_and_then_stay(
        self, omar: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        client, survey = browser_of(omar), make_survey(state="draft")
        segment = make_segment(EVERYBODY)
        path = f"/staff/surveys/{survey.id}/audience"
        sent = {"segment_id": segment.id, "sampling": "random", "sample_size": "30"}
        assert client.post(path, data=sent).status_code == 303
        assert (survey.segment_id, survey.sampling, survey.sample_size) == (segment.id, "random", 30)
        for wrong in (
            {"sample_size": ""},
            {"sampling": "some"},
            {"segment_id": "99999"},
            {"sample_size": "0"},
        ):
            assert client.post(path, data={**sent, **wrong}).status_code == 422
        opened = make_survey()
        assert client.post(f"/staff/surveys/{opened.id}/audience", data=sent).status_code == 422
        assert opened.sampling == "everyone"

    def test_a_segment_that_speaks_of_a_hidden_panel_is_not_offered(
        self, browser_of: Callable[[Member], Client]
    ) -> None:
        own, hidden = make_panel(), make_panel(visibility="private")
        make_segment({"panel": hidden.slug}, name="Insiders of the hidden panel")
        make_segment({"panel": own.slug}, name="People here")
        survey = make_survey(panel=own, state="draft")
        owner = make_member(roles=("owner",), panel_id=own.id)
        text = browser_of(owner).get(f"/staff/surveys/{survey.id}/audience").text
        assert "People here" in text
        assert "Insiders of the hidden panel" not in text

    def test_nobody_but_who_builds_it_finds_it(
        self, ana: Member, mia: Member, client: Client, browser_of: Callable[[Member], Client]
    ) -> None:
        survey = make_survey(state="draft")
        cell = make_cell(survey)
        elsewhere = make_member(roles=("owner", "analyst"), panel_id=make_panel().id)
        base = f"/staff/surveys/{survey.id}/audience"
        for path in (base, f"{base}/cells/new", f"{base}/cells/{cell.id}"):
            assert client.get(path).status_code == 303
            assert browser_of(ana).get(path).status_code == 403
            assert browser_of(mia).get(path).status_code == 403
            assert browser_of(elsewhere).get(path).status_code == 404
            assert browser_of(elsewhere).post(path).status_code == 404
        assert browser_of(elsewhere).post(f"{base}/cells/{cell.id}/delete").status_code == 404
        assert browser_of(elsewhere).post(f"{base}/cells/count", data=RULE).status_code == 404

    def test_it_asks_the_database_as_often_for_many_members_as_for_few(
        self, omar: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        client, counts = browser_of(omar), []
        for size in (1, 12):
            people = tuple(make_member() for _number in range(size))
            survey = make_survey(panel=make_panel(members=people), sampling="quotas")
            for _number in range(size):
                make_cell(survey)
            drawing.draw(survey)
            with statements() as sent:
                assert client.get(f"/staff/surveys/{survey.id}/audience").status_code == 200
            counts.append(len(sent))
        assert counts[0] == counts[1]


class TestCells:
    def test_places_are_held_for_whom_a_rule_means(
        self, omar: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        client, survey = browser_of(omar), make_survey(state="draft", sampling="quotas")
        base = f"/staff/surveys/{survey.id}/audience"
        sent = {"name": "New here", "target_count": "5", **RULE}
        assert client.post(f"{base}/cells/new", data=sent).status_code == 303
        (cell,) = cells.list_cells(survey)
        assert (cell.name, cell.target_count, cell.rule) == ("New here", 5, {"joined_within_days": 30})
        assert 'data-target="5"' in client.get(base).text
        for wrong in ({"name": ""}, {"target_count": "0"}, {"value:0-0": ""}):
            assert client.post(f"{base}/cells/new", data={**sent, **wrong}).status_code == 422
        assert client.post(f"{base}/cells/{cell.id}", data={**sent, "target_count": "7"}).status_code == 303
        assert cell.target_count == 7
        assert client.post(f"{base}/cells/{cell.id}/delete").status_code == 303
        assert cells.list_cells(survey) == []

    def test_while_it_is_open_their_number_changes_but_not_for_whom_they_are(
        self, omar: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        client, survey = browser_of(omar), make_survey(sampling="quotas")
        cell = make_cell(survey, {"joined_within_days": 30})
        base = f"/staff/surveys/{survey.id}/audience/cells"
        sent = {"name": "New here", "target_count": "9", **RULE}
        assert client.post(f"{base}/{cell.id}", data=sent).status_code == 303
        assert client.post(f"{base}/{cell.id}", data={**sent, "value:0-0": "60"}).status_code == 422
        assert client.post(f"{base}/new", data=sent).status_code == 303
        assert client.post(f"{base}/{cell.id}/delete").status_code == 409
        assert (cell.target_count, cell.rule) == (9, {"joined_within_days": 30})
        closed = make_survey(sampling="quotas", state="closed")
        assert client.post(f"/staff/surveys/{closed.id}/audience/cells/new", data=sent).status_code == 422

    def test_they_are_counted_in_the_audience_while_one_edits(
        self, omar: Member, ana: Member, ben: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        region = make_attribute("region", "single_choice", "north", "south")
        tell(ana, region, "north")
        tell(omar, region, "north")
        survey = make_survey(panel=make_panel(members=(ana, ben)), state="draft")
        rule = {
            "joint:0": "all",
            "subject:0-0": "attribute:region",
            "comparison:0-0": "is_any",
            "value:0-0": "north",
        }
        counted = browser_of(omar).post(f"/staff/surveys/{survey.id}/audience/cells/count", data=rule).text
        assert "1 member fits" in counted
        assert "2 members in all" in counted

    def test_who_fits_no_cell_is_counted(self, ana: Member, ben: Member) -> None:
        region = make_attribute("region", "single_choice", "north", "south")
        tell(ana, region, "north")
        survey = make_survey(panel=make_panel(members=(ana, ben)), sampling="quotas")
        make_cell(survey, {"attribute": "region", "is": "north"})
        vocabulary, rows = reach.panels.get_vocabulary(), cells.list_cells(survey)
        assert reach.count_outside_cells(survey, rows, vocabulary) == 1
        assert [row[1:] for row in reach.count_cells(survey, rows, vocabulary)] == [(1, 1)]


class TestBudgetPage:
    def test_those_who_ask_on_the_site_set_it(
        self, omar: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        client = browser_of(omar)
        sent = {
            "invitation_limit": "2", "per_days": "14", "long_minutes": "8", "rest_days": "0",
            "remind_after_days": "5",
        }  # fmt: skip
        assert client.post("/staff/surveys/budget", data=sent).status_code == 303
        budget = db.session.get_one(ContactBudget, reach.BUDGET_ID)
        assert (budget.invitation_limit, budget.per_days, budget.rest_days) == (2, 14, 0)
        for wrong in ({"invitation_limit": "0"}, {"per_days": "x"}, {"remind_after_days": "9" * 30}):
            assert client.post("/staff/surveys/budget", data={**sent, **wrong}).status_code == 422

    def test_those_who_ask_in_one_panel_only_read_it(self, browser_of: Callable[[Member], Client]) -> None:
        client = browser_of(make_member(roles=("analyst",), panel_id=make_panel().id))
        assert client.get("/staff/surveys/budget").status_code == 200
        sent = dict.fromkeys(("invitation_limit", "per_days", "long_minutes", "rest_days"), "3")
        response = client.post("/staff/surveys/budget", data={**sent, "remind_after_days": "3"})
        assert response.status_code == 403
        assert db.session.get_one(ContactBudget, reach.BUDGET_ID).invitation_limit == 4

    def test_nobody_else_reaches_it(
        self, ana: Member, mia: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        for member in (ana, mia):
            assert browser_of(member).get("/staff/surveys/budget").status_code == 403
