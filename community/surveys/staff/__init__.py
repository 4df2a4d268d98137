"""Staff pages about surveys; importing them gives the blueprint its addresses."""

from community.surveys.staff import (
    audience,
    budget,
    building,
    contenders,
    desk,
    exports,
    opening,
    pictures,
    preview,
    questions,
    responses,
    results,
    statements,
    targets,
    telling,
    tracking,
)
from community.surveys.staff.access import blueprint

__all__ = [
    "audience",
    "blueprint",
    "budget",
    "building",
    "contenders",
    "desk",
    "exports",
    "opening",
    "pictures",
    "preview",
    "questions",
    "responses",
    "results",
    "statements",
    "targets",
    "telling",
    "tracking",
]
