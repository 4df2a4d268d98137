"""What a name may be, and what others see of it: all of it, the first name, or an alias."""

import re
import unicodedata
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.infra.errors import Invalid
from community.members import pictures

SHORTEST = 2
LONGEST = 50

# Controls, characters that turn the direction of writing or cannot be seen, private ones and broken ones.
_UNSEEN_CATEGORIES = {"Cc", "Cf", "Co", "Cs", "Cn"}
_BLANK_LETTERS = re.compile("[\u115f\u1160\u3164\uffa0\u2800]")
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILES_OF_MARKS = re.compile(f"({_MARK}{{2}}){_MARK}+")

# Han, Kana and Hangul: where these are written, the family name comes first.
_EASTERN = re.compile("[\u3005\u3041-\u30fa\u30fc-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")
_DOT = re.compile("[\u00b7\u2022\u2027\u30fb]")
_KANA = re.compile("[\u3041-\u30ff]")
_TITLES = frozenset(
    ("dr", "mr", "mrs", "ms", "miss", "mx", "prof", "sir", "frau", "herr", "mme", "mlle", "don", "doña")
)
# The commonest family names, Simplified and Traditional; all other Han names of two characters stay whole.
_FAMILY_NAMES = frozenset(
    "王李张張刘劉陈陳杨楊黄黃赵趙周吴吳徐孙孫朱马馬胡郭林何高梁郑鄭罗羅宋谢謝唐韩韓曹"
    "许許邓鄧萧蕭肖冯馮曾程蔡彭潘袁于董余苏蘇叶葉吕呂魏蒋蔣田杜丁沈姜范江傅钟鍾卢盧汪"
    "戴崔任陆陸廖姚方金邱夏谭譚韦韋贾賈邹鄒石熊孟秦阎閻薛侯雷白龙龍段郝孔邵史毛常万萬"
    "顾顧赖賴武康贺賀严嚴尹钱錢施牛洪龚龔庄莊游詹柯翁连連简簡"
)
_LONG_FAMILY_NAMES = frozenset(
    ("欧阳", "歐陽", "司马", "司馬", "诸葛", "諸葛", "上官", "司徒", "夏侯", "东方", "東方", "皇甫", "尉迟",
     "尉遲", "公孙", "公孫", "慕容", "令狐", "长孙", "長孫", "宇文", "端木", "独孤", "獨孤", "南宫", "南宮",
     "张简", "張簡")
)  # fmt: skip


# Whoever called themselves so would seem to speak for the company.
TITLES_OF_STAFF = (_l("The team"), _l("Moderator"), _l("Administrator"))


def clean_name(text: str, *, field: str = "display_name") -> str:
    """The name in its composed form on one line; Invalid if nothing fit to be called is left."""
    text = unicodedata.normalize("NFC", " ".join(_BLANK_LETTERS.sub(" ", text).split()))
    text = "".join(sign for sign in text if unicodedata.category(sign) not in _UNSEEN_CATEGORIES)
    text = " ".join(_PILES_OF_MARKS.sub(r"\1", text).split())
    if not SHORTEST <= len(text) <= LONGEST:
        raise Invalid(
            _l("Please use between %(min)d and %(max)d characters.", min=SHORTEST, max=LONGEST),
            field=field,
        )
    if not any(sign.isalnum() for sign in text):
        raise Invalid(_l("Please use a name with letters in it."), field=field)
    return text


def former() -> str:
    """What a member who was erased is called, in the reader's language."""
    return str(_("A former member"))


def initials_of(name: str) -> str:
    """One or two letters that stand for the name where there is no picture; one for names in Chinese."""
    # The number behind an alias says nothing.
    words = [word for word in name.split() if not word.isdigit()] or name.split()
    if not words:
        return "?"
    if not words[0][0].isascii():
        return words[0][0]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


class Shown(NamedTuple):
    """A person as a panel shows them; `page_id` and `picture_url` are None where neither may be known."""

    name: str
    page_id: int | None
    picture_url: str | None


def shown(
    member_id: int, display_name: str, *, alias: str | None, picture_key: str | None, how: str
) -> Shown:
    """The person by the panel's setting; behind an alias nothing leads on to them, not even a picture."""
    name = shown_name(display_name, alias=alias, how=how)
    if how == "alias" or display_name == former():
        return Shown(name, None, None)
    return Shown(name, member_id, pictures.path_of(member_id, picture_key))


def shown_name(display_name: str, *, alias: str | None, how: str) -> str:
    """The name by the panel's setting: a value of NAMES_SHOWN of panels/models.py.

    Whoever has no alias yet is "a member" there.
    """
    if display_name == former():
        return display_name
    if how == "alias":
        return alias or _("A member")
    return first_name(display_name) if how == "first" else display_name


def first_name(name: str) -> str:
    """What a person is called by those who do not say the whole name; see docs/decisions/0018.

    Where the family name stands first, as in 王小明, 김민수 or 田中 太郎, it is what is left out; "Ruiz, Ana"
    is turned round, and titles do not count.
    """
    before, comma, behind = name.partition(",")
    words = [word for word in (behind if comma and behind.strip() else before).split() if word]
    words = [word for word in words if word.rstrip(".").casefold() not in _TITLES] or words
    if not words:
        return name
    if _EASTERN.fullmatch(words[0]):
        if len(words) > 1 and _EASTERN.fullmatch(words[1]):
            return words[1]
        return _given_of(words[0])
    # A name from elsewhere in Chinese characters, 玛丽·居里, keeps its order.
    return _DOT.split(words[0])[0] or words[0]


def _given_of(word: str) -> str:
    if _KANA.search(word) or len(word) < 2:
        return word
    if len(word) > 2 and word[:2] in _LONG_FAMILY_NAMES:
        return word[2:]
    if len(word) == 2:
        # 王明 is a family name and a given one; 小明 is what somebody is called already.
        return word[1:] if word[0] in _FAMILY_NAMES else word
    # Four characters without a long family name are two family names, or a name from Japan.
    return word[2:] if len(word) == 4 else word[1:]
