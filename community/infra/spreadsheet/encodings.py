"""Which encoding a text file was saved in, found out by looking at its bytes."""

import codecs
import re
from pathlib import Path

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Enough to tell encodings apart; what comes later can only be decoded the same way.
_SAMPLE = 256 * 1024
_BLOCK = 1024 * 1024
# The characters that every Chinese text is full of, in both scripts; bytes read in the wrong encoding
# hardly ever give one.
_COMMON = frozenset(
    "的一是不了在人有我他这這个個们們来來到时時大地为為子中你说說生国國年着著就那和要她出也得里裡后後自以会會家可"
    "下过過天去能对對小多然于於心么麼之都好看起发發当當没沒成只如事把还還用第样樣道想作种種开開很太吧吗嗎呢啊请請"
    "服务務质質量买買送快慢差点點餐店店房"
)
# Chinese text has three times as many of these, text in other encodings hardly any.
_LEAST_SHARE = 0.05
_CHINESE = ("gb18030", "cp950")
# A byte beyond ASCII between two of ASCII: an accent or a curly quote, rarely part of Chinese.
_ALONE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_HIGH = re.compile(rb"[\x80-\xff]")


def encoding_of(path: Path) -> str | None:
    """The encoding of a text file; None if it is no text at all.

    UTF-8 wins if most of what is not ASCII is valid in it, so that single bad bytes spoil only their rows.
    """
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    if b"\0" in sample and (wide := _wide(sample)) is not None:
        return wide
    if sum(sample.count(bytes([code])) for code in range(9)) * 50 > len(sample):
        return None
    good, bad, spoilt = _count_utf8(path)
    if good >= bad:
        return "utf-8"
    return _legacy(spoilt)


def _wide(sample: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of what is ASCII is zero."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > half // 20 and odd > 10 * even:
        return "utf-16-le"
    return "utf-16-be" if even > half // 20 and even > 10 * odd else None


def _count_utf8(path: Path) -> tuple[int, int, bytes]:
    """How many lines with more than ASCII are UTF-8 and how many are not, and a sample of the latter."""
    good = bad = 0
    spoilt: list[bytes] = []
    size = 0
    with path.open("rb") as file:
        while line := file.readline(_BLOCK):
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                good += 1
            except UnicodeDecodeError:
                bad += 1
                if size < _SAMPLE:
                    spoilt.append(line)
                    size += len(line)
    return good, bad, b"".join(spoilt)


def _legacy(sample: bytes) -> str:
    shares = {name: _share_of_common(sample, name) for name in _CHINESE}
    best = max(shares, key=shares.__getitem__)
    if shares[best] < _LEAST_SHARE and len(_ALONE.findall(sample)) > 0.3 * len(_HIGH.findall(sample)):
        return "cp1252"
    return best


def _share_of_common(sample: bytes, encoding: str) -> float:
    text = sample.decode(encoding, errors="replace")
    beyond = [character for character in text if not character.isascii()]
    return sum(character in _COMMON for character in beyond) / max(1, len(beyond))
