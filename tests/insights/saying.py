"""Many texts at once for reports, and what they come to, reckoned by pandas straight from the rows."""

import random
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import select

from community.feedback.models import FeedbackItem
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.insights.scope import Scope
from community.members.models import Member
from community.panels.models import Panel

WORDS = {
    "pos": "Everything about the delivery went well this time, thank you for that.",
    "neg": "The parcel came late again and the box was torn at two corners.",
    "neu": "The parcel was delivered by the neighbour on the second floor.",
    "mixed": "Nice box and a kind driver, but it came two days later than promised.",
}
SCORES = {"pos": 0.6, "neg": -0.5, "neu": 0.0, "mixed": 0.1}


def say_all(rows: Sequence[dict[str, Any]]) -> None:
    """Texts that were read, with these columns."""
    with unit_of_work() as session:
        for number, row in enumerate(rows):
            text = WORDS.get(row.get("sentiment", ""), "Somebody said something about something.")
            session.add(
                FeedbackItem(
                    **{
                        "source": "import",
                        "source_name": "reviews",
                        "source_id": f"row-{number}",
                        "text": f"{text} ({number})",
                        "state": "read",
                        "stage": "read",
                        "language": "en",
                        "kind": "remark",
                        "score": SCORES.get(row.get("sentiment", "")),
                        **row,
                    }
                )
            )


def noon(day: Any) -> datetime:
    """The middle of a day."""
    return datetime.combine(day, time(12), clock.now().tzinfo)


def talk(
    scope: Scope,
    panels: Sequence[Panel],
    members: Sequence[Member],
    topic_ids: Sequence[int],
    *,
    seed: int = 5,
) -> None:
    """Some hundred texts of the scope's period and the one before, of people who write up to a dozen."""
    rng = random.Random(seed)
    rows = []
    for period, count, bad in ((scope.before, 260, 0.2), (scope, 340, 0.45)):
        for _number in range(count):
            who = rng.random()
            author: dict[str, Any] = {}
            if who < 0.5:
                author["author_id"] = rng.choice(members).id
            elif who < 0.9:
                author["author_key"] = f"r-{rng.randrange(90)}"
            # The last topic is spoken of by two people only.
            topic_id = rng.choices([None, *topic_ids[:-1]], [4, *range(6, 6 - len(topic_ids) + 1, -1)])[0]
            if author.get("author_key") in ("r-1", "r-2"):
                topic_id = topic_ids[-1]
            feeling = rng.choices(
                ["neg", "pos", "neu", "mixed", None], [bad, 0.5 - bad / 2, 0.2, 0.08, 0.05]
            )[0]
            day = period.from_on + timedelta(days=rng.randrange(period.day_count))
            rows.append(
                {
                    **author,
                    "panel_id": rng.choices(panels, [5, 3, 2][: len(panels)])[0].id,
                    "topic_id": topic_id,
                    "sentiment": feeling,
                    "score": SCORES[feeling] + rng.uniform(-0.3, 0.3) if feeling else None,
                    "kind": rng.choice(["complaint", "praise", "suggestion"]),
                    "language": rng.choice(["en", "en", "zh-Hans", "zh-Hant"]),
                    "state": "read" if rng.random() < 0.95 else "waiting",
                    "said_at": noon(day),
                }
            )
    say_all([row if row["state"] == "read" else _unread(row) for row in rows])


def read_rows(scope: Scope) -> pd.DataFrame:
    """The texts of the scope as they stand, with `person` and the days they were said on."""
    names = (
        "id", "panel_id", "author_id", "author_key", "topic_id", "sentiment", "score", "rating", "kind",
        "language", "state", "said_at",
    )  # fmt: skip
    rows = db.session.execute(select(*(getattr(FeedbackItem, name) for name in names))).all()
    frame = pd.DataFrame([tuple(row) for row in rows], columns=list(names))
    frame["person"] = [
        f"m{row.author_id:.0f}"
        if row.author_id == row.author_id and row.author_id
        else row.author_key or f"t{row.id}"
        for row in frame.itertuples()
    ]
    frame["day"] = [each.date() for each in frame["said_at"]]
    inside = frame["panel_id"].isin(scope.panel_ids) & (frame["state"] != "withdrawn")
    return frame[inside & (frame["day"] >= scope.from_on) & (frame["day"] <= scope.until_on)]


def _unread(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "topic_id": None, "sentiment": None, "score": None, "kind": None, "language": None}
