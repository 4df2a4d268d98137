"""Points on a scale: the share of each point, the mean, the top box, and the Net Promoter Score."""

from community.surveys.kinds.contract import Value
from community.surveys.tallies.sums import Comparing, Counted, Figures, FromSums, Marks, Sums


class Scale(FromSums):
    """A scale from `least` to `most` with the `box` highest points as its top box."""

    def __init__(self, least: int, most: int, *, box: int) -> None:
        self.points = range(least, most + 1)
        self.top = most - box + 1

    def marks(self, asked: Counted, value: Value) -> Marks:
        """The point, whether it is in the top box, and its value in the mean."""
        point = int(value["number"])
        hits = (f"shares.{point}", "top") if point >= self.top else (f"shares.{point}",)
        return Marks(hits, (("mean", float(point)),))

    def compared(self, asked: Counted) -> dict[str, Comparing]:
        """The mean and the top box."""
        return {"mean": "mean", "top": "share"}

    def figures(self, asked: Counted, sums: Sums, *, population: int | None) -> Figures:
        """The points, the mean (with Student's interval) and the top box (Wilson 1927)."""
        return {
            "shares": sums.shares("shares", map(str, self.points), population=population),
            "mean": sums.mean("mean", population=population),
            "top": sums.share("top", population=population),
            "from": self.top,
            "to": self.points[-1],
        }


class Nps(FromSums):
    """Would they recommend us, 0 to 10: promoters say 9 or 10, detractors 0 to 6 (Reichheld 2003)."""

    points = range(11)

    def marks(self, asked: Counted, value: Value) -> Marks:
        """The point and the group it belongs to."""
        point = int(value["number"])
        group = "promoters" if point >= 9 else "detractors" if point <= 6 else "passives"
        return Marks((f"shares.{point}", group), (("mean", float(point)),))

    def compared(self, asked: Counted) -> dict[str, Comparing]:
        """The score."""
        return {"nps": "nps"}

    def figures(self, asked: Counted, sums: Sums, *, population: int | None) -> Figures:
        """The points, the three groups and the score with its adjusted Wald interval (Rocks 2016)."""
        groups = ("promoters", "passives", "detractors")
        return {
            "shares": sums.shares("shares", map(str, self.points), population=population),
            "nps": sums.nps(population=population),
            "mean": sums.mean("mean", population=population),
        } | {group: sums.share(group, population=population) for group in groups}
