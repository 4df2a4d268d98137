"""From a row of a file to a text that can be taken in, or to the reason why not."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from community.analysis.language import LANGUAGES
from community.feedback.refusals import RowRefused
from community.infra.spreadsheet import Row, as_written
from community.infra.text import clean_block, clean_line

MOST_CHARACTERS = 20_000
MOST_IN_TITLE = 200
MOST_IN_KEY = 100
HIGHEST_RATING = 100.0
# Clocks of other systems may be ahead of ours, and their zones may be missing.
AHEAD = timedelta(days=1)

_TIME = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T\s]\s*(\d{1,2})[:：时時](\d{2})(?:[:：分](\d{2})(?:[.,]\d+)?)?秒?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_RATING = re.compile(r"(\d{1,3}(?:[.,]\d+)?)\s*(?:/\s*\d{1,3}|stars?|星|分)?", re.IGNORECASE)
_STARS = re.compile("[★⭐]+[☆✩]*")
_LANGUAGES = {language.casefold(): language for language in LANGUAGES} | {
    "zh": "zh-Hans", "zh-cn": "zh-Hans", "zh-sg": "zh-Hans", "zh-tw": "zh-Hant", "zh-hk": "zh-Hant",
    "zh-mo": "zh-Hant", "chinese": "zh-Hans", "english": "en", "英文": "en", "中文": "zh-Hans",
    "简体中文": "zh-Hans", "繁体中文": "zh-Hant", "繁體中文": "zh-Hant",
}  # fmt: skip


class Draft(NamedTuple):
    """A row whose cells make sense; whose text it is still has to be looked up."""

    number: int
    key: str
    # Whether the file itself says which row it is.
    has_own_key: bool
    text: str
    title: str
    said_at: datetime | None
    rating: float | None
    member: str
    language: str | None


def read_row(row: Row, columns: Sequence[str], uses: Mapping[str, str], *, now: datetime) -> Draft:
    """What the row says, by what its columns are used for (use → column name); RowRefused if it cannot be."""
    if row.trouble:
        raise RowRefused(row.trouble)
    cells = {use: as_written(row.cells[columns.index(column)]) for use, column in uses.items()}
    lines = {use: clean_line(cell) for use, cell in cells.items() if use != "text"}
    text = clean_block(cells["text"])
    title, key = lines.get("title", ""), lines.get("id", "")
    if not text.strip():
        raise RowRefused("empty")
    if len(text) > MOST_CHARACTERS:
        raise RowRefused("too_long", length=len(text), most=MOST_CHARACTERS)
    if len(title) > MOST_IN_TITLE:
        raise RowRefused("title_too_long", length=len(title), most=MOST_IN_TITLE)
    if len(key) > MOST_IN_KEY:
        raise RowRefused("key_too_long", most=MOST_IN_KEY)
    return Draft(
        number=row.number,
        key=key or _hash_of(row.cells),
        has_own_key=bool(key),
        text=text,
        title=title,
        said_at=_time_in(lines.get("time", ""), now=now),
        rating=_rating_in(lines.get("rating", "")),
        member=lines.get("member", ""),
        language=_language_in(lines.get("language", "")),
    )


def _time_in(given: str, *, now: datetime) -> datetime | None:
    if not given:
        return None
    said_at = _moment_in(given)
    if said_at is None:
        raise RowRefused("wrong_time", given=given)
    if said_at > now + AHEAD:
        raise RowRefused("time_ahead", given=given)
    return said_at


def _moment_in(given: str) -> datetime | None:
    """The moment of an ISO-like or a mail-like date, in UTC where no zone is said; else None."""
    match = _TIME.fullmatch(given)
    try:
        if match is None:
            parsed = parsedate_to_datetime(given)
            moment = parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=UTC)
        else:
            year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
            moment = datetime(year, month, day, hour, minute, second, tzinfo=_zone_in(match[7]))
        return moment.astimezone(UTC) if moment.year >= 1970 else None
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _zone_in(given: str | None) -> timezone:
    if given is None or given in ("Z", "UTC"):
        return UTC
    minutes = int(given[1:3]) * 60 + int(given[-2:])
    return timezone(timedelta(minutes=minutes if given[0] == "+" else -minutes))


def _rating_in(given: str) -> float | None:
    if not given:
        return None
    if _STARS.fullmatch(given):
        return float(sum(character in "★⭐" for character in given))
    match = _RATING.fullmatch(given)
    rating = float(match[1].replace(",", ".")) if match is not None else None
    if rating is None or rating > HIGHEST_RATING:
        raise RowRefused("wrong_rating", given=given)
    return rating


def _language_in(given: str) -> str | None:
    """One of ours; "other" for a language that we do not read, None if nothing is said."""
    folded = given.casefold().replace("_", "-")
    if not folded:
        return None
    while folded not in _LANGUAGES and "-" in folded:
        folded = folded.rpartition("-")[0]
    return _LANGUAGES.get(folded, "other")


def _hash_of(cells: Sequence[str]) -> str:
    """What a row is known by that has no key: the same cells are the same row."""
    return "sha256:" + hashlib.sha256("\x1f".join(cells).encode()).hexdigest()
