"""What others see of a name."""

import pytest

from community.members.names import first_name, shown


class TestFirstName:
    @pytest.mark.parametrize(
        ("name", "called"),
        [
            ("Ana Ruiz", "Ana"),
            ("Ana", "Ana"),
            ("Dr. Ana Ruiz", "Ana"),
            ("Ruiz, Ana María", "Ana"),
            ("王小明", "小明"),
            ("王明", "明"),
            ("小明", "小明"),
            ("歐陽娜娜", "娜娜"),
            ("诸葛亮", "亮"),
            ("山本太郎", "太郎"),
            ("田中 太郎", "太郎"),
            ("김민수", "민수"),
            ("たなか", "たなか"),
            ("玛丽·居里", "玛丽"),
            ("王小明 David", "小明"),
            ("David 王小明", "David"),
            ("Mr.", "Mr."),
        ],
    )
    def test_the_family_name_is_what_is_left_out(self, name, called):
        assert first_name(name) == called


class TestShown:
    def test_behind_an_alias_nothing_leads_on(self):
        person = shown(7, "Ana Ruiz", alias="Opal Vega", picture_key="abc", how="alias")
        assert person == ("Opal Vega", None, None)

    def test_by_first_name_there_is_a_page_and_a_picture(self):
        person = shown(7, "Ana Ruiz", alias="Opal Vega", picture_key="abc", how="first")
        assert person == ("Ana", 7, "/members/7/picture?key=abc")

    def test_by_full_name_all_is_as_it_is(self):
        assert shown(7, "Ana Ruiz", alias=None, picture_key=None, how="full") == ("Ana Ruiz", 7, None)
