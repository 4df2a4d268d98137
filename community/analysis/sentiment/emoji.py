"""What emoji say, in any language: the valence of each, -4 to 4."""

from functools import cache
from importlib import resources
from types import MappingProxyType


@cache
def valences() -> MappingProxyType[str, float]:
    """The valence of each emoji that carries feeling, by its first character; read once, when needed."""
    table = resources.files("community.analysis.sentiment").joinpath("lexicons", "emoji.tsv")
    rows = (line.split("\t") for line in table.read_text(encoding="utf-8").splitlines() if line)
    return MappingProxyType(
        {character: float(value) for value, characters in rows for character in characters}
    )
