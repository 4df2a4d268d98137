"""Voice of the panel: each number is that of the rows, small groups stay hidden, words need a yes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest
from flask import Flask

from community.feedback.models import FeedbackItem
from community.infra.db import db, lock, unit_of_work
from community.insights.actions import rolling
from community.insights.kinds import KINDS
from community.insights.kinds.contract import Collected
from community.insights.models import Report, ReportQuote
from community.insights.queries import quotes
from community.insights.queries.behind import count_behind
from community.insights.scope import Scope
from community.members import actions as members
from community.members.models import Member
from tests.factories.feedback import make_topic
from tests.factories.insights import make_report
from tests.factories.members import make_member
from tests.factories.panels import answer, make_attribute, make_panel, make_segment
from tests.insights.reading import collect, figure_of, newcombe, scope_of, table, wilson
from tests.insights.saying import noon, read_rows, say_all, talk

VOICE = KINDS["voice"]
DAY = timedelta(days=1)


def close(values: list[float]) -> Any:
    """The same but for what sums of floats may be off by."""
    return pytest.approx(values, abs=1e-9)


def ended(scope: Scope) -> Scope:
    """The scope a day earlier, so that all its days are over."""
    return replace(scope, from_on=scope.from_on - DAY, until_on=scope.until_on - DAY)


def scored(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that were read and have a sentiment."""
    return rows[(rows["state"] == "read") & rows["sentiment"].notna()]


def enough(rows: pd.DataFrame) -> int:
    """The number of texts that intervals rest on."""
    return min(len(rows), int(rows["person"].nunique()))


def share(rows: pd.DataFrame, count: float) -> tuple[float, float]:
    """A share as the tests take it: of as many texts as there are people."""
    n = enough(rows)
    return count / len(rows) * n, n


def long_table(found: Collected, key: str) -> dict[tuple[Any, Any], dict[str, Any]]:
    """The rows of a figure by what its first two columns say, without those kept back."""
    figure = figure_of(found, key)
    first, second = figure.columns[0].key, figure.columns[1].key
    return {
        (row.cells[first], row.cells[second]): dict(row.cells) for row in figure.rows if not row.is_hidden
    }


class TestNumbers:
    def test_each_is_that_of_the_rows(self, app: Flask) -> None:
        panels = [make_panel(), make_panel(), make_panel()]
        names = {topic.id: topic.name["en"] for topic in (make_topic(name) for name in "ABCDEF")}
        scope = ended(scope_of(*panels, days=56))
        talk(scope, panels, [make_member() for _number in range(30)], list(names))
        say_all([{"panel_id": panels[0].id, "said_at": noon(scope.before.from_on), "source_id": "first"}])
        found = collect(VOICE, scope)
        now, before = read_rows(scope), read_rows(scope.before)
        _check_volume(found, now, before)
        _check_feelings(found, now, before)
        _check_topics(found, now, before, names)
        _check_panels(found, now, {panel.id: panel.name for panel in panels})
        _check_texts(found, scope)
        assert (found.n, found.people) == (len(now), now["person"].nunique())
        sample = dict(found.sample)
        assert sample["Texts that were read"] == (now["state"] == "read").sum()
        assert sample["Texts that were scored"] == len(scored(now))
        rose = [claim for claim in found.summary if claim.verdict == "rose"]
        assert any(claim.text.startswith("Negative: rose from ") for claim in rose)
        assert all(claim.test for claim in rose)


def _check_volume(found: Collected, now: pd.DataFrame, before: pd.DataFrame) -> None:
    mondays = pd.Series([day - timedelta(days=day.weekday()) for day in now["day"]], index=now.index)
    weeks = table(found, "volume")
    # A first week of few days is kept back with the next one, whichever day it is today.
    assert sum(cells is not None for cells in weeks.values()) >= 6
    for monday, rows in now.groupby(mondays):
        if weeks[monday.isoformat()] is not None:
            assert weeks[monday.isoformat()] == {
                "period": monday.isoformat(), "texts": len(rows), "people": rows["person"].nunique(),
            }  # fmt: skip
    whole = table(found, "volume.before")["All texts"]
    assert (whole["before"], whole["texts"]) == (len(before), len(now))
    assert whole["ratio"] == pytest.approx(len(now) / len(before))


