"""Staff pages about points and rewards; importing them gives the blueprint its addresses."""

from community.loyalty.staff import (
    adjustments,
    awards,
    books,
    catalogue,
    circles,
    codes,
    liability,
    member_books,
    overview,
    programme,
    redemptions,
    rules,
    tiers,
)
from community.loyalty.staff.access import blueprint

__all__ = [
    "adjustments",
    "awards",
    "blueprint",
    "books",
    "catalogue",
    "circles",
    "codes",
    "liability",
    "member_books",
    "overview",
    "programme",
    "redemptions",
    "rules",
    "tiers",
]
