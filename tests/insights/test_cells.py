"""Cells add up, over pieces of time and over what they are sorted by, and are packed without loss."""

import random
from typing import Any

from community.insights import cells
from community.insights.cells import CUTS, FINEST, NAMED_FROM, Cells, Text


def make_texts(count: int, *, seed: int = 1) -> list[Text]:
    """Texts of few people about few things."""
    draw = random.Random(seed)
    return [
        Text(
            panel=1,
            topic=draw.choice((None, 1, 2)),
            language=draw.choice(("en", "zh-Hans")),
            sentiment=draw.choice((None, "pos", "neg")),
            kind=draw.choice(("praise", "complaint")),
            source=draw.choice(("import", "mail")),
            is_read=draw.random() < 0.8,
            stratum=draw.choice((None, 7)),
            person=draw.choice((None, 1, 2, 3, NAMED_FROM + 1)),
            is_told=draw.random() < 0.5,
            score=draw.choice((None, 0.25, -0.5)),
            rating=draw.choice((None, 3.0)),
        )
        for _number in range(count)
    ]


def plain(counted: Cells) -> dict[Any, Any]:
    """Cells as something that can be compared."""
    return {key: (cell.sums, sorted(cell.people)) for key, cell in counted.items()}


class TestCells:
    def test_the_finest_know_what_all_know(self) -> None:
        texts = make_texts(300)
        completed = cells.complete(cells.count(texts, FINEST))
        assert [plain(each) for each in completed] == [plain(each) for each in cells.count(texts, CUTS)]

    def test_pieces_make_the_whole(self) -> None:
        texts = make_texts(300)
        parts = [cells.count(texts[start::3], CUTS) for start in range(3)]
        for cut, whole in enumerate(cells.count(texts, CUTS)):
            assert plain(cells.merge(part[cut] for part in parts)) == plain(whole)

    def test_what_is_packed_comes_out_again(self) -> None:
        for cut, counted in zip(CUTS, cells.count(make_texts(300), CUTS), strict=True):
            packed = cells.pack(counted)
            assert plain(dict(cells.unpack(packed, cut))) == plain(counted)
            assert cells.pack(dict(reversed(counted.items()))) == packed

    def test_people_count_once_and_the_nameless_each(self) -> None:
        (counted,) = cells.count(make_texts(300), [()])
        everybody = cells.merge([{(): cell} for cell in counted.values()])[()]
        nameless = sum(text.person is None for text in make_texts(300))
        assert everybody.people_count == 4 + nameless

    def test_a_question_takes_the_smallest_cut_that_knows_all(self) -> None:
        assert cells.find_cut(["sentiment", "is_read", "panel"]) == CUTS.index(())
        assert cells.find_cut(["topic", "language"]) == CUTS.index(("language", "topic"))
        assert cells.find_cut(["topic", "language", "kind", "stratum"]) is None