def _check_feelings(found: Collected, now: pd.DataFrame, before: pd.DataFrame) -> None:
    now, before = scored(now), scored(before)
    feelings = {"Positive": "pos", "Neutral": "neu", "Mixed": "mixed", "Negative": "neg"}
    shares, changes = table(found, "sentiment"), table(found, "sentiment.changes")
    for name, key in feelings.items():
        rows = now[now["sentiment"] == key]
        assert shares[name]["texts"] == len(rows)
        assert shares[name]["people"] == rows["person"].nunique()
        assert shares[name]["share"] == pytest.approx(len(rows) / len(now))
        assert shares[name]["interval"] == close(wilson(*share(now, len(rows))))
        was = (before["sentiment"] == key).sum()
        assert changes[name]["change"] == pytest.approx(len(rows) / len(now) - was / len(before))
        assert changes[name]["interval"] == close(newcombe(share(before, was), share(now, len(rows))))
    over_time = long_table(found, "sentiment.time")
    mondays = pd.Series([day - timedelta(days=day.weekday()) for day in now["day"]], index=now.index)
    for monday, rows in now.groupby(mondays):
        if rows["person"].nunique() >= 10 and (monday.isoformat(), "Negative") in over_time:
            cells = over_time[monday.isoformat(), "Negative"]
            assert (cells["texts"], cells["of"]) == ((rows["sentiment"] == "neg").sum(), len(rows))
    score = table(found, "score")
    for monday, rows in now.groupby(mondays):
        if score[monday.isoformat()]:
            assert score[monday.isoformat()]["score"] == pytest.approx(rows["score"].mean())
            low, high = score[monday.isoformat()]["interval"]
            assert (low + high) / 2 == pytest.approx(rows["score"].mean())


def _check_topics(found: Collected, now: pd.DataFrame, before: pd.DataFrame, names: dict[int, str]) -> None:
    now, before = now[now["state"] == "read"], before[before["state"] == "read"]
    shares, changes, moods = (
        table(found, "topics"), table(found, "topics.changes"), long_table(found, "topics.sentiment"),
    )  # fmt: skip
    people = {topic_id: now[now["topic_id"] == topic_id]["person"].nunique() for topic_id in names}
    # One topic has two people, and with it goes the smallest of the others.
    assert [name for name in shares if shares[name] is None] == [
        names[topic_id]
        for topic_id in sorted(names, key=lambda each: -(now["topic_id"] == each).sum())
        if topic_id in sorted(people, key=lambda each: people[each])[:2]
    ]
    for topic_id, name in names.items():
        rows = now[now["topic_id"] == topic_id]
        if shares[name] is not None:
            assert shares[name]["texts"] == len(rows)
            assert shares[name]["people"] == rows["person"].nunique()
            assert shares[name]["interval"] == close(wilson(*share(now, len(rows))))
            assert moods[name, "Positive"]["texts"] == (rows["sentiment"] == "pos").sum()
            assert moods[name, "Positive"]["of"] == len(scored(rows))
        if changes[name] is not None:
            was = (before["topic_id"] == topic_id).sum()
            assert changes[name]["before"] == pytest.approx(was / len(before))
            assert changes[name]["interval"] == close(newcombe(share(before, was), share(now, len(rows))))
    assert shares["No topic found"]["texts"] == now["topic_id"].isna().sum()


def _check_panels(found: Collected, now: pd.DataFrame, names: dict[int, str]) -> None:
    cells = table(found, "panels")
    for panel_id, name in names.items():
        rows, others = scored(now[now["panel_id"] == panel_id]), scored(now[now["panel_id"] != panel_id])
        bad, bad_elsewhere = ((each["sentiment"] == "neg").sum() for each in (rows, others))
        assert cells[name]["texts"] == (now["panel_id"] == panel_id).sum()
        assert cells[name]["neg"] == pytest.approx(bad / len(rows))
        assert cells[name]["neg_interval"] == close(wilson(*share(rows, bad)))
        assert cells[name]["change_interval"] == close(
            newcombe(share(others, bad_elsewhere), share(rows, bad))
        )


def _check_texts(found: Collected, scope: Scope) -> None:
    """As many texts are found behind a row as it says."""
    rows = [row for section in found.sections for figure in section.figures for row in figure.rows]
    linked = [row for row in rows if row.texts is not None and "texts" in row.cells]
    assert len(linked) > 80
    for row in linked:
        assert count_behind(scope, row.texts or {}) == row.cells["texts"], row


