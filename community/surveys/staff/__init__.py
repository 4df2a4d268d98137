"""Staff pages about surveys; importing them gives the blueprint its addresses."""

from community.surveys.staff.access import blueprint

__all__ = ["blueprint"]
