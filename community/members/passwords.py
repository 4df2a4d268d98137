"""Passwords: which ones are too easily guessed, how they are stored (Argon2id) and recognised."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _l

from community.infra.errors import Invalid
from community.members import secrets

SHORTEST = 10
LONGEST = 256

# 19 MiB and two passes: what OWASP asks for at least; some 20 ms on a small server.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

# Letters and digits that lie side by side on keyboards or in the alphabet, in either direction.
_ROWS = (
    "01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl",
    "qsdfghjklm", "zxcvbnm", "yxcvbnm", "wxcvbn", "1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm",
)  # fmt: skip
_NEIGHBOURS = {pair for row in _ROWS for line in (row, row[::-1]) for pair in pairwise(line)}
_COMMON_WORDS = (
    "password", "passwort", "passw0rd", "p4ssw0rd", "pa55word", "welcome", "willkommen", "letmein",
    "iloveyou", "trustno", "monkey", "dragon", "football", "baseball", "basketball", "sunshine", "princess",
    "superman", "batman", "starwars", "pokemon", "shadow", "master", "michael", "jordan", "jessica",
    "charlie", "ashley", "daniel", "whatever", "freedom", "hello", "hallo", "bonjour", "secret", "admin",
    "administrator", "login", "changeme", "default", "guest", "qwerty", "azerty", "computer", "internet",
    "google", "facebook", "liverpool", "chelsea", "arsenal", "cheese", "chocolate", "flower", "summer",
    "winter", "spring", "autumn", "woaini", "nihao", "wodemima", "1314520", "5201314", "520520", "168168",
)  # fmt: skip
# Signs that stand for letters in everybody's second idea.
_DISGUISES = str.maketrans("@4$5301", "aasseol")
_YEAR = re.compile(r"(?:19|20)\d\d")
# What is left once everything that is guessed first is taken out.
_LEAST_LEFT = 4


def check(password: str, *, about: Iterable[str], field: str = "password") -> None:
    """Invalid, with a sentence that helps, if the password is too short, too long or easily guessed.

    `about` are texts that a guesser knows: the person's name and address, the name of the site.
    """
    if len(password) < SHORTEST:
        raise Invalid(
            _l(
                "Please use at least %(num)d characters. A few words in a row are easy to keep in mind.",
                num=SHORTEST,
            ),
            field=field,
        )
    if len(password) > LONGEST:
        raise Invalid(_l("Please use at most %(num)d characters.", num=LONGEST), field=field)
    if len(set(password)) < 4 or len(_what_is_left(password, about)) < _LEAST_LEFT:
        raise Invalid(
            _l(
                "This password is easy to guess: it is made of common words, your name, or keys that lie "
                "side by side. Please take another one, for example a few words that have nothing in common."
            ),
            field=field,
        )


def encode(password: str) -> str:
    """The password's hash, with its salt and parameters."""
    return _hasher.hash(password)


def needs_new_hash(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def fits(password_hash: str, password: str) -> bool:
    """Whether the password is the one that was hashed; takes as long where there is no hash."""
    try:
        _hasher.verify(password_hash or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)


def first_fit(hashes: Sequence[str], password: str, *, tries: int) -> int | None:
    """Which of the hashes the password fits; always as many comparisons, so that time says nothing."""
    padded = [*hashes, *[""] * (tries - len(hashes))]
    fitting = [place for place, hash_ in enumerate(padded) if fits(hash_, password)]
    return fitting[0] if fitting else None


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.new_secret())


def _what_is_left(password: str, about: Iterable[str]) -> str:
    """The folded password without common words, what it is about, years, and runs of neighbours."""
    known = {piece for text in about for piece in _pieces(text)}
    words = sorted({*known, *_COMMON_WORDS}, key=len, reverse=True)
    return min((_without(words, text) for text in (password, password.translate(_DISGUISES))), key=len)


def _without(words: Sequence[str], password: str) -> str:
    rest = _letters(password)
    for word in words:
        rest = rest.replace(word, "")
    return _without_runs(_YEAR.sub("", rest))


def _pieces(text: str) -> list[str]:
    parts = re.split(r"[\W_]+", unicodedata.normalize("NFKC", text).casefold())
    return [piece for piece in (*parts, _letters(text)) if len(piece) > 2 or (piece and not piece.isascii())]


def _letters(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    # Signs only count where they are all there is; between letters they are the first thing a guesser varies.
    return "".join(sign for sign in folded if sign.isalnum()) or folded


def _without_runs(text: str) -> str:
    """Without stretches of three or more that repeat one character or follow neighbouring keys."""
    kept: list[str] = []
    run: list[str] = []
    for sign in text:
        if run and (sign == run[-1] or (run[-1], sign) in _NEIGHBOURS):
            run.append(sign)
            continue
        kept += run if len(run) < 3 else ()
        run = [sign]
    return "".join(kept + (run if len(run) < 3 else []))
