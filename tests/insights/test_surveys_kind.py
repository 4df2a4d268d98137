"""The report of a survey: every kind of question in its table, each number as the answers give it."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from statistics import fmean, median, stdev
from typing import Any

import pytest
from sqlalchemy import select

from community.infra import clock
from community.infra.db import db, unit_of_work
from community.insights.kinds import surveys
from community.insights.queries.behind import count_behind
from community.panels.models import Panel
from community.surveys.actions import comparing
from community.surveys.actions.tallying import recompute_waiting
from community.surveys.kinds import KINDS
from community.surveys.listening import path_of, thread_of
from community.surveys.models import (
    Answer,
    Contender,
    PairVote,
    Question,
    QuestionVersion,
    Response,
    Statement,
    StatementVote,
    Survey,
    SurveyPicture,
    WeightTargets,
)
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_attribute, make_panel
from tests.factories.surveys import make_survey
from tests.insights.people import make_people, say
from tests.insights.reading import collect, figure_of, scope_of, table, wilson
from tests.surveys.results.filling import fill, question_of
from tests.surveys.waves import CLAIM, first_wave, in_days, next_wave, work

COUNT = 40


def report_of(survey: Survey, **values: Any) -> Any:
    """The survey's report, of its own panels, with its results counted."""
    while recompute_waiting():
        pass
    survey = db.session.get_one(Survey, survey.id)
    panels = [row.panel for row in survey.panels]
    return collect(surveys.KIND, scope_of(*panels, survey_id=survey.id, **values))


def answers_of(survey: Survey, code: str) -> list[dict[str, Any]]:
    """What was answered, straight from the rows."""
    return list(
        db.session.scalars(
            select(Answer.value)
            .join(Question, Question.id == Answer.question_id)
            .join(Response, Response.id == Answer.response_id)
            .where(Question.survey_id == survey.id, Question.code == code)
            .order_by(Response.id)
        )
    )


def key_of(survey: Survey, code: str, rest: str) -> str:
    """The key of a figure of this question."""
    return f"q{question_of(survey, code).id}-{rest}"


def said_by(rng: random.Random, survey: Survey) -> dict[str, Any]:
    """One person's answers to questions of all kinds."""
    three = ["speed", "price", "care"]
    order = rng.sample(three, 3)
    shown = db.session.scalar(
        select(QuestionVersion.settings).where(
            QuestionVersion.question_id == question_of(survey, "maxdiff").id
        )
    )
    sets = []
    for each in shown["design"][rng.randrange(len(shown["design"]))]:
        best, worst = rng.sample(each, 2)
        sets.append({"shown": each, "best": best, "worst": worst})
    felt = ["like", "like", "neutral", "dislike"]
    first = rng.randrange(0, 80)
    level = rng.randrange(2, 9)
    return {
        "single": rng.choice(["red", "red", "green", "blue"]),
        "several": tuple(rng.sample(["red", "green", "blue"], rng.randrange(1, 4))),
        "yes_no": rng.choice(["yes", "yes", "no"]),
        "rating5": rng.randrange(1, 6),
        "rating7": rng.randrange(1, 8),
        "nps": rng.randrange(0, 11),
        "csat": rng.randrange(2, 6),
        "ces": rng.randrange(3, 8),
        "number": rng.randrange(0, 100),
        "date": f"2026-0{rng.randrange(1, 4)}-15",
        "short_text": "Red",
        "long_text": "It is red, and it should be.",
        "ranking": tuple(order),
        "matrix": {"rows": {key: str(rng.randrange(1, 6)) for key in three}},
        "allocation": {"points": {"speed": first, "price": 80 - first, "care": 20}},
        "maxdiff": {"version": 0, "sets": sets},
        "kano": {"pairs": {key: {"present": rng.choice(felt), "absent": rng.choice(felt)} for key in three}},
        "moment": {
            "expected": rng.randrange(3, 8),
            "met": rng.randrange(3, 8),
            "matters": rng.randrange(1, 8),
            "excellent": level,
            "satisfactory": level + 2,
            "worst": level + 5,
        },
        "pairwise": 1,
        "opinions": 2,
    }


