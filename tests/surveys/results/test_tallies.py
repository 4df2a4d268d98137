"""What answers come to, from stored answers through the worker to stored results: all worked by hand."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from community.infra.db import db, unit_of_work
from community.surveys.actions.tallying import recompute_waiting
from community.surveys.models import (
    Contender,
    PairVote,
    QuestionVersion,
    Response,
    Statement,
    StatementVote,
    Survey,
    SurveyPicture,
)
from community.surveys.tallies.quantities import histogram
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.factories.surveys import make_question, make_survey
from tests.surveys.results.filling import counted, fill, question_of, stored


def survey_of(*kinds: str) -> Survey:
    """A survey of a random sample, so that intervals know no closed panel."""
    return make_survey(kinds=kinds, sampling="random", sample_size=1000)


@pytest.mark.usefixtures("app")
class TestChoices:
    def test_a_share_has_its_wilson_interval(self) -> None:
        survey = survey_of("single")
        fill(survey, [{"single": "red"}] * 8 + [{"single": "blue"}] * 2)
        shares = counted(survey, "single")["shares"]
        assert shares["red"]["count"] == 8
        assert [round(shares["red"][end], 2) for end in ("value", "low", "high")] == [0.8, 0.49, 0.94]
        assert shares["green"]["count"] == 0

    def test_several_answers_count_each_by_itself(self) -> None:
        survey = survey_of("several")
        fill(survey, [{"several": ("red", "blue")}] * 6 + [{"several": ("red",)}] * 4)
        shares = counted(survey, "several")["shares"]
        assert [shares[key]["value"] for key in ("red", "green", "blue")] == [1.0, 0.0, 0.6]

    def test_yes_and_no_stand_there_also_when_nobody_said_no(self) -> None:
        survey = survey_of("yes_no")
        fill(survey, [{"yes_no": "yes"}] * 12)
        assert {key: each["count"] for key, each in counted(survey, "yes_no")["shares"].items()} == {
            "yes": 12,
            "no": 0,
        }

    def test_an_option_of_an_older_version_still_counts(self) -> None:
        survey = survey_of("single")
        fill(survey, [{"single": "blue"}] * 10)
        with unit_of_work() as session:
            question = question_of(survey, "single")
            question.version = 2
            options = [{"key": key, "text": {"en": key}} for key in ("red", "green")]
            session.add(
                QuestionVersion(
                    question_id=question.id, number=2, text={"en": "?"}, options=options, settings={}
                )
            )
        fill(survey, [{"single": "red"}] * 10)
        shares = counted(survey, "single")["shares"]
        assert {key: each["count"] for key, each in shares.items()} == {"red": 10, "green": 0, "blue": 10}

    def test_pictures_count_offered_ones_and_those_that_were_brought(self) -> None:
        survey = survey_of("picture")
        with unit_of_work() as session:
            picture = SurveyPicture(
                question_id=question_of(survey, "picture").id,
                key="road",
                extension="webp",
                width=8,
                height=8,
                is_offered=True,
            )
            session.add(picture)
        chosen = {"picture": {"picture": picture.id, "why": "so", "tags": ["calm", "Calm", "slow"]}}
        brought = {"picture": {"picture": picture.id + 7, "why": "so", "tags": ["calm"]}}
        fill(survey, [chosen] * 7 + [brought] * 3)
        found = counted(survey, "picture")
        assert found["shares"][str(picture.id)]["count"] == 7
        assert found["shares"]["brought"]["count"] == 3
        assert found["tags"] == [["calm", 10], ["slow", 7]]


@pytest.mark.usefixtures("app")
class TestScales:
    def test_nps_has_its_adjusted_wald_interval(self) -> None:
        survey = survey_of("nps")
        fill(survey, [{"nps": 9}] * 90 + [{"nps": 8}] * 60 + [{"nps": 6}] * 50)
        found = counted(survey, "nps")
        assert [round(found["nps"][end]) for end in ("value", "low", "high")] == [20, 9, 31]
        assert [found[group]["count"] for group in ("promoters", "passives", "detractors")] == [90, 60, 50]

    def test_csat_is_the_top_two_of_five(self) -> None:
        survey = survey_of("csat")
        fill(survey, [{"csat": 5}] * 100 + [{"csat": 4}] * 60 + [{"csat": 2}] * 40)
        found = counted(survey, "csat")
        assert [round(found["top"][end], 2) for end in ("value", "low", "high")] == [0.8, 0.74, 0.85]
        assert found["mean"]["value"] == pytest.approx((500 + 240 + 80) / 200)

    def test_ces_is_the_mean_and_the_share_that_agrees(self) -> None:
        survey = survey_of("ces")
        fill(survey, [{"ces": 7}] * 5 + [{"ces": 5}] * 5 + [{"ces": 3}] * 10)
        found = counted(survey, "ces")
        assert found["top"]["value"] == 0.5
        assert found["mean"]["value"] == 4.5
        # t(19) = 2.093 times the standard error, sqrt((5·6.25 + 5·0.25 + 10·2.25) / 19 / 20).
        assert found["mean"]["low"] == pytest.approx(4.5 - 2.093 * (55 / 19 / 20) ** 0.5, abs=1e-3)

    def test_ratings_count_every_point(self) -> None:
        survey = survey_of("rating5", "rating7")
        fill(survey, [{"rating5": 1 + each % 5, "rating7": 7} for each in range(10)])
        found = counted(survey, "rating5")
        assert [found["shares"][str(point)]["count"] for point in range(1, 6)] == [2] * 5
        assert found["top"]["value"] == 0.4
        assert stored(survey, "rating7").data["plain"]["mean"]["value"] == 7.0  # type: ignore[union-attr]


@pytest.mark.usefixtures("app")
class TestQuantities:
    def test_numbers_have_mean_median_and_histogram(self) -> None:
        survey = survey_of("number")
        fill(survey, [{"number": each} for each in range(1, 12)])
        found = counted(survey, "number")
        assert found["mean"]["value"] == 6.0
        # The ranks 2 and 10 of eleven hold the median with 98.8 %.
        assert [found["median"][end] for end in ("value", "low", "high")] == [6.0, 2.0, 10.0]
        assert sum(count for _low, _high, count in found["histogram"]) == 11

    def test_large_numbers_keep_their_spread(self) -> None:
        survey = survey_of("number")
        fill(survey, [{"number": 1e11 + each} for each in range(10)])
        found = counted(survey, "number")["mean"]
        assert found["value"] == pytest.approx(1e11 + 4.5)
        assert found["high"] - found["value"] == pytest.approx(2.262 * (82.5 / 9 / 10) ** 0.5, abs=1e-2)

    @pytest.mark.parametrize(
        "numbers", [[5.0], [0.0, 0.0], [-3.0, 4.5, 100.0], [1e9, 1e9 + 1], [0.1, 0.2, 0.3]]
    )
    def test_every_number_is_in_one_bar_of_the_histogram(self, numbers: list[float]) -> None:
        bars = histogram(numbers, decimals=1)
        assert sum(count for _low, _high, count in bars if count is not None) == len(numbers)
        assert len(bars) <= 13
        assert bars[0][0] <= min(numbers)  # type: ignore[operator]
        assert max(numbers) <= bars[-1][1]  # type: ignore[operator]

    def test_days_are_counted_by_month(self) -> None:
        survey = survey_of("date")
        fill(
            survey,
            [{"date": date(2026, 3, 1 + each).isoformat()} for each in range(9)] + [{"date": "2026-05-01"}],
        )
        assert counted(survey, "date")["times"] == [["2026-03", 9], ["2026-05", 1]]


@pytest.mark.usefixtures("app")
class TestOrders:
    def test_ranking_is_mean_rank_and_first_places(self) -> None:
        survey = survey_of("ranking")
        orders = [("speed", "price", "care")] * 6 + [("care", "speed", "price")] * 4
        fill(survey, [{"ranking": order} for order in orders])
        found = counted(survey, "ranking")
        assert {key: each["value"] for key, each in found["means"].items()} == {
            "speed": 1.4,
            "price": 2.4,
            "care": 2.2,
        }
        assert {key: each["count"] for key, each in found["firsts"].items()} == {
            "speed": 6,
            "price": 0,
            "care": 4,
        }

    def test_allocation_is_mean_points(self) -> None:
        survey = survey_of("allocation")
        one = {"points": {"speed": 50, "price": 30, "care": 20}}
        other = {"points": {"speed": 10, "price": 30, "care": 60}}
        fill(survey, [{"allocation": one}] * 5 + [{"allocation": other}] * 5)
        found = counted(survey, "allocation")["means"]
        assert {key: each["value"] for key, each in found.items()} == {
            "speed": 30.0,
            "price": 30.0,
            "care": 40.0,
        }
        assert (found["price"]["low"], found["price"]["high"]) == (30.0, 30.0)

    def test_a_row_of_a_matrix_is_counted_among_those_who_answered_it(self) -> None:
        survey = survey_of("matrix")
        whole = {"rows": {"speed": "5", "price": "1", "care": "3"}}
        part = {"rows": {"speed": "1"}}
        fill(survey, [{"matrix": whole}] * 10 + [{"matrix": part}] * 10)
        rows = counted(survey, "matrix")["rows"]
        assert (rows["speed"]["n"], rows["speed"]["mean"]["value"]) == (20, 3.0)
        assert rows["speed"]["shares"]["5"]["value"] == 0.5
        assert (rows["price"]["n"], rows["price"]["shares"]["1"]["value"]) == (10, 1.0)

    def test_a_row_that_fewer_than_ten_answered_has_no_figures(self) -> None:
        survey = survey_of("matrix")
        part = [{"matrix": {"rows": {"speed": "1"}}}] * 8
        fill(survey, part + [{"matrix": {"rows": {"price": "2"}}}] * 10)
        rows = counted(survey, "matrix")["rows"]
        assert rows["speed"]["mean"] is None
        assert set(rows["speed"]["shares"].values()) == {None}
        assert rows["price"]["mean"]["value"] == 2.0


@pytest.mark.usefixtures("app")
class TestFeatures:
    def test_kano_has_its_category_and_fongs_test(self) -> None:
        survey = survey_of("kano")
        told = [("like", "dislike")] * 80 + [("like", "neutral")] * 60 + [("neutral", "neutral")] * 60
        fill(
            survey,
            [{"kano": {"pairs": {"speed": {"present": one, "absent": other}}}} for one, other in told],
        )
        found = counted(survey, "kano")["features"]
        assert list(found) == ["speed"]
        speed = found["speed"]
        assert (speed["category"], speed["is_separable"], speed["fong_gap"]) == ("O", True, 20.0)
        assert speed["fong_limit"] == pytest.approx(15.7, abs=0.05)
        assert (speed["better"], speed["worse"]) == (0.7, -0.4)

    def test_a_feature_that_fewer_than_ten_answered_has_no_category(self) -> None:
        survey = survey_of("kano")
        pair = {"present": "like", "absent": "dislike"}
        told = [{"kano": {"pairs": {"speed": pair, "price": pair}}}] * 9
        fill(survey, [*told, {"kano": {"pairs": {"speed": pair}}}])
        assert list(counted(survey, "kano")["features"]) == ["speed"]

    def test_maxdiff_counts_best_less_worst_and_fits_utilities(self) -> None:
        survey = survey_of("maxdiff")
        version = db.session.scalars(
            select(QuestionVersion).where(QuestionVersion.question_id == question_of(survey, "maxdiff").id)
        ).one()
        keys = [option["key"] for option in version.options]
        answers = []
        for number in range(12):
            sets = [
                {"shown": shown, "best": min(shown, key=keys.index), "worst": max(shown, key=keys.index)}
                for shown in version.settings["design"][number]
            ]
            answers.append({"maxdiff": {"version": number, "sets": sets}})
        fill(survey, answers)
        found = counted(survey, "maxdiff")
        assert found["items"][keys[0]]["score"]["value"] == 1.0
        assert found["items"][keys[-1]]["score"]["value"] == -1.0
        utilities = [found["fit"]["items"][key]["utility"] for key in keys]
        assert utilities == sorted(utilities, reverse=True)
        assert found["fit"]["predicted"] == 1.0
        assert sum(item["share"]["value"] for item in found["fit"]["items"].values()) == pytest.approx(100)


@pytest.mark.usefixtures("app")
class TestMoments:
    def test_the_gap_is_met_less_expected_and_the_priority_its_weight(self) -> None:
        survey = survey_of("moment")
        short = {"expected": 6, "met": 4, "matters": 5}
        fine = {"expected": 5, "met": 5, "matters": 7}
        fill(survey, [{"moment": short}] * 5 + [{"moment": fine}] * 5)
        found = counted(survey, "moment")
        assert (found["expected"]["value"], found["met"]["value"], found["gap"]["value"]) == (5.5, 4.5, -1.0)
        assert (found["meeting"]["count"], found["meeting"]["value"]) == (5, 0.5)
        assert (found["priority"], found["volume"]) == (6.0, None)

    def test_the_priority_counts_the_contacts_of_a_month(self) -> None:
        survey = make_survey(kinds=())
        make_question(survey, "moment", settings={"volume": 300})
        fill(survey, [{"moment": {"expected": 6, "met": 5, "matters": 4}}] * 10)
        found = counted(survey, "moment")
        assert (found["priority"], found["volume"]) == (1200.0, 300)

    @pytest.mark.parametrize(
        ("met", "verdict"), [(78, "pass"), (77, "not proven"), (63, "not proven"), (62, "fail")]
    )
    def test_the_outcome_test_passes_and_fails_where_the_one_sided_limits_do(
        self, met: int, verdict: str
    ) -> None:
        survey = survey_of("moment")
        fine, short = {"expected": 5, "met": 5, "matters": 5}, {"expected": 5, "met": 4, "matters": 5}
        fill(survey, [{"moment": fine}] * met + [{"moment": short}] * (100 - met))
        assert counted(survey, "moment")["outcome"]["verdict"] == verdict

    def test_s70_is_the_furthest_level_that_seventy_of_a_hundred_accept(self) -> None:
        survey = survey_of("moment")
        base = {"expected": 5, "met": 5, "matters": 5, "excellent": 1}
        fill(
            survey,
            [{"moment": base | {"satisfactory": each, "worst": each + 50}} for each in range(1, 101)],
        )
        found = counted(survey, "moment")
        # The ranks 21 and 40 of a hundred hold the quantile with 96.3 %.
        assert [found["standard"][end] for end in ("value", "low", "high")] == [31.0, 21.0, 40.0]
        assert found["standard"]["achieved"]["value"] == 0.7
        assert found["failure"]["value"] == 81.0
        assert len(found["curves"]["satisfactory"]) == 60
        assert found["curves"]["satisfactory"][0] == [1.0, 1.0]

    def test_where_more_is_better_the_standard_is_a_least_level(self) -> None:
        survey = make_survey(kinds=(), sampling="random", sample_size=1000)
        make_question(survey, "moment", settings={"unit": {"en": "stars"}, "larger_is_better": True})
        base = {"expected": 5, "met": 5, "matters": 5, "excellent": 200}
        fill(
            survey,
            [{"moment": base | {"satisfactory": 50 + each, "worst": each}} for each in range(1, 101)],
        )
        found = counted(survey, "moment")
        assert (found["standard"]["value"], found["failure"]["value"]) == (120.0, 70.0)


class TestLive:
    def test_ideas_are_ranked_by_bradley_and_terry(self, app: Flask) -> None:
        panel = make_panel()
        survey = make_survey(kinds=("pairwise",), panel=panel)
        ideas = sorted(make_idea(panel=panel).id for _each in range(3))
        question_id = question_of(survey, "pairwise").id
        with unit_of_work() as session:
            session.add_all(Contender(question_id=question_id, idea_id=idea_id) for idea_id in ideas)
        first, second, third = ideas
        for number, response in enumerate(fill(survey, [{"pairwise": 2}] * 10)):
            with unit_of_work() as session:
                for low, high, winner in (
                    (first, second, first if number < 9 else second),
                    (second, third, second if number < 9 else None),
                ):
                    session.add(
                        PairVote(
                            response_id=response.id,
                            question_id=question_id,
                            low_id=low,
                            high_id=high,
                            winner_id=winner,
                        )
                    )
        found = counted(survey, "pairwise")
        assert [item["idea"] for item in found["items"]] == ideas
        assert [item["rank"] for item in found["items"]] == [1, 2, 3]
        assert (found["choices"], found["undecided"]) == (20, 1)
        # Half a win and half a loss stand beside them.
        assert [item["wins"] for item in found["items"]] == [9.0, 10.0, 0.0]
        assert found["items"][0]["chance"]["value"] > 0.5 > found["items"][2]["chance"]["value"]

    def test_two_camps_make_two_groups_and_what_both_want_is_consensus(self, app: Flask) -> None:
        survey = make_survey(kinds=("opinions",))
        statements = self.statements(survey, 8)
        for number, response in enumerate(fill(survey, [{"opinions": 8}] * 40)):
            camp = 1 if number % 2 else -1
            votes = [camp, camp, camp, -camp, -camp, -camp, camp, 1]
            # One of every five differs a little, as people do.
            if number % 5 == 0:
                votes[number % 7] *= -1
            self.vote(response, statements, votes)
        found = counted(survey, "opinions")
        assert found["verdict"] == "stable"
        assert [group["size"] for group in found["groups"]] == [20, 20]
        assert found["consensus"][0]["statement"] == statements[-1]
        assert found["consensus"][0]["agreement"] == pytest.approx((21 / 22) ** 2)
        people = stored(survey, "opinions", "~people")
        assert people is not None
        assert len(people.data["groups"]) == 40

    def test_votes_without_camps_make_no_stable_groups(self, app: Flask) -> None:
        survey = make_survey(kinds=("opinions",))
        statements = self.statements(survey, 8)
        for number, response in enumerate(fill(survey, [{"opinions": 8}] * 40)):
            self.vote(response, statements, [1 if (number * 7919 >> at) % 2 else -1 for at in range(8)])
        found = counted(survey, "opinions")
        assert (found["verdict"], found["groups"]) == ("no stable groups", [])

    def test_a_statement_taken_out_says_nothing(self, app: Flask) -> None:
        survey = make_survey(kinds=("opinions",))
        statements = self.statements(survey, 3)
        for response in fill(survey, [{"opinions": 3}] * 12):
            self.vote(response, statements, [1, 1, -1])
        with unit_of_work() as session:
            out = session.get(Statement, statements[0])
            assert out is not None
            out.state = "out"
        found = counted(survey, "opinions")
        assert {each["statement"] for each in found["consensus"]} == set(statements[1:])

    @staticmethod
    def statements(survey: Survey, count: int) -> list[int]:
        """Live statements."""
        with unit_of_work() as session:
            rows = [
                Statement(
                    question_id=question_of(survey, "opinions").id, text=f"Sentence {each}", state="live"
                )
                for each in range(count)
            ]
            session.add_all(rows)
            session.flush()
            return [row.id for row in rows]

    @staticmethod
    def vote(response: Response, statements: list[int], votes: list[int]) -> None:
        """The votes of one member on all statements."""
        with unit_of_work() as session:
            session.add_all(
                StatementVote(response_id=response.id, statement_id=statement, vote=vote)
                for statement, vote in zip(statements, votes, strict=True)
            )


@pytest.mark.usefixtures("app")
class TestPopulation:
    def test_intervals_shrink_where_everybody_in_a_closed_panel_was_asked(self) -> None:
        panel = make_panel(members=tuple(make_member() for _each in range(40)))
        survey = make_survey(kinds=("yes_no",), panel=panel)
        fill(survey, [{"yes_no": "yes"}] * 15 + [{"yes_no": "no"}] * 15)
        found = counted(survey, "yes_no")["shares"]["yes"]
        # 30 of 40: n' = 30 / ((40 - 30) / 39) = 117, and z² = 3.8415.
        half = 1.96 * (0.25 / 117 + 3.8415 / (4 * 117**2)) ** 0.5 / (1 + 3.8415 / 117)
        assert found["high"] - found["low"] == pytest.approx(2 * half, abs=1e-4)

    def test_a_question_that_not_everybody_was_asked_knows_no_population(self) -> None:
        panel = make_panel(members=tuple(make_member() for _each in range(12)))
        survey = make_survey(kinds=(), panel=panel)
        make_question(survey, "yes_no", condition={"all": []})
        fill(survey, [{"yes_no": "yes"}] * 12)
        assert counted(survey, "yes_no")["shares"]["yes"]["low"] < 1
        assert recompute_waiting() == 0
