"""Whatever changes what is counted marks the piece of time it is in."""

from datetime import UTC, date, datetime
from typing import Any

from flask import Flask
from sqlalchemy import Column, create_engine, delete, select, text, update
from sqlalchemy.sql.visitors import iterate

from community.feedback.models import FeedbackItem, Topic
from community.infra.db import Base, db, unit_of_work
from community.insights.marking import COUNTED
from community.insights.models import RollupMark
from community.insights.queries.texts import TEXTS
from community.members.models import Member
from tests.factories.feedback import make_item, make_topic
from tests.factories.members import make_member
from tests.factories.panels import make_panel

EARLY, LATE = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC)


def marks() -> list[tuple[int, date]]:
    """The marks there are; they are taken away."""
    rows = db.session.execute(select(RollupMark.panel_id, RollupMark.starts_on)).all()
    with unit_of_work() as session:
        session.execute(delete(RollupMark))
    return sorted(tuple(row) for row in rows)


def do(statement: Any) -> list[tuple[int, date]]:
    """The marks that a statement leaves."""
    marks()
    with unit_of_work() as session:
        session.execute(statement)
    return marks()


class TestMarks:
    def test_all_that_counting_looks_at_is_watched(self) -> None:
        looked_at = {
            column.name
            for column in iterate(TEXTS)
            if isinstance(column, Column) and column.table.name == "feedback_items"
        }
        assert looked_at - {"id"} <= set(COUNTED)
        assert set(COUNTED) - looked_at == {"said_at"}

    def test_texts_that_come_and_go(self, app: Flask) -> None:
        panel = make_panel()
        item = make_item(panel=panel, said_at=EARLY)
        assert marks() == [(panel.id, date(2026, 2, 1))]
        assert do(delete(FeedbackItem).where(FeedbackItem.id == item.id)) == [(panel.id, date(2026, 2, 1))]

    def test_a_text_that_moves_leaves_both_behind(self, app: Flask) -> None:
        panel, other = make_panel(), make_panel()
        make_item(panel=panel, said_at=EARLY)
        assert do(update(FeedbackItem).values(said_at=LATE)) == [
            (panel.id, date(2026, 2, 1)), (panel.id, date(2026, 2, 23)),
        ]  # fmt: skip
        assert do(update(FeedbackItem).values(panel_id=other.id)) == [
            (panel.id, date(2026, 2, 23)), (other.id, date(2026, 2, 23)),
        ]  # fmt: skip

    def test_what_the_database_empties_by_itself(self, app: Flask) -> None:
        panel, topic, member = make_panel(), make_topic(), make_member()
        make_item(panel=panel, said_at=EARLY, author=member, topic_id=topic.id)
        here = [(panel.id, date(2026, 2, 1))]
        assert do(delete(Topic).where(Topic.id == topic.id)) == here
        assert do(delete(Member).where(Member.id == member.id)) == here

    def test_many_texts_leave_few_marks_and_no_change_none(self, app: Flask) -> None:
        panel = make_panel()
        for hour in range(5):
            make_item(panel=panel, said_at=EARLY.replace(hour=hour), kind="praise")
        assert do(update(FeedbackItem).values(kind="question")) == [(panel.id, date(2026, 2, 1))]
        assert do(update(FeedbackItem).values(kind="question", urgency=2, title="Hm")) == []

    def test_tables_made_without_migrations_are_watched_too(self) -> None:
        engine = create_engine("sqlite://")
        Base.metadata.create_all(engine)
        triggers = text("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE '%_mark_%'")
        with engine.connect() as connection:
            assert len(connection.scalars(triggers).all()) == 3
        Base.metadata.drop_all(engine)
        engine.dispose()
