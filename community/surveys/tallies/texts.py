"""Answers in words: only how many there are; what they say is read by the listening pipeline."""

from community.surveys.kinds.contract import Value
from community.surveys.tallies.sums import Counted, Figures, FromSums, Marks, Sums


class Texts(FromSums):
    """How many wrote something."""

    def marks(self, asked: Counted, value: Value) -> Marks:
        """Nothing is added up."""
        return Marks(())

    def figures(self, asked: Counted, sums: Sums, *, population: int | None) -> Figures:
        """Nothing but how many answered."""
        return {}