def picture(rng: random.Random, road: SurveyPicture) -> dict[str, Any]:
    """The road or a picture of one's own, with words for it."""
    chosen = rng.choice([road.id, road.id, road.id + 1])
    return {"picture": {"picture": chosen, "tags": rng.choice([["Calm", "grey"], ["calm"], []])}}


@pytest.fixture
def survey(app: object) -> Survey:
    """A survey of all kinds of questions that forty people answered."""
    rng = random.Random(7)
    panel = make_panel("Gardeners")
    found = make_survey(
        kinds=tuple(KINDS),
        panel=panel,
        sampling="random",
        sample_size=1000,
    )
    with unit_of_work() as session:
        road = SurveyPicture(
            question_id=question_of(found, "picture").id,
            key="road",
            extension="webp",
            width=4,
            height=3,
            description={"en": "A road"},
            is_offered=True,
        )
        session.add(road)
    responses = fill(found, [said_by(rng, found) | picture(rng, road) for _each in range(COUNT)])
    ideas = sorted(make_idea(f"A lid of kind {each}", panel=panel).id for each in range(3))
    asked, stated = question_of(found, "pairwise").id, question_of(found, "opinions").id
    with unit_of_work() as session:
        session.add_all(Contender(question_id=asked, idea_id=idea_id) for idea_id in ideas)
        statements = [Statement(question_id=stated, text=f"Sentence {at}", state="live") for at in range(3)]
        session.add_all(statements)
        session.flush()
        for response in responses:
            low, high = sorted(rng.sample(ideas, 2))
            session.add(
                PairVote(
                    response_id=response.id,
                    question_id=asked,
                    low_id=low,
                    high_id=high,
                    winner_id=rng.choice([low, low, high]),
                )
            )
            session.add_all(
                StatementVote(response_id=response.id, statement_id=each.id, vote=rng.choice([1, 1, -1, 0]))
                for each in statements
            )
    return found


