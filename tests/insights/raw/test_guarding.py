"""What may not leave with a text is found by a quick look and taken out by a close one."""

import csv
import io
import random

import pytest

from community.infra.spreadsheet.writing import shown_as_text, writable
from community.insights.raw.columns import KNOWN_COUNT, columns
from community.insights.raw.guarding import BOUNDARY, END, guard_lines, guard_rows, hide_personal, is_harmless

PERSONAL = (
    "write to ana.martins@example.org please",
    "ana (at) example (dot) org",
    "ana at example dot org",
    "ＡＮＡ＠example.org",
    "call me on +49 151 234 567 89",
    "我的电话是138 1234 5678，谢谢",
    "手机１３８１２３４５６７８",
    "card 4111 1111 1111 1111",
    "身份证11010519491231002X",
    "GB29 NWBK 6016 1331 9268 19",
)
FORMULAS = (
    "=1+1", " \u3000=1+1", "+49", "-5", "@SUM(A1)", "＝1", "a;=1", "a\n=1", "a\t-1", "\t=1", '"=1"', "'=1",
)  # fmt: skip
ODD = ("a\x00b", "a\x85b", "a\ufffeb", "a\r\nb", "7.0", "a, -b", '" -', "，＝", "2 days, 3 times", "", "é·；")
LAYOUT = columns(has_people=True)


def row_of(*words):
    """A row whose last cells are these, all others of the longest kind there is."""
    known = [-0.5 if column.kind == "float" else f"{column.key}-1" for column in LAYOUT]
    return (*known[: len(known) - len(words)], *words)


def csv_of(rows):
    target = io.StringIO(newline="")
    csv.writer(target).writerows(rows)
    return target.getvalue()


def carefully(row, *, has_people):
    """Every cell looked at closely."""
    *before, title, text = row
    if not has_people:
        title, text = hide_personal(title), hide_personal(text)
    return tuple(
        shown_as_text(str(writable(cell))) if isinstance(cell, str) and column.kind == "free" else cell
        for column, cell in zip(LAYOUT, (*before, title, text), strict=True)
    )


class TestIsHarmless:
    @pytest.mark.parametrize("text", PERSONAL)
    def test_it_lets_nothing_pass_that_leads_to_somebody(self, text):
        assert hide_personal(text) != text
        assert not is_harmless(text.encode())

    def test_it_asks_for_no_close_look_at_what_most_people_write(self):
        for text in ("It came 2 days late, in 3 boxes - and wet.", "送来的面真的很不错，下次还会再来！"):
            assert is_harmless(text.encode())


class TestGuardRows:
    def test_programs_that_run_nothing_get_texts_as_they_stand(self):
        rows = [row_of("", text) for text in (*FORMULAS, *ODD)]
        assert list(guard_rows(rows, has_people=False)) == rows

    def test_nothing_in_them_leads_to_people(self):
        rows = [row_of(title, text) for title in ("", *PERSONAL) for text in ("fine", *PERSONAL)]
        found = [row[-2:] for row in guard_rows(rows, has_people=False)]
        assert found == [(hide_personal(title), hide_personal(text)) for *_before, title, text in rows]
        assert list(guard_rows(rows, has_people=True)) == rows


class TestGuardLines:
    @pytest.mark.parametrize("has_people", [True, False])
    def test_lines_of_the_database_become_what_a_close_look_at_every_cell_would_make_of_them(
        self, has_people
    ):
        rows = [row_of(*(each.replace("\x00", "") for each in words)) for words in some_words()]
        expected = csv_of(carefully(row, has_people=has_people) for row in rows)
        found = guard_lines(map(line_of, rows), number_of=str.upper, has_people=has_people)
        assert b"".join(found).decode() == expected

    def test_members_have_numbers_and_others_bring_theirs(self):
        lines = [b"x,7,,\x1f,fine\n", b"x,,ab12,\x1f,fine\n", b"x,,,\x1f,fine\n"]
        found = list(guard_lines(lines, number_of=lambda who: who.replace(" ", "-"), has_people=False))
        assert found == [b"x,member-7,fine\r\n", b"x,ab12,fine\r\n", b"x,,fine\r\n"]


def line_of(row):
    """As the database writes a row: its author's id and number last, free texts behind the boundary."""
    *known, author = row[:KNOWN_COUNT]
    assert len(known) == KNOWN_COUNT - 1
    first, last = (csv_of([cells]).encode().removesuffix(END) for cells in (known, row[KNOWN_COUNT:]))
    return first + b",," + author.encode() + BOUNDARY + last + b"\n"


def some_words():
    """An address, a title and a text each, of all that is odd and of what is not."""
    dice = random.Random(7)
    parts = (*PERSONAL, *FORMULAS, *ODD, "fine", "很好", ", ", '"', " ", ";", "\n", "-", "1234")
    for part in (*PERSONAL, *FORMULAS, *ODD):
        yield part, "", "fine"
        yield "", part, "fine"
        yield "", "fine", part
    for _each in range(3000):
        yield tuple("".join(dice.choices(parts, k=dice.randint(0, 3))) for _place in range(3))
