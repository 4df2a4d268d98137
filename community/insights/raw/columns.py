"""The columns of feedback that is taken away, in the order in which every format has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

# "word" is one of a written-down list, "moment" ISO in UTC to the second, "yes_no" is "yes" or "no"; "free"
# is what somebody wrote, so it can hold anything.
Kind = Literal["int", "float", "word", "moment", "yes_no", "free"]


@dataclass(frozen=True)
class Column:
    """A column and what its cells are; None is a cell without anything."""

    key: str
    kind: Kind


# Free texts come last: readers of lines pass by the others without looking (guarding.py).
_KNOWN = (
    Column("id", "int"),
    Column("panel_id", "int"),
    Column("said_at", "moment"),
    Column("source", "word"),
    Column("state", "word"),
    Column("language", "word"),
    Column("sentiment", "word"),
    Column("score", "float"),
    Column("confidence", "float"),
    Column("kind", "word"),
    Column("urgency", "int"),
    Column("rating", "float"),
    Column("topic_id", "int"),
    Column("stage", "word"),
    Column("read_at", "moment"),
    Column("with_person_at", "moment"),
    Column("answered_at", "moment"),
    Column("decided_at", "moment"),
    Column("delivered_at", "moment"),
    Column("told_at", "moment"),
    Column("may_quote", "yes_no"),
    # The same made-up number for all texts of one person, in every file of this site.
    Column("author", "word"),
)
_NAMED = (Column("panel", "free"), Column("source_name", "free"), Column("topic", "free"))
_PEOPLE = (Column("author_name", "free"), Column("author_email", "free"))
_WORDS = (Column("title", "free"), Column("text", "free"))

# How many columns stand before the first free text.
KNOWN_COUNT = len(_KNOWN)
# How many of the last ones are what the author wrote.
WORDS_COUNT = len(_WORDS)


def columns(*, has_people: bool) -> Sequence[Column]:
    """All columns of a file, with the names and addresses of authors or without them."""
    return (*_KNOWN, *_NAMED, *(_PEOPLE if has_people else ()), *_WORDS)