class TestEveryKindOfQuestion:
    def test_each_number_is_the_one_that_the_answers_give(self, survey: Survey) -> None:
        found = report_of(survey)
        assert (found.n, found.people) == (COUNT, COUNT)

        def said(code: str, name: str) -> list[Any]:
            return [each[name] for each in answers_of(survey, code)]

        def rows(code: str, rest: str = "1") -> dict[Any, Any]:
            return table(found, key_of(survey, code, rest))

        for code in ("single", "yes_no"):
            counts = Counter(said(code, "choice"))
            for key, count in counts.items():
                row = rows(code)[key.capitalize()]
                assert row["count"] == count
                assert row["value"] == pytest.approx(count / COUNT)
                assert row["interval"] == pytest.approx(wilson(count, COUNT), abs=1e-6)
        for key, count in Counter(key for each in said("several", "choices") for key in each).items():
            assert rows("several")[key.capitalize()]["value"] == pytest.approx(count / COUNT)
        for code, top in (("rating5", 4), ("rating7", 6), ("csat", 4), ("ces", 5)):
            given = said(code, "number")
            row = rows(code)["All who answered"]
            assert row["mean"] == pytest.approx(fmean(given))
            # Student's t with 39 degrees of freedom.
            half = 2.0226909 * stdev(given) / COUNT**0.5
            assert row["mean.interval"] == pytest.approx([fmean(given) - half, fmean(given) + half])
            assert row["top"] == pytest.approx(sum(each >= top for each in given) / COUNT)
        given = said("nps", "number")
        score = (sum(each >= 9 for each in given) - sum(each <= 6 for each in given)) / COUNT
        assert rows("nps")["NPS"]["value"] == pytest.approx(score)
        given = said("number", "number")
        assert rows("number")["Mean"]["value"] == pytest.approx(fmean(given))
        assert rows("number")["Median"]["value"] == pytest.approx(median(given))
        assert sum(row["count"] for row in rows("number", "spread").values()) == COUNT
        months = Counter(said("date", "date"))
        assert sorted(row["count"] for row in rows("date", "times").values()) == sorted(months.values())
        for code in ("short_text", "long_text"):
            assert rows(code, "written")["Wrote something"]["count"] == COUNT
        orders = said("ranking", "order")
        for key in ("speed", "price", "care"):
            name = key.capitalize()
            assert rows("ranking")[name]["value"] == pytest.approx(
                fmean(order.index(key) + 1 for order in orders)
            )
            assert rows("ranking", "2")[name]["count"] == sum(order[0] == key for order in orders)
            given = [int(each[key]) for each in said("matrix", "rows")]
            assert rows("matrix")[name]["value"] == pytest.approx(fmean(given))
            grid = figure_of(found, key_of(survey, "matrix", "grid")).rows
            often = next(
                row.cells for row in grid if (row.cells["row"], row.cells["answer"]) == (name, "Often")
            )
            assert often["count"] == given.count(4)
            assert often["interval"] == pytest.approx(wilson(given.count(4), COUNT), abs=1e-6)
            points = [each[key] for each in said("allocation", "points")]
            assert rows("allocation")[name]["value"] == pytest.approx(fmean(points))

    def test_pictures_are_counted_with_the_words_that_ten_people_give(self, survey: Survey) -> None:
        found = report_of(survey)
        answers = answers_of(survey, "picture")
        road = db.session.scalars(select(SurveyPicture.id)).one()
        rows = table(found, key_of(survey, "picture", "1"))
        assert rows["A road"]["count"] == sum(each["picture"] == road for each in answers)
        assert rows["A picture of their own"]["count"] == sum(each["picture"] != road for each in answers)
        said = Counter(tag.casefold() for each in answers for tag in each["tags"])
        assert {
            tag: row["count"] for tag, row in table(found, key_of(survey, "picture", "tags")).items()
        } == {tag: count for tag, count in said.items() if count >= 10}

    def test_methods_of_the_field_have_their_figures(self, survey: Survey) -> None:
        found = report_of(survey)

        def rows(code: str, rest: str) -> dict[Any, Any]:
            return table(found, key_of(survey, code, rest))

        shown: Counter[str] = Counter()
        balance: Counter[str] = Counter()
        for value in answers_of(survey, "maxdiff"):
            for each in value["sets"]:
                shown.update(each["shown"])
                balance[each["best"]] += 1
                balance[each["worst"]] -= 1
        for key, times in shown.items():
            row = rows("maxdiff", "2")[key.capitalize()]
            assert row["value"] == pytest.approx(balance[key] / times)
        assert sum(row["value"] for row in rows("maxdiff", "1").values()) == pytest.approx(1)
        kano = rows("kano", "kano")
        for key in ("speed", "price", "care"):
            pairs = [each[key] for each in (value["pairs"] for value in answers_of(survey, "kano"))]
            told = {"like": 0, "neutral": 2, "dislike": 4}
            letters = Counter(
                "QAAAORIIIMRIIIMRIIIMRRRRQ"[5 * told[pair["present"]] + told[pair["absent"]]]
                for pair in pairs
            )
            row = kano[key.capitalize()]
            assert {letter: round(row[f"share_{letter}"] * COUNT) for letter in letters} == letters
            live = sum(letters[letter] for letter in "AOMI")
            assert row["better"] == pytest.approx((letters["A"] + letters["O"]) / live)
            assert row["worse"] == pytest.approx(-(letters["O"] + letters["M"]) / live)
        moments = answers_of(survey, "moment")
        met = sum(each["met"] >= each["expected"] for each in moments)
        gap = fmean(each["met"] - each["expected"] for each in moments)
        assert rows("moment", "1")["Gap"]["value"] == pytest.approx(gap)
        (row,) = rows("moment", "1-share").values()
        assert row["value"] == pytest.approx(met / COUNT)
        # The furthest level that seven in ten still call satisfactory.
        levels = sorted((each["satisfactory"] for each in moments), reverse=True)
        assert (
            rows("moment", "2")["The standard for seven in ten (S70)"]["value"]
            == levels[int(COUNT * 0.7 + 0.999) - 1]
        )
        curves = figure_of(found, key_of(survey, "moment", "curves")).rows
        for row in curves:
            if row.cells["curve"] == "Satisfactory":
                accepts = sum(each >= row.cells["level"] for each in levels) / COUNT
                assert row.cells["share"] == pytest.approx(accepts)
        strengths = figure_of(found, key_of(survey, "pairwise", "strengths")).rows
        votes = db.session.scalars(select(PairVote)).all()
        assert sum(row.cells["wins"] for row in strengths) == len(votes) == COUNT
        assert [row.cells["idea"] for row in strengths] == [
            row.cells["answer"] for row in figure_of(found, key_of(survey, "pairwise", "1")).rows
        ]
        consensus = rows("opinions", "consensus")
        for statement in db.session.scalars(select(Statement)):
            cast = db.session.scalars(
                select(StatementVote.vote).where(StatementVote.statement_id == statement.id)
            ).all()
            assert consensus[statement.text]["agree"] == cast.count(1)
            assert consensus[statement.text]["share"] == pytest.approx(cast.count(1) / len(cast))

    def test_every_question_is_told_of_in_the_summary(self, survey: Survey) -> None:
        found = report_of(survey)
        assert any("What do you say to nps? – NPS" in claim.text for claim in found.summary)
        assert not any(claim.verdict in ("rose", "fell") for claim in found.summary)


