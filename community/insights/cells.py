"""Texts counted by group: what a cell sums up, which groups are counted ahead, and how cells are packed.

Sums add up and people are sets, so that cells of any pieces of time make the cell of all of them.
"""

import json
import struct
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from pyroaring import BitMap64

# What a text is sorted by. Each cut has those of its own, and these two.
ALWAYS = ("sentiment", "is_read")
# Groups that are counted ahead, the ones with the fewest cells first: a question takes the first that knows
# all it asks for. All dimensions at once would make nearly as many cells as there are texts.
# What is stored knows its cut by the place in this list: after a change everything is counted from scratch.
CUTS: tuple[tuple[str, ...], ...] = (
    (),
    ("source",),
    ("language",),
    ("kind",),
    ("stratum",),
    ("topic",),
    ("language", "kind"),
    ("language", "stratum"),
    ("language", "topic"),
    ("kind", "stratum"),
    ("kind", "topic"),
    ("stratum", "topic"),
    ("language", "kind", "stratum"),
    ("language", "kind", "topic"),
    ("language", "stratum", "topic"),
    ("kind", "stratum", "topic"),
)
# What the others can be summed up from.
FINEST = tuple(cut for cut in CUTS if not any({*cut} < {*other} for other in CUTS))

# Members are counted by their ids; those whom only an import names by numbers from here on.
NAMED_FROM = 1 << 40

_LENGTH = struct.Struct("<I")

Key = tuple[Hashable, ...]


class Text(NamedTuple):
    """What counting needs to know of one text; `person` is None if nothing is known of its author."""

    panel: int
    topic: int | None
    language: str | None
    sentiment: str | None
    kind: str | None
    source: str
    is_read: bool
    stratum: int | None
    person: int | None
    is_told: bool
    score: float | None
    rating: float | None


class Cell:
    """What the texts of one group come to."""

    __slots__ = ("_bitmaps", "_merged", "_people", "_sums")

    def __init__(
        self, sums: Sequence[float] = (0, 0, 0, 0.0, 0.0, 0, 0.0, 0.0, 0), *people: BitMap64
    ) -> None:
        self._sums = list(sums)
        # Of other cells, and people one by one or many together; added up only when somebody asks.
        self._merged: list[Sequence[float]] = []
        self._people: list[int] = []
        self._bitmaps = [*people]

    @property
    def sums(self) -> list[float]:
        """Texts, told, scored, scores, their squares, rated, ratings, their squares, texts without a name."""
        if self._merged:
            self._sums = [*map(sum, zip(self._sums, *self._merged, strict=True))]
            self._merged = []
        return self._sums

    def add(self, text: Text) -> None:
        """Count one text."""
        sums = self.sums
        sums[0] += 1
        if text.is_told:
            sums[1] += 1
        if text.score is not None:
            sums[2] += 1
            sums[3] += text.score
            sums[4] += text.score * text.score
        if text.rating is not None:
            sums[5] += 1
            sums[6] += text.rating
            sums[7] += text.rating * text.rating
        if text.person is None:
            sums[8] += 1
        else:
            self._people.append(text.person)

    def merge(self, other: "Cell") -> None:
        """Count what another cell has counted."""
        # Not the list itself: the other one may go on counting.
        self._merged.append((*other.sums,))
        self._people += other._people
        self._bitmaps += other._bitmaps

    @property
    def people(self) -> BitMap64:
        """Everybody with a name."""
        if self._people or len(self._bitmaps) != 1:
            self._bitmaps = [BitMap64.union(BitMap64(self._people), *self._bitmaps)]
            self._people = []
        return self._bitmaps[0]

    @property
    def people_count(self) -> int:
        """How many people wrote the texts; each text without a name is one more."""
        return len(self.people) + int(self.sums[8])


Cells = dict[Key, Cell]


def names_of(cut: Sequence[str]) -> tuple[str, ...]:
    """What the cells of the cut are sorted by, in the order of their keys."""
    return (*cut, *ALWAYS)


def find_cut(names: Iterable[str]) -> int | None:
    """The smallest cut, by number, that knows all of these; None if only the texts themselves do."""
    needed = set(names) - {"panel", *ALWAYS}
    return next((number for number, cut in enumerate(CUTS) if needed <= set(cut)), None)


def count(texts: Iterable[Text], cuts: Sequence[Sequence[str]]) -> list[Cells]:
    """The texts counted by each of the cuts, in one passage."""
    keys = [itemgetter(*map(Text._fields.index, names_of(cut))) for cut in cuts]
    counted: list[Cells] = [{} for _cut in cuts]
    pairs = list(zip(counted, keys, strict=True))
    for text in texts:
        for cells, key_of in pairs:
            key = key_of(text)
            cell = cells.get(key)
            if cell is None:
                cell = cells[key] = Cell()
            cell.add(text)
    return counted


def complete(finest: Sequence[Cells]) -> list[Cells]:
    """The cells of all cuts from those of the finest: what a finer cut knows is summed up from its cells."""
    known = dict(zip(FINEST, finest, strict=True))
    for cut in reversed(CUTS):
        if cut not in known:
            finer = min((each for each in known if {*cut} < {*each}), key=lambda each: len(known[each]))
            known[cut] = _summed_up(known[finer], finer, cut)
    return [known[cut] for cut in CUTS]


def merge(many: Iterable[Cells]) -> Cells:
    """The cells of several pieces as those of all of them."""
    merged: Cells = {}
    for cells in many:
        for key, cell in cells.items():
            merged.setdefault(key, Cell()).merge(cell)
    return merged


def pack(cells: Mapping[Key, Cell]) -> bytes:
    """The cells as bytes: a length, so many bytes of keys and sums as JSON, then everybody's bitmaps."""
    keys = sorted(cells, key=lambda key: tuple((part is not None, part) for part in key))
    people = [cells[key].people.serialize() for key in keys]
    rows = [[*key, *cells[key].sums, len(each)] for key, each in zip(keys, people, strict=True)]
    head = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()
    return b"".join((_LENGTH.pack(len(head)), head, *people))


def unpack(packed: bytes, cut: Sequence[str]) -> Iterator[tuple[Key, Cell]]:
    """The cells that `pack` wrote."""
    (head_length,) = _LENGTH.unpack_from(packed)
    start = _LENGTH.size + head_length
    width = len(names_of(cut))
    for row in json.loads(packed[_LENGTH.size : start]):
        end = start + row[-1]
        yield tuple(row[:width]), Cell(row[width:-1], BitMap64.deserialize(packed[start:end]))
        start = end


def _summed_up(cells: Cells, finer: Sequence[str], cut: Sequence[str]) -> Cells:
    key_of = itemgetter(*map(names_of(finer).index, names_of(cut)))
    summed: Cells = {}
    for key, cell in cells.items():
        summed.setdefault(key_of(key), Cell()).merge(cell)
    return summed
