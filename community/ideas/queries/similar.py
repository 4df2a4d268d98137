"""Ideas like one that is being written, so that it is supported instead of said again."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import bindparam, select, true

from community.analysis import tokens
from community.analysis.likeness import likeness, profile
from community.analysis.script import has_han
from community.ideas.models import Idea
from community.infra import search
from community.infra.db import table_of
from community.infra.reading import Reading, at_most
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

_IDEAS = table_of(Idea)
_SHARES_A_WORD, _PLACE = search.any_of(_IDEAS)
_TITLES = Reading(
    select(_IDEAS.c.id, _IDEAS.c.slug, _IDEAS.c.title, _IDEAS.c.status, _IDEAS.c.support_count)
    .where(_IDEAS.c.panel_id == bindparam("panel_id"), _IDEAS.c.is_listed == true(), _SHARES_A_WORD)
    .order_by(_PLACE, _IDEAS.c.id.desc())
    .limit(at_most(CANDIDATES))
    .execution_options(**search.PLANNED_ANEW)
)


class Alike(NamedTuple):
    """An idea whose title is like the one asked about; `likeness` goes from 0 to 1."""

    id: int
    slug: str
    title: str
    status: str
    support_count: int
    likeness: float = 0.0


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


def _candidates(panel: Panel, title: str) -> list[Alike]:
    terms = tokens.query_terms(title)
    if not terms:
        return []
    return [Alike(*row) for row in _TITLES.list(panel_id=panel.id, **search.asked_for(terms, any_of=True))]


def _most_alike(title: str, candidates: Iterable[Alike], *, least: float) -> list[Alike]:
    asked = profile(title)
    alike = [idea._replace(likeness=likeness(asked, idea.title)) for idea in candidates]
    alike = [idea for idea in alike if idea.likeness >= least]
    return sorted(alike, key=lambda idea: (-idea.likeness, idea.id))[:SHOWN]
