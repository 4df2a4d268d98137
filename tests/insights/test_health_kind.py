"""The report of panel health: composition, staying, asking and talking, each number as the rows give it."""

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from community.ideas.models import Vote
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.insights.kinds import health
from community.members.models import Member, VisitDay
from community.panels.models import Membership, Panel
from community.surveys.models import SurveyInvitation, WeightTargets
from tests.factories.ideas import make_idea
from tests.factories.panels import make_attribute, make_panel, make_segment
from tests.factories.surveys import answer, make_survey
from tests.insights.people import make_people, say, tell
from tests.insights.reading import collect, figure_of, scope_of, table, wilson

NOW = datetime.fromisoformat("2026-06-30T12:00:00+00:00")


def ago(days: float) -> datetime:
    """So many days before now."""
    return NOW - timedelta(days=days)


def report_of(*panels: Panel, **values: Any) -> Any:
    """The health of these panels over the last 30 days."""
    with clock.stopped_at(NOW):
        return collect(health.KIND, scope_of(*panels, **values))


def make_targets(**targets: float) -> WeightTargets:
    """What the customers look like by age."""
    with unit_of_work() as session:
        found = WeightTargets(
            name="Customers",
            source="Customer base",
            as_of=NOW.date(),
            margins=[{"attribute": "age", "targets": targets}],
        )
        session.add(found)
    return found


@pytest.mark.usefixtures("app")
class TestComposition:
    def test_the_distance_is_half_the_sum_of_all_differences(self) -> None:
        panel, age = make_panel(), make_attribute("age", "single_choice", "young", "middle", "old")
        people = make_people(panel, 100)
        for option, some in (("young", people[:50]), ("middle", people[50:80]), ("old", people[80:95])):
            tell(age, some, option)
        found = report_of(panel, targets_id=make_targets(young=0.3, middle=0.3, old=0.4).id)
        rows = table(found, "composition-age")
        assert {name: row["people"] for name, row in rows.items()} == {"Young": 50, "Middle": 30, "Old": 15}
        shares = {"Young": 50 / 95, "Middle": 30 / 95, "Old": 15 / 95}
        targets = {"Young": 0.3, "Middle": 0.3, "Old": 0.4}
        for name, share in shares.items():
            assert rows[name]["share"] == pytest.approx(share)
            assert rows[name]["difference"] == pytest.approx(share - targets[name])
        away = sum(abs(shares[name] - targets[name]) for name in shares) / 2
        assert f"{away:.0%} away" in figure_of(found, "composition-age").claims[0].text
        assert "5 members do not tell" in figure_of(found, "composition-age").notes[0]

    def test_small_categories_are_kept_back_and_the_distance_does_not_give_them_away(self) -> None:
        panel, age = make_panel(), make_attribute("age", "single_choice", "young", "middle", "old")
        people = make_people(panel, 60)
        for option, some in (("young", people[:40]), ("middle", people[40:55]), ("old", people[55:])):
            tell(age, some, option)
        found = report_of(panel, targets_id=make_targets(young=0.5, middle=0.25, old=0.25).id)
        rows = table(found, "composition-age")
        assert rows["Old"] is None
        assert rows["Middle"] is None
        # Together the two have 20 of 60 against one half.
        assert "17% away" in figure_of(found, "composition-age").claims[0].text

    def test_where_all_is_kept_back_no_distance_is_told(self) -> None:
        panel, age = make_panel(), make_attribute("age", "single_choice", "young", "old")
        people = make_people(panel, 60)
        tell(age, people[:5], "young")
        found = report_of(panel, targets_id=make_targets(young=0.5, old=0.5).id)
        assert not figure_of(found, "composition-age").claims

    def test_without_targets_it_says_what_members_tell_and_never_what_is_only_for_themselves(self) -> None:
        panel, age = make_panel(), make_attribute("age", "single_choice", "young", "old")
        secret = make_attribute("income", "single_choice", "low", "high", visible_to="self")
        people = make_people(panel, 40)
        tell(age, people[:25], "young")
        tell(age, people[25:], "old")
        tell(secret, people, "low")
        found = report_of(panel)
        assert {name: row["share"] for name, row in table(found, "composition-age").items()} == {
            "Young": 0.625,
            "Old": 0.375,
        }
        assert "income" not in str(found).lower()


