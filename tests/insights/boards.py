"""Boards full of ideas for reports, and what they come to, reckoned by pandas straight from the rows."""

import random
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import select
from statsmodels.duration.survfunc import SurvfuncRight

from community.ideas.models import Idea, IdeaTag, Sighting, StatusChange, Tag, Vote
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.insights.scope import Scope
from community.members.models import Member
from community.panels.models import Panel
from tests.insights.saying import noon

WAY = ["submitted", "under_review", "planned", "in_progress", "delivered"]


def fill_boards(
    scope: Scope, panels: Sequence[Panel], members: Sequence[Member], *, count: int = 24, seed: int = 3
) -> list[Idea]:
    """So many ideas in the scope's period and some before it, some merged, met and supported at random."""
    rng = random.Random(seed)
    with unit_of_work() as session:
        ideas = []
        for number in range(count + count // 2):
            period = scope if number < count else scope.before
            published_at = noon(period.from_on + timedelta(days=rng.randrange(period.day_count - 1)))
            answered_at = published_at + timedelta(
                days=rng.choice([1, 2, 3, 5, 9, 20, 300]), hours=rng.random()
            )
            idea = Idea(
                panel_id=rng.choice(panels).id,
                author_id=rng.choice(members).id,
                title=f"Idea number {number}",
                status=rng.choice([*WAY, "declined"]),
                published_at=published_at,
                answered_at=answered_at if answered_at < clock.now() else None,
            )
            ideas.append(idea)
        session.add_all(ideas)
        session.flush()
        for number, idea in enumerate(ideas):
            idea.root_id = idea.id
            # Every sixth says the one before it again.
            if number % 6 == 5 and ideas[number - 1].panel_id == idea.panel_id:
                root = ideas[number - 1]
                idea.merged_into_id = idea.root_id = root.id
                idea.is_listed = False
        for idea in ideas:
            liked, met = rng.random(), rng.choice([4, 12, 20, 28])
            for member in rng.sample(list(members), met):
                has_voted = rng.random() < liked
                if not has_voted or rng.random() < 0.6:
                    session.add(Sighting(idea_id=idea.id, member_id=member.id))
                if has_voted:
                    is_counted = rng.random() < 0.9
                    session.add(Vote(idea_id=idea.id, member_id=member.id, is_counted=is_counted))
            if idea.status in WAY:
                for before, after in pairwise(WAY[: WAY.index(idea.status) + 1]):
                    session.add(StatusChange(idea_id=idea.id, from_status=before, to_status=after))
        # One went back.
        ideas[0].status = "under_review"
        session.add(StatusChange(idea_id=ideas[0].id, from_status="under_review", to_status="planned"))
    return ideas


def tag(panel: Panel, name: str, ideas: Sequence[Idea]) -> None:
    """Put a tag on ideas of a panel."""
    with unit_of_work() as session:
        row = Tag(panel_id=panel.id, name=name, folded=name.casefold(), idea_count=len(ideas))
        session.add(row)
        session.flush()
        session.add_all(IdeaTag(idea_id=idea.id, tag_id=row.id) for idea in ideas)


def read_ideas(scope: Scope) -> pd.DataFrame:
    """The ideas of the scope that stand on boards, by their numbers, with how long they waited in days."""
    frame = read_all(Idea).set_index("id")
    inside = frame["panel_id"].isin(scope.panel_ids) & frame["is_listed"]
    days = frame["published_at"].map(lambda at: at.date())
    frame = frame[inside & (days >= scope.from_on) & (days <= scope.until_on)].copy()
    frame["waited"] = [
        ((end if end is not None and end == end else clock.now()) - start) / timedelta(days=1)
        for start, end in zip(frame["published_at"], frame["answered_at"].astype(object), strict=True)
    ]
    frame["is_answered"] = frame["answered_at"].notna()
    return frame


def read_met(scope: Scope) -> pd.DataFrame:
    """Each person with each idea (its root) that they met, once, and whether they support it."""
    roots = read_all(Idea).set_index("id")["root_id"]
    votes, seen = read_all(Vote), read_all(Sighting)
    votes = votes[votes["is_counted"]]
    rows = pd.concat(
        [
            pd.DataFrame({"idea": votes["idea_id"].map(roots), "member": votes["member_id"], "supports": 1}),
            pd.DataFrame({"idea": seen["idea_id"].map(roots), "member": seen["member_id"], "supports": 0}),
        ]
    )
    rows = rows[rows["idea"].isin(read_ideas(scope).index)]
    return rows.groupby(["idea", "member"], as_index=False)["supports"].max()


def half_time(waited: Sequence[float], is_over: Sequence[bool]) -> float | None:
    """The time by which it has happened to half, with those who still wait (Kaplan and Meier)."""
    with np.errstate(all="ignore"):
        curve = SurvfuncRight(np.array(waited, dtype=float), np.array(is_over, dtype=int))
    reached = np.flatnonzero(curve.surv_prob <= 0.5 + 1e-9)
    if not len(reached):
        return None
    first = int(reached[0])
    if curve.surv_prob[first] >= 0.5 - 1e-9 and first + 1 < len(curve.surv_times):
        return float(curve.surv_times[first : first + 2].mean())
    return float(curve.surv_times[first])


def read_all(model: Any) -> pd.DataFrame:
    """All rows of a table."""
    columns = [column.key for column in model.__table__.columns]
    rows = db.session.execute(select(*model.__table__.columns)).all()
    return pd.DataFrame([tuple(row) for row in rows], columns=columns)
