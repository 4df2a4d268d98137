"""The results as staff and members read them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from community.infra import clock
from community.infra.db import unit_of_work
from community.members.models import Member
from community.panels.models import Panel
from community.surveys.actions import preparing
from community.surveys.actions.answering import withdraw
from community.surveys.actions.opening import close_survey
from community.surveys.actions.tallying import recompute_waiting
from community.surveys.models import Answer, PairVote, QuestionVersion, Response, Survey
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_attribute, make_panel
from tests.factories.surveys import answer, make_question, make_survey
from tests.statements import statements
from tests.surveys.results.filling import fill, question_of, row_of, stored, words

Browsers = Callable[[Member], Client]

KINDS = (
    "single", "several", "yes_no", "rating5", "rating7", "nps", "csat", "ces", "number", "date", "short_text",
    "long_text", "ranking", "matrix", "allocation", "kano", "moment",
)  # fmt: skip
SAID = {
    "single": "red", "several": ("red", "blue"), "yes_no": "yes", "rating5": 4, "rating7": 6, "nps": 9,
    "csat": 5, "ces": 6, "number": 12.5, "date": "2026-03-01", "short_text": "Fine",
    "long_text": "All is fine.", "ranking": ("speed", "price", "care"),
    "matrix": {"rows": {"speed": "4", "price": "2", "care": "5"}},
    "allocation": {"points": {"speed": 50, "price": 30, "care": 20}},
    "kano": {"pairs": {"speed": {"present": "like", "absent": "dislike"}}},
    "moment": {
        "expected": 5, "met": 4, "matters": 6, "excellent": 1, "satisfactory": 3, "worst": 7, "actual": 4,
    },
}  # fmt: skip


@pytest.fixture
def panel(ana: Member) -> Panel:
    """A panel with Ana in it."""
    return make_panel(members=(ana,))


def page_of(client: Client, survey: Survey, query: str = "") -> str:
    """The staff's page."""
    response = client.get(f"/staff/surveys/{survey.id}/results{query}")
    assert response.status_code == 200
    return response.text