@pytest.mark.usefixtures("app")
class TestGroups:
    def test_who_answers_otherwise_is_told_with_its_test_and_small_groups_are_kept_back(self) -> None:
        one, other, third = make_panel("One"), make_panel("Other"), make_panel("Third")
        survey = make_survey(kinds=("yes_no",), panels=(one, other, third))
        said = ["yes"] * 36 + ["no"] * 4 + ["yes"] * 12 + ["no"] * 28 + ["yes"] * 5
        profiles = [{"panel": [panel.slug]} for panel in [one] * 40 + [other] * 40 + [third] * 5]
        fill(survey, [{"yes_no": each} for each in said], profiles=profiles)
        found = report_of(survey)
        figure = figure_of(found, key_of(survey, "yes_no", "1-panel"))
        shown = {row.cells["group"]: row for row in figure.rows}
        assert shown["Third"].is_hidden
        hidden = [row for row in figure.rows if row.is_hidden]
        # Fewer than ten cannot be had by taking what is shown from the whole.
        assert len(hidden) == 2
        assert "Other" not in {claim.text for claim in found.summary}

    def test_a_part_that_groups_do_not_have_is_no_empty_table(self) -> None:
        panels = (make_panel("One"), make_panel("Other"))
        survey = make_survey(kinds=("maxdiff",), panels=panels)
        rng = random.Random(7)
        shown = ["speed", "price", "care", "taste"]
        answers = [
            {"maxdiff": {"version": 0, "sets": [{"shown": shown, "best": best, "worst": worst}]}}
            for best, worst in (rng.sample(shown, 2) for _each in range(40))
        ]
        fill(survey, answers, profiles=[{"panel": [panel.slug]} for panel in panels for _each in range(20)])
        found = report_of(survey)
        assert all(figure.rows for section in found.sections for figure in section.figures)

    def test_a_difference_is_claimed_with_the_numbers_of_both(self) -> None:
        survey = make_survey(kinds=("yes_no",))
        make_attribute("age", "single_choice", "young", "old")
        said = ["yes"] * 36 + ["no"] * 4 + ["yes"] * 12 + ["no"] * 28
        profiles = [{"age": ["young"]}] * 40 + [{"age": ["old"]}] * 40
        fill(survey, [{"yes_no": each} for each in said], profiles=profiles)
        found = report_of(survey)
        row = figure_of(found, key_of(survey, "yes_no", "differs-share")).rows[0].cells
        assert row["here"] in (0.9, 0.3)
        assert abs(row["difference"]) == pytest.approx(0.6)  # type: ignore[arg-type]
        claim = next(claim for claim in found.summary if claim.verdict == "higher")
        assert "90% against 30%" in claim.text


