"""Personal data in texts. All numbers are made up; those with a check digit have a right one."""

import pytest

from community.moderation.personal import find


def kinds(text: str) -> list[str]:
    """The kinds of what is found in the text."""
    return [found.kind for found in find(text)]


class TestPersonalData:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("call 13812345678 please", "phone"),
            ("我的手机是138-1234-5678，谢谢", "phone"),
            ("电话１３８１２３４５６７８", "phone"),
            ("加我 138.1234.5678", "phone"),
            ("138_1234_5678", "phone"),
            ("+86 138 1234 5678", "phone"),
            ("手機 0912-345-678", "phone"),
            ("(02) 2345-6789", "phone"),
            ("010-62345678", "phone"),
            ("+49 170 1234567", "phone"),
            ("0044 20 7946 0958", "phone"),
            ("(212) 555-0147", "phone"),
            ("my mobile: 555 123 4567", "phone"),
            ("write to ana.smith@example.org", "mail"),
            ("ana (at) example (dot) org", "mail"),
            ("ana at example dot org", "mail"),
            ("ana＠example．org", "mail"),
            ("4111 1111 1111 1111", "card"),
            ("5500-0055-5555-5559", "card"),
            ("我的身份证号是11010519491231002X", "id_number"),
            ("110105 19491231 002X", "id_number"),
            ("身分證 A123456789", "id_number"),
            ("my SSN is 078-05-1120", "id_number"),
            ("G123456(A)", "id_number"),
            ("DE89 3704 0044 0532 0130 00", "account"),
            ("GB82WEST12345698765432", "account"),
        ],
    )
    def test_it_is_found_for_what_it_is(self, text: str, kind: str) -> None:
        assert kinds(text) == [kind]

    @pytest.mark.parametrize(
        "text",
        [
            "Write to support@example.org or info@example.org",
            "Your hotline 400-820-8820 and 1-800-555-0147 are always busy",
            "Order 20231112345678901 has not arrived",
            "4111 1111 1111 1112",
            "11010519491231002Y 110105194912310021",
            "A123456788",
            "Version 10.15.7 costs 1,299.00 since 2026-11-22 10:30",
            "https://shop.example.org/orders/13812345678",
            "0000 0000 0000 0000",
            "from 64 128 256 512 to 1024 2048 4096",
            "@ana: thank you, see you at 9",
            "We met at a polka dot party, look at polka dot cards",
            "The router at 192.168.100.12 is slow, so is 138.12.34.5",
            "ISBN 978-3-16-148410-0",
        ],
    )
    def test_what_belongs_to_nobody_is_left_alone(self, text: str) -> None:
        assert find(text) == []

    def test_the_sample_is_known_to_its_author_only(self) -> None:
        (mail,) = find("write to ana.smith@example.org")
        (card,) = find("pay with 4111 1111 1111 1111")
        assert (mail.sample, card.sample) == ("a…@example.org", "41…1111")

    def test_it_says_where_it_stands_in_the_text_as_written(self) -> None:
        text = "電話：０９１２３４５６７８ 找我"
        (phone,) = find(text)
        assert text[phone.start : phone.end] == "０９１２３４５６７８"