class TestStaffPage:
    def test_it_says_a_share_with_its_interval_and_how_many(
        self, omar: Member, panel: Panel, browser_of: Browsers
    ) -> None:
        survey = make_survey(kinds=("single", "nps"), panel=panel, sampling="random", sample_size=900)
        fill(survey, [{"single": "red", "nps": 9}] * 8 + [{"single": "blue", "nps": 3}] * 2)
        recompute_waiting()
        page = page_of(browser_of(omar), survey)
        assert row_of(page, "single", "Red") == "Red 80% 49% to 94% 8"
        # (8 + 3/4 - 2 - 3/4) / 13 = 46, ± 1.96 · sqrt((8.75 + 2.75) / 13 - (6 / 13)²) / sqrt(13).
        assert (
            "NPS The share of promoters less the share of detractors, from −100 to +100. +60 +2 to +91"
            in row_of(page, "nps", "NPS")
        )
        said = words(page)
        assert "n = 10" in said
        assert "members who chose to answer, not all customers" in said
        assert "0 = Not at all likely, 10 = Extremely likely" in said

    def test_every_kind_has_its_part(self, omar: Member, panel: Panel, browser_of: Browsers) -> None:
        survey = make_survey(kinds=KINDS, panel=panel)
        fill(survey, [SAID] * 12)
        recompute_waiting()
        page = page_of(browser_of(omar), survey)
        for kind in KINDS:
            assert f'data-question="{kind}" data-n="12"' in page
        assert row_of(page, "ranking", "Speed").startswith("Speed 1.00")
        assert row_of(page, "allocation", "Care").startswith("Care 20.0")
        assert row_of(page, "matrix", "Price").startswith("Price 2.00")
        assert "The more the better" in words(page)
        assert "3 days" in row_of(page, "moment", "The standard for seven in ten (S70)")
        assert 'data-verdict="fail"' in page
        assert " style=" not in page

    def test_it_says_what_the_priority_of_a_moment_counts(
        self, omar: Member, panel: Panel, browser_of: Browsers
    ) -> None:
        for volume, said in ((None, "how far it falls short; 0"), (300, "times 300 contacts a month")):
            survey = make_survey(kinds=(), panel=panel)
            make_question(survey, "moment", settings={"volume": volume})
            fill(survey, [{"moment": {"expected": 6, "met": 5, "matters": 4}}] * 10)
            recompute_waiting()
            assert said in words(page_of(browser_of(omar), survey))

    def test_fewer_than_ten_answers_are_shown_to_nobody(
        self, omar: Member, panel: Panel, browser_of: Browsers
    ) -> None:
        survey = make_survey(kinds=("yes_no",), panel=panel)
        fill(survey, [{"yes_no": "yes"}] * 9)
        recompute_waiting()
        page = page_of(browser_of(omar), survey)
        assert "Fewer than 10 answers are shown to nobody" in words(page)
        assert "data-row-label" not in page

    def test_fewer_than_thirty_are_marked(self, omar: Member, panel: Panel, browser_of: Browsers) -> None:
        survey = make_survey(kinds=("yes_no",), panel=panel)
        fill(survey, [{"yes_no": "yes"}] * 29)
        recompute_waiting()
        client = browser_of(omar)
        assert "few answers" in words(page_of(client, survey))
        with clock.stopped_at(clock.now() + timedelta(minutes=1)):
            fill(survey, [{"yes_no": "yes"}])
            recompute_waiting()
        assert "few answers" not in words(page_of(client, survey))

    def test_a_split_shows_groups_beside_each_other_and_hides_small_ones(
        self, omar: Member, panel: Panel, browser_of: Browsers
    ) -> None:
        make_attribute("age", "single_choice", "young", "middle", "old")
        survey = make_survey(kinds=("yes_no",), panel=panel)
        ages = ["young"] * 40 + ["middle"] * 40 + ["old"] * 12 + ["ancient"] * 3
        fill(
            survey,
            [{"yes_no": "yes"}] * 40 + [{"yes_no": "no"}] * 55,
            profiles=[{"age": [age]} for age in ages],
        )
        recompute_waiting()
        page = page_of(browser_of(omar), survey, "?split=attribute:age")
        said = words(page)
        assert "Young n = 40" in said
        assert "Hidden: Old (so that a small group cannot be worked out), ancient (fewer than 10)" in said
        assert "▲ higher than all others 100%" in row_of(page, "yes_no", "Yes")
        assert "▼ lower than all others 0%" in row_of(page, "yes_no", "Yes")

    def test_an_unknown_split_is_no_split(self, omar: Member, panel: Panel, browser_of: Browsers) -> None:
        survey = make_survey(kinds=("yes_no",), panel=panel)
        fill(survey, [{"yes_no": "yes"}] * 12)
        recompute_waiting()
        assert 'data-n="12"' in page_of(browser_of(omar), survey, "?split=attribute:%25")

    def test_new_answers_are_announced_until_they_are_counted(
        self, omar: Member, panel: Panel, browser_of: Browsers
    ) -> None:
        survey = make_survey(kinds=("yes_no",), panel=panel)
        fill(survey, [{"yes_no": "yes"}] * 12)
        client = browser_of(omar)
        assert "data-waiting" in page_of(client, survey)
        recompute_waiting()
        assert "data-waiting" not in page_of(client, survey)

    def test_excluded_responses_are_a_number(self, omar: Member, panel: Panel, browser_of: Browsers) -> None:
        survey = make_survey(kinds=("yes_no",), panel=panel)
        fill(survey, [{"yes_no": "yes"}] * 12)
        answer(survey, make_member(), {"yes_no": "no"}, excluded_at=clock.now())
        recompute_waiting()
        page = page_of(browser_of(omar), survey)
        assert 'data-excluded="1"' in page
        assert 'data-n="12"' in page

    def test_a_question_that_could_not_be_counted_says_so(
        self, omar: Member, panel: Panel, browser_of: Browsers
    ) -> None:
        survey = make_survey(kinds=("nps", "yes_no"), panel=panel)
        fill(survey, [{"nps": 9, "yes_no": "yes"}] * 12)
        with unit_of_work() as session:
            row = session.scalars(
                select(Answer).where(Answer.question_id == question_of(survey, "nps").id).limit(1)
            ).one()
            row.value = {"number": "nine"}
        recompute_waiting()
        assert page_of(browser_of(omar), survey).count("data-failed") == 1

    def test_its_statements_do_not_grow_with_questions_answers_or_groups(
        self, omar: Member, panel: Panel, browser_of: Browsers
    ) -> None:
        make_attribute("age", "single_choice", "young", "old")
        small = make_survey(kinds=("yes_no",), panel=panel)
        large = make_survey(kinds=KINDS, panel=panel)
        fill(small, [{"yes_no": "yes"}] * 10)
        fill(large, [SAID] * 60, profiles=[{"age": ["young" if each % 2 else "old"]} for each in range(60)])
        assert [recompute_waiting(), recompute_waiting()] == [1, 1]
        client, counts = browser_of(omar), []
        for survey, query in ((small, ""), (large, ""), (large, "?split=attribute:age")):
            with statements() as sent:
                page_of(client, survey, query)
            counts.append(len(sent))
        assert counts[0] == counts[1] == counts[2]
        assert counts[0] <= 16

    def test_who_does_not_work_on_all_its_panels_finds_nothing(
        self, panel: Panel, browser_of: Browsers, client: Client, ana: Member
    ) -> None:
        other = make_panel()
        survey = make_survey(kinds=("yes_no",), panels=(panel, other))
        half = make_member(roles=("analyst",), panel_id=panel.id)
        assert browser_of(half).get(f"/staff/surveys/{survey.id}/results").status_code == 404
        assert browser_of(half).post(f"/staff/surveys/{survey.id}/weighting").status_code == 404
        assert browser_of(ana).get(f"/staff/surveys/{survey.id}/results").status_code == 403
        assert client.get(f"/staff/surveys/{survey.id}/results").status_code == 303

    def test_it_speaks_chinese(self, panel: Panel, browser_of: Browsers) -> None:
        survey = make_survey(kinds=KINDS, panel=panel)
        fill(survey, [SAID] * 12)
        recompute_waiting()
        reader = make_member(roles=("owner",), locale="zh_Hans")
        assert "100%" in row_of(page_of(browser_of(reader), survey), "single", "Red")


