"""A kind of report for tests: it counts the texts of the scope, in as many steps as it is told."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import func, select

from community.feedback.models import FeedbackItem
from community.infra.db import db
from community.insights.figures import Chart, Claim, Column, Figure, Quote, Row, Section
from community.insights.kinds.contract import Collected, Kind, Progress
from community.insights.scope import Scope


def plain_kind(
    *,
    steps: int = 2,
    quotes: Sequence[Quote] = (),
    charts: int = 0,
    at_step: Callable[[int], None] = lambda _step: None,
) -> Kind:
    """A kind "voice" that calls `at_step` with the number of each step before it takes it."""

    def collect(scope: Scope, progress: Progress, *, now: datetime) -> Collected:
        n = 0
        for step in range(steps):
            progress(step, steps)
            at_step(step)
            n = count_texts(scope)
        figures = [
            Figure(
                f"texts.{number}",
                "Texts",
                [Column("panel", "Panel"), Column("n", "Texts", "count")],
                [Row({"panel": "All", "n": n})],
                n,
                "texts",
                n,
                chart=Chart("bars", "n", "panel", "How many texts there are.") if charts else None,
                quotes=quotes if number == 0 else (),
            )
            for number in range(max(1, charts))
        ]
        return Collected(
            [Section("texts", "Texts", figures)], [Claim(f"There are {n} texts.")], [("Texts", n)], n, n
        )

    return Kind("voice", "Voice of the panel", "What was said.", collect)


def count_texts(scope: Scope) -> int:
    """The texts of the scope's panels, in its period."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(FeedbackItem)
            .where(
                FeedbackItem.panel_id.in_(scope.panel_ids),
                FeedbackItem.said_at >= scope.starts_at,
                FeedbackItem.said_at < scope.ends_at,
                FeedbackItem.state != "withdrawn",
            )
        )
        or 0
    )
