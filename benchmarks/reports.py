"""Reports over a year of feedback: what is counted ahead against GROUP BY, on both databases.

Sizes are given as arguments (10,000 and 100,000 texts by default). Everything is measured in a process of its
own on a database that another one filled, so that its peak of memory is that of the measured work.
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import cycle
from random import Random
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import ColumnElement, Connection, Float, bindparam, func, insert, select, text, update

from benchmarks import _feedback
from community import create_app
from community.feedback.models import FeedbackItem
from community.infra.db import Base, db, one_view, unit_of_work
from community.insights import kinds, marking
from community.insights.actions import rolling
from community.insights.queries import cube
from community.insights.scope import Scope
from community.members.models import AttributeAnswer, Member, ProfileAttribute
from community.panels.models import Panel, Segment

SIZES = (10_000, 100_000)
ROUNDS = 5
PLANS = ("basic", "plus", "max", "trial", "team")
# As the pipeline writes: so many texts are written by one statement.
WATCHED, BATCH = 4_000, 200
ITEMS = Base.metadata.tables[FeedbackItem.__tablename__]


def main() -> None:
    """Print a row for each thing measured, a column for each size, for both databases."""
    # Not above: the processes that measure need no server of their own.
    from tests.servers import postgres

    sizes = [int(each) for each in sys.argv[1:]] or list(SIZES)
    with tempfile.TemporaryDirectory() as folder:
        show("SQLite", {size: measured(f"sqlite:///{folder}/{size}.db", size) for size in sizes})
    server = postgres.start()
    try:
        show("PostgreSQL", {size: measured(server.create_database(), size) for size in sizes})
    finally:
        server.stop()


def show(name: str, columns: dict[int, dict[str, float]]) -> None:
    """The table of one database."""
    print(f"{name:<52}" + "".join(f"{size:>16,}" for size in columns))
    for key in next(iter(columns.values())):
        print(f"  {key:<50}" + "".join(f"{column[key]:>16,.3f}" for column in columns.values()), flush=True)


def measured(url: str, size: int) -> dict[str, float]:
    """Fill a database in one process and measure in another."""
    for step in ("fill", "measure"):
        command = [sys.executable, __file__, step, url, str(size)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def fill(size: int) -> None:
    """A year of texts, and members in five segments that do not overlap and one that does."""
    upgrade()
    _feedback.fill(size)
    with unit_of_work() as session:
        plan = ProfileAttribute(
            key="plan", kind="single_choice", label={"en": "Plan"}, why={"en": "Bench"},
            options=[{"key": each, "en": each} for each in PLANS],
        )  # fmt: skip
        session.add(plan)
        session.add_all(Segment(name=each, rule={"attribute": "plan", "is": each}) for each in PLANS)
        session.add(Segment(name="paying", rule={"attribute": "plan", "is_any": list(PLANS[:3])}))
        session.flush()
        answers = zip(session.scalars(select(Member.id)).all(), cycle(PLANS), strict=False)
        rows = [{"member_id": each, "attribute_id": plan.id, "option": option} for each, option in answers]
        session.execute(insert(AttributeAnswer), rows)


def measure(size: int) -> dict[str, float]:
    """Seconds, the database's own way in multiples of ours, and megabytes."""
    scope = Scope(tuple(db.session.scalars(select(Panel.id))), date(2025, 1, 1), date(2025, 12, 31))
    busy = time.process_time()
    found = {"first count of everything, s": seconds_of(lambda: (rolling.stratify(), rolling.fold()))}
    found["first count, µs of CPU per text"] = (time.process_time() - busy) / size * 1e6
    anew = []
    for _round in range(ROUNDS):
        change_one()
        anew.append(seconds_of(rolling.fold))
    found["one text changed, counted anew, s"] = statistics.median(anew)
    questions: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
        "topic × sentiment": (
            lambda: cube.read(scope),
            lambda: grouped(FeedbackItem.topic_id, FeedbackItem.sentiment),
        ),
        "topic × kind": (
            lambda: cube.read(scope, ("topic", "kind")),
            lambda: grouped(FeedbackItem.topic_id, FeedbackItem.kind),
        ),
        "panel × month": (
            lambda: cube.read(scope, ("panel", "month")),
            lambda: grouped(FeedbackItem.panel_id, month_of(FeedbackItem.said_at)),
        ),
    }
    for name, (ours, theirs) in questions.items():
        rounds = [(seconds_of(ours), seconds_of(theirs)) for _round in range(ROUNDS)]
        found[f"{name}, s"] = statistics.median(each[0] for each in rounds)
        found[f"{name}, GROUP BY over ours"] = statistics.median(each[1] / each[0] for each in rounds)
    found["segment × topic, s"] = seconds_of(lambda: cube.read(scope, ("segment", "topic")))
    before, busy = held(), time.process_time()
    found["voice of the panel, collected, s"] = seconds_of(lambda: collect(scope))
    found["voice of the panel, s of CPU"] = time.process_time() - busy
    found["voice of the panel, peak of memory, MB more"] = held() - before
    return found | cost_of_watching()


