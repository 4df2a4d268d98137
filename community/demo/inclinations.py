"""How the demo's members are inclined to answer: dice, weighed by what the texts say, as form fields."""

import math
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from community.statistics.kano import ANSWERS
from community.surveys import kinds
from community.surveys.kinds import Asked
from community.surveys.kinds.maxdiff import MaxDiff

Inclined = Mapping[str, Any]
Filled = Iterator[tuple[str, str]]
# Each option more than this likely is ticked by itself where several may be.
CERTAIN = 100
LEVELS = ("excellent", "satisfactory", "worst")


class Slip:
    """A filled-in form, as a browser would send it."""

    def __init__(self) -> None:
        self._fields: dict[str, list[str]] = {}

    def fill_in(self, fields: Iterable[tuple[str, str]]) -> None:
        """Write more fields on it."""
        for name, value in fields:
            self._fields.setdefault(name, []).append(value)

    def get(self, key: str, default: str) -> str:
        """The first value under this name."""
        return self._fields.get(key, [default])[0]

    def getlist(self, key: str) -> list[str]:
        """All values under this name."""
        return self._fields.get(key, [])

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)


def fields(asked: Asked, inclined: Inclined, *, person: str, dice: random.Random) -> list[tuple[str, str]]:
    """The form fields of one person's answer; none if they leave the question out."""
    return list(FILLERS[asked.kind](asked, inclined, person, dice))


def settings_of(text: Inclined) -> dict[str, Any]:
    """The settings of a question, beyond what its kind takes by itself."""
    if text["kind"] == "moment":
        return {"unit": text["unit"], "asks_levels": True}
    if text["kind"] == "pairwise":
        return {"source": "top", "count": 12, "least": 4, "most": 12}
    if text["kind"] == "picture":
        return {"lets_upload": True, "asks_tags": True}
    return {}


def _one(asked: Asked, inclined: Inclined, _person: str, dice: random.Random) -> Filled:
    likely = inclined["likely"]
    yield asked.field, dice.choices(list(likely), list(likely.values()))[0]


def _several(asked: Asked, inclined: Inclined, _person: str, dice: random.Random) -> Filled:
    likely = inclined["likely"]
    chosen = [key for key, chance in likely.items() if dice.random() * CERTAIN < chance]
    for key in chosen or [next(iter(likely))]:
        yield asked.field, key


def _scale(asked: Asked, inclined: Inclined, _person: str, dice: random.Random) -> Filled:
    points = kinds.of(asked.kind).points()  # type: ignore[attr-defined]
    number = round(dice.gauss(inclined["mean"], inclined["spread"]))
    yield asked.field, str(min(max(number, points[0]), points[-1]))


def _text(asked: Asked, inclined: Inclined, person: str, _dice: random.Random) -> Filled:
    if person in inclined["says"]:
        yield asked.field, inclined["says"][person]


def _moment(asked: Asked, inclined: Inclined, _person: str, dice: random.Random) -> Filled:
    for name in ("expected", "met", "matters"):
        yield f"{asked.field}-{name}", str(min(max(round(dice.gauss(*inclined[name])), 1), 7))
    days = 1
    for name in LEVELS:
        # From better to worse, each at least as long as the one before.
        days = max(days, round(dice.gauss(*inclined[name])))
        yield f"{asked.field}-{name}", str(days)


def _maxdiff(asked: Asked, inclined: Inclined, _person: str, dice: random.Random) -> Filled:
    for number, shown in enumerate(MaxDiff().sets_of(asked), start=1):
        # Utility plus a Gumbel draw: the choice model that the results are fitted with.
        felt = {key: inclined["utilities"][key] - math.log(-math.log(dice.random())) for key in shown}
        yield f"{asked.field}-{number}-best", max(felt, key=lambda key: felt[key])
        yield f"{asked.field}-{number}-worst", min(felt, key=lambda key: felt[key])


def _kano(asked: Asked, inclined: Inclined, _person: str, dice: random.Random) -> Filled:
    for option in asked.options:
        for side, weights in zip(("present", "absent"), inclined["pairs"][option.key], strict=True):
            yield f"{asked.field}-{option.key}-{side}", dice.choices(ANSWERS, weights)[0]


def _allocation(asked: Asked, inclined: Inclined, _person: str, dice: random.Random) -> Filled:
    drawn = {key: dice.gammavariate(weight, 1) for key, weight in inclined["weights"].items()}
    whole = {key: 5 * int(20 * share / sum(drawn.values())) for key, share in drawn.items()}
    whole[max(whole, key=lambda key: whole[key])] += 100 - sum(whole.values())
    for key, points in whole.items():
        yield f"{asked.field}-{key}", str(points)


def _picture(asked: Asked, inclined: Inclined, person: str, dice: random.Random) -> Filled:
    chosen = dice.choice(asked.options).key
    yield asked.field, chosen
    yield f"{asked.field}-why", inclined["says"][person]
    yield f"{asked.field}-tags", ", ".join(dice.sample(inclined["tags"], 2))


FILLERS: Mapping[str, Callable[[Asked, Inclined, str, random.Random], Filled]] = {
    "single": _one,
    "yes_no": _one,
    "several": _several,
    "nps": _scale,
    "short_text": _text,
    "long_text": _text,
    "moment": _moment,
    "maxdiff": _maxdiff,
    "kano": _kano,
    "allocation": _allocation,
    "picture": _picture,
}
