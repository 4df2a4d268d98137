"""Who asks for what in the benchmarks: members of the first panel of the bulk data, and visitors."""

import time
from collections.abc import Iterator, Sequence
from itertools import product
from random import Random
from typing import NamedTuple

from flask import Flask
from sqlalchemy import Select, func, select, true

from benchmarks._ground import Browser, Ground, asked, sign_in
from benchmarks._load import Ask, Asks, get
from community.demo import content
from community.demo.actions.scale.people import STAFF
from community.ideas.models import Idea
from community.infra.db import db
from community.panels.models import Membership, Panel

SLUG = "everyday"
BOARD = f"/panels/{SLUG}"
SORTS = ("trending", "top", "new", "updated", "unseen")
SEARCHES = 48


class Room(NamedTuple):
    """The panel that is measured: how many ideas it shows, and who is signed in to it."""

    panel_id: int
    idea_count: int
    browsers: list[Browser]


def enter(ground: Ground, count: int) -> Room:
    """The panel with so many members signed in; none of them works here."""

    def find(_app: Flask) -> tuple[int, int, list[int]]:
        panel = db.session.scalars(select(Panel).where(Panel.slug == SLUG)).one()
        members = select(Membership.member_id).where(
            Membership.panel_id == panel.id, Membership.member_id > max(STAFF)
        )
        ids = db.session.scalars(members.order_by(Membership.member_id).limit(count))
        return panel.id, panel.idea_count, list(ids)

    panel_id, idea_count, member_ids = asked(ground, find)
    return Room(panel_id, idea_count, sign_in(ground, member_ids))


def idea_with(ground: Ground, comments: int) -> str:
    """The address of an idea of that panel with so many comments, or as near to it as there is."""
    far = func.abs(Idea.comment_count - comments)
    return asked(
        ground, lambda _app: path_of(db.session.scalars(listed_ideas().order_by(far, Idea.id).limit(1)).one())
    )


def some_ideas(ground: Ground, count: int) -> dict[int, str]:
    """So many ideas of that panel, half of them trending, half new: their numbers and addresses."""

    def find(_app: Flask) -> dict[int, str]:
        talked = db.session.scalars(listed_ideas().order_by(Idea.trend.desc()).limit(count // 2))
        newest = db.session.scalars(listed_ideas().order_by(Idea.published_at.desc()).limit(count // 2))
        return {idea.id: path_of(idea) for idea in (*talked, *newest)}

    return asked(ground, find)


def path_of(idea: Idea) -> str:
    """The address of its page."""
    return f"/ideas/{idea.id}-{idea.slug}" if idea.slug else f"/ideas/{idea.id}"


def listed_ideas() -> Select[Idea]:
    """The ideas of that panel that its members see."""
    panel = select(Panel.id).where(Panel.slug == SLUG).scalar_subquery()
    return select(Idea).where(Idea.panel_id == panel, Idea.is_listed == true())


def of_members(path: str, browsers: Sequence[Browser]) -> Asks:
    """The same page, each connection by a member of its own."""

    def each(connection: int) -> Iterator[Ask]:
        ask = Ask(path, get(path, cookie=browsers[connection % len(browsers)].cookie))
        while True:
            yield ask

    return each


def new_addresses() -> Asks:
    """The board for visitors, its first pages in all orders, under addresses that were not asked before."""
    pages = list(product(range(1, 11), SORTS))

    def each(connection: int) -> Iterator[Ask]:
        # In a process of its own, in every turn.
        dice = Random(f"{time.time_ns()} {connection}")
        while True:
            number, sort = dice.choice(pages)
            yield Ask("cold", get(f"{BOARD}?sort={sort}&page={number}&new={dice.getrandbits(64)}"))

    return each


def searches() -> dict[str, list[str]]:
    """Words to search for by language: alone and in pairs, as frequent in questions as they are in texts."""
    words = content.read("scale")
    found = {}
    for language in ("en", "zh"):
        dice, nouns, adjectives = Random(language), words[language]["noun"], words[language]["adjective"]
        falling = [1 / (rank + 3) for rank in range(len(nouns))]
        alone = dice.choices(nouns, falling, k=SEARCHES // 2)
        pairs = zip(
            dice.choices(adjectives, k=SEARCHES // 4),
            dice.choices(nouns, falling, k=SEARCHES // 4),
            strict=True,
        )
        found[language] = [*alone, *((" " if language == "en" else "").join(pair) for pair in pairs)]
    return found