class TestPartsWithTheirOwnBase:
    """What fewer than ten people answered of a question that ten answered."""

    def pages(self, survey: Survey, ana: Member, omar: Member, browser_of: Browsers) -> list[str]:
        assert recompute_waiting() == 1
        members = browser_of(ana).get(f"/surveys/{survey.id}/results")
        assert members.status_code == 200
        return [page_of(browser_of(omar), survey), members.text]

    def test_a_row_of_a_matrix(self, panel: Panel, ana: Member, omar: Member, browser_of: Browsers) -> None:
        survey = make_survey(kinds=("matrix",), panel=panel, shows_results=True)
        said = {"matrix": {"rows": {"speed": "4", "price": "2"}}}
        fill(survey, [said] * 9 + [{"matrix": {"rows": {"speed": "4"}}}])
        answer(survey, ana, {"matrix": {"rows": {"speed": "4", "care": "5"}}})
        for page in self.pages(survey, ana, omar, browser_of):
            assert row_of(page, "matrix", "Speed").startswith("Speed 4.00")
            for hidden in ("Price", "Care"):
                assert row_of(page, "matrix", hidden).startswith(f"{hidden} fewer than 10")
                assert not any(sign.isdigit() for sign in row_of(page, "matrix", hidden).split("10", 1)[1])

    def test_a_feature_of_kano(self, panel: Panel, omar: Member, browser_of: Browsers) -> None:
        survey = make_survey(kinds=("kano",), panel=panel)
        pair = {"present": "like", "absent": "dislike"}
        fill(survey, [{"kano": {"pairs": {"speed": pair, "price": pair}}}] * 9)
        fill(survey, [{"kano": {"pairs": {"speed": pair}}}])
        recompute_waiting()
        page = page_of(browser_of(omar), survey)
        assert "Price fewer than 10" in words(page)
        assert "Speed fewer than 10" not in words(page)

    def test_the_levels_of_a_moment(self, panel: Panel, omar: Member, browser_of: Browsers) -> None:
        survey = make_survey(kinds=("moment",), panel=panel)
        asked = {"asks_levels": True, "asks_actual": True, "unit": {"en": "days"}}
        with unit_of_work() as session:
            version = session.scalars(
                select(QuestionVersion).where(QuestionVersion.question_id == question_of(survey, "moment").id)
            ).one()
            version.settings = {**version.settings, **asked}
        short = {"expected": 5, "met": 4, "matters": 6}
        fill(survey, [{"moment": SAID["moment"]}] * 9 + [{"moment": short}] * 3)
        recompute_waiting()
        page = page_of(browser_of(omar), survey)
        assert row_of(page, "moment", "Expected").startswith("Expected 5.00")
        for level in ("The standard for seven in ten (S70)", "Line of failure", "Kept the standard"):
            assert "fewer than 10" in row_of(page, "moment", level)
        assert "How many accept which level" not in page

    def test_an_idea_in_pairs(self, panel: Panel, ana: Member, omar: Member, browser_of: Browsers) -> None:
        survey = make_survey(kinds=("pairwise",), panel=panel, shows_results=True)
        first, second, third = (
            make_idea(title, panel=panel) for title in ("The first one", "The second one", "The third one")
        )
        preparing.draw_ideas(survey)
        question_id = question_of(survey, "pairwise").id
        responses = [*fill(survey, [{}] * 10), answer(survey, ana)]
        pairs = [(response, second) for response in responses] + [(each, third) for each in responses[:9]]
        with unit_of_work() as session:
            session.add_all(
                PairVote(
                    response_id=response.id, question_id=question_id, low_id=first.id, high_id=other.id,
                    winner_id=first.id,
                )
                for response, other in pairs
            )  # fmt: skip
        for page in self.pages(survey, ana, omar, browser_of):
            assert "%" in row_of(page, "pairwise", "The second one")
            assert row_of(page, "pairwise", "The third one").startswith("The third one fewer than 10")
        tally = stored(survey, "pairwise")
        assert tally is not None
        assert [item["idea"] for item in tally.data["plain"]["items"]] == [first.id, second.id]
        # Nothing that the others won of it is told either.
        assert tally.data["plain"]["items"][0]["wins"] == 11
        assert tally.data["plain"]["few"] == [third.id]

    def test_an_item_of_maxdiff(self, panel: Panel, ana: Member, omar: Member, browser_of: Browsers) -> None:
        survey = make_survey(kinds=("maxdiff",), panel=panel, shows_results=True)
        often = {"shown": ["speed", "price", "care"], "best": "speed", "worst": "care"}
        turned = {"shown": ["speed", "price", "care"], "best": "price", "worst": "speed"}
        rare = {"shown": ["speed", "price", "taste"], "best": "taste", "worst": "speed"}
        fill(survey, [{"maxdiff": {"version": 0, "sets": [often, turned, rare]}}] * 9)
        fill(survey, [{"maxdiff": {"version": 0, "sets": [often]}}] * 2)
        with unit_of_work() as session:
            # Ana is let in by her answer; what it says is that of the others.
            session.add(
                Response(
                    survey_id=survey.id, member_id=ana.id, panel_id=panel.id, state="completed", seed=1,
                    locale="en", seconds=60.0, started_at=clock.now(), completed_at=clock.now(), profile={},
                )
            )  # fmt: skip
        for page in self.pages(survey, ana, omar, browser_of):
            assert row_of(page, "maxdiff", "Taste").startswith("Taste fewer than 10")
            assert "fewer than 10" not in row_of(page, "maxdiff", "Speed")
        tally = stored(survey, "maxdiff")
        assert tally is not None
        assert sorted(tally.data["plain"]["items"]) == ["care", "price", "speed"]
        assert sorted(tally.data["plain"]["fit"]["items"]) == ["care", "price", "speed"]
        # Eleven and nine sets without it: what was said of the others beside it would tell of it.
        assert tally.data["plain"]["items"]["speed"]["shown"] == 20

    def test_no_item_of_maxdiff_that_ten_were_shown(
        self, panel: Panel, omar: Member, browser_of: Browsers
    ) -> None:
        survey = make_survey(kinds=("maxdiff",), panel=panel)
        for keys in (["speed", "price", "care"], ["taste", "smell", "sound"]):
            one = {"shown": keys, "best": keys[0], "worst": keys[1]}
            fill(survey, [{"maxdiff": {"version": 0, "sets": [one]}}] * 6)
        recompute_waiting()
        assert "fewer than 10" in row_of(page_of(browser_of(omar), survey), "maxdiff", "Speed")


