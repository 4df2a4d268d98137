"""What moderators can decide: what each verb needs, what it settles, and which undo each other."""

from typing import Any

from flask_babel import lazy_gettext as _l

from community.moderation.doors import Door, Subject

LABELS: dict[str, Any] = {
    "approve": _l("Approve"),
    "trust": _l("Approve and trust"),
    "edit": _l("Edit"),
    "hide": _l("Hide"),
    "restore": _l("Show again"),
    "keep_private": _l("Keep private"),
    "merge": _l("Join to another"),
    "move": _l("Move"),
    "lock": _l("Lock"),
    "unlock": _l("Unlock"),
    "warn": _l("Warn"),
    "pause": _l("Pause"),
    "suspend": _l("Suspend"),
    "exclude_votes": _l("Do not count votes"),
    "count_votes": _l("Count votes again"),
}

# What is decided on pages of their own.
KINDS_ELSEWHERE = ("appealed", "votes")
NEED_REASON = ("hide", "keep_private", "edit", "warn", "pause", "suspend")
# With these there is nothing left to look at.
_SETTLE_ALL = ("hide", "keep_private", "merge")
_SETTLE = ("approve", "trust", "restore", "edit", "exclude_votes", "count_votes", *_SETTLE_ALL)
# What can be said to a change that was kept back.
_OF_CHANGE = ("approve", "trust", "hide")
# A later one of the same kind stands over an earlier one.
_ALIKE = (
    ("approve", "trust", "hide", "restore", "keep_private", "merge", "edit"),
    ("move",),
    ("lock", "unlock"),
    ("exclude_votes", "count_votes"),
)


def settles(verb: str, kind: str, *, is_it: bool) -> bool:
    """Whether what waits is done with by this verb; `is_it` is what was decided about.

    An appeal is answered on its own page, and odd votes are looked at whatever becomes of the text.
    """
    if kind == "appealed":
        return False
    if is_it:
        return verb in _SETTLE
    if kind == "votes":
        return False
    return verb in _SETTLE_ALL or (verb in _SETTLE and kind == "flagged")


def is_about_change(verb: str, kind: str | None) -> bool:
    """Whether only a change that was kept back is decided: the text goes on, and so do objections to it."""
    return kind == "edit" and verb in _OF_CHANGE


def agrees_with_flags(verb: str) -> bool | None:
    """Whether who flagged the text was right; None if the verb does not say."""
    if verb in ("hide", "keep_private", "edit"):
        return True
    return False if verb in ("approve", "trust", "restore") else None


def alike(verb: str) -> tuple[str, ...]:
    """The verbs that would stand over this one if they were decided after it."""
    return next((group for group in _ALIKE if verb in group), ())


def open_to(subject: Subject, door: Door, *, kind: str | None) -> list[str]:
    """The verbs that make sense for the subject as it stands; `kind` is what waits about it, if anything."""
    if kind == "edit":
        return list(_OF_CHANGE)
    able = {
        "approve": kind in ("held", "flagged"),
        "trust": kind == "held",
        "restore": kind is None and subject.state == "hidden",
        "hide": subject.state != "hidden" or kind == "flagged",
        "keep_private": door.keep_private is not None,
        "edit": door.rewrite is not None,
        "merge": door.merge is not None,
        "move": door.move is not None,
        "lock": door.lock is not None and not subject.is_locked,
        "unlock": door.unlock is not None and subject.is_locked,
    }
    return [verb for verb, is_able in able.items() if is_able]
