"""What can give points at all: the key of each rule, its words, and what its versions may set.

A contribution that is not in this table earns nothing, ever. Praise, votes and ratings are not in it, and no
version of a rule can change that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

# Every version says these; the others only where they mean something.
ALWAYS_SET = ("is_on", "staff_earn", "qualifies")
_LIMITS = ("per_day", "per_week")
_REPEATED = (*_LIMITS, "decay", "decay_days", "first_bonus")
# Words are never paid for as they are posted, so nobody can set these to be given at once.
_ACCEPTED_BY_OTHERS = ("supporters_needed", "wait_days", "per_pair")


@dataclass(frozen=True)
class Contribution:
    """One kind of contribution; `said` is the beginning of its line on a statement, with the title in it.

    `sources` are the things it may be given for, `supporters` is who can accept it where members can, and
    `settings` are the columns of its versions that staff may change.
    """

    name: Any
    how: Any
    said: Any
    sources: tuple[str, ...]
    settings: tuple[str, ...]
    supporters: Any = None
    # The source says how much, not the rule.
    is_priced_by_source: bool = False

    @property
    def may_wait(self) -> bool:
        """Whether its points can wait until it is accepted."""
        return "wait_days" in self.settings


CONTRIBUTIONS: Mapping[str, Contribution] = {
    "idea_accepted": Contribution(
        name=_l("Idea accepted"),
        how=_l("You share an idea and it is accepted."),
        said=_l("your idea “%(title)s”"),
        sources=("idea",),
        settings=("points", *_REPEATED, *_ACCEPTED_BY_OTHERS),
        supporters=_l("members who support it"),
    ),
    "comment_helpful": Contribution(
        name=_l("Comment found helpful"),
        how=_l("You write a comment that other members find helpful."),
        said=_l("your helpful comment on “%(title)s”"),
        sources=("comment",),
        settings=("points", *_REPEATED, *_ACCEPTED_BY_OTHERS),
        supporters=_l("members who find it helpful"),
    ),
    "survey_completed": Contribution(
        name=_l("Survey completed"),
        how=_l("You answer a survey to its end. The survey says beforehand how many points it gives."),
        said=_l("your answers to “%(title)s”"),
        sources=("response",),
        settings=(*_LIMITS, "gate", "wait_days"),
        is_priced_by_source=True,
    ),
    "idea_planned": Contribution(
        name=_l("Own idea planned"),
        how=_l("We plan to do what your idea asks for."),
        said=_l("your idea “%(title)s”, which is planned"),
        sources=("idea",),
        settings=("points", *_LIMITS, "first_bonus"),
    ),
    "idea_planned_supporter": Contribution(
        name=_l("Supported idea planned"),
        how=_l("We plan to do what an idea asks for that you supported before."),
        said=_l("supporting “%(title)s”, which is planned"),
        sources=("idea",),
        settings=("points", *_LIMITS),
    ),
    "idea_delivered": Contribution(
        name=_l("Own idea delivered"),
        how=_l("What your idea asks for is delivered."),
        said=_l("your idea “%(title)s”, which is delivered"),
        sources=("idea",),
        settings=("points", *_LIMITS, "first_bonus"),
    ),
    "idea_delivered_supporter": Contribution(
        name=_l("Supported idea delivered"),
        how=_l("What an idea asks for is delivered, and you supported it before."),
        said=_l("supporting “%(title)s”, which is delivered"),
        sources=("idea",),
        settings=("points", *_LIMITS),
    ),
    "profile_completed": Contribution(
        name=_l("Profile completed"),
        how=_l("You answer everything that your profile asks, once."),
        said=_l("completing your profile"),
        sources=("member",),
        settings=("points",),
    ),
    "referral_active": Contribution(
        name=_l("Invited friend became active"),
        how=_l(
            "A friend joins by your link and becomes active: their address is confirmed, and an idea, a "
            "comment or a survey of theirs is accepted. Each friend counts once."
        ),
        said=_l("a friend you invited, who is active now"),
        sources=("member",),
        settings=("points", *_LIMITS, "first_bonus"),
    ),
    "case_feedback": Contribution(
        name=_l("Told us whether our answer helped"),
        how=_l("You tell us whether our answer helped, whether it did or not."),
        said=_l("telling us whether our answer helped"),
        sources=("case",),
        settings=("points", *_LIMITS),
    ),
}

NEVER_EARNS = (
    _l("Praise. Kind words are welcome and give nothing, and criticism costs nothing."),
    _l("Ratings. An answer gives the same points whatever you rate."),
    _l("Votes on your own words, and voting as such."),
    _l("Votes that go round in a circle of members who keep voting for one another."),
)

WHO_COUNTS = (
    _l("Members who have confirmed their e-mail address and do not work for us."),
    _l("Not yourself, not who invited you, and nobody whom you invited."),
    _l("Nobody with whom you keep voting for one another in a circle, while we look into it."),
)


def settings_of(rule: str) -> tuple[str, ...]:
    """The columns that staff may set in a version of this rule."""
    return (*CONTRIBUTIONS[rule].settings, *ALWAYS_SET)


def said_of(rule: str, *, title: str) -> str:
    """What the points are for, as part of a sentence in the reader's language."""
    return str(CONTRIBUTIONS[rule].said) % {"title": title}