@pytest.mark.usefixtures("app")
class TestWhatIsNotShown:
    def test_a_survey_of_fewer_than_ten_only_says_so(self) -> None:
        survey = make_survey(kinds=("yes_no",))
        fill(survey, [{"yes_no": "yes"}] * 9)
        found = report_of(survey)
        assert (found.sections, found.summary, found.n) == ((), (), 0)
        assert len(found.warnings) == 1

    def test_a_question_of_fewer_than_ten_is_kept_back(self) -> None:
        survey = make_survey(kinds=("yes_no", "single"))
        fill(survey, [{"yes_no": "yes", "single": "red"}] * 9 + [{"yes_no": "no"}] * 3)
        found = report_of(survey)
        assert figure_of(found, key_of(survey, "single", "hidden")).rows[0].is_hidden
        assert table(found, key_of(survey, "yes_no", "1"))["Yes"]["count"] == 9

    def test_a_survey_that_asks_other_panels_too_is_not_told_of(self) -> None:
        mine, hidden = make_panel("Mine"), make_panel("Hidden")
        survey = make_survey(kinds=("yes_no",), panels=(mine, hidden))
        fill(survey, [{"yes_no": "yes"}] * 20)
        recompute_waiting()
        found = collect(surveys.KIND, scope_of(mine, survey_id=survey.id))
        assert (found.sections, found.n) == ((), 0)

    def test_answers_that_are_not_counted_yet_are_warned_of(self) -> None:
        survey = make_survey(kinds=("yes_no",))
        fill(survey, [{"yes_no": "yes"}] * 20)
        recompute_waiting()
        fill(survey, [{"yes_no": "no"}] * 5)
        survey = db.session.get_one(Survey, survey.id)
        found = collect(surveys.KIND, scope_of(survey.panels[0].panel, survey_id=survey.id))
        assert any("20" in warning and "25" in warning for warning in found.warnings)


@pytest.mark.usefixtures("app")
class TestWeights:
    def test_weighted_figures_stand_beside_plain_ones(self) -> None:
        with unit_of_work() as session:
            targets = WeightTargets(
                name="Customers",
                source="Customer base",
                as_of=clock.now().date(),
                margins=[{"attribute": "age", "targets": {"young": 0.5, "old": 0.5}}],
            )
            session.add(targets)
        survey = make_survey(
            kinds=("yes_no",), weight_targets_id=targets.id, sampling="random", sample_size=99
        )
        fill(
            survey,
            [{"yes_no": "yes"}] * 75 + [{"yes_no": "no"}] * 25,
            profiles=[{"age": ["young"]}] * 75 + [{"age": ["old"]}] * 25,
        )
        found = report_of(survey)
        row = table(found, key_of(survey, "yes_no", "1"))["Yes"]
        assert (row["value"], row["weighted"]) == (0.75, pytest.approx(0.5))
        # Weights 2/3 and 2: 100² / (75 · 4/9 + 25 · 4) = 75 equal answers.
        assert row["weighted_interval"] == pytest.approx(wilson(37.5, 75), abs=1e-6)
        assert dict(found.sample)["Weighted to"] == "Customers (Customer base)"


