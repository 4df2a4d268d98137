"""Staff pages about cases; importing them gives the blueprint its addresses."""

from community.cases.staff import combining, desk, files, levels, opening, rules, teams, templates, themes
from community.cases.staff.access import blueprint

__all__ = [
    "blueprint", "combining", "desk", "files", "levels", "opening", "rules", "teams", "templates", "themes",
]  # fmt: skip
