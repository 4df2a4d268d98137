"""Drivers: people made of texts, held against pandas and an independent library."""

import random
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from flask import Flask

from community.insights.kinds import KINDS
from community.insights.kinds.drivers.people import Gathering, choose_topics
from community.insights.queries.drivers import Said
from tests.factories.feedback import make_topic
from tests.factories.panels import make_panel
from tests.insights.reading import collect, scope_of, table
from tests.insights.saying import noon, read_rows, say_all

DRIVERS = KINDS["drivers"]


def said(person: int | str, topic_id: int | None, **values: Any) -> Said:
    """A text of one panel with this score or rating."""
    author_id, author_key = (person, "") if isinstance(person, int) else (None, person)
    known = {"panel_id": 1, "source": "import", "source_name": "a", "score": None, "rating": None}
    return Said(author_id=author_id, author_key=author_key, topic_id=topic_id, **{**known, **values})


class TestGathering:
    def test_a_person_is_one_however_often_they_write(self) -> None:
        gathering = Gathering()
        gathering.add([said(1, 7, score=0.5), said(1, 8, score=-0.5), said("r-1", 7, score=1.0)])
        gathering.add([said("r-1", 7, score=0.0), said("", 8, score=0.2), said("", None, score=0.4)])
        people = gathering.people()
        assert list(people.values) == [0.0, 0.5, 0.2, 0.4]
        assert people.rows([7, 8]) == [[1, 1], [1, 0], [0, 1], [0, 0]]
        assert (people.outcome, people.text_count) == ("score", 6)

    def test_ratings_go_before_scores_once_a_hundred_gave_one(self) -> None:
        gathering = Gathering()
        gathering.add([said(number, 7, rating=4.0, score=0.1) for number in range(99)])
        assert gathering.people().outcome == "score"
        gathering.add([said(99, 7, rating=9.0, source_name="b")])
        assert gathering.people().outcome == "rating"
        assert gathering.people().mixes_scales


class TestChooseTopics:
    def test_only_what_ten_spoke_of_and_ten_did_not(self) -> None:
        gathering = Gathering()
        gathering.add([said(number, 1, score=0.1) for number in range(91)])
        gathering.add([said(100 + number, 2, score=0.1) for number in range(9)])
        gathering.add([said(number, 3, score=0.1) for number in range(30)])
        assert choose_topics(gathering.people()) == [3]

    def test_few_people_tell_few_topics_apart(self) -> None:
        gathering = Gathering()
        gathering.add([said(number, number % 5, score=0.1) for number in range(70)])
        assert len(choose_topics(gathering.people())) == 2


class TestNumbers:
    def test_each_is_that_of_the_rows(self, app: Flask) -> None:
        panels = [make_panel(), make_panel()]
        topics = {make_topic(name).id: name for name in ("A", "B", "C")}
        scope, rng = scope_of(*panels), random.Random(4)
        effects = dict(zip(topics, (-1.2, 0.8, 0.0), strict=True))
        rows = []
        for number in range(240):
            spoken = [topic_id for topic_id in topics if rng.random() < 0.45]
            level = 3.5 + sum(effects[topic_id] for topic_id in spoken) + rng.gauss(0, 0.7)
            said_by = {
                "panel_id": panels[number % 2].id,
                "author_key": f"r-{number}",
                "rating": level + number % 2,
                "sentiment": "neu",
                "said_at": noon(scope.until_on),
            }
            rows += [{**said_by, "topic_id": each} for each in spoken] or [said_by]
        say_all(rows)
        found = collect(DRIVERS, scope)
        frame = read_rows(scope)
        people = frame.groupby("person").agg(rating=("rating", "mean"), panel=("panel_id", "first"))
        for topic_id in topics:
            people[topic_id] = frame["topic_id"].eq(topic_id).groupby(frame["person"]).any().astype(float)
        dummies = pd.get_dummies(people["panel"], prefix="panel").astype(float)
        fit = sm.OLS(people["rating"], pd.concat([people[list(topics)], dummies], axis=1)).fit(
            cov_type="HC1", use_t=True
        )
        cells = table(found, "drivers")
        for topic_id, name in topics.items():
            assert cells[name]["people"] == people[topic_id].sum()
            assert cells[name]["effect"] == pytest.approx(fit.params[topic_id])
            assert cells[name]["effect_interval"] == pytest.approx(list(fit.conf_int().loc[topic_id]))
            mapped = table(found, "drivers.map")[name]
            assert mapped["level"] == pytest.approx(people["rating"][people[topic_id] == 1].mean())
        assert sum(each["share"] for each in cells.values()) == pytest.approx(1)
        assert next(iter(cells)) == "A"
        within = people[["rating"]] - people.groupby("panel")[["rating"]].transform("mean")
        explained = 1 - np.square(fit.resid).sum() / np.square(within["rating"]).sum()
        assert f"{explained:.0%}" in found.summary[0].text
        assert [claim.verdict for claim in found.summary[1:3]] == ["lower", "higher"]
        assert found.summary[-1].text == "This is association, not cause."

    def test_what_chance_explains_is_not_called_an_explanation(self, app: Flask) -> None:
        panel, topics, rng = make_panel(), [make_topic(name) for name in ("A", "B", "C")], random.Random(2)
        scope = scope_of(panel)
        say_all([
            {"panel_id": panel.id, "author_key": f"r-{number}", "topic_id": topics[number % 3].id,
             "score": rng.uniform(-1, 1), "sentiment": "neu", "said_at": noon(scope.until_on)}
            for number in range(120)
        ])  # fmt: skip
        first = collect(DRIVERS, scope).summary[0]
        assert first.verdict == "unproven"
        assert first.text.startswith("It is not proven that what people speak of explains")
        assert first.test.startswith("F test, p = ")

    def test_too_few_people_are_told_so(self, app: Flask) -> None:
        panel, topic = make_panel(), make_topic("A")
        scope = scope_of(panel)
        say_all([
            {"panel_id": panel.id, "author_key": f"r-{number}", "topic_id": topic.id if number % 2 else None,
             "sentiment": "neg", "said_at": noon(scope.until_on)}
            for number in range(40)
        ])  # fmt: skip
        found = collect(DRIVERS, scope)
        assert found.sections == []
        assert found.summary[0].text.startswith("Too few people to say what explains satisfaction")
