"""Trust in words: what levels are called, what they bring, what they take, and why one is lost."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from community.moderation import trust

LEVELS: Mapping[int, Any] = {
    0: _l("New here"),
    1: _l("At home"),
    2: _l("Trusted"),
    3: _l("Relied upon"),
}

BRINGS: Mapping[int, Any] = {
    0: _l("You can do all that members do. Now and then a moderator looks at a text first."),
    1: _l("What you write no longer waits because you are new, and what you report counts in full."),
    2: _l("What you write hardly ever waits, and what you report counts one and a half times."),
    3: _l("What you report counts twice."),
}

# What a level takes at least, or at most.
CONDITIONS: Mapping[str, Any] = {
    "days_here": _l("Days on which you were here"),
    "ideas_read": _l("Ideas you read"),
    "texts_accepted": _l("Ideas and comments of yours that are shown"),
    "thanks": _l("Votes and thanks from others for what you wrote"),
    "thankers": _l("People they came from"),
    "thanks_days": _l("Days on which they came"),
    "upheld_flags": _l("Texts of yours that others objected to and moderators agreed"),
}

REASONS: Mapping[str, Any] = {
    trust.EARNED: _l("You did all that this level takes."),
    trust.VOUCHED: _l("A moderator answers for you."),
    trust.VOUCH_ENDED: _l("The moderator who answered for you no longer does."),
    "days_here": _l("You were here on fewer days than this level takes."),
    "ideas_read": _l("You read fewer ideas than this level takes."),
    "texts_accepted": _l("You wrote less than this level takes."),
    "thanks": _l("Others gave you fewer votes and thanks than this level takes."),
    "thankers": _l("Votes and thanks came from fewer people than this level takes."),
    "thanks_days": _l("Votes and thanks came on fewer days than this level takes."),
    "upheld_flags": _l("Moderators agreed with objections to more of your texts than this level allows."),
}

# The same as moderators read it about somebody.
STAFF_CONDITIONS: Mapping[str, Any] = {
    "days_here": _l("Days here"),
    "ideas_read": _l("Ideas read"),
    "texts_accepted": _l("Texts shown"),
    "thanks": _l("Votes and thanks received"),
    "thankers": _l("from so many people"),
    "thanks_days": _l("on so many days"),
    "upheld_flags": _l("Texts rightly objected to"),
}
STAFF_REASONS: Mapping[str, Any] = {
    **STAFF_CONDITIONS,
    trust.EARNED: _l("earned"),
    trust.VOUCHED: _l("a moderator answers for them"),
    trust.VOUCH_ENDED: _l("nobody answers for them any more"),
}