@pytest.mark.usefixtures("app")
class TestStaying:
    def test_stages_go_by_when_members_were_last_here(self) -> None:
        one, other = make_panel("One"), make_panel("Other")
        make_people(one, 12, joined_at=ago(10), last_active_at=ago(1))
        make_people(one, 15, joined_at=ago(300), last_active_at=ago(5))
        make_people(one, 11, joined_at=ago(300), last_active_at=ago(45))
        make_people(other, 14, joined_at=ago(300), last_active_at=ago(120))
        found = report_of(one, other)
        rows = figure_of(found, "stages").rows
        counts = {
            (row.cells["panel"], row.cells["stage"]): row.cells["people"]
            for row in rows
            if row.cells["people"]
        }
        assert counts == {
            ("All panels", "New (first 30 days)"): 12,
            ("All panels", "Active (here in the last 30 days)"): 15,
            ("All panels", "At risk (away for 30 days)"): 11,
            ("All panels", "Lapsed (away for 90 days)"): 14,
            ("One", "New (first 30 days)"): 12,
            ("One", "Active (here in the last 30 days)"): 15,
            ("One", "At risk (away for 30 days)"): 11,
            ("Other", "Lapsed (away for 90 days)"): 14,
        }
        assert any(claim.text.startswith("52% of the 52 members") for claim in found.summary)

    def test_a_panel_of_few_is_kept_back_with_the_next_one(self) -> None:
        panels = [make_panel(name) for name in ("Big", "Middle", "Small")]
        for panel, count in zip(panels, (40, 20, 5), strict=True):
            make_people(panel, count, joined_at=ago(50), last_active_at=ago(1))
        rows = figure_of(report_of(*panels), "stages").rows
        assert {row.cells["panel"] for row in rows if row.is_hidden} == {"Middle", "Small"}

    def test_retention_is_the_product_over_those_who_were_still_watched(self) -> None:
        panel = make_panel()
        rng = random.Random(3)
        for _each in range(120):
            joined = rng.uniform(1, 700)
            here = rng.uniform(0, joined) if rng.random() < 0.6 else rng.uniform(0, min(20, joined))
            make_people(panel, 1, joined_at=ago(joined), last_active_at=ago(here))
        with unit_of_work():
            for membership in db.session.scalars(select(Membership).order_by(Membership.member_id).limit(15)):
                membership.left_at = min(NOW, membership.joined_at + timedelta(days=rng.uniform(0, 200)))
        found = report_of(panel)
        rows = [row.cells for row in figure_of(found, "retention").rows if not row.is_hidden]
        everybody = {row["month"]: row for row in rows if row["cohort"] == "Everybody"}
        times = self.times()
        assert everybody
        for month, row in everybody.items():
            days = month * 365.25 / 12
            share = 1.0
            for at, _over in sorted(time for time in times if time[1] and time[0] <= days):
                watched = sum(time >= at for time, _over in times)
                share *= 1 - 1 / watched
            assert row["share"] == pytest.approx(share)
            assert row["at_risk"] == sum(time >= days for time, _over in times) >= 10
            low, high = row["interval"]
            assert low < row["share"] < high

    @staticmethod
    def times() -> list[tuple[float, bool]]:
        """How many days each was watched until they were gone, or until now."""
        found = []
        rows = db.session.execute(
            select(Membership.joined_at, Membership.left_at, Member.last_active_at).join(Member)
        )
        for joined_at, left_at, last_active_at in rows:
            gone_at = min([last_active_at + timedelta(days=90)] + ([left_at] if left_at else []))
            found.append(((min(gone_at, NOW) - joined_at) / timedelta(days=1), gone_at <= NOW))
        return found

    def test_months_say_who_was_here_and_who_came_and_went(self) -> None:
        panel = make_panel()
        people = make_people(panel, 30, joined_at=ago(200), last_active_at=ago(1))
        make_people(panel, 4, joined_at=ago(10), last_active_at=ago(1))
        with unit_of_work() as session:
            session.add_all(VisitDay(member_id=each.id, on=ago(190).date()) for each in people[:1])
            session.add_all(
                VisitDay(member_id=each.id, on=day.date())
                for each in people[:18]
                for day in (ago(3), ago(20))
            )
            gone = session.get(Membership, (panel.id, people[0].id))
            gone.left_at = ago(5)
        found = report_of(panel)
        (row,) = figure_of(found, "visits").rows
        assert (row.cells["n"], row.cells["people"]) == (34, 18)
        assert row.cells["interval"] == pytest.approx(wilson(18, 34))
        (row,) = figure_of(found, "flow").rows
        assert (row.cells["joined"], row.cells["left"], row.cells["there"]) == (4, 1, 33)


