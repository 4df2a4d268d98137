"""When results are counted: soon, not for every answer, once however many workers ask, and never half."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.surveys.actions.tallying import recompute_waiting
from community.surveys.models import Answer, Response, Survey, Tally, WeightTargets
from tests.factories.members import make_member
from tests.factories.surveys import answer, make_survey
from tests.surveys.results.filling import fill, question_of, stored


def n_of(survey: Survey, code: str = "yes_no") -> int:
    """How many the stored result says have answered."""
    tally = stored(survey, code)
    return tally.n if tally is not None else 0


@pytest.mark.usefixtures("app")
class TestWhenItIsCounted:
    def test_nothing_is_done_without_new_answers(self) -> None:
        survey = make_survey(kinds=("yes_no",))
        assert recompute_waiting() == 0
        fill(survey, [{"yes_no": "yes"}] * 10)
        assert [recompute_waiting(), recompute_waiting()] == [1, 0]

    def test_answers_that_come_right_after_wait_a_moment(self) -> None:
        survey = make_survey(kinds=("yes_no",))
        now = clock.now()
        with clock.stopped_at(now):
            fill(survey, [{"yes_no": "yes"}] * 10)
            recompute_waiting()
        with clock.stopped_at(now + timedelta(milliseconds=500)):
            fill(survey, [{"yes_no": "yes"}] * 10)
            assert recompute_waiting() == 0
        with clock.stopped_at(now + timedelta(seconds=30)):
            assert recompute_waiting() == 1
        assert n_of(survey) == 20

    def test_an_answer_committed_late_under_an_earlier_time_is_counted_too(self) -> None:
        survey = make_survey(kinds=("yes_no",))
        now = clock.now()
        with clock.stopped_at(now):
            fill(survey, [{"yes_no": "yes"}] * 10)
            recompute_waiting()
        with clock.stopped_at(now - timedelta(seconds=1)):
            answer(survey, make_member(), {"yes_no": "no"})
        with clock.stopped_at(now + timedelta(minutes=1)):
            assert recompute_waiting() == 1
        assert n_of(survey) == 11

    def test_a_worker_that_died_is_followed_by_another(self) -> None:
        survey = make_survey(kinds=("yes_no",))
        fill(survey, [{"yes_no": "yes"}] * 10)
        with unit_of_work():
            lock(Survey, survey.id).tally_due_at = clock.now() + timedelta(minutes=10)
        assert recompute_waiting() == 0
        with clock.stopped_at(clock.now() + timedelta(minutes=11)):
            assert recompute_waiting() == 1

    def test_a_preview_is_not_counted(self) -> None:
        survey = make_survey(kinds=("yes_no",), state="preview")
        fill(survey, [{"yes_no": "yes"}] * 10)
        assert recompute_waiting() == 0


@pytest.mark.usefixtures("app")
class TestWhatCounts:
    def test_excluded_withdrawn_and_unfinished_responses_do_not(self) -> None:
        survey = make_survey(kinds=("yes_no",))
        fill(survey, [{"yes_no": "yes"}] * 10)
        answer(survey, make_member(), {"yes_no": "no"}, excluded_at=clock.now())
        answer(survey, make_member(), {"yes_no": "no"}, state="started")
        answer(survey, make_member(), {"yes_no": "no"}, state="withdrawn")
        recompute_waiting()
        tally = stored(survey, "yes_no")
        assert tally is not None
        assert (tally.n, tally.data["plain"]["shares"]["no"]["count"]) == (10, 0)

    def test_fewer_than_ten_are_stored_without_figures(self) -> None:
        survey = make_survey(kinds=("yes_no",))
        fill(survey, [{"yes_no": "yes"}] * 9)
        recompute_waiting()
        tally = stored(survey, "yes_no")
        assert tally is not None
        assert (tally.n, tally.data) == (9, {"hidden": "few"})

    def test_a_question_that_cannot_be_counted_holds_up_none_of_the_others(self) -> None:
        survey = make_survey(kinds=("nps", "yes_no"))
        fill(survey, [{"nps": 9, "yes_no": "yes"}] * 10)
        recompute_waiting()
        with unit_of_work() as session:
            row = session.scalars(
                select(Answer).where(Answer.question_id == question_of(survey, "nps").id).limit(1)
            ).one()
            row.value = {"number": "nine"}
        with clock.stopped_at(clock.now() + timedelta(minutes=1)):
            fill(survey, [{"yes_no": "no"}] * 10)
            assert recompute_waiting() == 1
        assert n_of(survey) == 20
        # What was counted before stands, and the page says that it is of before.
        assert n_of(survey, "nps") == 10
        assert db.session.get_one(Survey, survey.id).summary["failed"] == [question_of(survey, "nps").id]

    def test_what_other_work_keeps_in_the_summary_stays(self) -> None:
        survey = make_survey(kinds=("yes_no",), summary={"paths": {"a": 60}})
        fill(survey, [{"yes_no": "yes"}] * 10)
        recompute_waiting()
        summary = db.session.get_one(Survey, survey.id).summary
        assert (summary["paths"], summary["n"], summary["median_seconds"]) == ({"a": 60}, 10, 64.5)


@pytest.mark.usefixtures("app")
class TestWeights:
    def weighted(self, *, young: int, old: int, targets: dict[str, float], **more: object) -> Survey:
        """A survey in which all young say yes and all old say no, weighted to these shares by age."""
        with unit_of_work() as session:
            aims = WeightTargets(
                name="Customers",
                source="Customer base",
                as_of=clock.now().date(),
                margins=[{"attribute": "age", "targets": targets}],
            )
            session.add(aims)
        survey = make_survey(kinds=("yes_no",), weight_targets_id=aims.id, sampling="random", sample_size=900)
        fill(
            survey,
            [{"yes_no": "yes"}] * young + [{"yes_no": "no"}] * old,
            profiles=[{"age": ["young"]}] * young + [{"age": ["old"]}] * old,
        )
        recompute_waiting()
        return db.session.get_one(Survey, survey.id)

    def test_weighted_figures_stand_beside_plain_ones_with_their_effective_size(self) -> None:
        survey = self.weighted(young=75, old=25, targets={"young": 0.5, "old": 0.5})
        data = stored(survey, "yes_no").data  # type: ignore[union-attr]
        assert data["plain"]["shares"]["yes"]["value"] == 0.75
        assert data["weighted"]["shares"]["yes"]["value"] == pytest.approx(0.5)
        # Weights 2/3 and 2: 100² / (75 · 4/9 + 25 · 4) = 75.
        assert data["weighted"]["n_eff"] == pytest.approx(75)
        # Wilson at n = 75 and p = 1/2: ± 1.96 sqrt(1/300 + 3.8415/22500) / (1 + 3.8415/75).
        assert data["weighted"]["shares"]["yes"]["high"] == pytest.approx(0.61038, abs=1e-4)
        weights = db.session.scalars(select(Response.weight).where(Response.survey_id == survey.id)).all()
        assert {round(weight or 0, 4) for weight in weights} == {0.6667, 2.0}

    def test_weights_beyond_three_times_the_mean_are_trimmed_and_it_is_said(self) -> None:
        survey = self.weighted(young=90, old=10, targets={"young": 0.2, "old": 0.8})
        report = survey.summary["weighting"]
        assert (report["state"], report["converged"], report["trimmed"]) == ("weighted", False, 10)
        assert report["small"] == [["age", "old", 10]]

    def test_a_group_without_answers_stops_the_weighting(self) -> None:
        survey = self.weighted(young=10, old=10, targets={"young": 0.4, "old": 0.4, "ancient": 0.2})
        report = survey.summary["weighting"]
        assert (report["state"], report["categories"]) == ("empty", [["age", "ancient"]])
        assert stored(survey, "yes_no").data["weighted"] is None  # type: ignore[union-attr]

    def test_a_group_without_a_target_stops_the_weighting(self) -> None:
        survey = self.weighted(young=10, old=10, targets={"young": 0.6, "ancient": 0.4})
        assert survey.summary["weighting"]["state"] in ("empty", "untargeted")

    def test_options_may_count_together(self) -> None:
        survey = self.weighted(young=10, old=10, targets={"young": 0.5, "old+ancient": 0.5})
        assert survey.summary["weighting"]["state"] == "weighted"

    def test_who_is_excluded_weighs_nothing_any_more(self) -> None:
        survey = self.weighted(young=20, old=20, targets={"young": 0.5, "old": 0.5})
        with unit_of_work() as session:
            first = session.scalars(
                select(Response).where(Response.survey_id == survey.id).order_by(Response.id).limit(1)
            ).one()
            first.excluded_at = clock.now()
            lock(Survey, survey.id).answers_changed_at = clock.now()
        with clock.stopped_at(clock.now() + timedelta(minutes=1)):
            recompute_waiting()
        db.session.expire_all()
        assert first.weight is None
        others = select(func.sum(Response.weight)).where(Response.survey_id == survey.id)
        assert db.session.scalar(others) == pytest.approx(39)


@pytest.mark.usefixtures("app")
class TestGroups:
    def test_each_group_has_its_figures_and_a_small_one_takes_another_with_it(self) -> None:
        survey = make_survey(kinds=("yes_no",))
        ages = ["young"] * 30 + ["middle"] * 12 + ["old"] * 4
        fill(survey, [{"yes_no": "yes"}] * 46, profiles=[{"age": [age]} for age in ages])
        recompute_waiting()
        hidden = {
            age: stored(survey, "yes_no", f"attribute:age={age}").data.get("hidden")  # type: ignore[union-attr]
            for age in ("young", "middle", "old")
        }
        assert hidden == {"young": None, "middle": "subtraction", "old": "few"}

    def test_a_difference_is_marked_on_both_sides(self) -> None:
        survey = make_survey(kinds=("yes_no", "nps", "rating5"))
        many = [{"yes_no": "yes", "nps": 9 - each % 2, "rating5": 4 + each % 2} for each in range(40)]
        few = [{"yes_no": "no", "nps": 3 + 4 * (each % 2), "rating5": 1 + each % 2} for each in range(40)]
        ages = [{"age": ["young"]}] * 40 + [{"age": ["old"]}] * 40
        fill(survey, many + few, profiles=ages)
        recompute_waiting()
        for code, name in (("yes_no", "shares.yes"), ("nps", "nps"), ("rating5", "mean")):
            verdicts = [
                stored(survey, code, f"attribute:age={age}").data["differs"][name]["verdict"]  # type: ignore[union-attr]
                for age in ("young", "old")
            ]
            assert verdicts == ["up", "down"], code

    def test_chances_are_corrected_for_the_number_of_comparisons(self) -> None:
        survey = make_survey(kinds=("single",))
        # 30 of 50 against 20 of 50: z = 2, p = 0.0455, which alone would be a difference.
        answers = [{"single": "red"}] * 30 + [{"single": "green"}] * 20
        answers += [{"single": "red"}] * 20 + [{"single": "green"}] * 30
        fill(survey, answers, profiles=[{"age": ["young"]}] * 50 + [{"age": ["old"]}] * 50)
        recompute_waiting()
        differs = stored(survey, "single", "attribute:age=young").data["differs"]  # type: ignore[union-attr]
        assert differs["shares.red"]["p"] == pytest.approx(2 * 0.0455, abs=1e-3)
        assert differs["shares.red"]["verdict"] == "no change found"


class TestTwoWorkers:
    def test_a_change_is_counted_once(self, new_app: Callable[..., Flask]) -> None:
        apps = [new_app(), new_app()]
        with apps[0].app_context():
            survey_id = make_survey(kinds=("yes_no", "nps", "single")).id
            survey = db.session.get_one(Survey, survey_id)
            fill(survey, [{"yes_no": "yes", "nps": 9, "single": "red"}] * 30)
            db.session.commit()
        done: list[int] = []
        gate = threading.Barrier(2)

        def work(app: Flask) -> None:
            with app.app_context():
                gate.wait()
                done.append(recompute_waiting())
                db.session.remove()

        threads = [threading.Thread(target=work, args=(app,)) for app in apps]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(done) == [0, 1]
        with apps[0].app_context():
            whole = select(func.count()).select_from(Tally).where(Tally.cut == "")
            assert db.session.scalar(whole) == 3
