"""Which of many things to show first at the front door: those that the reader can most likely read."""

import re
from collections.abc import Sequence
from typing import Protocol, TypeVar

_HAN = re.compile(r"[\u3400-\u9fff]")


class Titled(Protocol):
    """Anything with a title."""

    @property
    def title(self) -> str:
        """Its title."""


Thing = TypeVar("Thing", bound=Titled)


def for_readers_of(locale: str, things: Sequence[Thing]) -> list[Thing]:
    """The things, those whose titles are in the script of the locale first, else in their order."""
    is_chinese = locale.startswith("zh")
    return sorted(things, key=lambda thing: bool(_HAN.search(thing.title)) != is_chinese)
