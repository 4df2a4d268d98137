"""What is counted ahead equals what is counted text by text, whatever happens to the texts."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from community.feedback.actions import correct
from community.feedback.actions.intake import move_to_panel, withdraw
from community.feedback.models import FeedbackItem
from community.feedback.personal_data import erase
from community.infra.db import db, one_view, unit_of_work
from community.insights import personal_data
from community.insights.actions import rolling
from community.insights.cells import CUTS
from community.insights.models import RollupBlock, RollupMark, RollupName, Stratum, StratumMember
from community.insights.queries import cube
from community.insights.scope import Scope
from community.members.models import AttributeAnswer, Member
from community.panels.actions import delete_segment, edit_segment
from community.panels.models import Panel
from tests.factories.feedback import make_item, make_read_item, make_topic
from tests.factories.members import make_member
from tests.factories.panels import answer, make_attribute, make_panel, make_segment
from tests.insights.counting import COMBINATIONS, Plain, as_counted
from tests.racing import at_once

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def assert_exact(*scopes: Scope, combinations: tuple[tuple[Any, ...], ...] = COMBINATIONS) -> None:
    """Every question gets the answer that counting text by text gives."""
    plain = Plain()
    for scope in scopes:
        for by in combinations:
            assert as_counted(cube.read(scope, by)) == plain.count(scope, by), (scope, by)


def count_rows(model: Any) -> int:
    """How many rows the table has."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


class Life:
    """A site on which anything happens to texts, by the site's own actions and behind its back."""

    def __init__(self, seed: int, staff: Member) -> None:
        self.draw = random.Random(seed)
        self.staff = staff
        self.panels = [make_panel(), make_panel()]
        top = make_topic("Delivery")
        self.topics = [top, make_topic("Speed", parent_id=top.id), make_topic("Price")]
        self.members = [make_member() for _number in range(8)]
        plan = make_attribute("plan", "single_choice", "basic", "plus", "max")
        for number, member in enumerate(self.members):
            answer(member, plan, ("basic", "plus")[number % 2])
        self.segments = [
            make_segment({"attribute": "plan", "is": "plus"}),
            make_segment({"attribute": "plan", "is_any": ["basic", "plus"]}),
        ]
        for _number in range(25):
            self.say()

    @property
    def scopes(self) -> list[Scope]:
        """A whole year, days that cut weeks and months, and one of each narrowing."""
        panels = tuple(panel.id for panel in self.panels)
        return [
            Scope(panels, *YEAR),
            Scope(panels[:1], date(2026, 1, 7), date(2026, 3, 12)),
            Scope(panels, *YEAR, segment_ids=(self.segments[0].id,)),
            Scope(panels, *YEAR, topic_ids=(self.topics[0].id,), languages=("en",)),
        ]

    def go_on(self) -> None:
        """Something happens."""
        happenings = (
            self.say, self.say, self.correct, self.correct, self.edit_topic, self.withdraw, self.move,
            self.delete, self.tell, self.redate, self.change_plan, self.erase, self.forget_member,
        )  # fmt: skip
        self.draw.choice(happenings)()

    def say(self) -> None:
        draw = self.draw
        author = draw.choice([*self.members, None, None, None])
        values: dict[str, Any] = {
            "panel": draw.choice(self.panels),
            "author": author,
            "source": draw.choice(("import", "comment")),
            "author_key": "" if author else draw.choice(("", "r-1", "r-2", "r-3")),
            "said_at": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=draw.randrange(24 * 120)),
            "rating": draw.choice((None, 1.0, 4.5)),
        }
        if draw.random() < 0.2:
            make_item(**values)
            return
        make_read_item(
            **values,
            topic_id=draw.choice([None, *(topic.id for topic in self.topics)]),
            language=draw.choice(("en", "zh-Hans", None)),
            sentiment=draw.choice(("pos", "neg", None)),
            kind=draw.choice(("praise", "complaint", None)),
        )

    def correct(self) -> None:
        field, value = self.draw.choice((
            ("sentiment", "mixed"), ("kind", "question"), ("topic", str(self.topics[2].id)), ("topic", ""),
        ))  # fmt: skip
        correct(self.pick(), self.staff, field=field, value=value)

    def edit_topic(self) -> None:
        """All texts of one topic go to another, in one statement."""
        was, new = self.draw.sample(self.topics, 2)
        self.execute(update(FeedbackItem).where(FeedbackItem.topic_id == was.id).values(topic_id=new.id))

    def withdraw(self) -> None:
        item = self.pick()
        withdraw(
            source=item.source, source_id=item.source_id, panel_id=item.panel_id, source_name=item.source_name
        )

    def move(self) -> None:
        item = self.pick(source="comment")
        (other,) = [panel for panel in self.panels if panel.id != item.panel_id]
        move_to_panel(other.id, source=item.source, source_ids=[item.source_id], from_panel_id=item.panel_id)

    def delete(self) -> None:
        self.execute(delete(FeedbackItem).where(FeedbackItem.id == self.pick().id))

    def tell(self) -> None:
        self.change(told_at=datetime(2026, 6, 1, tzinfo=UTC))

    def redate(self) -> None:
        self.change(said_at=datetime(2026, 5, self.draw.randrange(1, 31), 23, 59, tzinfo=UTC))

    def change_plan(self) -> None:
        """Members come into other segments; whoever reports looks who is in which."""
        member = self.draw.choice(self.members)
        self.execute(
            update(AttributeAnswer)
            .where(AttributeAnswer.member_id == member.id)
            .values(option=self.draw.choice(("basic", "plus", "max")))
        )
        rolling.stratify()

    def erase(self) -> None:
        with unit_of_work():
            erase(self.draw.choice(self.members), keeps_texts=self.draw.random() < 0.5)

    def forget_member(self) -> None:
        """The row goes, and the database empties what led to it."""
        if len(self.members) > 4:
            self.execute(delete(Member).where(Member.id == self.members.pop().id))

    def pick(self, **values: str) -> FeedbackItem:
        """Any text that is still there."""
        items = select(FeedbackItem).where(FeedbackItem.state != "withdrawn").filter_by(**values)
        return self.draw.choice(db.session.scalars(items.order_by(FeedbackItem.id)).all())

    def change(self, **values: Any) -> None:
        self.execute(update(FeedbackItem).where(FeedbackItem.id == self.pick().id).values(**values))

    def execute(self, statement: Any) -> None:
        with unit_of_work() as session:
            session.execute(statement)


