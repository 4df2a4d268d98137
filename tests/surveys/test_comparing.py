"""Claims about the next wave: written down, frozen before the change ships, measured when it is over."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import select

from community.activity import actions as activity
from community.activity.models import Activity
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.members.models import Member
from community.surveys.actions import comparing, opening, waves
from community.surveys.models import Comparison, Response, Survey, SurveyPanel
from tests.factories.members import make_member
from tests.factories.panels import make_attribute, make_panel
from tests.factories.surveys import make_survey
from tests.surveys.waves import CLAIM, fill, first_wave, in_days, next_wave, the_comparison, work


class TestWriteDown:
    def test_it_keeps_what_was_claimed(self, app, omar):
        before = first_wave()
        written = comparing.write_down(before, omar, replace(CLAIM, change_on=in_days(3)))
        assert (written.hypothesis, written.options, written.expects) == (CLAIM.hypothesis, ["yes"], "up")
        assert (written.frozen_at, written.created_by_id) == (None, omar.id)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"hypothesis": ""}, "hypothesis"),
            ({"question_code": "nothing"}, "question_code"),
            ({"metric": "nps"}, "metric"),
            ({"options": ()}, "options"),
            ({"options": ("maybe",)}, "options"),
            ({"options": ("yes", "no")}, "options"),
            ({"expects": "sideways"}, "expects"),
            ({"cut": "attribute:nothing=x"}, "cut"),
            ({"untouched_cut": "panel=nothing"}, "untouched_cut"),
        ],
    )
    def test_it_refuses_what_cannot_be_measured(self, app, omar, changes, field):
        with pytest.raises(Invalid) as refused:
            comparing.write_down(first_wave(yes=1, no=0), omar, replace(CLAIM, **changes))
        assert refused.value.field == field

    def test_whom_it_reaches_and_whom_not_are_different_people(self, app, omar):
        make_attribute("region", "single_choice", "north", "south", visible_to="staff")
        before = first_wave(yes=1, no=0)
        north, south = "attribute:region=north", "attribute:region=south"
        for cut, untouched, field in ((north, north, "untouched_cut"), ("", south, "cut")):
            with pytest.raises(Invalid) as refused:
                comparing.write_down(before, omar, replace(CLAIM, cut=cut, untouched_cut=untouched))
            assert refused.value.field == field
        comparing.write_down(before, omar, replace(CLAIM, cut=north, untouched_cut=south))

    def test_what_members_keep_to_themselves_is_no_cut(self, app, omar):
        make_attribute("faith", "single_choice", "a", "b", visible_to="self")
        with pytest.raises(Invalid):
            comparing.write_down(first_wave(yes=1, no=0), omar, replace(CLAIM, cut="attribute:faith=a"))


class TestFreeze:
    def test_a_frozen_claim_says_who_froze_it_and_when(self, app, omar, ada):
        written = comparing.write_down(first_wave(), omar, replace(CLAIM, change_on=in_days(3)))
        comparing.freeze(written, ada)
        assert (written.frozen_by_id, written.frozen_at is not None) == (ada.id, True)
        told = db.session.scalars(select(Activity).where(Activity.kind == "comparison.frozen")).one()
        assert (told.actor_id, told.subject_id) == (ada.id, written.id)

    def test_nobody_changes_drops_or_freezes_it_again(self, app, omar):
        written = comparing.write_down(first_wave(), omar, replace(CLAIM, change_on=in_days(3)))
        comparing.freeze(written, omar)
        for again in (
            lambda: comparing.rewrite(written, replace(CLAIM, expects="down")),
            lambda: comparing.forget(written),
            lambda: comparing.freeze(written, omar),
        ):
            with pytest.raises(Conflict, match="frozen"):
                again()
        assert (written.expects, written.hypothesis) == ("up", CLAIM.hypothesis)

    def test_it_needs_the_day_of_the_change(self, app, omar):
        written = comparing.write_down(first_wave(), omar, CLAIM)
        with pytest.raises(Invalid) as refused:
            comparing.freeze(written, omar)
        assert refused.value.field == "change_on"

    def test_until_the_end_of_that_day_and_not_later(self, app, omar):
        before = first_wave()
        late = comparing.write_down(before, omar, replace(CLAIM, change_on=in_days(-1)))
        with pytest.raises(Conflict, match="shipped already"):
            comparing.freeze(late, omar)
        today = comparing.write_down(before, omar, replace(CLAIM, change_on=in_days(0)))
        comparing.freeze(today, omar)

    def test_not_once_the_next_wave_has_been_opened(self, app, omar):
        before = first_wave()
        written = comparing.write_down(before, omar, replace(CLAIM, change_on=in_days(3)))
        draft = waves.copy_as_wave(before, by=omar)
        with unit_of_work():
            lock(Survey, draft.id).opened_at = clock.now()
        with pytest.raises(Conflict, match="opened already"):
            comparing.freeze(written, omar)

    def test_freezing_and_rewriting_at_once_leave_what_was_frozen(self, new_app):
        app = new_app()
        with app.app_context():
            by = make_member(roles=("owner",))
            written = comparing.write_down(first_wave(yes=1, no=0), by, replace(CLAIM, change_on=in_days(3)))
            by_id, written_id = by.id, written.id
        barrier, texts = threading.Barrier(4), []

        def freeze():
            with app.app_context():
                comparison, member = db.session.get(Comparison, written_id), db.session.get(Member, by_id)
                barrier.wait()
                comparing.freeze(comparison, member)
                texts.append(db.session.get(Comparison, written_id).hypothesis)

        def rewrite(words):
            def go():
                with app.app_context():
                    comparison = db.session.get(Comparison, written_id)
                    barrier.wait()
                    try:
                        comparing.rewrite(comparison, replace(CLAIM, hypothesis=words, change_on=in_days(3)))
                    except Conflict:
                        pass

            return go

        threads = [
            threading.Thread(target=each)
            for each in (freeze, rewrite("One"), rewrite("Two"), rewrite("Three"))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        with app.app_context():
            kept = db.session.get(Comparison, written_id)
            assert kept.frozen_at is not None
            assert texts == [kept.hypothesis]


class TestMeasuring:
    def test_it_is_measured_when_the_next_wave_is_over(self, app, omar):
        before = first_wave()
        written = comparing.write_down(before, omar, replace(CLAIM, change_on=in_days(3)))
        comparing.freeze(written, omar)
        work()
        assert the_comparison().measured_at is None
        after = next_wave(before, omar, yes=60, no=40)
        work()
        found = the_comparison()
        assert (found.after_id, found.result["verdict"]) == (after.id, "up")
        assert found.result["is_expected"]
        assert found.result["difference"]["value"] == pytest.approx(0.2)
        told = db.session.scalars(select(Activity).where(Activity.kind == "comparison.measured")).one()
        assert told.data["verdict"] == "up"

    def test_an_open_wave_is_not_measured(self, app, omar):
        before = first_wave()
        comparing.write_down(before, omar, CLAIM)
        after = next_wave(before, omar)
        with unit_of_work():
            lock(Survey, after.id).state = "open"
        work()
        assert the_comparison().measured_at is None

    def test_closing_the_wave_has_it_measured_also_a_second_time(self, app, omar):
        before = first_wave()
        comparing.write_down(before, omar, CLAIM)
        after = next_wave(before, omar, yes=40, no=60)
        work()
        assert the_comparison().result["verdict"] == "no change found"
        with unit_of_work():
            lock(Survey, after.id).state = "open"
        fill(after, yes=200, no=0)
        opening.close_survey(after, actor=omar)
        activity.follow_due()
        work()
        assert the_comparison().result["verdict"] == "up"

    def test_no_change_found_is_a_result(self, app, omar):
        before = first_wave()
        comparing.write_down(before, omar, CLAIM)
        next_wave(before, omar, yes=42, no=58)
        work()
        assert the_comparison().result["verdict"] == "no change found"

    def test_excluded_responses_do_not_count(self, app, omar):
        before = first_wave()
        comparing.write_down(before, omar, CLAIM)
        after = next_wave(before, omar, yes=60, no=40)
        with unit_of_work() as session:
            for response in session.scalars(
                select(Response).where(Response.survey_id == after.id).order_by(Response.id).limit(30)
            ):
                response.excluded_at = clock.now()
        work()
        assert the_comparison().result["after"]["n"] == 70

    def test_the_same_people_are_compared_with_themselves(self, app, omar):
        people = [make_member() for _n in range(40)]
        before = make_survey(kinds=("yes_no",), state="closed")
        fill(before, yes=10, no=30, people=people)
        comparing.write_down(before, omar, CLAIM)
        next_wave(before, omar, yes=25, no=15, people=people)
        work()
        assert the_comparison().result["method"] == "paired"
        assert the_comparison().result["difference"]["test"] == "exact"

    def test_all_comparisons_of_two_waves_are_corrected_together(self, app, omar):
        before = first_wave()
        for question, options in (("yes_no", ("yes",)), ("yes_no", ("no",))):
            comparing.write_down(before, omar, replace(CLAIM, question_code=question, options=options))
        next_wave(before, omar, yes=55, no=45)
        work()
        results = [each.result for each in db.session.scalars(select(Comparison).order_by(Comparison.id))]
        assert [each["compared"] for each in results] == [2, 2]
        assert results[0]["verdict"] == "up"
        assert results[1]["verdict"] == "down"

    def test_segments_that_the_change_does_not_reach_are_taken_off(self, app, omar):
        make_attribute("region", "single_choice", "north", "south")
        before = make_survey(kinds=("yes_no",), state="closed")

        def answers(survey, region, yes, no):
            fill(survey, yes=yes, no=no, profile={"region": [region]})

        answers(before, "north", 40, 60)
        answers(before, "south", 40, 60)
        comparing.write_down(
            before,
            omar,
            replace(CLAIM, cut="attribute:region=north", untouched_cut="attribute:region=south"),
        )
        after = next_wave(before, omar, yes=0, no=0)
        answers(after, "north", 60, 40)
        answers(after, "south", 60, 40)
        work()
        result = the_comparison().result
        assert result["difference"]["p"] < 0.01
        assert result["did"]["value"] == pytest.approx(0)
        assert (result["decides"], result["verdict"]) == ("did", "no change found")

    def test_what_was_written_down_late_is_measured_too_and_not_frozen(self, app, omar):
        before = first_wave()
        next_wave(before, omar, yes=60, no=40)
        comparing.write_down(before, omar, CLAIM)
        work()
        assert the_comparison().result["verdict"] == "up"
        assert the_comparison().frozen_at is None

    def test_the_wave_after_the_next_has_nothing_to_do_with_it(self, app, omar):
        before = first_wave()
        comparing.write_down(before, omar, CLAIM)
        second = next_wave(before, omar, yes=40, no=60)
        next_wave(second, omar, yes=95, no=5)
        work()
        assert the_comparison().after_id == second.id
        assert the_comparison().result["verdict"] == "no change found"

    def test_two_workers_measure_it_as_one(self, new_app):
        app = new_app()
        with app.app_context():
            by = make_member(roles=("owner",))
            before = first_wave(yes=40, no=60)
            comparing.write_down(before, by, CLAIM)
            after = next_wave(before, by, yes=60, no=40)
            work_ids = (before.id, after.id)
        failures = []

        def measure():
            with app.app_context():
                try:
                    comparing.measure_pair(*work_ids)
                except Exception as failure:  # noqa: BLE001 - told to the test's own thread
                    failures.append(failure)

        threads = [threading.Thread(target=measure) for _n in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        with app.app_context():
            assert failures == []
            assert the_comparison().result["verdict"] == "up"


class TestPages:
    def test_the_waves_and_what_was_found_are_told_in_words(self, app, omar, browser_of):
        before = first_wave()
        written = comparing.write_down(before, omar, replace(CLAIM, change_on=in_days(3)))
        comparing.freeze(written, omar)
        after = next_wave(before, omar, yes=60, no=40)
        work()
        for survey in (before, after):
            page = browser_of(omar).get(f"/staff/surveys/{survey.id}/tracking").text
            assert 'data-frozen="yes"' in page
            assert 'data-verdict="up"' in page
            assert "It went up: +20.0 points" in page
            assert "That is what was expected." in page
            assert "Wave 2" in page
            assert '<td class="number">40% <span class="muted small">(31% to 50%)</span>' in page
            assert '<td class="number">60% <span class="muted small">(50% to 69%)</span>' in page

    def test_a_miss_is_told_as_no_change_found(self, app, omar, browser_of):
        before = first_wave()
        comparing.write_down(before, omar, CLAIM)
        after = next_wave(before, omar, yes=42, no=58)
        work()
        page = browser_of(omar).get(f"/staff/surveys/{after.id}/tracking").text
        assert "No change found: +2.0 points" in page
        assert "If there is one, it is too small for this many answers to show." in page
        assert "This was not frozen before the change" in page

    def test_a_claim_is_written_changed_frozen_and_dropped_from_the_pages(self, app, omar, browser_of):
        before, browser = first_wave(), browser_of(omar)
        path = f"/staff/surveys/{before.id}/tracking"
        form = browser.get(f"{path}/yes_no/new")
        assert "Answers per wave" in form.text
        data = {
            "hypothesis": "More say yes.", "metric": "share", "options": "yes", "expects": "up", "cut": "",
            "untouched_cut": "", "change_on": in_days(5).isoformat(),
        }  # fmt: skip
        sent = browser.post(f"{path}/yes_no/new", data=data)
        assert (sent.status_code, sent.headers["Location"]) == (303, path)
        written = the_comparison()
        assert (written.hypothesis, written.options) == ("More say yes.", ["yes"])
        edit = f"/staff/surveys/comparisons/{written.id}/edit"
        assert "More say yes." in browser.get(edit).text
        assert browser.post(edit, data=data | {"hypothesis": "Fewer say no."}).status_code == 303
        assert the_comparison().hypothesis == "Fewer say no."
        assert browser.post(f"/staff/surveys/comparisons/{written.id}/freeze").status_code == 303
        assert the_comparison().frozen_by_id == omar.id
        assert browser.get(edit).status_code == 303
        assert browser.post(edit, data=data).status_code == 303
        assert the_comparison().hypothesis == "Fewer say no."
        assert browser.post(f"/staff/surveys/comparisons/{written.id}/forget").status_code == 409

    @pytest.mark.parametrize(
        "changes",
        [{"hypothesis": ""}, {"metric": "mean"}, {"options": []}, {"cut": "x"}, {"change_on": "soon"}],
    )
    def test_what_cannot_be_measured_comes_back(self, app, omar, browser_of, changes):
        before = first_wave(yes=1, no=0)
        data = {"hypothesis": "More.", "metric": "share", "options": "yes", "expects": "up"}
        sent = browser_of(omar).post(f"/staff/surveys/{before.id}/tracking/yes_no/new", data=data | changes)
        assert sent.status_code == 422
        assert db.session.scalars(select(Comparison)).all() == []

    def test_every_kind_that_can_be_tracked_has_its_form(self, app, omar, browser_of):
        kinds = ("single", "several", "yes_no", "rating5", "rating7", "csat", "ces", "nps", "number")
        survey = make_survey(kinds=(*kinds, "long_text"))
        for kind in kinds:
            page = browser_of(omar).get(f"/staff/surveys/{survey.id}/tracking/{kind}/new")
            assert page.status_code == 200, kind
        page = browser_of(omar).get(f"/staff/surveys/{survey.id}/tracking/long_text/new")
        assert page.status_code == 404

    def test_others_do_not_find_them(self, app, ana, mia, browser_of):
        panel, other = make_panel(), make_panel()
        survey = make_survey(kinds=("yes_no",), panel=panel)
        by = make_member(roles=("owner",), panel_id=panel.id)
        written = comparing.write_down(survey, by, CLAIM)
        stranger = make_member(roles=("owner",), panel_id=other.id)
        for path in (
            f"/staff/surveys/{survey.id}/tracking",
            f"/staff/surveys/{survey.id}/tracking/yes_no/new",
            f"/staff/surveys/comparisons/{written.id}/edit",
        ):
            answers = [browser_of(who).get(path).status_code for who in (by, stranger, mia, ana)]
            assert answers == [200, 404, 403, 403], path
        for verb in ("freeze", "forget"):
            path = f"/staff/surveys/comparisons/{written.id}/{verb}"
            assert browser_of(stranger).post(path).status_code == 404
        assert the_comparison().frozen_at is None

    def test_who_may_not_read_the_wave_before_reads_nothing_of_it(self, app, omar, browser_of):
        before, after, stranger = two_panels(omar)
        page = browser_of(stranger).get(f"/staff/surveys/{after.id}/tracking")
        assert page.status_code == 200
        for hidden in (
            CLAIM.hypothesis,
            "Wave 1",
            "wave 1",
            "It went up",
            'data-verdict="up"',
            "comparison-notes",
        ):
            assert hidden not in page.text
        assert "Wave 1" not in browser_of(stranger).get(f"/staff/surveys/{after.id}").text
        for path in ("tracking", "tracking/yes_no/new"):
            assert browser_of(stranger).get(f"/staff/surveys/{before.id}/{path}").status_code == 404

    def test_who_may_not_read_the_next_wave_reads_the_claim_without_figures(self, app, omar, browser_of):
        before, _after, _stranger = two_panels(omar)
        own = make_member(roles=("analyst",), panel_id=before.panel_ids[0])
        page = browser_of(own).get(f"/staff/surveys/{before.id}/tracking").text
        assert CLAIM.hypothesis in page
        for hidden in ("Wave 2", "It went up", 'data-verdict="up"', "comparison-notes", "/freeze", "/new"):
            assert hidden not in page
        assert "It went up" in browser_of(omar).get(f"/staff/surveys/{before.id}/tracking").text

    def test_nobody_claims_anything_of_a_wave_they_may_not_read(self, app, omar, browser_of):
        before, _after, _stranger = two_panels(omar)
        own = make_member(roles=("analyst",), panel_id=before.panel_ids[0])
        browser, written = browser_of(own), the_comparison()
        data = {"hypothesis": "More.", "metric": "share", "options": "yes", "expects": "down"}
        for path in (f"{before.id}/tracking/yes_no/new", f"comparisons/{written.id}/edit"):
            assert browser.get(f"/staff/surveys/{path}").status_code == 404
            assert browser.post(f"/staff/surveys/{path}", data=data).status_code == 404
        for verb in ("freeze", "forget"):
            assert browser.post(f"/staff/surveys/comparisons/{written.id}/{verb}").status_code == 404
        kept = the_comparison()
        assert (kept.expects, kept.frozen_at) == ("up", None)


def two_panels(omar):
    """A measured claim about two waves of different panels, and staff of the second alone."""
    before = first_wave(panel=make_panel())
    comparing.write_down(before, omar, CLAIM)
    after, other = next_wave(before, omar), make_panel()
    work()
    with unit_of_work():
        lock(Survey, after.id).panels = [SurveyPanel(panel_id=other.id)]
    return before, after, make_member(roles=("analyst",), panel_id=other.id)
