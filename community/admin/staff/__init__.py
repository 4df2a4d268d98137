"""Staff pages that keep the site in order; importing them gives the blueprint its addresses."""

from community.admin.staff import audit, mails, owed
from community.admin.staff.access import blueprint

__all__ = ["audit", "blueprint", "mails", "owed"]
