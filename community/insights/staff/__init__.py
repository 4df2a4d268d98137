"""Staff pages about reports; importing them gives the blueprint its addresses."""

from community.insights.staff import building, comparing, desk, feedback_files, files, reading, templates
from community.insights.staff.access import blueprint

__all__ = [
    "blueprint",
    "building",
    "comparing",
    "desk",
    "feedback_files",
    "files",
    "reading",
    "templates",
]
