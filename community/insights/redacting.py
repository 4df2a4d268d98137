"""Taking words out of a written snapshot: names of people and titles of ideas that are to be forgotten.

Members choose what they are called and what their ideas are called, so it could be anything that stands in a
report: words go only from where names and titles are told.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

# What the cells are called that hold the name of an owner, or the title of an idea (kinds/).
OWNER, IDEA = "owner", "idea"
# Figures by owner end so, and have the owner in this cell.
BY_OWNER, GROUP = "_by_owner", "group"

Words = Mapping[str, str]
# What stands before and behind a word: an owner's name is all of a cell, a title can have a number behind it
# that tells it from another one of the same words.
_NAME, _TITLE = ("^", "$"), ("^", r"(?=$| \(#)")
# In sentences an owner stands before what is said of them, a title in quotation marks.
_TOLD, _QUOTED = ("^", "(?=$|: |：)"), ("(?<=[“「])", "(?=[”」])")


class _Place(NamedTuple):
    """A text that may hold some words, by what holds it and its key there."""

    holder: dict[str, Any]
    key: str
    words: Words
    around: tuple[str, str]


def without(written: str, *, names: Words, titles: Words) -> str:
    """The snapshot (figures.to_json) with each of the words replaced; the same text if none stands in it."""
    words = [each for each in (*names, *titles) if each]
    if not any(json.dumps(each, ensure_ascii=False)[1:-1] in written for each in words):
        return written
    data = json.loads(written)
    changes = [_replace(place) for place in _places(data, names, titles)]
    if not any(changes):
        return written
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _places(data: Mapping[str, Any], names: Words, titles: Words) -> Iterator[_Place]:
    figures = [figure for section in data["sections"] for figure in section["figures"]]
    for figure in figures:
        owners = {OWNER, GROUP} if figure["key"].endswith(BY_OWNER) else {OWNER}
        for cells in (row["cells"] for row in figure["rows"]):
            for key in cells:
                if key in owners:
                    yield _Place(cells, key, names, _NAME)
                elif key == IDEA:
                    yield _Place(cells, key, titles, _TITLE)
    for claim in (*data["summary"], *(claim for figure in figures for claim in figure["claims"])):
        if claim["figure"].endswith(BY_OWNER):
            yield _Place(claim, "text", names, _TOLD)
        else:
            yield _Place(claim, "text", titles, _QUOTED)


def _replace(place: _Place) -> bool:
    """Replace the words in the text; says whether there were any."""
    text = place.holder[place.key]
    # The longest first: one title can begin with another one.
    known = sorted((each for each in place.words if each), key=lambda each: (-len(each), each))
    if not known or not isinstance(text, str):
        return False
    before, behind = place.around
    any_of = "|".join(map(re.escape, known))
    new = re.sub(f"{before}(?:{any_of}){behind}", lambda found: place.words[found.group()], text)
    place.holder[place.key] = new
    return new != text
