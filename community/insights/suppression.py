"""Which groups are kept back because too few people are in them, also those that subtraction would uncover.

The numbers are people behind a figure (its base), not those who gave one answer. Nobody is no group: whoever
builds a table leaves such rows out.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from flask_babel import gettext as _
from flask_babel import ngettext

from community.insights.figures import Figure, Row
from community.statistics.intervals import MIN_SHOWN

# How many people some groups (by their number in the table) have together, each counted once.
Together = Callable[[Sequence[int]], int]


def is_few(people: int) -> bool:
    """Whether so many people could be told from each other; nobody cannot."""
    return 0 < people < MIN_SHOWN


def base(people: int) -> int | None:
    """How many people a figure says that it rests on; nothing of so few."""
    return None if is_few(people) else people


def kept_back(people: Sequence[int], *, together: Together | None = None) -> frozenset[int]:
    """The numbers of the groups to keep back in a table whose whole is known, by the people in each.

    Groups of too few go, then the next smallest ones until at least two groups are kept back that have enough
    people together: fewer could be had by taking what is shown from the whole. `together` counts the people
    of groups that share some; without it the groups share nobody.
    """
    hidden = {at for at, count in enumerate(people) if is_few(count)}
    if not hidden:
        return frozenset()
    rest = sorted((at for at, count in enumerate(people) if count >= MIN_SHOWN), key=lambda at: people[at])
    for at in rest:
        if len(hidden) > 1 and _together(sorted(hidden), people, together) >= MIN_SHOWN:
            break
        hidden.add(at)
    return frozenset(hidden)


def sharing(people: Sequence[int]) -> Together:
    """How many people some groups have together at the least, where nobody knows how many they share."""
    return lambda groups: max(people[at] for at in groups)


def kept_back_overlapping(people: Sequence[int], *, of: int) -> frozenset[int]:
    """The numbers of the groups to keep back where each is a part of the same `of` people, as segments are.

    A group goes if it has too few people, or if too few are left over outside of it.
    """
    return frozenset(at for at, count in enumerate(people) if is_few(count) or is_few(of - count))


def keep_back(rows: Sequence[Row], hidden: Collection[int], *, named_by: Sequence[str]) -> list[Row]:
    """The rows, those kept back with nothing but the columns that name them."""
    return [
        replace(
            row,
            cells={key: row.cells.get(key) for key in named_by},
            texts=None,
            is_hidden=True,
        )
        if at in hidden
        else row
        for at, row in enumerate(rows)
    ]


def sealed(figure: Figure) -> Figure:
    """The figure; without its base, its picture and its words if all of its rows are kept back."""
    if not figure.rows or not all(row.is_hidden for row in figure.rows):
        return figure
    return replace(figure, n=0, people=None, chart=None, claims=(), quotes=())


def note(count: int) -> list[str]:
    """What is said beneath a table in which so many rows are kept back."""
    if not count:
        return []
    return [
        ngettext(
            "%(num)d row is kept back: fewer than ten people are in it, or could be reckoned from the rest.",
            "%(num)d rows are kept back: fewer than ten people are in them, or could be reckoned from the "
            "rest.",
            count,
        )
    ]


def too_few() -> str:
    """What a whole report of too few people says."""
    return str(_("Fewer than ten people are in this report, so it shows no figures."))


def _together(hidden: Sequence[int], people: Sequence[int], together: Together | None) -> int:
    return together(hidden) if together is not None else sum(people[at] for at in hidden)
