"""Reads the demo's texts from the files beside it."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "content"

# What everybody in the demo signs in with; it is printed, and a real site never holds it.
PASSWORD = "sounding-board"  # noqa: S105 it opens the demo and nothing else
DOMAIN = "demo.example"

# One sign-in for each role, in the order in which they are shown.
CAST = ("ana", "ben", "lin", "mia", "omar", "wei", "tess", "ada")


@cache
def read(name: str) -> dict[str, Any]:
    """One file of texts, by its name without the ending."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def list_members() -> list[dict[str, Any]]:
    """The people, the cast first."""
    members: list[dict[str, Any]] = read("members")["member"]
    return members


def list_ideas(panel_key: str) -> list[dict[str, Any]]:
    """What was said in a panel, with what became of it."""
    ideas: list[dict[str, Any]] = read(f"ideas_{panel_key}")["idea"]
    return ideas


def email_of(key: str) -> str:
    """The address of a person of the demo."""
    return f"{key}@{DOMAIN}"
