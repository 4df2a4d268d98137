"""Ideas like one that is being written, so that it is supported instead of said again."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Row, bindparam, select, true

from community.analysis import tokens
from community.analysis.likeness import likeness, profile
from community.analysis.script import has_han
from community.ideas.models import Idea
from community.infra import search
from community.infra.db import db
from community.panels.models import Panel

SHOWN = 4
# What is compared closely, out of what shares a word.
CANDIDATES = 40
# Below it, sharing a small word or two is all there is.
LIKE = 0.42
# Chinese has no small words to share: a pair of characters in common says more, and short titles share few.
LIKE_IN_CHINESE = 0.1
# From here on the titles say the same, give or take a small word or a spelling.
SAME = 0.85

_NUMBER = re.compile(r"\d+")

_TITLES = select(Idea.id, Idea.slug, Idea.title, Idea.status, Idea.support_count).where(
    Idea.panel_id == bindparam("panel_id"), Idea.is_listed == true()
)


class Alike(NamedTuple):
    """An idea whose title is like the one asked about; `likeness` goes from 0 to 1."""

    id: int
    slug: str
    title: str
    status: str
    support_count: int
    likeness: float


def list_same(panel: Panel, title: str) -> list[Alike]:
    """The panel's ideas whose titles say the same; titles that count differently ("part 2") do not."""
    numbers = _NUMBER.findall(title)
    # The numbers first: comparing all the runs of two titles costs a hundred times as much.
    rows = [row for row in _candidates(panel, title) if _NUMBER.findall(row.title) == numbers]
    return _most_alike(title, rows, least=SAME)


def list_similar(panel: Panel, title: str) -> list[Alike]:
    """The panel's ideas with titles most like this one, the most alike first."""
    least = LIKE_IN_CHINESE if has_han(title) else LIKE
    return _most_alike(title, _candidates(panel, title), least=least)


def _candidates(panel: Panel, title: str) -> Sequence[Row[int, str, str, str, int]]:
    terms = tokens.query_terms(title)
    statement = (
        _TITLES.where(search.matches(Idea, terms, any_of=True))
        .order_by(search.rank(Idea, terms, any_of=True), Idea.id.desc())
        .limit(CANDIDATES)
    )
    return db.session.execute(statement, {"panel_id": panel.id}).all()


def _most_alike(title: str, rows: Iterable[Row[int, str, str, str, int]], *, least: float) -> list[Alike]:
    asked = profile(title)
    alike = [Alike(*row, likeness=likeness(asked, row.title)) for row in rows]
    alike = [idea for idea in alike if idea.likeness >= least]
    return sorted(alike, key=lambda idea: (-idea.likeness, idea.id))[:SHOWN]
