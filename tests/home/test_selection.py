"""What the front door shows first."""

from typing import NamedTuple

from community.home.selection import for_readers_of


class Wish(NamedTuple):
    title: str


A, B, C = Wish("Cards that sing"), Wish("会唱歌的贺卡"), Wish("Wider 剪刀 guides")


class TestForReadersOf:
    def test_what_is_in_the_readers_script_comes_first_and_nothing_is_left_out(self) -> None:
        assert for_readers_of("en", [B, A, C]) == [A, B, C]
        assert for_readers_of("zh_Hant", [A, B, C]) == [B, C, A]
