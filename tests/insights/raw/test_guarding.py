"""What may not leave with a text is found by a quick look and taken out by a close one."""

import csv
import io
import random

import pytest

from community.infra.spreadsheet.writing import shown_as_text, writable
from community.insights.raw.columns import columns
from community.insights.raw.guarding import guard_lines, guard_rows, hide_personal, is_harmless

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


def csv_of(rows, end="\r\n"):
    target = io.StringIO(newline="")
    csv.writer(target, lineterminator=end).writerows(rows)
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
    @pytest.mark.parametrize("has_people", [True, False])
    def test_it_does_what_a_close_look_at_every_cell_would_do(self, has_people):
        rows = [row_of(words, title, text) for words, title, text in some_words()]
        found = list(guard_rows(rows, has_people=has_people, is_shown=True))
        assert found == [carefully(row, has_people=has_people) for row in rows]

    def test_programs_that_run_nothing_get_texts_as_they_stand(self):
        rows = [row_of("", text) for text in (*FORMULAS, *ODD)]
        assert list(guard_rows(rows, has_people=False, is_shown=False)) == rows


class TestGuardLines:
    @pytest.mark.parametrize("has_people", [True, False])
    def test_lines_of_the_database_become_the_same_bytes(self, has_people):
        # Texts without carriage returns are quoted the same way by both.
        rows = [row_of(*(each.replace("\x00", "") for each in words)) for words in some_words()]
        lines = [csv_of([row], end="\n").encode() for row in rows if "\r" not in "".join(row[-3:])]
        kept = [row for row in rows if "\r" not in "".join(row[-3:])]
        expected = csv_of(carefully(row, has_people=has_people) for row in kept)
        assert b"".join(guard_lines(lines, has_people=has_people)).decode() == expected


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
