"""Counts by any groups: from the texts, from what was counted ahead, and from both."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from community.insights.actions import rolling
from community.insights.queries import cube
from community.insights.scope import Scope
from community.members.models import Member
from tests.factories.feedback import make_item, make_read_item, make_topic
from tests.factories.panels import answer, make_attribute, make_panel, make_segment


def at(month: int, day: int, hour: int = 12) -> datetime:
    """A moment of 2026."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


class TestRead:
    def test_it_counts_texts_by_topic_and_sentiment(self, app: Flask) -> None:
        panel, topic = make_panel(), make_topic("Delivery")
        for sentiment in ("neg", "neg", "pos"):
            make_read_item(panel=panel, topic_id=topic.id, sentiment=sentiment, said_at=at(3, 4))
        make_item(panel=panel, said_at=at(3, 5))
        scope = Scope((panel.id,), date(2026, 3, 1), date(2026, 3, 31))
        groups = {group.key: group.items for group in cube.read(scope)}
        assert groups == {(None, None): 1, (topic.id, "neg"): 2, (topic.id, "pos"): 1}

    def test_people_are_members_then_names_of_imports_then_texts(self, app: Flask, ana: Member) -> None:
        panel = make_panel()
        make_item(panel=panel, author=ana, said_at=at(3, 4))
        make_item(panel=panel, author=ana, said_at=at(3, 20))
        make_item(panel=panel, author_key="r-17", said_at=at(3, 4))
        make_item(panel=panel, author_key="r-17", said_at=at(4, 4))
        make_item(panel=panel, said_at=at(3, 4))
        make_item(panel=panel, said_at=at(3, 4))
        total = cube.count_all(Scope((panel.id,), date(2026, 3, 1), date(2026, 4, 30)))
        assert (total.items, total.people) == (6, 4)

    def test_days_of_a_cut_piece_count_by_themselves(self, app: Flask) -> None:
        panel = make_panel()
        for day in (9, 10, 11, 12):
            make_item(panel=panel, said_at=at(3, day, 0))
            make_item(panel=panel, said_at=at(3, day, 23))
        scope = Scope((panel.id,), date(2026, 3, 10), date(2026, 3, 11))
        assert [(group.key, group.items) for group in cube.read(scope, ("week",))] == [
            ((date(2026, 3, 9),), 4)
        ]

    def test_it_narrows_further_from_texts_and_from_blocks_alike(self, app: Flask, ana: Member) -> None:
        panel, other, topic = make_panel(), make_panel(), make_topic("Delivery")
        plan = make_attribute("plan", "single_choice", "basic", "plus")
        answer(ana, plan, "plus")
        segment = make_segment({"attribute": "plan", "is": "plus"})
        make_read_item(panel=panel, author=ana, topic_id=topic.id, said_at=at(3, 4))
        make_read_item(panel=panel, sentiment=None, kind=None, said_at=at(3, 4))
        make_item(panel=panel, said_at=at(3, 5))
        make_read_item(panel=other, sentiment="pos", language="zh-Hans", said_at=at(3, 20))
        rolling.stratify()
        scope = Scope((panel.id, other.id), date(2026, 3, 1), date(2026, 3, 31))

        def found() -> list[int]:
            return [
                cube.count_all(scope, also=also).items
                for also in (
                    {"is_read": (False,)},
                    {"sentiment": ("neg", "pos")},
                    {"sentiment": (None,)},
                    {"sentiment": (None, "pos"), "kind": (None,)},
                    {"panel": (other.id,)},
                    {
                        "segment": (segment.id,),
                        "topic": (topic.id,),
                        "language": ("en",),
                        "kind": ("complaint",),
                    },
                    {"source": ("import",), "topic": (None,)},
                    {"language": ()},
                )
            ]

        counted = found()
        assert counted == [1, 2, 2, 2, 1, 1, 3, 0]
        rolling.fold()
        assert found() == counted

    def test_groups_know_means_and_deviations(self, app: Flask) -> None:
        panel = make_panel()
        for score, rating in ((-0.5, 1.0), (0.5, 4.0), (0.0, None)):
            make_read_item(panel=panel, score=score, rating=rating, said_at=at(3, 4))
        group = cube.count_all(Scope((panel.id,), date(2026, 3, 1), date(2026, 3, 31)))
        assert (group.mean_score, group.score_deviation) == (0.0, 0.5)
        assert group.mean_rating == 2.5
        assert group.rating_deviation == pytest.approx(2.1213, abs=1e-4)
        empty = cube.count_all(Scope((panel.id,), date(2025, 3, 1), date(2025, 3, 31)))
        assert (empty.items, empty.people, empty.mean_score, empty.score_deviation) == (0, 0, None, None)


class TestFindFirstAndLastDay:
    def test_withdrawn_texts_do_not_count(self, app: Flask) -> None:
        panel = make_panel()
        assert cube.find_first_and_last_day([panel.id]) is None
        make_item(panel=panel, said_at=at(1, 1), state="withdrawn")
        make_item(panel=panel, said_at=at(2, 2))
        make_item(panel=panel, said_at=at(3, 3))
        assert cube.find_first_and_last_day([panel.id]) == (date(2026, 2, 2), date(2026, 3, 3))
