"""Options put in order, points spread over them, and rows on one scale."""

from typing import Any

from community.surveys.kinds.contract import Value
from community.surveys.tallies.sums import Comparing, Counted, Figures, FromSums, Marks, Sums


class Ranking(FromSums):
    """The mean rank of each option, 1 for the best, and how many put it first."""

    def marks(self, asked: Counted, value: Value) -> Marks:
        """The place of each option."""
        order = value["order"]
        places = tuple((f"means.{key}", float(place)) for place, key in enumerate(order, start=1))
        return Marks((f"firsts.{order[0]}",) if order else (), places)

    def compared(self, asked: Counted) -> dict[str, Comparing]:
        """The mean ranks."""
        return {f"means.{key}": "mean" for key in asked.options}

    def figures(self, asked: Counted, sums: Sums, *, population: int | None) -> Figures:
        """Mean ranks with Student's intervals, first places with Wilson's."""
        return {
            "means": {key: sums.mean(f"means.{key}", population=population) for key in asked.options},
            "firsts": sums.shares("firsts", asked.options, population=population),
        }


class Allocation(FromSums):
    """The mean points that each option gets."""

    def marks(self, asked: Counted, value: Value) -> Marks:
        """The points of each option, also of those that got none."""
        points = value["points"]
        return Marks((), tuple((f"means.{key}", float(points.get(key, 0))) for key in asked.options))

    def compared(self, asked: Counted) -> dict[str, Comparing]:
        """The mean points."""
        return {f"means.{key}": "mean" for key in asked.options}

    def figures(self, asked: Counted, sums: Sums, *, population: int | None) -> Figures:
        """Mean points with Student's intervals."""
        return {"means": {key: sums.mean(f"means.{key}", population=population) for key in asked.options}}


class Matrix(FromSums):
    """For each row how many chose each column, and the mean with the columns counted from 1."""

    def marks(self, asked: Counted, value: Value) -> Marks:
        """The column of each row."""
        places = {column["key"]: place for place, column in enumerate(_columns(asked), start=1)}
        chosen = [(row, column) for row, column in value["rows"].items() if column in places]
        hits = [name for row, column in chosen for name in (f"answered.{row}", f"{row}.{column}")]
        return Marks(
            tuple(hits), tuple((f"rows.{row}.mean", float(places[column])) for row, column in chosen)
        )

    def compared(self, asked: Counted) -> dict[str, Comparing]:
        """The mean of every row."""
        return {f"rows.{key}.mean": "mean" for key in asked.options}

    def figures(self, asked: Counted, sums: Sums, *, population: int | None) -> Figures:
        """The rows; shares are of those who answered the row."""
        return {"rows": {row: self._row(asked, row, sums, population) for row in asked.options}}

    def _row(self, asked: Counted, row: str, sums: Sums, population: int | None) -> Figures:
        # Only those who answered this row are its whole.
        own = Sums(sums.bases)
        kept = sums.values.get(f"rows.{row}.mean")
        if kept is not None:
            own.n, own.weight, own.squares = kept.n, kept.weight, kept.squares
        own.counts, own.hits = sums.counts, sums.hits
        columns = [column["key"] for column in _columns(asked)]
        return {
            **own.head(),
            "shares": own.shares(row, columns, population=population),
            "mean": sums.mean(f"rows.{row}.mean", population=population),
        }


def _columns(asked: Counted) -> list[dict[str, Any]]:
    return list(asked.settings.get("columns") or ())