class TestSegments:
    def test_each_is_held_against_everybody_else(self, app: Flask) -> None:
        panel, plan = make_panel(), make_attribute("plan", "single_choice", "plus", "basic")
        names = {
            make_segment({"attribute": plan.key, "is": "plus"}).name: "plus",
            make_segment({"attribute": plan.key, "is": "basic"}).name: "basic",
        }
        plans = {make_member().id: name for name in ["plus"] * 12 + ["basic"] * 30}
        for member_id, name in plans.items():
            answer(db.session.get_one(Member, member_id), plan, name)
        scope = scope_of(panel, days=14)
        authors: list[dict[str, Any]] = [{"author_id": each} for each in plans] * 2
        say_all([
            {**author, "panel_id": panel.id, "sentiment": ("neg", "pos", "pos")[number % 3],
             "said_at": noon(scope.until_on)}
            for number, author in enumerate([*authors, *({"author_key": f"r-{each}"} for each in range(15))])
        ])  # fmt: skip
        rolling.prepare(scope)
        cells, rows = table(collect(VOICE, scope), "segments"), read_rows(scope)
        for segment, name in names.items():
            is_in = rows["author_id"].map(plans).eq(name)
            inside, others = rows[is_in], rows[~is_in]
            bad, bad_elsewhere = ((each["sentiment"] == "neg").sum() for each in (inside, others))
            assert cells[segment]["people"] == list(plans.values()).count(name)
            assert cells[segment]["neg_interval"] == close(wilson(*share(inside, bad)))
            assert cells[segment]["change_interval"] == close(
                newcombe(share(others, bad_elsewhere), share(inside, bad))
            )

    def test_one_that_leaves_too_few_outside_is_kept_back(self, app: Flask) -> None:
        panel, plan = make_panel(), make_attribute("plan", "single_choice", "plus", "basic")
        segment = make_segment({"attribute": plan.key, "is": "plus"})
        members_of = [make_member() for _number in range(20)]
        for member in members_of[:15]:
            answer(member, plan, "plus")
        scope = scope_of(panel)
        say_all([
            {"author_id": member.id, "panel_id": panel.id, "sentiment": "neg",
             "said_at": noon(scope.until_on)}
            for member in members_of
        ])  # fmt: skip
        rolling.prepare(scope)
        assert table(collect(VOICE, scope), "segments")[segment.name] is None


class TestThePeriodBefore:
    def test_how_much_was_said_is_not_held_against_days_without_the_panel(self, app: Flask) -> None:
        panel = make_panel()
        scope = scope_of(panel, days=20)
        say_all([
            {"panel_id": panel.id, "author_key": f"r-{number}", "sentiment": "neg", "said_at": noon(day)}
            for day in (scope.from_on - timedelta(days=3), scope.until_on)
            for number in range(15)
        ])  # fmt: skip
        found = collect(VOICE, scope)
        assert [warning[:20] for warning in found.warnings] == ["Texts reach back to "]
        assert not [claim for claim in found.summary if claim.text.startswith("Texts:")]
        assert table(found, "sentiment.changes")["Negative"]["before"] == 1

    def test_a_period_of_today_alone_is_not_held_against_a_whole_day(self, app: Flask) -> None:
        panel = make_panel()
        scope = scope_of(panel, days=1)
        say_all([
            {"panel_id": panel.id, "author_key": f"r-{number}", "sentiment": "neg", "said_at": noon(day)}
            for day, count in ((scope.before.from_on, 80), (scope.until_on, 20))
            for number in range(count)
        ])  # fmt: skip
        found = collect(VOICE, scope)
        assert not [claim for claim in found.summary if claim.text.startswith("Texts:")]

    def test_a_new_panel_of_few_is_no_difference_of_what_is_shown(self, app: Flask) -> None:
        panels = [make_panel() for _number in range(3)]
        scope = ended(scope_of(*panels, days=20))
        say_all([
            {"panel_id": panels[place].id, "author_key": f"r-{place}-{number}", "sentiment": "neg",
             "said_at": noon(day), "source_id": f"{place}-{number}-{day}"}
            for place, count, days in (
                (0, 30, (scope.before.from_on, scope.until_on)),
                (1, 20, (scope.before.from_on, scope.until_on)),
                (2, 4, (scope.until_on,)),
            )
            for number in range(count)
            for day in days
        ])  # fmt: skip
        cells = table(collect(VOICE, scope), "volume.before")
        assert [cells[panel.name] is None for panel in panels] == [False, True, True]


