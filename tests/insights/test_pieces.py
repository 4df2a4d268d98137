"""Weeks cut at the ends of months."""

from datetime import date, timedelta

from community.insights import pieces
from community.insights.pieces import Piece


class TestPieces:
    def test_weeks_and_months_are_made_of_whole_pieces(self) -> None:
        days = [date(2024, 1, 1) + timedelta(days=number) for number in range(800)]
        for day in days:
            piece = pieces.piece_of(day)
            assert piece.starts_on <= day <= piece.ends_on
            assert pieces.week_of(piece.starts_on) == pieces.week_of(piece.ends_on) == pieces.week_of(day)
            assert pieces.month_of(piece.starts_on) == pieces.month_of(piece.ends_on) == pieces.month_of(day)

    def test_a_period_is_cut_where_it_begins_and_ends(self) -> None:
        found = list(pieces.pieces_between(date(2026, 1, 28), date(2026, 2, 3)))
        assert found == [
            Piece(date(2026, 1, 28), date(2026, 1, 31)),
            Piece(date(2026, 2, 1), date(2026, 2, 1)),
            Piece(date(2026, 2, 2), date(2026, 2, 3)),
        ]
        assert [pieces.is_whole(piece) for piece in found] == [False, True, False]
        assert (found[0].ends_at - found[0].starts_at).days == 4

    def test_only_whole_months_are_months(self) -> None:
        months = list(pieces.pieces_by_month(date(2024, 1, 2), date(2024, 3, 30)))
        assert [(month, len(inside)) for month, inside in months] == [
            (None, 5), (date(2024, 2, 1), 5), (None, 5),
        ]  # fmt: skip
        assert list(pieces.pieces_by_month(date(2024, 2, 2), date(2024, 2, 1))) == []
