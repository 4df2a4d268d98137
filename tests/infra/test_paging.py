"""Paging: pages up to a bound, and threads of any length by id."""

from dataclasses import dataclass

import pytest

from community.infra.db import MAX_ID
from community.infra.errors import NotFound
from community.infra.paging import MAX_PAGES, after_id, offset, page_number, read_page, read_stretch


@dataclass(frozen=True)
class Row:
    id: int


class TestPageNumber:
    @pytest.mark.parametrize("raw", [None, "", "x", "-3", "0", "1.5", "１", "²", " 2"])
    def test_what_makes_no_sense_is_the_first_page(self, raw: str | None) -> None:
        assert page_number(raw) == 1

    def test_it_reads_the_number(self) -> None:
        assert page_number("7") == 7
        assert page_number(str(MAX_PAGES)) == MAX_PAGES

    @pytest.mark.parametrize("raw", [str(MAX_PAGES + 1), "9" * 5000])
    def test_there_is_nothing_beyond_the_last_page(self, raw: str) -> None:
        with pytest.raises(NotFound):
            page_number(raw)


class TestReadPage:
    def test_one_row_more_tells_that_there_is_a_next_page(self) -> None:
        page = read_page([1, 2, 3], number=2, per_page=2)
        assert (page.items, page.number, page.has_next) == ((1, 2), 2, True)

    def test_a_page_that_is_just_full_is_the_last(self) -> None:
        assert not read_page([1, 2], number=1, per_page=2).has_next

    def test_the_last_page_that_may_be_read_offers_no_next_one(self) -> None:
        assert not read_page([1, 2, 3], number=MAX_PAGES, per_page=2).has_next

    def test_offsets_begin_with_nothing(self) -> None:
        assert (offset(1, 20), offset(3, 20)) == (0, 40)


class TestStretches:
    def test_a_thread_is_read_to_its_end_without_gaps(self) -> None:
        rows = [Row(number) for number in (3, 5, 8, 9, 12)]
        seen: list[int] = []
        after: int | None = 0
        while after is not None:
            fetched = [row for row in rows if row.id > after][:3]
            stretch = read_stretch(fetched, per_page=2)
            seen += [row.id for row in stretch.items]
            after = stretch.next_after
        assert seen == [3, 5, 8, 9, 12]

    def test_an_empty_thread_has_no_next_stretch(self) -> None:
        assert read_stretch([], per_page=2).next_after is None

    @pytest.mark.parametrize(
        ("raw", "expected"), [(None, 0), ("x", 0), ("-1", 0), ("41", 41), ("9" * 5000, MAX_ID)]
    )
    def test_it_reads_where_a_stretch_begins(self, raw: str | None, expected: int) -> None:
        assert after_id(raw) == expected
