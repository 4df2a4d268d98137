"""Making an alias: words that are pleasant and mean no more in one language than in another."""

import secrets
from collections.abc import Callable, Collection

# Colours, stones, plants and places in the sky; then animals and stars. Nothing that describes a person.
_FIRST = (
    "Amber", "Aqua", "Azure", "Basil", "Cedar", "Citrus", "Cobalt", "Coral", "Cosmo", "Fern", "Garnet",
    "Ginkgo", "Hazel", "Indigo", "Iris", "Ivory", "Jade", "Juniper", "Lapis", "Lilac", "Linden",
    "Lotus", "Luna", "Maple", "Mint", "Nova", "Olive", "Opal", "Polar", "Saffron", "Sierra", "Topaz",
)  # fmt: skip
_SECOND = (
    "Altair", "Atlas", "Comet", "Condor", "Crane", "Deneb", "Dolphin", "Egret", "Finch", "Gecko",
    "Gibbon", "Heron", "Ibis", "Koala", "Lark", "Lemur", "Lynx", "Lyra", "Manta", "Orca", "Orion",
    "Otter", "Panda", "Puffin", "Robin", "Serval", "Sirius", "Swan", "Tapir", "Tern", "Toucan", "Vega",
)  # fmt: skip
# The numbers behind the words: none at first, then longer ones the more of them are taken.
_NUMBERS = (0, 90, 9_000, 9_000, 900_000)


def make_alias(is_taken: Callable[[str], bool]) -> str:
    """A free alias; nothing about the member can be read from it."""
    tries = 0
    while is_taken(alias := _draw(tries)):
        tries += 1
    return alias


def make_aliases(count: int, *, find_taken: Callable[[Collection[str]], Collection[str]]) -> list[str]:
    """This many different free aliases, asking only a few times which are taken."""
    made: set[str] = set()
    tries = 0
    while len(made) < count:
        drawn = {_draw(tries) for _each in range(count - len(made))}
        made |= drawn - set(find_taken(drawn))
        tries += 1
    return list(made)


def _draw(tries: int) -> str:
    words = f"{secrets.choice(_FIRST)} {secrets.choice(_SECOND)}"
    most = _NUMBERS[min(tries, len(_NUMBERS) - 1)]
    return f"{words} {most // 9 + secrets.randbelow(most)}" if most else words