@pytest.mark.usefixtures("app")
class TestAsking:
    def test_response_is_of_those_who_were_told(self) -> None:
        panel, foreign = make_panel(), make_panel("Elsewhere")
        people = make_people(panel, 40, joined_at=ago(400), last_active_at=ago(1))
        survey = make_survey(panel=panel, title="About lids")
        shared = make_survey(panels=(panel, foreign), title="About everything")
        self.invite(survey, people, told_at=ago(10))
        self.invite(shared, people[:20], told_at=ago(5), reminded_at=ago(2))
        for each in people[:12]:
            answer(survey, each, {"single": "red"})
        for each in people[12:15]:
            answer(survey, each, state="started")
        answer(shared, people[0], {"single": "red"})
        found = report_of(panel)
        rows = table(found, "responses")
        row = rows["About lids"]
        assert (row["told"], row["people"], row["started"], row["completed"]) == (40, 40, 15, 12)
        assert row["share"] == 15 / 40
        assert row["interval"] == pytest.approx(wilson(15, 40))
        assert row["completion"] == 12 / 15
        # A survey that asks other panels too has no name here.
        assert rows["Surveys that ask other panels too"]["told"] == 20
        row = rows["All surveys"]
        assert (row["told"], row["people"], row["started"]) == (60, 40, 16)
        assert row["interval"] == pytest.approx(wilson(16 / 60 * 40, 40))

    def test_contacts_count_invitations_and_reminders(self) -> None:
        panel = make_panel()
        people = make_people(panel, 20, joined_at=ago(400), last_active_at=ago(1))
        first, second = make_survey(panel=panel), make_survey(panel=panel)
        self.invite(first, people[:15], told_at=ago(10), reminded_at=ago(7))
        self.invite(second, people[:5], told_at=ago(3))
        self.invite(second, people[5:10], told_at=ago(50))
        found = report_of(panel, days=60)
        assert {name: row["people"] for name, row in table(found, "contacts").items()} == {
            "0": 5,
            "1": 0,
            "2": 10,
            "3": 5,
            "4": 0,
            "5 or more": 0,
        }
        # 40 contacts of 20 members in 60 days.
        assert "on average: 1." in figure_of(found, "contacts").claims[0].text

    def test_a_response_that_fell_is_told_with_its_interval(self) -> None:
        panel = make_panel()
        people = make_people(panel, 100, joined_at=ago(400), last_active_at=ago(1))
        before, after = make_survey(panel=panel), make_survey(panel=panel)
        self.invite(before, people, told_at=ago(45))
        self.invite(after, people, told_at=ago(20))
        for each in people[:60]:
            answer(before, each, {"single": "red"}, started_at=ago(40))
        for each in people[:30]:
            answer(after, each, {"single": "red"}, started_at=ago(15))
        (claim,) = figure_of(report_of(panel), "responses").claims
        assert claim.verdict == "fell"
        assert "from 60% to 30%" in claim.text

    def test_a_response_is_given_the_time_that_the_one_before_had(self) -> None:
        panel = make_panel()
        people = make_people(panel, 100, joined_at=ago(400), last_active_at=ago(1))
        before, after, young = (make_survey(panel=panel) for _number in range(3))
        self.invite(before, people, told_at=ago(45))
        self.invite(after, people, told_at=ago(20))
        self.invite(young, people, told_at=ago(1))
        for number, each in enumerate(people[:60]):
            # Half of them come after more than two weeks.
            answer(before, each, {"single": "red"}, started_at=ago(40 if number % 2 else 25))
        for each in people[:30]:
            answer(after, each, {"single": "red"}, started_at=ago(15))
        (claim,) = figure_of(report_of(panel), "responses").claims
        assert claim.verdict == "unproven"
        assert "(30% and 30%," in claim.text

    def test_contacts_are_of_the_days_that_the_period_has_come_to(self) -> None:
        panel = make_panel()
        people = make_people(panel, 20, joined_at=ago(400), last_active_at=ago(1))
        survey = make_survey(panel=panel)
        self.invite(survey, people, told_at=ago(20))
        with clock.stopped_at(NOW):
            scope = scope_of(panel, days=61)
            found = collect(health.KIND, replace(scope, until_on=scope.until_on + timedelta(days=60)))
        assert table(found, "contacts")["1"]["people"] == 20
        # One contact in the 60.5 days that are over.
        assert "on average: 0.5." in figure_of(found, "contacts").claims[0].text

    @staticmethod
    def invite(survey: Any, people: list[Member], **values: Any) -> None:
        """All of them were told of the survey."""
        with unit_of_work() as session:
            session.add_all(
                SurveyInvitation(survey_id=survey.id, member_id=each.id, **values) for each in people
            )