def collect(scope: Scope) -> None:
    """A whole report, as the worker reads it."""
    with one_view():
        kinds.KINDS["voice"].collect(scope, lambda done, total: None)


def grouped(*by: ColumnElement[Any] | Any) -> list[Any]:
    """The same counts by the database alone."""
    sums = (
        func.count(),
        func.count(FeedbackItem.told_at),
        func.sum(FeedbackItem.score),
        func.sum(FeedbackItem.score * FeedbackItem.score),
        func.sum(FeedbackItem.rating),
        func.count(FeedbackItem.author_id.distinct()),
    )
    statement = select(*by, *sums).where(FeedbackItem.state != "withdrawn").group_by(*by)
    return list(db.session.execute(statement))


def month_of(column: Any) -> ColumnElement[Any]:
    """The month of a moment, in the words of the database."""
    if db.engine.dialect.name == "sqlite":
        return func.strftime("%Y-%m", column)
    return func.date_trunc("month", column)


def change_one() -> None:
    """One text is corrected."""
    with unit_of_work() as session:
        item = session.scalars(select(FeedbackItem).order_by(FeedbackItem.id.desc()).limit(1)).one()
        item.kind = "question" if item.kind != "question" else "help"


def cost_of_watching() -> dict[str, float]:
    """What the triggers add to taking texts in and to writing down how they were read."""
    columns = [column.name for column in ITEMS.columns if column.name != "id"]
    rows = [
        dict(row._mapping)
        for row in db.session.execute(select(*(ITEMS.c[name] for name in columns)).limit(WATCHED))
    ]
    dice = Random(WATCHED)
    findings = [{"of_id": dice.randrange(1, WATCHED), "new_score": dice.random()} for _each in rows]
    finding = (
        update(ITEMS)
        .where(ITEMS.c.id == bindparam("of_id"))
        .values(score=bindparam("new_score", type_=Float(53)))
    )
    taken_in: list[tuple[float, float]] = []
    read: list[tuple[float, float]] = []
    for turn in range(ROUNDS):
        taken = [row | {"source_id": f"again-{turn}-{number}"} for number, row in enumerate(rows)]
        watched, alone = [_writing(taken, findings, finding, watch=watch) for watch in (True, False)]
        taken_in.append((watched[0] / alone[0], (watched[0] - alone[0]) / len(rows) * 1e6))
        read.append((watched[1] / alone[1], (watched[1] - alone[1]) / len(rows) * 1e6))
    found = {}
    for name, each in (("taking in", taken_in), ("writing a finding", read)):
        found[f"{name}, with the watch over without"] = statistics.median(ratio for ratio, _more in each)
        found[f"{name}, µs more per text"] = statistics.median(more for _ratio, more in each)
    return found


def _writing(taken: list[Any], findings: list[Any], finding: Any, *, watch: bool) -> tuple[float, float]:
    with rolled_back() as connection:
        if not watch:
            for statement in marking.drop_ddl(connection.dialect.name):
                connection.execute(text(statement))

        def take_in() -> None:
            for start in range(0, len(taken), BATCH):
                connection.execute(insert(ITEMS), taken[start : start + BATCH])

        def read() -> None:
            for start in range(0, len(findings), BATCH):
                connection.execute(finding, findings[start : start + BATCH])

        return seconds_of(take_in), seconds_of(read)


@contextmanager
def rolled_back() -> Iterator[Connection]:
    """A transaction that leaves nothing."""
    with db.engine.connect() as connection:
        yield connection
        connection.rollback()


def seconds_of(work: Callable[[], object]) -> float:
    """Seconds that the work takes; nobody else works on the database meanwhile."""
    db.session.rollback()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def held() -> float:
    """The most megabytes that the process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def _child(step: str, url: str, size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        app: Flask = create_app({"INSTANCE": folder, "DATABASE_URL": url})
        with app.app_context():
            if step == "fill":
                fill(size)
            else:
                print(json.dumps(measure(size)))


if __name__ == "__main__":
    if sys.argv[1:2] in (["fill"], ["measure"]):
        _child(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    else:
        main()
