"""The report on ideas: each number is that of the rows, ways of ranking differ, small groups stay hidden."""

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from flask import Flask
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight

from community.ideas.actions import merges
from community.ideas.models import Idea, Sighting, Vote
from community.infra import clock
from community.infra.db import unit_of_work
from community.insights.kinds import KINDS
from community.insights.kinds.contract import Collected
from community.insights.scope import Scope
from community.members.models import Member
from community.panels.models import Panel
from community.surveys.models import WeightTargets
from tests.factories.feedback import make_read_item, make_topic
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import answer, make_attribute, make_panel, make_segment
from tests.insights.boards import WAY, fill_boards, half_time, read_ideas, read_met, tag
from tests.insights.reading import collect, figure_of, newcombe, scope_of, table, wilson

IDEAS = KINDS["ideas"]


def close(values: list[float]) -> Any:
    """The same but for what sums of floats may be off by."""
    return pytest.approx(values, abs=1e-6)


def counts(met: pd.DataFrame) -> pd.DataFrame:
    """People and supporters by idea, of the ideas that ten people have met."""
    found = met.groupby("idea")["supports"].agg(["size", "sum"]).rename(columns={"size": "n", "sum": "u"})
    return found[found["n"] >= 10]


class TestNumbers:
    def test_each_is_that_of_the_rows(self, app: Flask) -> None:
        panels = [make_panel(), make_panel()]
        members = [make_member() for _number in range(36)]
        value = make_attribute("cards_a_year", "number")
        worth = {member.id: float(number * 3 % 17) for number, member in enumerate(members) if number % 4}
        for member in members:
            if member.id in worth:
                answer(member, value, worth[member.id])
        scope = scope_of(*panels, days=60, value_attribute="cards_a_year")
        ideas = fill_boards(scope, panels, members, count=60)
        now = clock.now()
        with clock.stopped_at(now):
            found = collect(IDEAS, scope)
            rows, met = read_ideas(scope), read_met(scope)
            before = read_ideas(scope.before)
        assert found.n == len(rows)
        assert found.people == len(
            {*met["member"], *(idea.author_id for idea in ideas if idea.root_id in rows.index)}
        )
        _check_panels(found, rows, panels)
        _check_ranking(found, rows, met, worth)
        _check_agreement(found, met)
        _check_statuses(found, rows)
        _check_waits(found, rows, panels)
        _check_change(found, rows, before, now)


def _check_panels(found: Collected, rows: pd.DataFrame, panels: list[Panel]) -> None:
    cells = table(found, "ideas_by_panel")
    for panel in panels:
        inside = rows[rows["panel_id"] == panel.id]
        people = inside["author_id"].nunique()
        answered = inside["is_answered"].sum()
        own = cells[panel.name]
        assert (own["ideas"], own["people"]) == (len(inside), people)
        assert own["share"] == pytest.approx(answered / len(inside))
        n = min(len(inside), people)
        assert own["interval"] == close(wilson(answered / len(inside) * n, n))


def _check_ranking(found: Collected, rows: pd.DataFrame, met: pd.DataFrame, worth: dict[int, float]) -> None:
    ranked, cells = counts(met), table(found, "idea_ranking")
    assert 0 < len(ranked) < len(rows)
    assert dict(found.sample)["Ideas that enough people met to be ranked"] == len(ranked)
    prior = _prior(ranked)
    for title, own in cells.items():
        [idea_id] = rows.index[rows["title"] == title]
        u, n = ranked.loc[idea_id, "u"], ranked.loc[idea_id, "n"]
        assert (own["support"], own["met"]) == (u, n)
        assert own["share"] == pytest.approx(u / n)
        assert own["interval"] == close(wilson(u, n))
        assert own["wilson"] == pytest.approx(_wilson_low(u, n))
        assert own["proven"] == pytest.approx(stats.beta.ppf(0.05, prior[0] + u, prior[1] + n - u))
        supporters = met[(met["idea"] == idea_id) & (met["supports"] == 1)]["member"]
        told = [worth[each] for each in supporters if each in worth]
        assert own["told"] == (len(told) if len(told) >= 10 else None)
        assert own["value"] == (pytest.approx(sum(told)) if len(told) >= 10 else None)
    places = ranked["u"].rank(ascending=False, method="min")
    for title, own in cells.items():
        [idea_id] = rows.index[rows["title"] == title]
        assert own["place_support"] == places[idea_id]
    assert {1, 2, 3} <= {own["place_proven"] for own in cells.values()}


