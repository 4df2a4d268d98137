"""Texts that nobody wrote as an answer: keys that were hit, words said over and over, what was copied in."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby, pairwise

from community.analysis.script import fold, has_han

# Shorter ones say too little to be called anything: "no", "ok", "没有".
LEAST_LETTERS = 6
LEAST_HAN = 4
# What a quick person can type in a second, with some room; a Chinese character takes several keys.
FASTEST_LETTERS = 15.0
FASTEST_HAN = 6.0
# What may be copied from the question into an answer without being all there is to it.
LEAST_COPIED = 20
LEAST_COPIED_HAN = 8
# Two people hardly write the same text of this length.
LEAST_SHARED = 20
LEAST_SHARED_HAN = 10

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qazwsxedcrfvtgbyhnujmikolp", "1234567890")
_NEIGHBOURS = frozenset(pair for row in _KEYS for pair in pairwise(row)) | frozenset(
    pair for row in _KEYS for pair in pairwise(reversed(row))
)
_HAN = re.compile("[\u3400-\u9fff]+")
_LATIN_WORD = re.compile("[a-zà-öø-ɏ]+")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_NOT_TEXT = re.compile(r"[\W_]+")
# Six consonants in a row stand in no English word; "strengths" has five.
_CONSONANTS = re.compile("[bcdfghjklmnpqrstvwxz]{6,}")
_NO_VOWEL = re.compile("[bcdfghjklmnpqrstvwxz]{5,}")
_SAID_AGAIN = re.compile(r"(.{1,4}?)\1{3,}")
# What a Chinese keyboard makes of hitting keys without looking.
_HIT_IN_CHINESE = re.compile(
    "阿斯顿|发生的发|阿斯蒂|阿萨德|啊是的|啊实打实|实打实大|撒旦法|撒旦发|的发生|是的发|斯蒂芬斯|士大夫士|发的规|的撒|"
    "奥术大师|萨达|打撒|自行车自行|在先吃"
)

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_LEFT_FROM_A_PAGE = re.compile(
    r"</?[a-z][^<>]*>|&(?:nbsp|amp|lt|gt|quot);|\[(?:\d{1,3}|citation needed)\]", re.I
)
# How machines that write for people begin, or speak of themselves.
_BY_A_MACHINE = tuple(
    fold(words)
    for words in (
        "as an ai",
        "as a language model",
        "as a large language model",
        "i'm an ai",
        "i am an ai language",
        "i cannot provide personal",
        "i don't have personal experiences",
        "here is a possible answer",
        "here's a possible response",
        "certainly! here",
        "sure! here's",
        "作为一个ai",
        "作为ai",
        "作为一名ai",
        "作为人工智能",
        "作为一个人工智能",
        "作为一个语言模型",
        "我是一个人工智能",
        "我是ai",
        "以下是一个可能的回答",
        "以下是一些可能的",
        "当然！以下是",
    )
)


def why_nonsense(text: str) -> str:
    """Why the text says nothing: "repeated" or "keys"; "" if it may be an answer."""
    folded = _folded(text)
    letters = _NOT_LETTERS.sub("", folded)
    if len(letters) < (LEAST_HAN if has_han(letters) else LEAST_LETTERS):
        # Digits in the order of the keyboard are hit too.
        digits = re.sub(r"\D", "", folded)
        return "keys" if not letters and len(digits) >= LEAST_LETTERS and _share_hit(digits) > 0.8 else ""
    if _is_repeated(folded, letters):
        return "repeated"
    return "keys" if _is_hit(folded, letters) else ""


def why_pasted(text: str, *, question: str = "") -> str:
    """Why the text seems to be copied in: "question", "machine" or "page"; "" if it does not."""
    folded = _folded(text)
    if _is_copied(_NOT_TEXT.sub("", folded), _NOT_TEXT.sub("", _folded(question))):
        return "question"
    if any(words in folded for words in _BY_A_MACHINE):
        return "machine"
    addresses = sum(len(match) for match in _ADDRESS.findall(text))
    if _LEFT_FROM_A_PAGE.search(text) or addresses * 2 > len(text.strip()):
        return "page"
    return ""


def typing_seconds(text: str) -> float:
    """The least time in which a quick person types the text."""
    han = sum(map(len, _HAN.findall(text)))
    return han / FASTEST_HAN + (len(text) - han) / FASTEST_LETTERS


def key_of(text: str) -> str | None:
    """What texts of different people are compared by; None for one so short that many may write it."""
    key = _NOT_TEXT.sub("", _folded(text))
    return key if len(key) >= (LEAST_SHARED_HAN if has_han(key) else LEAST_SHARED) else None


# A text is looked at from several sides, one after the other.
_folded = lru_cache(maxsize=64)(fold)


def _is_repeated(folded: str, letters: str) -> bool:
    if len(set(letters)) <= 2 and len(letters) >= LEAST_LETTERS:
        return True
    longest = max(len(list(run)) for _character, run in groupby(letters))
    if longest >= 5 and longest * 2 > len(letters):
        return True
    words = folded.split()
    if len(words) >= 4 and len(set(words)) == 1:
        return True
    again = sum(len(match.group()) for match in _SAID_AGAIN.finditer(letters))
    return again > 0.8 * len(letters) and len(letters) >= 8


def _is_hit(folded: str, letters: str) -> bool:
    if has_han(letters):
        hit = sum(len(match) for match in _HIT_IN_CHINESE.findall(letters))
        return hit * 2 > len(letters)
    words = _LATIN_WORD.findall(folded)
    if not words:
        return False
    senseless = [word for word in words if _CONSONANTS.search(word) or _NO_VOWEL.fullmatch(word)]
    if sum(map(len, senseless)) * 2 > len(letters):
        return True
    return sum(_share_hit(word) * len(word) for word in words) > 0.75 * len(letters)


def _share_hit(word: str) -> float:
    """The share of characters in runs of at least three keys side by side."""
    hit, run = 0, 1
    for pair in pairwise(word):
        if pair in _NEIGHBOURS:
            run += 1
            continue
        hit += run if run >= 3 else 0
        run = 1
    hit += run if run >= 3 else 0
    return hit / len(word)


def _is_copied(text: str, question: str) -> bool:
    least = LEAST_COPIED_HAN if has_han(question) else LEAST_COPIED
    if len(question) < least or len(text) < least:
        return False
    return text in question or (question in text and len(question) * 2 > len(text))


def shared_keys(texts: Sequence[tuple[int, str]]) -> dict[str, set[int]]:
    """Texts that several responses hold, as what they are compared by → the ids of these responses."""
    found: dict[str, set[int]] = {}
    for response_id, text in texts:
        key = key_of(text)
        if key is not None:
            found.setdefault(key, set()).add(response_id)
    return {key: ids for key, ids in found.items() if len(ids) > 1}
