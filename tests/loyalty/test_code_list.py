"""Lists of codes: what can be used is found, what cannot is named with its line."""

import pytest
from flask import Flask

from community.loyalty import code_list


@pytest.fixture(autouse=True)
def english(app: Flask) -> None:
    """Sentences need a language."""


class TestRead:
    def test_each_line_is_a_code(self) -> None:
        listed = code_list.read("AAA-1\n\n  BBB 2 \r\n“CCC”\n", known=())

        assert listed.codes == ["AAA-1", "BBB 2", "“CCC”"]
        assert listed.refused == []

    def test_a_heading_and_what_spreadsheets_leave_around_are_passed_over(self) -> None:
        assert code_list.read('Code\n"AAA"\nBBB,\n', known=()).codes == ["AAA", "BBB"]

    def test_repeated_and_known_codes_are_named_with_their_lines(self) -> None:
        listed = code_list.read("AAA\nBBB\nAAA\nCCC", known={"CCC"})

        assert listed.codes == ["AAA", "BBB"]
        assert [(row.line, row.text, row.reason) for row in listed.refused] == [
            (3, "AAA", "It stands in line 1 already."),
            (4, "CCC", "It was added before."),
        ]

    def test_codes_differ_by_their_case(self) -> None:
        assert code_list.read("abc\nABC", known=()).codes == ["abc", "ABC"]

    def test_broken_lines_are_refused_and_the_others_are_kept(self) -> None:
        listed = code_list.read(f"AAA\n{'x' * 101}\nB,10 euro\nCCC", known=())

        assert listed.codes == ["AAA", "CCC"]
        assert [(row.line, len(row.text)) for row in listed.refused] == [(2, 60), (3, 9)]

    def test_more_than_can_be_added_at_once_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(code_list, "MOST_AT_ONCE", 2)
        listed = code_list.read("A\nB\nC", known=())

        assert (listed.codes, [row.line for row in listed.refused]) == (["A", "B"], [3])