def _check_agreement(found: Collected, met: pd.DataFrame) -> None:
    ranked = counts(met)
    prior = _prior(ranked)
    scores = {
        "Supporters": ranked["u"],
        "At least (Wilson)": [_wilson_low(row.u, row.n) for row in ranked.itertuples()],
        "Proven (Bayes)": stats.beta.ppf(0.05, prior[0] + ranked["u"], prior[1] + ranked["n"] - ranked["u"]),
    }
    pairs = {
        (row.cells["one"], row.cells["other"]): row.cells for row in figure_of(found, "idea_agreement").rows
    }
    for one, other in (("Supporters", "At least (Wilson)"), ("Supporters", "Proven (Bayes)")):
        cells = pairs[one, other]
        tau = stats.kendalltau(scores[one], scores[other]).statistic
        assert cells["n"] == len(ranked)
        assert cells["kendall"] == pytest.approx(tau)
        half = stats.norm.ppf(0.975) * np.sqrt(0.437 / (len(ranked) - 4))
        assert cells["kendall_interval"] == close(
            [np.tanh(np.arctanh(tau) - half), np.tanh(np.arctanh(tau) + half)]
        )
        assert cells["spearman"] == pytest.approx(stats.spearmanr(scores[one], scores[other]).statistic)


def _check_statuses(found: Collected, rows: pd.DataFrame) -> None:
    cells = table(found, "idea_statuses")
    labels = dict(zip(WAY, ("New", "Under review", "Planned", "In progress", "Delivered"), strict=True))
    for status, label in labels.items():
        later = WAY[WAY.index(status) :]
        came = set(rows.index[rows["status"].isin(later)])
        if status in ("submitted", "under_review", "planned"):
            # The one that went back had come as far as this; those declined had been new.
            came |= {rows.index.min()} if status != "submitted" else set(rows.index)
        assert cells[label]["now"] == (rows["status"] == status).sum()
        assert cells[label]["reached"] == len(came)
        assert cells[label]["share"] == pytest.approx(len(came) / len(rows))
    assert cells["Declined"]["reached"] == (rows["status"] == "declined").sum()


def _check_waits(found: Collected, rows: pd.DataFrame, panels: list[Panel]) -> None:
    cells = table(found, "idea_waits")
    whole = [("All panels", rows), *((panel.name, rows[rows["panel_id"] == panel.id]) for panel in panels)]
    for name, inside in whole:
        assert cells[name]["waiting"] == (~inside["is_answered"]).sum()
        assert cells[name]["median"] == pytest.approx(half_time(inside["waited"], inside["is_answered"]))
    curve = table(found, "idea_answer_days")
    with np.errstate(all="ignore"):
        theirs = SurvfuncRight(rows["waited"], rows["is_answered"].astype(int))
    for day in (3, 7):
        waiting = theirs.surv_prob[theirs.surv_times <= day][-1]
        assert curve[day]["share"] == pytest.approx(1 - waiting)
        assert curve[day]["waiting"] == (rows["waited"] > day).sum()


def _check_change(found: Collected, rows: pd.DataFrame, before: pd.DataFrame, now: Any) -> None:
    parts = []
    for frame in (before, rows):
        old = frame[frame["published_at"] <= now - timedelta(days=14)]
        kept = (old["is_answered"] & (old["waited"] <= 14)).sum()
        n = min(len(old), old["author_id"].nunique())
        parts.append((kept / len(old) * n, n))
        assert n >= 10
    # Each idea is in it once, though it is in all panels and in its own.
    figure = figure_of(found, "idea_changes")
    assert (figure.n, figure.people) == (len(old), old["author_id"].nunique())
    cells = table(found, "idea_changes")["Answered within 14 days"]
    assert cells["before"] == pytest.approx(parts[0][0] / parts[0][1])
    assert cells["share"] == pytest.approx(parts[1][0] / parts[1][1])
    assert cells["interval"] == close(newcombe(*parts))


def _prior(ranked: pd.DataFrame) -> tuple[float, float]:
    """Kleinman's moments, written once more."""
    n, u, k = ranked["n"], ranked["u"], len(ranked)
    mean = u.sum() / n.sum()
    scatter = (n * (u / n - mean) ** 2).sum() / (mean * (1 - mean))
    alike = (scatter - (k - 1)) / (n.sum() - (n**2).sum() / n.sum() - (k - 1))
    weight = min(200, max(2, 1 / alike - 1))
    return mean * weight, (1 - mean) * weight


def _wilson_low(u: float, n: float) -> float:
    z, p = stats.norm.ppf(0.95), u / n
    centre = p + z * z / (2 * n)
    return float((centre - z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n))


