"""How tags are read from a line of text, and when two spellings are one tag."""

import re
from collections.abc import Collection

from flask_babel import lazy_gettext as _l

from community.analysis.script import fold
from community.infra.errors import Invalid

MOST = 5
LONGEST = 30
_BETWEEN = re.compile(r"[,，、;；\n]+")


def read_tags(line: str) -> list[str]:
    """The tags of a line, each once, as they were written; Invalid if they are too many or too long."""
    tags: dict[str, str] = {}
    for part in _BETWEEN.split(line):
        name = " ".join(part.split()).removeprefix("#").strip()
        if name and fold_tag(name):
            tags.setdefault(fold_tag(name), name)
    check_tags(tags.values())
    return list(tags.values())


def check_tags(names: Collection[str]) -> None:
    """Raise Invalid if these are too many tags, or one of them is too long."""
    if len(names) > MOST:
        raise Invalid(_l("Please use at most %(most)d tags.", most=MOST), field="tags")
    if any(len(name) > LONGEST for name in names):
        raise Invalid(_l("Please keep each tag to %(most)d characters.", most=LONGEST), field="tags")


def fold_tag(name: str) -> str:
    """What all spellings of a tag have in common: case, width and script do not matter."""
    return " ".join(fold(name).split())[: 2 * LONGEST]