class TestFewPeople:
    def test_a_scope_of_nine_people_shows_nothing(self, app: Flask) -> None:
        panel = make_panel()
        scope = scope_of(panel)
        say_all([
            {"panel_id": panel.id, "author_key": f"r-{number % 9}", "sentiment": "neg",
             "said_at": noon(scope.until_on)}
            for number in range(40)
        ])  # fmt: skip
        found = collect(VOICE, scope)
        assert (found.sections, found.sample, found.n, found.people) == ([], [], 0, 0)
        assert [claim.text for claim in found.summary] == [
            "Fewer than ten people are in this report, so it shows no figures."
        ]

    def test_a_panel_of_few_and_the_next_one_are_kept_back(self, app: Flask) -> None:
        panels = [make_panel() for _number in range(3)]
        scope = scope_of(*panels)
        say_all([
            {"panel_id": panels[place].id, "author_key": f"r-{place}-{number}", "sentiment": "neg",
             "said_at": noon(scope.until_on)}
            for place, count in enumerate((4, 15, 30))
            for number in range(count)
        ])  # fmt: skip
        cells = table(collect(VOICE, scope), "panels")
        assert [cells[panel.name] is None for panel in panels] == [True, True, False]

    def test_a_panel_whose_few_texts_nobody_read_is_kept_back_too(self, app: Flask) -> None:
        panels = [make_panel() for _number in range(3)]
        scope = scope_of(*panels)
        say_all([
            {"panel_id": panels[place].id, "author_key": f"r-{place}-{number}",
             "sentiment": None if place == 0 else "neg", "said_at": noon(scope.until_on)}
            for place, count in enumerate((4, 15, 30))
            for number in range(count)
        ])  # fmt: skip
        cells = table(collect(VOICE, scope), "panels")
        assert [cells[panel.name] is None for panel in panels] == [True, True, False]

    def test_no_topic_leads_where_few_people_say_more_than_all_others(self, app: Flask) -> None:
        panel, loud, plain, small = make_panel(), make_topic("Loud"), make_topic("Plain"), make_topic("Small")
        scope = scope_of(panel)
        say_all([
            {"panel_id": panel.id, "author_key": f"{topic.id}-{number % people}", "topic_id": topic.id,
             "sentiment": "neg", "said_at": noon(scope.until_on), "source_id": f"{topic.id}-{number}"}
            for topic, people, count in ((loud, 4, 60), (plain, 30, 30), (small, 15, 15))
            for number in range(count)
        ])  # fmt: skip
        found = collect(VOICE, scope)
        assert table(found, "topics")["Plain"]["texts"] == 30
        assert not [claim for claim in found.summary if claim.text.startswith("Named most often")]


class TestQuotes:
    def test_only_those_who_agreed_and_people_without_account_are_quoted(self, app: Flask) -> None:
        panel, topic = make_panel(), make_topic("Delivery")
        scope = scope_of(panel)
        yes, no = make_member("Yes"), make_member("No", email="no@example.org")
        members.give_consent(yes, "quotes")
        authors: list[dict[str, Any]] = [{"author_id": yes.id}, {"author_id": no.id}, {"author_key": "r-1"}]
        # A member's address in a file is that member; a text of this site without an author is of nobody.
        authors += [{"author_key": "No@example.org"}, {"source": "comment", "source_name": ""}]
        words = ["came early", "came in a torn box", "never came at all", "came twice", "came wet"]
        say_all([
            {**author, "panel_id": panel.id, "topic_id": topic.id, "sentiment": "neg",
             "text": f"My parcel with the birthday cards {what}.", "said_at": noon(scope.until_on)}
            for author, what in zip(authors, words, strict=True)
        ] + [
            {"author_key": f"q-{number}", "panel_id": panel.id, "topic_id": topic.id, "sentiment": "neg",
             "text": "Late.", "said_at": noon(scope.until_on)}
            for number in range(20)
        ])  # fmt: skip
        quoted = figure_of(collect(VOICE, scope), f"words.{topic.id}").quotes
        assert {quote.text for quote in quoted} == {
            "My parcel with the birthday cards came early.",
            "My parcel with the birthday cards never came at all.",
        }

    def test_who_takes_it_back_is_quoted_no_more(self, app: Flask, ana: Member) -> None:
        panel = make_panel()
        texts = [
            "Call me on 0912 345 678 about the parcel that is late again.",
            "The glue of the cards dries too fast for me.",
        ]
        until_on = scope_of(panel).until_on
        say_all([
            {"author_id": ana.id, "panel_id": panel.id, "text": text, "said_at": noon(until_on)}
            for text in texts
        ])  # fmt: skip
        members.give_consent(ana, "quotes")
        candidates = quotes.list_candidates(scope_of(panel))
        assert {each.text for each in candidates} == {texts[0].replace("0912 345 678", "[…]"), texts[1]}
        report = make_report(panels=(panel,), has_charts=False)
        _keep(report, candidates)
        assert {each.text for each in quotes.list_shown(report.id)["topics"]} == {
            each.text for each in candidates
        }
        with unit_of_work():
            lock(FeedbackItem, candidates[0].item_id).text = "I have thought about it, and it is fine now."
        assert [each.item_id for each in quotes.list_shown(report.id)["topics"]] == [candidates[1].item_id]
        members.withdraw_consent(ana, "quotes")
        assert quotes.list_shown(report.id) == {}


def _keep(report: Report, candidates: list[Any]) -> None:
    with unit_of_work() as session:
        for position, each in enumerate(candidates):
            session.add(
                ReportQuote(
                    report_id=report.id, figure="topics", position=position, item_id=each.item_id,
                    text=each.text, source=each.source,
                )
            )  # fmt: skip
