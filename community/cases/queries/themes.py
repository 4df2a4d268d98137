"""Reading what many say: the themes of a period, and the cases that were opened for their causes."""

from collections.abc import Collection
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

from flask import current_app
from sqlalchemy import and_, func, select, true
from sqlalchemy.orm import aliased

from community.analysis.themes import Row, Theme, themes_of
from community.cases.models import Case, CaseItem
from community.cases.queries.doors import visible_cases
from community.feedback.models import FeedbackItem
from community.infra import clock
from community.infra.db import db
from community.infra.text import excerpt
from community.members.models import Member

# Themes are found on request, which takes a second for so many beginnings of texts; see docs/decisions.
MOST_TEXTS = 3000
BEGINNING = 400
KEPT = timedelta(minutes=5)
SHOWN = 30
SAMPLES = 3
# What one person says again and again is a case of theirs, not what many say.
LEAST_PEOPLE = 2


class Found(NamedTuple):
    """A theme of the period, with a few of its texts and the open case for its cause, if there is one."""

    theme: Theme
    samples: tuple[str, ...]
    # How many of its texts lie in the open case of a theme, and in which.
    case_id: int | None
    in_case_count: int

    @property
    def title(self) -> str:
        """What a case for it may be called."""
        return " · ".join(self.theme.words)

    @property
    def topic_id(self) -> int | None:
        """The topic its texts were given."""
        return int(self.theme.topic) if self.theme.topic is not None else None


class Themes(NamedTuple):
    """The themes of a period; of many texts only every so-manieth is looked at, in both periods alike."""

    found: tuple[Found, ...]
    text_count: int
    every: int


class ThemeCase(NamedTuple):
    """A case for the cause of what many say."""

    id: int
    title: str
    state: str
    is_open: bool
    item_count: int
    cause: str
    fix: str
    opened_at: datetime
    owner_name: str | None


def find_themes(panel_id: int, *, days: int) -> Themes:
    """What many have said in the panel in the last days, compared with as many days before.

    Looked for at most once in five minutes in each process; which cases they are in is always read anew.
    """
    kept: dict[tuple[int, int], tuple[datetime, tuple[list[Theme], int, int]]]
    kept = current_app.extensions.setdefault("themes", {})
    now = clock.now()
    if (panel_id, days) not in kept or abs(now - kept[panel_id, days][0]) >= KEPT:
        kept[panel_id, days] = (now, _look(panel_id, now=now, days=days))
    themes, text_count, every = kept[panel_id, days][1]
    shown = themes[:SHOWN]
    in_cases = cases_for_causes({item_id for theme in shown for item_id in theme.ids})
    samples = _beginnings({item_id for theme in shown for item_id in theme.ids[:SAMPLES]})
    return Themes(tuple(_found(theme, samples, in_cases) for theme in shown), text_count, every)


def list_busiest(panel_ids: Collection[int], *, days: int) -> list[int]:
    """These of the panels in which something was said in the last days, the most first."""
    now = clock.now()
    count = func.count(FeedbackItem.id)
    return list(
        db.session.scalars(
            select(FeedbackItem.panel_id)
            .where(
                FeedbackItem.panel_id.in_(panel_ids),
                FeedbackItem.state == "read",
                FeedbackItem.said_at >= now - timedelta(days=days),
                FeedbackItem.said_at < now,
            )
            .group_by(FeedbackItem.panel_id)
            .order_by(count.desc(), FeedbackItem.panel_id)
        )
    )


def list_theme_cases(panel_id: int, viewer: Member, *, limit: int = 50) -> list[ThemeCase]:
    """The cases for causes in this panel that the viewer may see, open ones first."""
    owner = aliased(Member)
    rows = db.session.execute(
        select(
            Case.id,
            Case.title,
            Case.state,
            Case.is_open,
            Case.item_count,
            Case.cause,
            Case.fix,
            Case.opened_at,
            owner.display_name,
        )
        .outerjoin(owner, owner.id == Case.owner_id)
        .where(Case.is_theme == true(), Case.panel_id == panel_id, visible_cases(viewer))
        .order_by(Case.is_open.desc(), Case.id.desc())
        .limit(limit)
    )
    return [ThemeCase(*row) for row in rows]


def cases_for_causes(item_ids: Collection[int]) -> dict[int, int]:
    """Of these texts, which lie in the open case of a theme, and in which."""
    rows = db.session.execute(
        select(CaseItem.item_id, CaseItem.case_id)
        .join(Case, Case.id == CaseItem.case_id)
        .where(CaseItem.item_id.in_(item_ids), Case.is_theme == true(), Case.is_open == true())
        .order_by(Case.id)
    )
    return {item_id: case_id for item_id, case_id in rows}  # noqa: C416 - rows are no pairs to mypy


def list_open_case_ids_within(theme_id: int) -> list[int]:
    """The open cases of the authors whose texts lie in the case of a theme."""
    within = select(CaseItem.item_id).where(CaseItem.case_id == theme_id)
    return list(
        db.session.scalars(
            select(Case.id)
            .join(CaseItem, CaseItem.case_id == Case.id)
            .where(CaseItem.item_id.in_(within), CaseItem.is_own == true(), Case.is_open == true())
            .distinct()
            .order_by(Case.id)
        )
    )


def _look(panel_id: int, *, now: datetime, days: int) -> tuple[list[Theme], int, int]:
    start = now - timedelta(days=days)
    said = and_(
        FeedbackItem.panel_id == panel_id,
        FeedbackItem.state == "read",
        FeedbackItem.said_at >= start - timedelta(days=days),
        FeedbackItem.said_at < now,
    )
    total = db.session.scalar(select(func.count(FeedbackItem.id)).where(said)) or 0
    every = max(1, ceil(total / MOST_TEXTS))
    rows = db.session.execute(
        select(
            FeedbackItem.id,
            FeedbackItem.title,
            func.substr(FeedbackItem.text, 1, BEGINNING),
            FeedbackItem.topic_id,
            FeedbackItem.said_at,
            FeedbackItem.author_id,
            FeedbackItem.author_key,
        ).where(said, FeedbackItem.id % every == 0)
    )
    texts, people = [], {}
    for item_id, title, text, topic_id, said_at, author_id, author_key in rows:
        words = f"{title}\n{text}" if title else text
        texts.append(Row(item_id, words, str(topic_id) if topic_id else None, said_at))
        # Texts of nobody known are each somebody's own.
        people[item_id] = author_id or author_key or -item_id
    themes = [
        theme
        for theme in themes_of(texts, start=start, end=now)
        if len({people[item_id] for item_id in theme.ids}) >= LEAST_PEOPLE
    ]
    return themes, total, every


def _beginnings(item_ids: Collection[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(FeedbackItem.id, FeedbackItem.title, func.substr(FeedbackItem.text, 1, BEGINNING)).where(
            FeedbackItem.id.in_(item_ids), FeedbackItem.state == "read"
        )
    )
    return {item_id: title or excerpt(text, 160) for item_id, title, text in rows}


def _found(theme: Theme, samples: dict[int, str], in_cases: dict[int, int]) -> Found:
    cases = [in_cases[item_id] for item_id in theme.ids if item_id in in_cases]
    case_id = max(set(cases), key=cases.count) if cases else None
    return Found(
        theme,
        tuple(samples[item_id] for item_id in theme.ids[:SAMPLES] if item_id in samples),
        case_id,
        cases.count(case_id) if case_id is not None else 0,
    )
