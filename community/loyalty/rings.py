"""Small circles of members whose marks keep going round: how they are measured and found (methods 4.1)."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple

# How far back marks are looked at.
DAYS = 90
# Above this share of the others a member stands out; fewer others than these say nothing.
PERCENTILE = 99
FEWEST_OTHERS = 20
# Whoever gets at least this share of a member's marks, and gives as many back, is in their circle.
PARTNER_SHARE = 0.1


class Exchange(NamedTuple):
    """How many marks a member gave one other member, and how many came back from them."""

    giver_id: int
    receiver_id: int
    given: int
    returned: int


class Leaning(NamedTuple):
    """How a member's marks are spread.

    `reciprocity` is the share that comes back, sum of min(w_ij, w_ji) / sum of w_ij; `concentration` is the
    sum of their receivers' squared shares (1: all to one); `volume` is how many there are.
    """

    member_id: int
    reciprocity: float
    concentration: float
    volume: int
    partner_ids: tuple[int, ...]


def measure(exchanges: Sequence[Exchange]) -> Leaning:
    """How the marks of one member are spread, from all that they gave; the largest partner comes first."""
    volume = sum(each.given for each in exchanges)
    returned = {each.receiver_id: min(each.given, each.returned) for each in exchanges}
    partners = [member_id for member_id, both in returned.items() if both >= max(1, PARTNER_SHARE * volume)]
    return Leaning(
        exchanges[0].giver_id,
        reciprocity=sum(returned.values()) / volume,
        concentration=sum((each.given / volume) ** 2 for each in exchanges),
        volume=volume,
        partner_ids=tuple(sorted(partners, key=lambda member_id: (-returned[member_id], member_id))),
    )


def find_circles(leanings: Iterable[Leaning], *, minimum: int) -> list[Leaning]:
    """Those with enough marks whose reciprocity and concentration both exceed the 99th percentile.

    The percentile is that of the others with enough marks, without the member's own partners: those two who
    only mark each other would else hide each other, as neither exceeds the other.
    """
    cohort = {each.member_id: each for each in leanings if each.volume >= minimum}
    reciprocities = sorted(each.reciprocity for each in cohort.values())
    concentrations = sorted(each.concentration for each in cohort.values())

    def stands_out(each: Leaning) -> bool:
        circle = [
            cohort[member_id] for member_id in (each.member_id, *each.partner_ids) if member_id in cohort
        ]
        others = len(cohort) - len(circle)
        return others >= FEWEST_OTHERS and all(
            _exceeds(value, sorted_values, beside=[getattr(one, name) for one in circle], others=others)
            for name, value, sorted_values in (
                ("reciprocity", each.reciprocity, reciprocities),
                ("concentration", each.concentration, concentrations),
            )
        )

    return [each for each in cohort.values() if each.partner_ids and stands_out(each)]


def _exceeds(value: float, sorted_values: Sequence[float], *, beside: Sequence[float], others: int) -> bool:
    """Whether at most a hundredth of the others is as high; `beside` are the values that are left out."""
    as_high = len(sorted_values) - bisect_left(sorted_values, value)
    as_high -= sum(one >= value for one in beside)
    return as_high * 100 <= (100 - PERCENTILE) * others
