"""What a display name may be: one line that can be seen and plays no tricks with the text around it."""

import re
import unicodedata

from flask_babel import lazy_gettext as _l

from community.infra.errors import Invalid

SHORTEST = 2
LONGEST = 50

# Controls, characters that turn the direction of writing or cannot be seen, private ones and broken ones.
_UNSEEN_CATEGORIES = {"Cc", "Cf", "Co", "Cs", "Cn"}
_BLANK_LETTERS = re.compile("[\u115f\u1160\u3164\uffa0\u2800]")
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILES_OF_MARKS = re.compile(f"({_MARK}{{2}}){_MARK}+")


def clean_name(text: str) -> str:
    """The name in its composed form on one line; Invalid if nothing fit to be called is left."""
    text = unicodedata.normalize("NFC", " ".join(_BLANK_LETTERS.sub(" ", text).split()))
    text = "".join(sign for sign in text if unicodedata.category(sign) not in _UNSEEN_CATEGORIES)
    text = " ".join(_PILES_OF_MARKS.sub(r"\1", text).split())
    if not SHORTEST <= len(text) <= LONGEST:
        raise Invalid(
            _l("Please use between %(min)d and %(max)d characters.", min=SHORTEST, max=LONGEST),
            field="display_name",
        )
    if not any(sign.isalnum() for sign in text):
        raise Invalid(_l("Please use a name with letters in it."), field="display_name")
    return text


def initials_of(name: str) -> str:
    """One or two letters that stand for the name where there is no picture; one for names in Chinese."""
    words = name.split()
    if not words:
        return "?"
    if not words[0][0].isascii():
        return words[0][0]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
