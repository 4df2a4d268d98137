"""Paging that stays cheap: numbered pages up to a bound for boards, and stretches by id for long threads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Generic, TypeVar

from community.infra.db import MAX_ID
from community.infra.errors import NotFound

# The database walks over all rows before a page, so pages far back cost the most and are read the least.
MAX_PAGES = 500

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """One numbered page; numbers begin with 1."""

    items: tuple[Item, ...]
    number: int
    per_page: int
    has_next: bool


@dataclass(frozen=True)
class Stretch(Generic[Item]):
    """One part of a long thread; `next_after` is the id behind which the next one begins, None at the end."""

    items: tuple[Item, ...]
    next_after: int | None


def page_number(raw: str | None) -> int:
    """The page that a query string asks for: 1 if it makes no sense, NotFound beyond `MAX_PAGES`."""
    number = max(1, _natural(raw))
    if number > MAX_PAGES:
        raise NotFound()
    return number


def offset(number: int, per_page: int) -> int:
    """How many rows lie before the page."""
    return (number - 1) * per_page


def read_page(rows: Sequence[Item], *, number: int, per_page: int) -> Page[Item]:
    """The page made of rows that were fetched with a limit of `per_page + 1`."""
    has_next = len(rows) > per_page and number < MAX_PAGES
    return Page(tuple(rows[:per_page]), number, per_page, has_next)


def after_id(raw: str | None) -> int:
    """The id behind which a stretch begins, from a query string; 0, the beginning, if it makes no sense."""
    return _natural(raw)


def read_stretch(
    rows: Sequence[Item], *, per_page: int, id_of: Callable[[Item], int] = attrgetter("id")
) -> Stretch[Item]:
    """The stretch made of rows in the order of their ids, fetched with a limit of `per_page + 1`."""
    items = tuple(rows[:per_page])
    return Stretch(items, id_of(items[-1]) if len(rows) > per_page else None)


def _natural(raw: str | None) -> int:
    if raw is None or not (raw.isascii() and raw.isdigit()):
        return 0
    # Python refuses to read numbers of thousands of digits.
    return min(int(raw[:20]), MAX_ID)
