"""Personal data in texts: phone numbers, mail addresses, cards and the numbers of IDs and accounts."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import chain
from typing import NamedTuple

from community.analysis.script import fold_with_offsets


class Found(NamedTuple):
    """One piece of personal data; `sample` is what may be shown of it, `start:end` where it stands."""

    kind: str
    sample: str
    start: int
    end: int


_NO_DIGIT_BEFORE = r"(?<![\d.])(?<![\d][ -])"
_URL = re.compile(r"(?:https?://|www\.)\S+")
_MAIL = re.compile(
    r"(?P<name>[a-z0-9._%+-]{1,64})(?:\s?@\s?|\s?[(\[{<](?:at|@)[)\]}>]\s?)"
    r"(?P<host>[a-z0-9-]{1,63}(?:(?:\.|\s?[(\[{<](?:dot|\.)[)\]}>]\s?)[a-z0-9-]{2,63}){1,4})"
)
# Said aloud, with an ending that addresses have: "at a polka dot party" is none.
_SAID_MAIL = re.compile(
    r"(?<![a-z0-9._%+-])(?P<name>[a-z0-9._%+-]{1,64})\s+at\s+(?P<host>[a-z0-9-]{1,63}(?:\s+dot\s+[a-z0-9-]{1,63}){0,2}"
    r"\s+dot\s+(?:com|org|net|edu|info|io|co|cn|tw|hk|de|uk|eu))(?![a-z0-9-])"
)
# Addresses of desks, not of people.
_DESKS = frozenset(
    (
        "info", "support", "service", "services", "help", "helpdesk", "contact", "hello", "office", "sales",
        "press", "privacy", "security", "admin", "webmaster", "noreply", "no-reply", "kundenservice",
        "feedback", "team", "mail", "post", "jobs", "careers", "billing", "customerservice",
        "customer-service",
    )
)  # fmt: skip
_CARD = re.compile(rf"{_NO_DIGIT_BEFORE}\d(?:[ -]?\d){{12,18}}(?![ -]?\d)")
_CN_ID = re.compile(r"(?<![\da-z])\d{6}[ -]?\d{8}[ -]?\d{3}[\dx](?![\da-z])")
_TW_ID = re.compile(r"(?<![\da-z])[a-z][1289]\d{8}(?![\da-z])")
_HK_ID = re.compile(r"(?<![\da-z])[a-z]{1,2}\d{6}\([\da]\)")
_SSN = re.compile(r"(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])")
_IBAN = re.compile(r"(?<![\da-z])[a-z]{2}\d{2}(?: ?[\da-z]{4}){2,7}(?: ?[\da-z]{1,3})?(?![\da-z])")
_PHONES = tuple(
    re.compile(pattern)
    for pattern in (
        # China: mobile phones, with or without the country, and lines with their area.
        rf"{_NO_DIGIT_BEFORE}(?:(?:\+|00)?86[ -]?)?1[3-9]\d(?:[ ._-]?\d{{4}}){{2}}(?![\d]|[ -]\d)",
        r"(?<!\d)0[1-9]\d{1,2}-[2-8]\d{6,7}(?!\d)",
        # Taiwan: mobile phones and lines.
        rf"{_NO_DIGIT_BEFORE}(?:(?:\+|00)?886[ -]?9|09)\d{{2}}[ -]?\d{{3}}[ -]?\d{{3}}(?!\d)",
        r"(?<!\d)\(0[2-8]\)[ -]?\d{3,4}[ -]?\d{4}(?!\d)",
        # Anywhere, with the country.
        r"(?<![\d+])(?:\+|(?<!\d)00)[1-9](?:[ ./-]{0,2}\(?\d\)?){7,14}(?!\d)",
        # North America and Great Britain.
        r"(?<![\d-])(?:\([2-9]\d{2}\) ?|(?!400|8(?:00|33|44|55|66|77|88))[2-9]\d{2}[-.])"
        r"[2-9]\d{2}[-.]\d{4}(?![\d-])",
        rf"{_NO_DIGIT_BEFORE}07\d{{3}}[ ]?\d{{6}}(?!\d)",
        # Any number that is called one.
        r"(?:\b(?:phone|mobile|cell|tel|telephone|call me (?:on|at)|text me (?:on|at)|whatsapp|handy|telefon)"
        r"|电话|手机|联系方式|微信|致电|打给我)\D{0,12}(?P<number>\d(?:[ ./-]?\d){6,13})(?!\d)",
    )
)
# The first digits of card numbers that are in use.
_CARD_STARTS = re.compile(r"(?:4|5[1-5]|2[2-7]|3[0-9]|6[0-9]|5[0-9]|9[78])")
# What the letters of Taiwan's and Hong Kong's numbers count.
_TW_LETTERS = dict(zip("abcdefghjklmnpqrstuvxywzio", range(10, 36), strict=True))


def find(text: str) -> list[Found]:
    """The personal data in the text, in its order; what is a card is not a phone number too."""
    folded, offsets = fold_with_offsets(text)
    taken: list[tuple[int, int]] = []
    found: list[Found] = []
    for kind, reader in _READERS:
        for start, end in reader(folded):
            if any(start < to and end > begin for begin, to in taken):
                continue
            taken.append((start, end))
            found.append(Found(kind, _sample(kind, folded[start:end]), offsets[start], offsets[end]))
    return sorted(found, key=lambda each: each.start)


def _mails(text: str) -> Iterator[tuple[int, int]]:
    for match in chain(_MAIL.finditer(text), _SAID_MAIL.finditer(text)):
        if match["name"].strip("._%+-") not in _DESKS and not match["host"].rsplit(".", 1)[-1].isdigit():
            yield match.span()


def _cards(text: str) -> Iterator[tuple[int, int]]:
    for match in _CARD.finditer(text):
        digits = _digits(match[0])
        if len(set(digits)) > 1 and _CARD_STARTS.match(digits) and _is_luhn(digits):
            yield match.span()


def _ids(text: str) -> Iterator[tuple[int, int]]:
    for pattern, is_right in ((_CN_ID, _is_cn_id), (_TW_ID, _is_tw_id), (_HK_ID, _is_hk_id), (_SSN, None)):
        for match in pattern.finditer(text):
            if is_right is None or is_right(match[0]):
                yield match.span()


def _accounts(text: str) -> Iterator[tuple[int, int]]:
    for match in _IBAN.finditer(text):
        if _is_iban(match[0].replace(" ", "")):
            yield match.span()


def _phones(text: str) -> Iterator[tuple[int, int]]:
    # Numbers in addresses of pages are numbers of articles and orders.
    text = _URL.sub(lambda match: " " * len(match[0]), text)
    for pattern in _PHONES:
        for match in pattern.finditer(text):
            span = match.span("number" if "number" in pattern.groupindex else 0)
            if len(set(_digits(text[slice(*span)]))) > 1:
                yield span


_READERS: tuple[tuple[str, Callable[[str], Iterator[tuple[int, int]]]], ...] = (
    ("mail", _mails),
    ("id_number", _ids),
    ("account", _accounts),
    ("card", _cards),
    ("phone", _phones),
)


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def _is_luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_cn_id(written: str) -> bool:
    number = written.replace(" ", "").replace("-", "")
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], weights, strict=True))
    if "10x98765432"[total % 11] != number[17] or not 11 <= int(number[:2]) <= 83:
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return born.year >= 1880


def _is_tw_id(number: str) -> bool:
    weights = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
    letter = _TW_LETTERS[number[0]]
    digits = (letter // 10, letter % 10, *map(int, number[1:]))
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 10 == 0


def _is_hk_id(number: str) -> bool:
    letters, digits, check = number[:-9], number[-9:-3], number[-2]
    values = [36, *(ord(letter) - 87 for letter in letters)][-2:] + [int(digit) for digit in digits]
    total = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True))
    return (total + (10 if check == "a" else int(check))) % 11 == 0


def _is_iban(number: str) -> bool:
    if not 15 <= len(number) <= 34:
        return False
    moved = number[4:] + number[:4]
    return int("".join(str(int(sign, 36)) for sign in moved)) % 97 == 1


def _sample(kind: str, text: str) -> str:
    """So much of it that its author knows what is meant, and nobody can use it."""
    if kind == "mail":
        name, _sign, host = text.partition("@") if "@" in text else (text[:1], "", "")
        return f"{name[:1]}…@{host.strip()}" if host else f"{text[:2]}…"
    kept = 2 if kind == "phone" else 4
    shown = [sign for sign in text.strip() if sign.isalnum()]
    return f"{''.join(shown[:2])}…{''.join(shown[-kept:])}".upper()
