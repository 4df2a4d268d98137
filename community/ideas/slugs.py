"""The readable part of an idea's address; decoration only, so it may be empty, as for a Chinese title."""

import re
import unicodedata

LONGEST = 80
_GAPS = re.compile(r"[^a-z0-9]+")


def slug_of(title: str) -> str:
    """The title in ASCII letters and digits with hyphens between the words, at most 80 characters."""
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    slug = _GAPS.sub("-", plain.replace("'", "")).strip("-")
    if len(slug) <= LONGEST:
        return slug
    # Cut between words where there is such a place.
    return (slug[: LONGEST + 1].rpartition("-")[0] or slug)[:LONGEST].strip("-")
