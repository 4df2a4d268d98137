"""What members are asked for, one purpose at a time, and the words they agree to; silence is no yes."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from community.infra.errors import NotFound


class Purpose(NamedTuple):
    """One thing we ask for: what it is called, what exactly is agreed to, and what a no changes."""

    title: Any
    wording: Any
    without: Any


# Purpose → its words, in the order in which members are asked. A key is never used again for something else.
PURPOSES: Mapping[str, Purpose] = {
    "quotes": Purpose(
        _l("Quote me"),
        _l(
            "You may quote what I write here, word for word, in reports within the company. "
            "My name is not given with it."
        ),
        _l("Without it, your words are counted, but not quoted."),
    ),
    "learning": Purpose(
        _l("Learn what interests me"),
        _l(
            "You may remember what I am interested in, from what I write, support, follow and answer here, "
            "and choose by it what you show me in my weekly digest."
        ),
        _l("Without it, your digest is the same as everybody's, and nothing is kept about your interests."),
    ),
    "research": Purpose(
        _l("Invite me to talks and tests"),
        _l(
            "You may write to me to invite me to an interview, a workshop or a product test. "
            "Each time I am free to say no."
        ),
        _l("Without it, you are asked only by the questions on this site."),
    ),
}


def get_purpose(key: str) -> Purpose:
    """What is asked for under this key; NotFound if nothing is."""
    purpose = PURPOSES.get(key)
    if purpose is None:
        raise NotFound()
    return purpose