class TestFold:
    def test_it_equals_the_direct_count_whatever_happens(self, app: Flask, ada: Member) -> None:
        life = Life(7, ada)
        for _round in range(3):
            rolling.stratify()
            rolling.fold()
            for _step in range(15):
                life.go_on()
            # Some pieces are marked and counted from the texts, some were counted ahead.
            assert count_rows(RollupMark) > 0
            assert_exact(*life.scopes)
            rolling.fold()
            assert count_rows(RollupMark) == 0
            assert_exact(*life.scopes)
        before = blocks()
        rolling.rebuild()
        assert_exact(*life.scopes)
        assert blocks().keys() == before.keys()

    def test_what_did_not_change_is_not_counted_again(self, app: Flask) -> None:
        panel = make_panel()
        items = [make_item(panel=panel, said_at=datetime(2026, month, 15, tzinfo=UTC)) for month in (1, 2, 3)]
        assert rolling.fold() == 3
        assert rolling.fold() == 0
        with unit_of_work() as session:
            session.execute(update(FeedbackItem).where(FeedbackItem.id == items[1].id).values(title="Hm"))
        assert rolling.fold() == 0
        with unit_of_work() as session:
            session.execute(update(FeedbackItem).where(FeedbackItem.id == items[1].id).values(kind="praise"))
        assert rolling.fold(panel_ids=[panel.id], from_on=date(2026, 3, 1)) == 0
        assert rolling.fold() == 1

    def test_an_answer_takes_nothing_but_blocks(self, app: Flask) -> None:
        panel = make_panel()
        make_read_item(panel=panel, said_at=datetime(2026, 2, 15, tzinfo=UTC))
        rolling.fold()
        with unit_of_work() as session:
            session.execute(delete(RollupBlock).where(RollupBlock.span == "piece"))
        february = Scope((panel.id,), date(2026, 2, 1), date(2026, 2, 28))
        assert cube.count_all(february).items == 1
        assert cube.read(february, ("week",)) == []
        assert len(cube.read(february, ("topic", "kind", "language"))) == 1

    def test_a_piece_without_texts_has_no_block(self, app: Flask) -> None:
        item = make_item()
        rolling.fold()
        assert count_rows(RollupBlock) == 2 * len(CUTS)
        with unit_of_work() as session:
            session.execute(delete(FeedbackItem).where(FeedbackItem.id == item.id))
        rolling.fold()
        assert count_rows(RollupBlock) == 0

    def test_a_panel_that_goes_takes_its_blocks_and_marks_along(self, app: Flask) -> None:
        panel = make_panel()
        make_item(panel=panel)
        rolling.fold()
        make_item(panel=panel)
        with unit_of_work() as session:
            session.execute(delete(Panel).where(Panel.id == panel.id))
        rolling.fold()
        assert (count_rows(RollupBlock), count_rows(RollupMark)) == (0, 0)

    def test_a_check_that_raises_stops_it_and_loses_nothing(self, app: Flask) -> None:
        panel = make_panel()
        for month in (1, 2):
            make_item(panel=panel, said_at=datetime(2026, month, 15, tzinfo=UTC))
        calls: Iterator[None] = iter([None])

        def check() -> None:
            next(calls)

        with pytest.raises(StopIteration):
            rolling.fold(check=check)
        assert count_rows(RollupMark) == 1
        assert_exact(Scope((panel.id,), *YEAR), combinations=((), ("month",)))

    def test_several_workers_and_writers_at_once(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            panel_id, staff_id = make_panel().id, make_member().id
            start = datetime(2026, 3, 2, tzinfo=UTC)
            for number in range(30):
                make_read_item(panel=db.session.get(Panel, panel_id), said_at=start + timedelta(hours=number))
            scope = Scope((panel_id,), *YEAR)

        def write(seed: int) -> None:
            draw = random.Random(seed)
            for number in range(12):
                make_item(
                    panel=db.session.get(Panel, panel_id),
                    author=db.session.get(Member, staff_id) if number % 2 else None,
                    author_key="" if number % 2 else f"r-{draw.randrange(5)}",
                    said_at=start + timedelta(hours=draw.randrange(24 * 20)),
                )
                with unit_of_work() as session:
                    ids = session.scalars(select(FeedbackItem.id)).all()
                    session.execute(
                        update(FeedbackItem)
                        .where(FeedbackItem.id == draw.choice(ids))
                        .values(sentiment=draw.choice(("pos", "neg")))
                    )

        def fold() -> None:
            for _time in range(8):
                rolling.fold()

        def look() -> None:
            for _time in range(8):
                with one_view():
                    assert_exact(scope, combinations=((), ("week", "sentiment"), ("month",)))

        at_once(app, lambda: write(1), lambda: write(2), fold, fold, look, rolling.rebuild)
        with app.app_context():
            assert cube.count_all(scope).items == 54
            assert_exact(scope)
            rolling.fold()
            assert count_rows(RollupMark) == 0
            assert_exact(scope)


class TestStratify:
    def test_only_texts_of_those_who_changed_are_counted_again(self, app: Flask) -> None:
        panel, plan = make_panel(), make_attribute("plan", "single_choice", "basic", "plus")
        ana, ben = make_member(), make_member()
        answer(ana, plan, "basic")
        answer(ben, plan, "plus")
        segment = make_segment({"attribute": "plan", "is": "plus"})
        make_item(panel=panel, author=ana, said_at=datetime(2026, 2, 3, tzinfo=UTC))
        make_item(panel=panel, author=ben, said_at=datetime(2026, 4, 3, tzinfo=UTC))
        scope = Scope((panel.id,), *YEAR)
        rolling.prepare(scope)
        assert [group.key for group in cube.read(scope, ("segment", "month"))] == [
            (segment.id, date(2026, 4, 1))
        ]
        assert rolling.stratify() == 0
        with unit_of_work() as session:
            session.execute(update(AttributeAnswer).values(option="plus"))
        assert rolling.stratify() == 1
        assert db.session.scalars(select(RollupMark.starts_on)).all() == [date(2026, 2, 2)]
        assert_exact(scope)

    def test_segments_that_change_or_go_leave_no_strata(self, app: Flask, ada: Member) -> None:
        panel, plan = make_panel(), make_attribute("plan", "single_choice", "basic", "plus")
        ana = make_member()
        answer(ana, plan, "basic")
        segment = make_segment({"attribute": "plan", "is": "basic"})
        make_item(panel=panel, author=ana, said_at=datetime(2026, 2, 3, tzinfo=UTC))
        scope = Scope((panel.id,), *YEAR)
        rolling.prepare(scope)
        edit_segment(ada, segment, name="Plus", rule={"attribute": "plan", "is": "plus"})
        rolling.prepare(scope)
        assert cube.read(scope, ("segment",)) == []
        edit_segment(ada, segment, name="Basic", rule={"attribute": "plan", "is": "basic"})
        rolling.prepare(scope)
        assert_exact(scope)
        delete_segment(ada, segment)
        assert cube.read(scope, ("segment",)) == []
        rolling.stratify()
        assert (count_rows(StratumMember), count_rows(Stratum)) == (0, 1)

    def test_who_is_forgotten_is_in_no_segment_any_more(self, app: Flask) -> None:
        panel, plan, ana = make_panel(), make_attribute("plan", "single_choice", "plus"), make_member()
        answer(ana, plan, "plus")
        make_segment({"attribute": "plan", "is": "plus"})
        make_item(panel=panel, author=ana, said_at=datetime(2026, 2, 3, tzinfo=UTC))
        scope = Scope((panel.id,), *YEAR)
        rolling.prepare(scope)
        assert len(cube.read(scope, ("segment",))) == 1
        with unit_of_work():
            personal_data.erase(ana, keeps_texts=True)
        assert cube.read(scope, ("segment",)) == []
        rolling.fold()
        assert cube.read(scope, ("segment",)) == []

    def test_two_at_once(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            plan = make_attribute("plan", "single_choice", "basic", "plus")
            for number in range(6):
                answer(make_member(), plan, ("basic", "plus")[number % 2])
            make_segment({"attribute": "plan", "is": "plus"})
        assert sorted(map(str, at_once(app, rolling.stratify, rolling.stratify))) == ["0", "3"]


class TestForgetNames:
    def test_a_name_goes_with_its_last_text(self, app: Flask) -> None:
        panel = make_panel()
        make_item(panel=panel, author_key="ana@example.org")
        make_item(panel=panel, author_key="ben@example.org")
        rolling.fold()
        with unit_of_work() as session:
            session.execute(
                update(FeedbackItem).where(FeedbackItem.author_key == "ana@example.org").values(author_key="")
            )
        assert rolling.forget_names() == 1
        assert db.session.scalars(select(RollupName.author_key)).all() == ["ben@example.org"]
        make_item(panel=panel, author_key="cora@example.org")
        assert_exact(Scope((panel.id,), *YEAR), combinations=((), ("month",)))


class TestRecount:
    def test_the_command_counts_from_scratch(self, app: Flask) -> None:
        panel = make_panel()
        make_item(panel=panel, author_key="r-1", said_at=datetime(2026, 2, 3, tzinfo=UTC))
        rolling.fold()
        # As if something had gone wrong behind everybody's back.
        with unit_of_work() as session:
            session.execute(update(RollupBlock).values(cells=b"\x02\x00\x00\x00[]"))
        assert cube.count_all(Scope((panel.id,), *YEAR)).items == 0
        result = app.test_cli_runner().invoke(args=["report", "recount"])
        assert result.output == "1 pieces of time counted\n"
        assert cube.count_all(Scope((panel.id,), *YEAR)).items == 1


def blocks() -> dict[tuple[Any, ...], bytes]:
    """All blocks by what they are of."""
    rows = db.session.execute(
        select(
            RollupBlock.cut, RollupBlock.panel_id, RollupBlock.span, RollupBlock.starts_on, RollupBlock.cells
        )
    )
    return {tuple(row[:4]): row.cells for row in rows}
