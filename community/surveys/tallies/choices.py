"""One answer of several, or any of them, and pictures: how many chose what."""

from collections import Counter
from collections.abc import Sequence

from community.surveys.kinds.contract import Value
from community.surveys.tallies.sums import Answered, Comparing, Counted, Figures, FromSums, Marks, Sums

# Words that members gave are shown as far as they can be taken in.
MOST_TAGS = 40
# The pictures that members brought; those that are offered have numbers.
BROUGHT = "brought"


class Choices(FromSums):
    """The share and the number of those who chose each option."""

    def keys(self, asked: Counted, sums: Sums) -> list[str]:
        """The options as they were offered; behind them what was chosen and is offered no longer."""
        known = list(asked.options)
        chosen = (name.partition(".")[2] for name in sorted(sums.counts))
        return known + [key for key in chosen if key not in known]

    def marks(self, asked: Counted, value: Value) -> Marks:
        """Each choice counts towards its share."""
        chosen = value["choices"] if "choices" in value else [value["choice"]]
        return Marks(tuple(f"shares.{key}" for key in dict.fromkeys(chosen)))

    def compared(self, asked: Counted) -> dict[str, Comparing]:
        """The share of every option."""
        return {f"shares.{key}": "share" for key in asked.options}

    def figures(self, asked: Counted, sums: Sums, *, population: int | None) -> Figures:
        """The share of every option."""
        return {"shares": sums.shares("shares", self.keys(asked, sums), population=population)}


class YesNo(Choices):
    """Yes and no."""

    def keys(self, asked: Counted, sums: Sums) -> list[str]:
        """Both, also when nobody said one of them."""
        return ["yes", "no"]

    def compared(self, asked: Counted) -> dict[str, Comparing]:
        """The share of yes: that of no says the same once more."""
        return {"shares.yes": "share"}


class Pictures(Choices):
    """Which pictures were chosen, how many brought one, and the words that were given to them."""

    def keys(self, asked: Counted, sums: Sums) -> list[str]:
        """The pictures that were offered, and behind them those that members brought, together."""
        return [*asked.options, BROUGHT]

    def marks(self, asked: Counted, value: Value) -> Marks:
        """The picture counts towards its share."""
        key = str(value["picture"])
        return Marks((f"shares.{key if key in asked.options else BROUGHT}",))

    def more(self, asked: Counted, answered: Sequence[Answered], *, is_weighted: bool) -> Figures:
        """The tags, those of most people first; who says a word twice says it once."""
        people: Counter[str] = Counter()
        for each in answered:
            people.update({tag.strip().casefold() for tag in each.value.get("tags") or () if tag.strip()})
        return {
            "tags": [
                [tag, n] for tag, n in sorted(people.items(), key=lambda one: (-one[1], one[0]))[:MOST_TAGS]
            ]
        }
