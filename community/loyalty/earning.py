"""How much a contribution gives: what the rule says, less what is alike, as far as all limits leave room."""

from dataclasses import dataclass
from fractions import Fraction
from math import floor

from community.loyalty.models import Programme, RuleVersion

# Windows roll: in any so many days, whatever the calendar says.
DAY, WEEK, MONTH = 1, 7, 30


@dataclass(frozen=True)
class Past:
    """What a member got so far: awards that wait or were given, those of the same rule first.

    `alike_lately` counts within the version's `decay_days`, `alike_of_pair` those for the same other member
    in 30 days; `in_wallet` is what is free to spend or still pending.
    """

    alike_today: int = 0
    alike_this_week: int = 0
    alike_lately: int = 0
    alike_ever: int = 0
    alike_of_pair: int = 0
    points_today: int = 0
    points_this_month: int = 0
    in_wallet: int = 0


@dataclass(frozen=True)
class Amount:
    """All points, the part of them that is a bonus, and the limit that made them fewer, a word of reasons."""

    points: int
    bonus: int = 0
    limited_by: str = ""


def amount(
    base: int, *, version: RuleVersion, programme: Programme, past: Past, budget_left: int | None = None
) -> Amount:
    """What one more contribution gives on top of `past`; never less than 0."""
    closed = _closed(version, past)
    if closed:
        return Amount(0, limited_by=closed)
    points = diminished(base, decay=version.decay, number=past.alike_lately + 1)
    bonus = version.first_bonus if past.alike_ever == 0 else 0
    whole = Amount(points + bonus, bonus=bonus, limited_by="" if points == base else "alike")
    return _that_has_room(whole, _room(programme, past, budget_left))


def once_more(
    first: Amount, *, version: RuleVersion, programme: Programme, past: Past, budget_left: int | None = None
) -> Amount:
    """What the same contribution gives that is back: what it gave, as far as limits leave room by now."""
    closed = _closed(version, past)
    if closed:
        return Amount(0, limited_by=closed)
    bonus = first.bonus if past.alike_ever == 0 else 0
    whole = Amount(first.points - first.bonus + bonus, bonus=bonus, limited_by=first.limited_by)
    return _that_has_room(whole, _room(programme, past, budget_left))


def diminished(base: int, *, decay: float, number: int) -> int:
    """floor(base · decay^(number - 1)), exactly as staff wrote the share."""
    return floor(base * Fraction(str(decay)) ** (number - 1))


def _closed(version: RuleVersion, past: Past) -> str:
    """The limit by count that is reached, or nothing."""
    counts = (
        ("per_day", version.per_day, past.alike_today),
        ("per_week", version.per_week, past.alike_this_week),
        ("per_pair", version.per_pair, past.alike_of_pair),
    )
    return next((word for word, most, so_far in counts if most is not None and so_far >= most), "")


def _that_has_room(whole: Amount, left: tuple[int | None, str]) -> Amount:
    """As much as there is room for: what the rule itself says comes first, the bonus gets what is left."""
    room, limit = left
    if room is None or room >= whole.points:
        return whole
    return Amount(room, bonus=max(0, room - (whole.points - whole.bonus)), limited_by=limit)


def _room(programme: Programme, past: Past, budget_left: int | None) -> tuple[int | None, str]:
    """How many points all limits leave, and the tightest one; None without any limit."""
    rooms = [
        (most - so_far, word)
        for word, most, so_far in (
            ("points_per_day", programme.points_per_day, past.points_today),
            ("points_per_month", programme.points_per_month, past.points_this_month),
            ("most_in_wallet", programme.most_in_wallet, past.in_wallet),
            ("budget_per_month", budget_left, 0),
        )
        if most is not None
    ]
    if not rooms:
        return None, ""
    room, word = min(rooms, key=lambda each: each[0])
    return max(0, room), word
