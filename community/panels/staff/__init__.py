"""Staff pages about panels and segments; importing them gives the blueprint its addresses."""

from community.panels.staff import doors, invitations, panels, people, segments
from community.panels.staff.access import blueprint

__all__ = ["blueprint", "doors", "invitations", "panels", "people", "segments"]
