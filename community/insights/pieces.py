"""Pieces of time that feedback is counted by: calendar weeks cut at the ends of months.

So whole weeks and whole months are both made of whole pieces. Days are days in UTC; weeks begin on Mondays.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

DAY = timedelta(days=1)


class Piece(NamedTuple):
    """A piece, or what a period leaves of one; `starts_on` and `ends_on` are both inside."""

    starts_on: date
    ends_on: date

    @property
    def starts_at(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.starts_on, time(), UTC)

    @property
    def ends_at(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.ends_on + DAY, time(), UTC)


def week_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def month_of(day: date) -> date:
    """The first day of the day's month."""
    return day.replace(day=1)


def piece_of(day: date) -> Piece:
    """The whole piece that the day lies in."""
    starts_on = max(week_of(day), month_of(day))
    return Piece(starts_on, min(week_of(day) + 6 * DAY, end_of_month(day)))


def end_of_month(day: date) -> date:
    """The last day of the day's month."""
    return month_of(month_of(day) + 31 * DAY) - DAY


def pieces_between(from_on: date, until_on: date) -> Iterator[Piece]:
    """The pieces of a period in order; the first and the last are cut where the period begins and ends."""
    day = from_on
    while day <= until_on:
        ends_on = min(piece_of(day).ends_on, until_on)
        yield Piece(day, ends_on)
        day = ends_on + DAY


def is_whole(piece: Piece) -> bool:
    """Whether nothing is cut off."""
    return piece_of(piece.starts_on) == piece


def pieces_by_month(from_on: date, until_on: date) -> Iterator[tuple[date | None, list[Piece]]]:
    """The pieces of a period month by month; the month is None unless the whole of it lies in the period."""
    pieces: list[Piece] = []
    for piece in pieces_between(from_on, until_on):
        pieces.append(piece)
        if piece.ends_on in (end_of_month(piece.ends_on), until_on):
            is_month = pieces[0].starts_on.day == 1 and piece.ends_on == end_of_month(piece.ends_on)
            yield (pieces[0].starts_on if is_month else None), pieces
            pieces = []