def meet(idea: Idea, supporters: list[Member], others: list[Member]) -> None:
    """Let these members have opened the idea, and the first ones support it."""
    with unit_of_work() as session:
        session.add_all(Vote(idea_id=idea.id, member_id=member.id) for member in supporters)
        session.add_all(Sighting(idea_id=idea.id, member_id=member.id) for member in (*supporters, *others))


def scene(panel: Panel, *, days: int = 30, **values: Any) -> tuple[Scope, list[Member]]:
    """A scope of the panel, and forty members."""
    return scope_of(panel, days=days, **values), [make_member() for _number in range(40)]


class TestWeights:
    def test_support_is_weighted_by_the_targets(self, app: Flask) -> None:
        panel, plan = make_panel(), make_attribute("plan", "single_choice", "plus", "basic")
        with unit_of_work() as session:
            targets = WeightTargets(
                name="Customers", source="Ledger", as_of=clock.now().date(),
                margins=[{"attribute": "plan", "targets": {"plus": 0.2, "basic": 0.8}}],
            )  # fmt: skip
            session.add(targets)
        scope, members = scene(panel, targets_id=targets.id)
        plus, basic = members[:20], members[20:]
        for number, member in enumerate(members):
            answer(member, plan, "plus" if number < 20 else "basic")
        loved, wanted = (
            make_idea("Loved by few customers", panel=panel),
            make_idea("Wanted by most", panel=panel),
        )
        meet(loved, plus[:18] + basic[:2], basic[2:])
        meet(wanted, plus[:2] + basic[:14], plus[2:] + basic[14:])
        found = collect(IDEAS, scope)
        cells = table(found, "idea_ranking")
        first, second = cells["Loved by few customers"], cells["Wanted by most"]
        assert (first["place_support"], second["place_support"]) == (1, 2)
        assert (first["place_weighted"], second["place_weighted"]) == (2, 1)
        assert first["weighted"] == pytest.approx(0.2 * 19 / 20 + 0.8 * 3 / 22)
        assert (first["least"], first["spread"]) == pytest.approx((3 / 22, 19 / 20 - 3 / 22))
        assert second["weighted"] == pytest.approx(0.2 * 3 / 22 + 0.8 * 15 / 22)
        rows = {
            (row.cells["idea"], row.cells["group"]): row.cells for row in figure_of(found, "idea_groups").rows
        }
        assert rows["Wanted by most", "Basic"]["share"] == pytest.approx(14 / 20)

    def test_without_targets_by_the_sizes_of_segments(self, app: Flask) -> None:
        plan = make_attribute("plan", "single_choice", "plus", "basic")
        members = [make_member() for _number in range(40)]
        for number, member in enumerate(members):
            answer(member, plan, "plus" if number < 10 else "basic")
        panel = make_panel(members=tuple(members))
        for option in ("plus", "basic"):
            make_segment({"attribute": plan.key, "is": option}, name=option.capitalize())
        idea = make_idea("Bigger boxes", panel=panel, author=members[0])
        meet(idea, members[:10] + members[30:], members[10:30])
        meet(make_idea("Smaller boxes", panel=panel, author=members[1]), members[20:], members[:20])
        own = table(collect(IDEAS, scope_of(panel)), "idea_ranking")["Bigger boxes"]
        assert own["weighted"] == pytest.approx(10 / 40 * 11 / 12 + 30 / 40 * 11 / 32)

    def test_a_group_of_too_few_is_neither_shown_nor_to_be_reckoned(self, app: Flask) -> None:
        panel = make_panel()
        plan = make_attribute("plan", "single_choice", "plus", "basic", "gold")
        with unit_of_work() as session:
            margin = {"attribute": "plan", "targets": {"plus": 0.1, "basic": 0.4, "gold": 0.5}}
            targets = WeightTargets(
                name="Customers", source="Ledger", as_of=clock.now().date(), margins=[margin]
            )
            session.add(targets)
        scope, members = scene(panel, targets_id=targets.id)
        for number, member in enumerate(members):
            answer(member, plan, "plus" if number < 4 else "basic" if number < 18 else "gold")
        for title in ("Bigger boxes", "Smaller boxes"):
            meet(make_idea(title, panel=panel), members[:20], members[20:])
        found = collect(IDEAS, scope)
        rows = {
            (row.cells["idea"], row.cells["group"]): row.is_hidden
            for row in figure_of(found, "idea_groups").rows
        }
        # Plus has four people; what is left of the whole without them would tell, so the next smallest goes.
        assert rows == {
            (title, group): group != "Gold"
            for title in ("Bigger boxes", "Smaller boxes")
            for group in ("Plus", "Basic", "Gold")
        }
        # Half of the customers are too few to speak for all.
        assert "place_weighted" not in table(found, "idea_ranking")["Bigger boxes"]


