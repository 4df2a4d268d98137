"""How much room words take, and breaking them where there is too little; near enough to lay out a chart."""

import unicodedata
from collections.abc import Sequence

# Of the size of the letters.
_WIDE = 1.0
_NARROW = 0.3
_USUAL = 0.56
_CAPITAL = 0.68


def width(words: str, *, size: float) -> float:
    """About how many pixels the words are long."""
    return size * sum(_share(each) for each in words)


def is_chinese(words: str) -> bool:
    """Whether there are characters in it that are as wide as they are high."""
    return any(_is_wide(each) for each in words)


def wrap(words: str, *, within: float, size: float, most: int = 2) -> list[str]:
    """The words in at most so many lines that are not longer than `within`; what is too much ends in "…"."""
    lines = _lines(words, within=within, size=size)
    if 1 < len(lines) <= most:
        # Lines of about one length, so that none has a single word.
        even = _lines(words, within=min(within, 1.15 * width(words, size=size) / len(lines)), size=size)
        lines = even if len(even) == len(lines) else lines
    kept, rest = lines[: most - 1], lines[most - 1 :]
    if rest:
        kept.append(shorten(_joined(rest), within=within, size=size))
    return kept


def shorten(words: str, *, within: float, size: float) -> str:
    """The words, cut with "…" if they are longer than `within`."""
    if width(words, size=size) <= within:
        return words
    while words and width(words + "…", size=size) > within:
        words = words[:-1]
    return words.rstrip() + "…"


def spread(places: Sequence[float], *, apart: float, low: float, high: float) -> list[float]:
    """The places, moved a little so that each lies `apart` from the next, and all from `low` to `high`."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = [min(max(places[index], low), high) for index in order]
    for _round in range(60):
        is_settled = True
        for first in range(len(moved) - 1):
            short = apart - (moved[first + 1] - moved[first])
            if short > 0.01:
                is_settled = False
                moved[first] = max(low, moved[first] - short / 2)
                moved[first + 1] = min(high, moved[first + 1] + short / 2)
        if is_settled:
            break
    result = [0.0] * len(places)
    for index, place in zip(order, moved, strict=True):
        result[index] = place
    return result


def _lines(words: str, *, within: float, size: float) -> list[str]:
    lines = [""]
    for piece in _pieces(words):
        if width(lines[-1] + piece.rstrip(), size=size) <= within or not lines[-1]:
            lines[-1] += piece
        else:
            lines.append(piece)
    return [line.strip() for line in lines]


def _joined(lines: Sequence[str]) -> str:
    result = lines[0]
    for line in lines[1:]:
        is_chinese = bool(line) and _is_wide(line[0])
        result += line if is_chinese else f" {line}"
    return result


def _pieces(words: str) -> list[str]:
    """What is not broken: words with the space behind them, and Chinese characters with what ends them."""
    pieces: list[str] = []
    is_open = False
    for each in words:
        is_mark = unicodedata.category(each)[0] in "PSZ" and unicodedata.category(each) not in ("Ps", "Pi")
        if pieces and (is_open or is_mark or not (_is_wide(each) or _is_closed(pieces[-1]))):
            pieces[-1] += each
        else:
            pieces.append(each)
        is_open = unicodedata.category(each) in ("Ps", "Pi")
    return pieces


def _is_closed(piece: str) -> bool:
    return piece[-1] in " /-" or _is_wide(piece[-1])


def _share(character: str) -> float:
    if _is_wide(character):
        return _WIDE
    if character in " .,:;'|ijlIft()[]!·":
        return _NARROW
    return _CAPITAL if character.isupper() or character in "mw%@" else _USUAL


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"
