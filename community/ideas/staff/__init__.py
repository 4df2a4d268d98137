"""Staff pages about ideas; importing them gives the blueprint its addresses."""

from community.ideas.staff import desk, votes
from community.ideas.staff.access import blueprint

__all__ = ["blueprint", "desk", "votes"]