class TestScope:
    def test_segments_narrow_whose_support_is_counted(self, app: Flask) -> None:
        panel, plan = make_panel(), make_attribute("plan", "single_choice", "plus", "basic")
        segment = make_segment({"attribute": plan.key, "is": "plus"})
        scope, members = scene(panel, segment_ids=(segment.id,))
        for number, member in enumerate(members):
            answer(member, plan, "plus" if number < 16 else "basic")
        meet(make_idea("Bigger boxes", panel=panel), members[:6] + members[20:], members[6:20])
        meet(make_idea("Smaller boxes", panel=panel), members[:9], members[9:])
        found = collect(IDEAS, scope)
        cells = table(found, "idea_ranking")
        assert {title: (own["support"], own["met"]) for title, own in cells.items()} == {
            "Bigger boxes": (6, 16), "Smaller boxes": (9, 16),
        }  # fmt: skip
        assert found.warnings

    def test_topics_and_languages_are_those_of_the_ideas_own_text(self, app: Flask) -> None:
        panel, topic = make_panel(), make_topic("Boxes")
        below = make_topic("Small boxes", parent_id=topic.id)
        _scope, members = scene(panel)
        ideas = [make_idea(f"Idea number {number}", panel=panel) for number in range(3)]
        read = ((topic.id, "en"), (below.id, "zh-Hans"), (None, "en"))
        for idea, (topic_id, language) in zip(ideas, read, strict=True):
            make_read_item(
                "Words",
                panel=panel,
                source="idea",
                source_id=str(idea.id),
                topic_id=topic_id,
                language=language,
            )
            meet(idea, members[:20], members[20:])
        about = collect(IDEAS, scope_of(panel, topic_ids=(topic.id,)))
        assert set(table(about, "idea_ranking")) == {"Idea number 0", "Idea number 1"}
        english = collect(IDEAS, scope_of(panel, topic_ids=(topic.id,), languages=("en",)))
        assert set(table(english, "idea_ranking")) == {"Idea number 0"}

    def test_what_was_merged_counts_at_its_root_and_each_person_once(self, app: Flask, mia: Member) -> None:
        panel = make_panel()
        scope, members = scene(panel)
        root, again = make_idea("Bigger boxes", panel=panel), make_idea("Larger boxes", panel=panel)
        meet(root, members[:12], members[12:20])
        meet(again, members[8:16], members[16:30])
        merges.merge_ideas(again, into=root, moderator=mia)
        cells = table(collect(IDEAS, scope), "idea_ranking")
        assert {title: (own["support"], own["met"]) for title, own in cells.items()} == {
            "Bigger boxes": (16, 30)
        }


class TestFewPeople:
    def test_nine_people_show_nothing(self, app: Flask) -> None:
        panel = make_panel()
        scope, members = scene(panel)
        meet(make_idea(panel=panel, author=members[0]), members[:5], members[5:9])
        found = collect(IDEAS, scope)
        assert (found.sections, found.sample, found.n, found.people) == ([], [], 0, 0)

    def test_an_idea_that_nine_have_met_is_not_ranked(self, app: Flask) -> None:
        panel = make_panel()
        scope, members = scene(panel)
        meet(make_idea("Ten have met it", panel=panel), members[:4], members[4:10])
        meet(make_idea("Nine have met it", panel=panel), members[:9], [])
        figure = figure_of(collect(IDEAS, scope), "idea_ranking")
        assert [row.cells["idea"] for row in figure.rows] == ["Ten have met it"]
        assert any(note.startswith("1 idea is not ranked") for note in figure.notes)

    def test_what_a_few_authors_wrote_is_kept_back_and_their_tags_too(self, app: Flask) -> None:
        panel = make_panel()
        scope, members = scene(panel)
        ideas = [
            make_idea(f"Idea number {number}", panel=panel, author=members[number]) for number in range(4)
        ]
        meet(ideas[0], members[:15], members[15:])
        tag(panel, "Boxes", ideas[:1])
        tag(panel, "Cards", ideas[1:])
        found = collect(IDEAS, scope)
        assert set(table(found, "idea_statuses").values()) == {None}
        assert set(table(found, "idea_waits").values()) == {None}
        tags = table(found, "idea_tags")
        assert (tags["Boxes"] is None, tags["Cards"] is None) == (False, True)