class TestMembersPage:
    def test_who_has_answered_sees_what_all_answered(
        self, panel: Panel, ana: Member, browser_of: Browsers
    ) -> None:
        survey = make_survey(kinds=("single", "long_text"), panel=panel, shows_results=True)
        fill(survey, [{"single": "red", "long_text": "A secret"}] * 9)
        answer(survey, ana, {"single": "blue", "long_text": "Mine"})
        recompute_waiting()
        page = browser_of(ana).get(f"/surveys/{survey.id}/results").text
        assert row_of(page, "single", "Red").startswith("Red 90%")
        assert "secret" not in page
        assert "Weighted" not in page

    def test_nothing_is_shown_from_fewer_than_ten(
        self, panel: Panel, ana: Member, browser_of: Browsers
    ) -> None:
        survey = make_survey(kinds=("single",), panel=panel, shows_results=True)
        answer(survey, ana, {"single": "blue"})
        recompute_waiting()
        page = browser_of(ana).get(f"/surveys/{survey.id}/results").text
        assert "Not many people have answered yet" in page
        assert "data-row-label" not in page

    def test_newer_figures_come_with_the_tenth_answer_and_not_because_it_closes(
        self, panel: Panel, ana: Member, omar: Member, browser_of: Browsers
    ) -> None:
        survey = make_survey(kinds=("single",), panel=panel, shows_results=True)
        client, now = browser_of(ana), clock.now()

        def read(minutes: int, *, is_closing: bool = False, count: int = 0) -> str:
            with clock.stopped_at(now + timedelta(minutes=minutes)):
                if is_closing:
                    close_survey(survey, omar)
                else:
                    fill(survey, [{"single": "blue"}] * count)
                assert recompute_waiting() == 1
                return row_of(client.get(f"/surveys/{survey.id}/results").text, "single", "Red")

        answer(survey, ana, {"single": "red"})
        ten = read(1, count=9)
        assert ten.startswith("Red 10%")
        assert [read(2, count=1), read(3, count=8)] == [ten, ten]
        twenty = read(4, count=1)
        assert twenty.startswith("Red 5%")
        assert read(5, count=9) == twenty
        assert read(6, is_closing=True) == twenty
        assert "Red 3%" in row_of(page_of(browser_of(omar), survey), "single", "Red")

    def test_the_last_answers_show_at_the_closing_if_there_are_ten(
        self, panel: Panel, ana: Member, omar: Member, browser_of: Browsers
    ) -> None:
        survey = make_survey(kinds=("single",), panel=panel, shows_results=True)
        answer(survey, ana, {"single": "red"})
        fill(survey, [{"single": "blue"}] * 9)
        assert recompute_waiting() == 1
        with clock.stopped_at(clock.now() + timedelta(minutes=1)):
            fill(survey, [{"single": "blue"}] * 10)
            close_survey(survey, omar)
            assert recompute_waiting() == 1
        page = browser_of(ana).get(f"/surveys/{survey.id}/results").text
        assert row_of(page, "single", "Red").startswith("Red 5%")

    def test_of_ten_who_leave_none_is_told_before_the_tenth(
        self, panel: Panel, ana: Member, browser_of: Browsers
    ) -> None:
        survey = make_survey(kinds=("single",), panel=panel, shows_results=True)
        answer(survey, ana, {"single": "red"})
        leaving = fill(survey, [{"single": "blue"}] * 24)[:10]
        recompute_waiting()
        client, read = browser_of(ana), []
        for minutes, left in ((1, leaving[:9]), (2, leaving[9:])):
            with clock.stopped_at(clock.now() + timedelta(minutes=minutes)):
                with unit_of_work() as session:
                    for response in left:
                        session.get_one(Response, response.id).excluded_at = clock.now()
                    session.get_one(Survey, survey.id).answers_changed_at = clock.now()
                recompute_waiting()
                read.append(row_of(client.get(f"/surveys/{survey.id}/results").text, "single", "Red"))
        assert read[0].startswith("Red 4%")
        assert read[1].startswith("Red 7%")

    def test_one_withdrawn_and_one_new_answer_change_nothing_they_see(
        self, ana: Member, browser_of: Browsers
    ) -> None:
        leaving = make_member()
        panel = make_panel(members=(ana, leaving))
        survey = make_survey(kinds=("single",), panel=panel, shows_results=True)
        answer(survey, ana, {"single": "red"})
        answer(survey, leaving, {"single": "red"})
        fill(survey, [{"single": "blue"}] * 8)
        recompute_waiting()
        client = browser_of(ana)
        before = row_of(client.get(f"/surveys/{survey.id}/results").text, "single", "Red")
        with clock.stopped_at(clock.now() + timedelta(minutes=1)):
            withdraw(survey, leaving)
            recompute_waiting()
        with clock.stopped_at(clock.now() + timedelta(minutes=2)):
            fill(survey, [{"single": "blue"}])
            recompute_waiting()
            page = client.get(f"/surveys/{survey.id}/results").text
        assert row_of(page, "single", "Red") == before

    def test_who_has_not_answered_is_told_so(self, panel: Panel, ana: Member, browser_of: Browsers) -> None:
        survey = make_survey(kinds=("single",), panel=panel, shows_results=True)
        response = browser_of(ana).get(f"/surveys/{survey.id}/results")
        assert response.status_code == 403
        assert "shown to those who have answered" in response.text

    def test_ideas_of_a_panel_they_may_not_read_have_no_titles(
        self, panel: Panel, ana: Member, ben: Member, browser_of: Browsers
    ) -> None:
        hidden = make_panel(visibility="private", members=(ben,))
        survey = make_survey(kinds=("pairwise",), panels=(panel, hidden), shows_results=True)
        seen = make_idea("Seen by all", panel=panel)
        secret = make_idea("Kept a secret", panel=hidden, author=ben)
        preparing.draw_ideas(survey)
        responses = [*fill(survey, [{}] * 10), answer(survey, ana)]
        with unit_of_work() as session:
            session.add_all(
                PairVote(
                    response_id=response.id, question_id=question_of(survey, "pairwise").id, low_id=seen.id,
                    high_id=secret.id, winner_id=seen.id,
                )
                for response in responses
            )  # fmt: skip
        recompute_waiting()
        page = browser_of(ana).get(f"/surveys/{survey.id}/results").text

        assert "Seen by all" in page
        assert "Kept a secret" not in page

    def test_a_survey_that_keeps_its_results_has_no_such_page(
        self, panel: Panel, ana: Member, ben: Member, browser_of: Browsers, client: Client
    ) -> None:
        survey = make_survey(kinds=("single",), panel=panel)
        answer(survey, ana, {"single": "blue"})
        assert browser_of(ana).get(f"/surveys/{survey.id}/results").status_code == 404
        assert browser_of(ben).get(f"/surveys/{survey.id}/results").status_code == 404
        assert client.get(f"/surveys/{survey.id}/results").status_code == 303


