"""What members read about a decision, in a notice, on their own page and in the log of a panel."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from community.moderation.models import Decision
from community.moderation.reasons import label_of, sentence_of

SANCTIONS: Mapping[str, Any] = {
    "warning": _l("A warning"),
    "pause": _l("A pause"),
    "suspension": _l("A suspension"),
}
# verb → type of subject → what its author reads; "" for all other types.
_TO_AUTHOR: Mapping[str, Mapping[str, Any]] = {
    "approve": {"": _l("It is shown now")},
    "trust": {"": _l("It is shown now")},
    "hide": {
        "idea": _l("Your idea is hidden"),
        "comment": _l("Your comment is hidden"),
        "statement": _l("Your statement is hidden"),
        "member": _l("Your name was taken away"),
        "change": _l("Your change was not made"),
    },
    "restore": {
        "idea": _l("Your idea is shown again"),
        "comment": _l("Your comment is shown again"),
        "": _l("It is shown again"),
    },
    "edit": {
        "idea": _l("We changed your idea"),
        "comment": _l("We changed your comment"),
        "statement": _l("We changed your statement"),
        "member": _l("We changed your name"),
    },
    "keep_private": {"": _l("What you wrote stays between you and us")},
    "merge": {"": _l("Your idea was joined to another one")},
    "move": {"": _l("Your idea is in another panel now")},
    "lock": {"": _l("Your idea can be read only")},
    "unlock": {"": _l("Your idea is open again")},
    "warn": {"": _l("A word of warning")},
    "pause": {"": _l("You are on a pause")},
    "suspend": {"": _l("Your account is suspended")},
    "exclude_votes": {"": _l("Some votes for your idea are not counted")},
    "count_votes": {"": _l("Votes for your idea are counted again")},
}

# verb → type of subject → what the log of a panel says, which names nobody.
_IN_LOG: Mapping[str, Mapping[str, Any]] = {
    "hide": {
        "idea": _l("An idea was hidden"),
        "comment": _l("A comment was hidden"),
        "statement": _l("A statement was hidden"),
        "change": _l("A change to a text was not made"),
    },
    "restore": {
        "idea": _l("An idea was shown again"),
        "comment": _l("A comment was shown again"),
        "statement": _l("A statement was shown again"),
    },
    "edit": {
        "idea": _l("An idea was changed"),
        "comment": _l("A comment was changed"),
        "statement": _l("A statement was changed"),
    },
    "merge": {"": _l("An idea was joined to another one")},
    "move": {"": _l("An idea was moved to another panel")},
    "lock": {"": _l("An idea was closed for votes and comments")},
    "unlock": {"": _l("An idea was opened again")},
    "warn": {"": _l("A member was warned")},
    "pause": {"": _l("A member was given a pause")},
    "exclude_votes": {"": _l("Votes were taken out of the count")},
    "count_votes": {"": _l("Votes were counted again")},
}
LOGGED_VERBS = tuple(_IN_LOG)

APPEAL_STATES: Mapping[str, Any] = {
    "waiting": _l("Your appeal waits for another moderator."),
    "upheld": _l("Your appeal was heard: the decision stays."),
    "overturned": _l("Your appeal was right: the decision was taken back."),
}
# How a decision that no longer stands came to an end.
UNDONE: Mapping[str, Any] = {
    "mistake": _l("Taken back: it was a mistake."),
    "appeal": _l("Taken back after an appeal."),
}
_BY_FLAGS = _l("Several members object to it. It stays out of sight until a moderator has looked.")


def told_of(subject_type: str, after: Mapping[str, Any]) -> str:
    """What a decision is said to be about: the type of its subject, or a change to it that was not made."""
    return "change" if "is_made" in after else subject_type


def title_of(verb: str, subject_type: str) -> Any:
    """What was done, as its author reads it."""
    words = _TO_AUTHOR[verb]
    return words.get(subject_type) or words.get("") or next(iter(words.values()))


def why(decision: Decision) -> Any:
    """Why, as a sentence for its author."""
    is_by_flags = decision.moderator_id is None and decision.reason is None and decision.verb == "hide"
    return why_of(decision.reason, is_by_flags=is_by_flags)


def why_of(reason: str | None, *, is_by_flags: bool = False) -> Any:
    """The sentence of a reason, or that the objections of members were enough."""
    return _BY_FLAGS if is_by_flags else sentence_of(reason)


def reason_label(reason: str) -> Any:
    """The reason in a few words."""
    return label_of(reason)


def logged_as(verb: str, subject_type: str) -> Any:
    """What was done, as the log of a panel says it."""
    words = _IN_LOG[verb]
    return words.get(subject_type) or words.get("") or next(iter(words.values()))
