"""Which of many things to show first at the front door: those that the reader can most likely read."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from community.analysis.script import has_han


class Titled(Protocol):
    """Anything with a title."""

    @property
    def title(self) -> str:
        """Its title."""


Thing = TypeVar("Thing", bound=Titled)


def for_readers_of(locale: str, things: Sequence[Thing]) -> list[Thing]:
    """The things, those whose titles are in the script of the locale first, else in their order."""
    is_chinese = locale.startswith("zh")
    return sorted(things, key=lambda thing: has_han(thing.title) != is_chinese)