@pytest.mark.usefixtures("app")
class TestTracking:
    def test_a_change_since_the_wave_before_is_told_with_its_interval(self) -> None:
        by = make_member(roles=("analyst",))
        before = first_wave(yes=40, no=60, kinds=("yes_no",))
        after = next_wave(before, by, yes=60, no=40)
        work()
        found = report_of(after)
        row = figure_of(found, "change-share").rows[0].cells
        assert (row["before"], row["after"], row["before_n"], row["after_n"]) == (0.4, 0.6, 100, 100)
        assert row["change"] == pytest.approx(0.2)
        assert row["interval"] == pytest.approx([0.0615, 0.3284], abs=0.002)
        claim = next(claim for claim in found.summary if claim.figure == "change-share")
        assert claim.verdict == "rose"
        assert "rose from 40% to 60%" in claim.text
        waves = figure_of(found, "waves-share").rows
        assert [row.cells["value"] for row in waves] == [0.4, 0.6]

    def test_no_change_is_claimed_where_none_is_proven(self) -> None:
        by = make_member(roles=("analyst",))
        before = first_wave(yes=50, no=50, kinds=("yes_no",))
        after = next_wave(before, by, yes=55, no=45)
        work()
        found = report_of(after)
        assert {claim.verdict for claim in found.summary if claim.figure == "change-share"} == {"unproven"}

    def test_frozen_claims_stand_with_what_came_of_them(self) -> None:
        by = make_member(roles=("analyst",))
        before = first_wave(yes=40, no=60, kinds=("yes_no",))
        comparing.freeze(comparing.write_down(before, by, replace(CLAIM, change_on=in_days(1))), by)
        with clock.stopped_at(clock.now() + timedelta(days=1)):
            after = next_wave(db.session.get_one(Survey, before.id), by, yes=60, no=40)
        work()
        found = report_of(after)
        row = figure_of(found, "claims").rows[0].cells
        assert (row["claim"], row["before"], row["after"], row["expected"]) == (
            CLAIM.hypothesis,
            "40%",
            "60%",
            True,
        )


@pytest.mark.usefixtures("app")
class TestWrittenAnswers:
    def test_how_they_feel_is_told_and_leads_to_the_texts(self) -> None:
        panel = make_panel()
        survey = make_survey(kinds=("long_text",), panel=panel)
        fill(survey, [{"long_text": "It is red."}] * 12)
        self.hear(survey, panel, 9, sentiment="pos")
        # Long before the period of the report: results are of all answers.
        self.hear(survey, panel, 3, sentiment=None, said_at=clock.now() - timedelta(days=90))
        found = report_of(survey)
        rows = {
            row.cells["name"]: row for row in figure_of(found, key_of(survey, "long_text", "feelings")).rows
        }
        assert {name: row.cells["count"] for name, row in rows.items()} == {"Positive": 9, "Not scored": 3}
        assert rows["Positive"].cells["interval"] == pytest.approx(wilson(9, 12))
        for row in rows.values():
            assert row.texts is not None
            scope = scope_of(panel, survey_id=survey.id)
            assert count_behind(scope, row.texts) == row.cells["count"]

    def test_those_of_fewer_than_ten_people_are_kept_back(self) -> None:
        panel = make_panel()
        survey = make_survey(kinds=("long_text",), panel=panel)
        fill(survey, [{"long_text": "It is red."}] * 12)
        self.hear(survey, panel, 9, sentiment="pos")
        assert figure_of(report_of(survey), key_of(survey, "long_text", "texts")).rows[0].is_hidden

    @staticmethod
    def hear(survey: Survey, panel: Panel, count: int, **values: Any) -> None:
        """So many people's texts, as the pipeline has read them."""
        path = path_of(survey.id, question_of(survey, "long_text").id)
        thread = thread_of(survey.id)
        people = make_people(panel, count)
        say(panel, people, "It is red.", source="survey", path=path, thread=thread, **values)
