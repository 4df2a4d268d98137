"""Staff pages of moderation; importing them gives the blueprint its addresses."""

from community.moderation.staff import appeals, decisions, item_page, quality, queue, rules, trust
from community.moderation.staff.access import blueprint

__all__ = ["appeals", "blueprint", "decisions", "item_page", "quality", "queue", "rules", "trust"]