@pytest.mark.usefixtures("app")
class TestTargets:
    FORM = {
        "name": "Customers",
        "source": "Customer base 2025",
        "as_of": "2026-01-01",
        "share-age-young": "40",
        "share-age-middle": "35,5",
        "share-age-old": "24.5",
    }

    def test_targets_are_written_down_and_a_survey_weighted_to_them(
        self, omar: Member, panel: Panel, browser_of: Browsers
    ) -> None:
        make_attribute("age", "single_choice", "young", "middle", "old")
        survey = make_survey(kinds=("yes_no",), panel=panel)
        fill(
            survey,
            [{"yes_no": "yes"}] * 60 + [{"yes_no": "no"}] * 40,
            profiles=[{"age": ["young"]}] * 60 + [{"age": ["middle"]}] * 20 + [{"age": ["old"]}] * 20,
        )
        recompute_waiting()
        client = browser_of(omar)
        assert client.post("/staff/surveys/targets/new", data=self.FORM).status_code == 303
        listed = words(client.get("/staff/surveys/targets").text)
        assert "Source: Customer base 2025, as of Jan 1, 2026." in listed
        assert "Middle 35.5%" in listed
        page = page_of(client, survey)
        offered = page.split('name="targets_id"')[1]
        targets_id = offered.split('<option value="')[2].split('"')[0]
        sent = client.post(f"/staff/surveys/{survey.id}/weighting", data={"targets_id": targets_id})
        assert sent.status_code == 303
        assert "The weights are computed in a moment." in page_of(client, survey)
        assert recompute_waiting() == 1
        page = page_of(client, survey)
        assert "All targets are met" in words(page)
        assert row_of(page, "yes_no", "Yes").startswith("Yes 60%")
        assert " 40% " in row_of(page, "yes_no", "Yes")
        assert "effective n = " in words(page)
        for wrong in ("x", "-1", "9" * 30):
            sent = client.post(f"/staff/surveys/{survey.id}/weighting", data={"targets_id": wrong})
            assert sent.status_code == 404
        client.post(f"/staff/surveys/{survey.id}/weighting", data={"targets_id": "0"})
        recompute_waiting()
        assert "effective n" not in words(page_of(client, survey))

    def test_shares_that_do_not_add_up_are_refused_and_kept_in_the_form(
        self, omar: Member, browser_of: Browsers
    ) -> None:
        make_attribute("age", "single_choice", "young", "middle", "old")
        response = browser_of(omar).post(
            "/staff/surveys/targets/new", data=self.FORM | {"share-age-old": "50"}
        )
        assert response.status_code == 422
        assert "These shares add up to 125.5%; please make them 100%." in words(response.text)
        assert 'value="35,5"' in response.text

    @pytest.mark.parametrize("share", ["many", "-5", "101", "9" * 30, "nan", "inf"])
    def test_what_is_no_share_is_refused(self, omar: Member, browser_of: Browsers, share: str) -> None:
        make_attribute("age", "single_choice", "young", "middle", "old")
        response = browser_of(omar).post(
            "/staff/surveys/targets/new", data=self.FORM | {"share-age-old": share}
        )
        assert response.status_code == 422
        assert "Please give each share as a number from 0 to 100." in words(response.text)

    def test_targets_without_any_share_are_refused(self, omar: Member, browser_of: Browsers) -> None:
        form = {name: value for name, value in self.FORM.items() if not name.startswith("share")}
        response = browser_of(omar).post("/staff/surveys/targets/new", data=form)
        assert response.status_code == 422
        assert "at least one profile question" in words(response.text)

    def test_a_newer_version_follows_and_the_older_one_stays_where_it_is_used(
        self, omar: Member, panel: Panel, browser_of: Browsers
    ) -> None:
        make_attribute("age", "single_choice", "young", "middle", "old")
        client = browser_of(omar)
        client.post("/staff/surveys/targets/new", data=self.FORM)
        first = client.get("/staff/surveys/targets").text.split('data-targets-id="')[1].split('"')[0]
        survey = make_survey(kinds=("yes_no",), panel=panel)
        client.post(f"/staff/surveys/{survey.id}/weighting", data={"targets_id": first})
        assert 'value="35.5"' in client.get(f"/staff/surveys/targets/{first}/next").text
        joined = self.FORM | {"with-age-old": "middle", "as_of": "2027-01-01"}
        assert client.post(f"/staff/surveys/targets/{first}/next", data=joined).status_code == 303
        page = words(client.get("/staff/surveys/targets").text)
        assert "Middle + Old 60%" in page
        assert page.count("an older version") == 1
        assert "There is a newer version of these targets." in page_of(client, survey)

    def test_they_are_for_those_who_ask_on_the_whole_site(
        self, panel: Panel, browser_of: Browsers, ana: Member, client: Client
    ) -> None:
        half = make_member(roles=("analyst",), panel_id=panel.id)
        for path in ("/staff/surveys/targets", "/staff/surveys/targets/new"):
            assert browser_of(half).get(path).status_code == 403
            assert browser_of(ana).get(path).status_code == 403
            assert client.get(path).status_code == 303
        assert browser_of(half).post("/staff/surveys/targets/new", data=self.FORM).status_code == 403

    def test_a_survey_that_has_not_opened_cannot_be_weighted(
        self, omar: Member, panel: Panel, browser_of: Browsers
    ) -> None:
        survey = make_survey(kinds=("yes_no",), panel=panel, state="draft")
        assert browser_of(omar).post(f"/staff/surveys/{survey.id}/weighting").status_code == 409
        assert browser_of(omar).get(f"/staff/surveys/{survey.id}/results").status_code == 200