@pytest.mark.usefixtures("app")
class TestTalk:
    def test_gini_and_the_share_of_the_tenth_are_those_of_the_counts(self) -> None:
        panel = make_panel()
        people = make_people(panel, 50, joined_at=ago(400), last_active_at=ago(1))
        for number, each in enumerate(people[:30]):
            say(panel, [each] * (1 + number * number // 40), "I have something to say.", said_at=ago(3))
        say(panel, people, "That was long ago.", said_at=ago(100))
        idea = make_idea(panel=panel, author=people[0])
        with unit_of_work() as session:
            session.add_all(Vote(idea_id=idea.id, member_id=each.id, cast_at=ago(2)) for each in people[:11])
        found = report_of(panel)
        counts = [1 + number * number // 40 for number in range(30)]
        row = table(found, "concentration")["All texts"]
        assert (row["people"], row["count"]) == (30, sum(counts))
        # The mean of all differences over twice the mean (Gini 1912).
        apart = sum(abs(one - other) for one in counts for other in counts) / len(counts) ** 2
        assert row["gini"] == pytest.approx(apart / (2 * sum(counts) / len(counts)))
        assert row["top"] == pytest.approx(sum(sorted(counts)[-3:]) / sum(counts))
        low, high = row["gini_interval"]
        assert low < row["gini"] < high
        voices = table(found, "voices")
        assert voices["All texts"]["people"] == 30
        assert voices["All texts"]["interval"] == pytest.approx(wilson(30, 50))
        assert voices["Votes for ideas"]["people"] == 11
        curve = {row.cells["authors"]: row.cells["texts"] for row in figure_of(found, "lorenz").rows}
        assert curve[0.5] == pytest.approx(sum(sorted(counts)[:15]) / sum(counts))
        assert not any(each.display_name in str(found) for each in people)

    def test_the_talk_of_fewer_than_ten_is_not_shown(self) -> None:
        panel = make_panel()
        people = make_people(panel, 30, joined_at=ago(400), last_active_at=ago(1))
        say(panel, people[:9], "I have something to say.", said_at=ago(3))
        found = report_of(panel)
        keys = {figure.key for section in found.sections for figure in section.figures}
        assert "concentration" not in keys


@pytest.mark.usefixtures("app")
class TestWhomItIsAbout:
    def test_a_segment_narrows_the_members(self) -> None:
        panel, age = make_panel(), make_attribute("age", "single_choice", "young", "old")
        people = make_people(panel, 40, joined_at=ago(100), last_active_at=ago(1))
        tell(age, people[:15], "young")
        tell(age, people[15:], "old")
        segment = make_segment({"attribute": "age", "is": "young"})
        found = report_of(panel, segment_ids=(segment.id,))
        assert (found.n, dict(found.sample)["Members now"]) == (15, 15)

    def test_who_is_no_longer_active_is_no_member_and_was_one(self) -> None:
        panel = make_panel()
        make_people(panel, 20, joined_at=ago(100), last_active_at=ago(1))
        make_people(panel, 3, joined_at=ago(100), last_active_at=ago(1), state="suspended")
        found = report_of(panel)
        assert Counter(dict(found.sample)) >= Counter({"Members now": 20, "Members ever": 23})

    def test_fewer_than_ten_members_give_no_figures(self) -> None:
        panel = make_panel()
        make_people(panel, 9)
        found = report_of(panel)
        assert (found.sections, found.summary) == ((), ())
