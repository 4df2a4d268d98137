"""The report on closing the loop: each number is that of the rows, by both clocks; few people are hidden."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from flask import Flask

from community.cases import clocks
from community.cases.models import Case, CaseEvent, CaseItem, ServiceLevel, WorkingHours
from community.feedback.models import FeedbackItem
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.insights.kinds import KINDS
from community.insights.kinds.contract import Collected
from community.insights.kinds.loop.keeping import WorkClock
from community.insights.scope import Scope
from community.members.models import Member
from community.panels.models import Panel
from tests.factories.cases import make_level
from tests.factories.feedback import make_topic
from tests.factories.members import make_member
from tests.factories.panels import answer, make_attribute, make_panel, make_segment
from tests.insights.boards import half_time, read_all
from tests.insights.reading import collect, figure_of, newcombe, scope_of, table, wilson
from tests.insights.saying import noon, say_all

LOOP = KINDS["loop"]
DAY = timedelta(days=1)
# A Wednesday noon.
NOW = datetime(2026, 9, 16, 12, tzinfo=UTC)


def close(values: Sequence[float]) -> Any:
    """The same but for what sums of floats may be off by."""
    return pytest.approx(list(values), abs=1e-6)


def share_of(count: int, n: int, people: int) -> tuple[float, float]:
    """A share as it is tested: of as many as there are people."""
    enough = min(n, people)
    return count / n * enough, enough


def talk(
    scope: Scope, panels: Sequence[Panel], members: Sequence[Member], owners: Sequence[Member],
    topic_ids: Sequence[int], level: ServiceLevel, *, count: int = 260,
) -> None:  # fmt: skip
    """Texts of members and others in the period and before, most told back some days later; cases of many."""
    rng = random.Random(11)
    rows = []
    for number in range(count):
        period = scope if number < count * 2 // 3 else scope.before
        said_at = noon(period.from_on + timedelta(days=rng.randrange(period.day_count - 1)))
        # Never half an hour past, of which nobody knows where it is rounded to.
        told_at = said_at + timedelta(
            days=rng.choice([1, 2, 4, 8, 30]), minutes=7 * rng.randrange(100) // 5 * 5 + 1
        )
        author = (
            {"author_id": rng.choice(members).id} if rng.random() < 0.85 else {"author_key": f"r-{number}"}
        )
        rows.append(
            {
                **author,
                "panel_id": rng.choice(panels).id,
                "topic_id": rng.choice([None, *topic_ids]),
                "sentiment": "neg",
                "said_at": said_at,
                "received_at": said_at + timedelta(hours=1),
                "told_at": told_at if told_at < clock.now() and rng.random() < 0.8 else None,
            }
        )
    say_all(rows)
    with unit_of_work() as session:
        for item in db.session.query(FeedbackItem).order_by(FeedbackItem.id).limit(count * 3 // 4):
            case = _case(rng, item, owners, level)
            session.add(case)
            session.flush()
            session.add(CaseItem(case_id=case.id, item_id=item.id))
            if case.promise_state == "kept" and rng.random() < 0.4:
                session.add(CaseEvent(case_id=case.id, kind="promise_broken"))


def _case(rng: random.Random, item: FeedbackItem, owners: Sequence[Member], level: ServiceLevel) -> Case:
    opened_at = item.received_at
    has_level = rng.random() < 0.7
    answered_at = opened_at + timedelta(hours=rng.choice([2, 20, 30, 70, 200]))
    resolved_at = answered_at + timedelta(hours=rng.choice([1, 60, 300]))
    is_open = resolved_at > clock.now() or rng.random() < 0.15
    first_due_at = opened_at + timedelta(hours=24 if has_level else 72)
    resolve_due_at = opened_at + timedelta(hours=120 if has_level else 240)
    promise = rng.choice([None, "open", "kept", "broken"])
    return Case(
        panel_id=item.panel_id,
        title="A case",
        topic_id=item.topic_id,
        owner_id=rng.choice([None, *(owner.id for owner in owners)]),
        service_level_id=level.id if has_level else None,
        state="assigned" if is_open else "resolved",
        is_open=is_open,
        opened_at=opened_at,
        first_due_at=first_due_at,
        resolve_due_at=resolve_due_at,
        due_at=first_due_at if is_open else None,
        answered_at=answered_at if answered_at < clock.now() else None,
        resolved_at=None if is_open else resolved_at,
        outcome=None if is_open else rng.choice(["solved", "explained", "no_reply_needed"]),
        reopened_count=int(rng.random() < 0.2),
        help_rating=rng.choice([None, 1, 2, 4, 5]),
        promise_state=promise,
        promised_on=(opened_at + 5 * DAY).date() if promise else None,
    )


def read_told(scope: Scope, now: datetime) -> pd.DataFrame:
    """The texts of the scope that could be told of, with their waits in days and the owner of their case."""
    rows = read_all(FeedbackItem)
    days = rows["said_at"].map(lambda at: at.date())
    rows = rows[(days >= scope.from_on) & (days <= scope.until_on) & rows["author_id"].notna()].copy()
    rows = rows[rows["panel_id"].isin(scope.panel_ids)]
    rows["was_told"] = rows["told_at"].notna()
    ends = rows["told_at"].astype(object).where(rows["was_told"], now)
    rows["waited"] = [(end - start) / DAY for start, end in zip(rows["received_at"], ends, strict=True)]
    # Waits are counted to the hour.
    rows["waited_hours"] = np.round(rows["waited"] * 24) / 24
    cases, items = read_all(Case).set_index("id"), read_all(CaseItem).set_index("item_id")
    rows["owner_id"] = rows["id"].map(items["case_id"]).map(cases["owner_id"])
    return rows


def read_cases(scope: Scope) -> pd.DataFrame:
    """The cases that were opened in the period, with who is in each."""
    items = read_all(FeedbackItem).set_index("id")
    links = read_all(CaseItem).set_index("case_id")["item_id"]
    cases = read_all(Case)
    days = cases["opened_at"].map(lambda at: at.date())
    cases = cases[(days >= scope.from_on) & (days <= scope.until_on)].copy()
    texts = [items.loc[links[case_id]] for case_id in cases["id"]]
    cases["person"] = [
        text["author_key"] if pd.isna(text["author_id"]) else str(text["author_id"]) for text in texts
    ]
    return cases


class TestNumbers:
    def test_each_is_that_of_the_rows(self, app: Flask) -> None:
        with clock.stopped_at(NOW):
            panels = [make_panel(), make_panel()]
            members = [make_member() for _number in range(40)]
            owners = [make_member("Olga"), make_member("Otto")]
            topics = {topic.id: topic.name["en"] for topic in (make_topic("Post"), make_topic("Price"))}
            scope = scope_of(*panels, days=60)
            level = make_level(answer_hours=24, resolve_hours=120, name={"en": "Quick"})
            talk(scope, panels, members, owners, list(topics), level)
            found = collect(LOOP, scope)
            told, before, cases = read_told(scope, NOW), read_told(scope.before, NOW), read_cases(scope)
        old = told[told["received_at"] <= NOW - 7 * DAY]
        assert len(old) < len(told)
        assert (found.n, found.people) == (len(old), old["author_id"].nunique())
        _check_told(
            found, "told_back", {"All panels": old, **_parts(old, "panel_id", {p.id: p.name for p in panels})}
        )
        _check_told(found, "told_back_by_topic", _parts(old, "topic_id", topics, nothing="No topic"))
        names = {owner.id: owner.display_name for owner in owners}
        _check_told(found, "told_back_by_owner", _parts(old, "owner_id", names, nothing="On nobody’s desk"))
        _check_change(found, before, told)
        _check_levels(found, cases)
        _check_groups(found, cases, names)
        _check_open(found, scope)
        _check_ends(found, cases, scope)


def _parts(
    rows: pd.DataFrame, column: str, names: dict[int, str], *, nothing: str = ""
) -> dict[str, pd.DataFrame]:
    parts = {name: rows[rows[column] == key] for key, name in names.items()}
    return parts | ({nothing: rows[rows[column].isna()]} if nothing else {})


def _check_told(found: Collected, key: str, parts: dict[str, pd.DataFrame]) -> None:
    cells = table(found, key)
    assert set(cells) == set(parts)
    for name, rows in parts.items():
        own, people = cells[name], rows["author_id"].nunique()
        count = int(rows["was_told"].sum())
        assert (own["texts"], own["told"], own["people"]) == (len(rows), count, people)
        assert own["share"] == pytest.approx(count / len(rows))
        assert own["interval"] == close(wilson(*share_of(count, len(rows), people)))
        assert own["median"] == pytest.approx(rows["waited_hours"][rows["was_told"]].median())
        assert own["half"] == pytest.approx(half_time(rows["waited_hours"], rows["was_told"]))


def _check_change(found: Collected, before: pd.DataFrame, now: pd.DataFrame) -> None:
    parts = []
    for rows in (before, now):
        old = rows[rows["received_at"] <= NOW - 14 * DAY]
        soon = int((old["was_told"] & (old["waited"] <= 14)).sum())
        parts.append(share_of(soon, len(old), old["author_id"].nunique()))
    rows = table(found, "loop_changes")
    assert "Opened again" not in rows
    cells = rows["Told back within 14 days"]
    # Each text and each case is in it once.
    old = now[now["received_at"] <= NOW - 14 * DAY]
    assert figure_of(found, "loop_changes").n == len(old) + dict(found.sample)["Cases opened in the period"]
    assert cells["before"] == pytest.approx(parts[0][0] / parts[0][1])
    assert cells["share"] == pytest.approx(parts[1][0] / parts[1][1])
    assert cells["interval"] == close(newcombe(*parts))


def _check_levels(found: Collected, cases: pd.DataFrame) -> None:
    dones = {"answer": ("answered_at", "first_due_at"), "resolution": ("resolved_at", "resolve_due_at")}
    for deadline, (done, due) in dones.items():
        cells = table(found, f"levels_{deadline}")
        quick = cases["service_level_id"].notna()
        for name, rows in (
            ("All cases", cases),
            ("Quick", cases[quick]),
            ("No service level", cases[~quick]),
        ):
            past = rows[rows[due] <= NOW]
            kept = [end <= at for end, at in zip(_ends(past, done), past[due], strict=True)]
            at_work = [
                _at_work(start, end) <= (at - start) / timedelta(hours=1) and end < NOW
                for start, end, at in zip(past["opened_at"], _ends(past, done), past[due], strict=True)
            ]
            people = past["person"].nunique()
            own = cells[name]
            assert own["due"] == len(past)
            assert own["share"] == pytest.approx(np.mean(kept))
            assert own["interval"] == close(wilson(*share_of(sum(kept), len(past), people)))
            assert own["work_share"] == pytest.approx(np.mean(at_work))
            waited = [
                (end - start) / DAY for start, end in zip(rows["opened_at"], _ends(rows, done), strict=True)
            ]
            assert own["half"] == pytest.approx(half_time(waited, [end < NOW for end in _ends(rows, done)]))


def _ends(rows: pd.DataFrame, done: str) -> list[datetime]:
    """When each was done; now for what is still to come; what was closed unanswered is done then."""
    ends = []
    for row in rows.itertuples():
        end = getattr(row, done)
        if done == "answered_at" and pd.isna(end) and not row.is_open:
            end = row.resolved_at
        if done == "resolved_at" and row.is_open:
            end = None
        ends.append(NOW if pd.isna(end) else end)
    return ends


def _at_work(start: datetime, end: datetime) -> float:
    """The working hours between two moments, counted by half hours: all begin and end at whole ones."""
    hours = db.session.get_one(WorkingHours, 1)
    assert hours.time_zone == "UTC"
    count, at = 0, start
    while at < end:
        minute = at.hour * 60 + at.minute
        count += at.weekday() in hours.weekdays and hours.from_minute <= minute < hours.until_minute
        at += timedelta(minutes=30)
    return count / 2


def _check_groups(found: Collected, cases: pd.DataFrame, names: dict[int, str]) -> None:
    cells = table(found, "levels_by_owner")
    for key, name in names.items():
        rows = cases[cases["owner_id"] == key]
        past = rows[rows["first_due_at"] <= NOW]
        kept = [end <= due for end, due in zip(_ends(past, "answered_at"), past["first_due_at"], strict=True)]
        assert (cells[name]["cases"], cells[name]["due"]) == (len(rows), len(past))
        assert cells[name]["share"] == pytest.approx(np.mean(kept))


def _check_open(found: Collected, scope: Scope) -> None:
    cases = read_all(Case)
    cases = cases[cases["is_open"] & (cases["opened_at"] < scope.ends_at)]
    cells, age = table(found, "open_ages"), cases["opened_at"].map(lambda at: (NOW - at) / DAY)
    assert cells["8–14"]["cases"] == ((age >= 8) & (age < 15)).sum()
    assert cells["91 or more"]["cases"] == (age >= 91).sum()
    assert sum(row["overdue"] for row in cells.values()) == (cases["due_at"] < NOW).sum()
    oldest = figure_of(found, "open_oldest").rows
    assert [row.texts for row in oldest[:3]] == [
        {"case": each} for each in cases.sort_values(["opened_at", "id"])["id"].head(3)
    ]
    assert oldest[0].cells["age"] == pytest.approx(age.max())


def _check_ends(found: Collected, cases: pd.DataFrame, scope: Scope) -> None:
    every, events = read_all(Case), read_all(CaseEvent)
    due = every[every["promised_on"].notna()]
    due = due[(due["promised_on"] >= scope.from_on) & (due["promised_on"] <= scope.until_on)]
    late = set(events["case_id"][events["kind"] == "promise_broken"])
    over, kept = due[due["promise_state"] != "open"], due[due["promise_state"] == "kept"]
    promises = table(found, "promises")
    assert promises["Kept in time"]["cases"] == (~kept["id"].isin(late)).sum()
    assert promises["Kept late"]["cases"] == kept["id"].isin(late).sum() > 0
    assert promises["Not kept"]["share"] == pytest.approx((over["promise_state"] == "broken").mean())
    closed = cases[~cases["is_open"]]
    assert table(found, "outcomes")["Explained"]["share"] == pytest.approx(
        (closed["outcome"] == "explained").mean()
    )
    rated, helped = cases[cases["help_rating"].notna()], table(found, "helped")["It helped"]
    assert (helped["count"], helped["n"]) == ((rated["help_rating"] >= 3).sum(), len(rated))


class TestScope:
    def test_segments_topics_and_languages_narrow_texts_and_cases(self, app: Flask) -> None:
        panel, topic, plan = (
            make_panel(),
            make_topic("Post"),
            make_attribute("plan", "single_choice", "plus", "no"),
        )
        segment = make_segment({"attribute": plan.key, "is": "plus"})
        members = [make_member() for _number in range(30)]
        for number, member in enumerate(members):
            answer(member, plan, "plus" if number < 15 else "no")
        scope = scope_of(panel, days=30)
        said_at = noon(scope.from_on)
        say_all([
            {"author_id": member.id, "panel_id": panel.id, "topic_id": topic.id if number % 2 else None,
             "language": "en" if number % 3 else "zh-Hans", "said_at": said_at, "received_at": said_at}
            for number, member in enumerate(members * 2)
        ])  # fmt: skip
        with unit_of_work() as session:
            for item in session.query(FeedbackItem).order_by(FeedbackItem.id).all():
                case = Case(
                    panel_id=panel.id, title="A case", topic_id=item.topic_id, language=item.language,
                    opened_at=said_at, first_due_at=said_at + DAY, resolve_due_at=said_at + 2 * DAY,
                )  # fmt: skip
                session.add(case)
                session.flush()
                session.add(CaseItem(case_id=case.id, item_id=item.id))
        narrowed = {
            "segment_ids": (segment.id,), "topic_ids": (topic.id,), "languages": ("en",)
        }  # fmt: skip
        expected = {"segment_ids": 30, "topic_ids": 30, "languages": 40}
        for name, value in narrowed.items():
            sample = dict(collect(LOOP, scope_of(panel, days=30, **{name: value})).sample)
            assert sample["Texts in the period"] == expected[name]
            assert sample["Cases opened in the period"] == expected[name]


class TestFewPeople:
    def test_nine_people_show_nothing(self, app: Flask) -> None:
        panel, members = make_panel(), [make_member() for _number in range(9)]
        scope = scope_of(panel, days=30)
        _told(panel, scope, members * 4)
        found = collect(LOOP, scope)
        assert (found.sections, found.sample, found.n, found.people) == ([], [], 0, 0)

    def test_no_figure_says_how_few_people_it_rests_on(self, app: Flask) -> None:
        panel, members = make_panel(), [make_member() for _number in range(40)]
        scope = scope_of(panel, days=30)
        _told(panel, scope, members)
        said_at = noon(scope.from_on)
        with unit_of_work() as session:
            for number, item in enumerate(session.query(FeedbackItem).order_by(FeedbackItem.id).limit(4)):
                case = Case(
                    panel_id=panel.id, title=f"Case {number}",
                    opened_at=said_at, first_due_at=said_at + DAY, resolve_due_at=said_at + DAY,
                )  # fmt: skip
                session.add(case)
                session.flush()
                session.add(CaseItem(case_id=case.id, item_id=item.id))
        found = collect(LOOP, scope)
        few = ("levels_answer", "levels_resolution", "open_ages", "open_oldest", "helped")
        assert [figure_of(found, key).people for key in few] == [None] * 5
        assert figure_of(found, "told_back").people == 40

    def test_an_owner_of_few_people_goes_and_takes_the_next_one_along(self, app: Flask) -> None:
        panels, members = [make_panel(), make_panel(), make_panel()], [make_member() for _number in range(40)]
        scope = scope_of(*panels, days=30)
        for panel, people in zip(panels, (members[:4], members[:15], members), strict=True):
            _told(panel, scope, people)
        cells = table(collect(LOOP, scope), "told_back")
        assert [cells[panel.name] is None for panel in panels] == [True, True, False]
        assert cells["All panels"]["people"] == 40

    def test_the_oldest_cases_are_told_by_their_clocks_alone(self, app: Flask) -> None:
        panel, members = make_panel(), [make_member() for _number in range(12)]
        scope = scope_of(panel, days=30)
        _told(panel, scope, members)
        with unit_of_work() as session:
            item = session.query(FeedbackItem).first()
            case = Case(
                panel_id=panel.id, title="My own words", opened_at=NOW, first_due_at=NOW, resolve_due_at=NOW
            )
            session.add(case)
            session.flush()
            session.add(CaseItem(case_id=case.id, item_id=item.id))
        figure = figure_of(collect(LOOP, scope), "open_oldest")
        assert [row.cells["case"] for row in figure.rows] == [f"Case {case.id}"]
        assert "My own words" not in str(figure)


def _told(panel: Panel, scope: Scope, members: Sequence[Member]) -> None:
    """A text of each of these members, from the first day of the scope."""
    said_at = noon(scope.from_on)
    say_all([
        {"author_id": member.id, "panel_id": panel.id, "said_at": said_at, "received_at": said_at,
         "source_name": f"panel-{panel.id}"}
        for member in members
    ])  # fmt: skip


class TestWorkClock:
    def test_it_reads_as_the_clock_of_the_cases(self) -> None:
        hours = clocks.Hours(
            ZoneInfo("Europe/Berlin"), frozenset({0, 1, 2, 4}), 9 * 60, 17 * 60, frozenset({NOW.date()})
        )
        start, rng = NOW - 60 * DAY, random.Random(2)
        work = WorkClock(start, NOW + 60 * DAY, hours=hours)
        for _number in range(300):
            first = start + rng.random() * 100 * DAY
            last = first + rng.random() * 15 * DAY
            assert work.between(first, last) == clocks.working_time(first, last, hours=hours)
        assert work.between(NOW + DAY, NOW) == timedelta()
