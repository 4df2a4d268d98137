"""Doors to what can be curated: a floor above says what a subject is and does to it what was decided.

All that changes something runs inside the unit of work of the decision, records the activity of its own kind
(idea.hidden, idea.published …) and returns what it changed, so that it can be undone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from markupsafe import Markup

from community.members.models import Member


@dataclass(frozen=True)
class Subject:
    """Something that can be curated, as it stands now.

    `state` is "published", "waiting", "hidden" or "deleted"; `html` was cleaned when it was stored.
    """

    type: str
    id: int
    panel_id: int | None
    author_id: int | None
    title: str
    html: Markup
    excerpt: str
    path: str
    state: str
    support_count: int = 0
    # The words as they were written, for whoever rewrites them.
    body: str = ""
    tags: tuple[str, ...] = ()
    is_locked: bool = False

    @property
    def key(self) -> str:
        """How forms and addresses name it: "idea:12"."""
        return f"{self.type}:{self.id}"


class Change(NamedTuple):
    """What a verb changed: both hold the same keys."""

    before: dict[str, Any]
    after: dict[str, Any]


class Alike(NamedTuple):
    """Another text that says much the same; `likeness` goes from 0 to 1."""

    id: int
    title: str
    excerpt: str
    path: str
    support_count: int
    likeness: float


class Said(NamedTuple):
    """A text that stands around a subject, in the order of the talk; the subject itself `is_it`."""

    author_id: int | None
    author_name: str
    html: Markup
    is_it: bool
    is_shown: bool


# The id of the subject, and who does it; None is the threshold of flags.
Verb = Callable[[int, Member | None], Change]


def _no_context(_subject: Subject) -> Sequence[Said]:
    return ()


@dataclass(frozen=True)
class Door:
    """How one type of subject is found and changed; a verb that is None does not exist for it."""

    find: Callable[[int], Subject | None]
    # Whether a person may see it as others do: who it is about and moderators are not asked here.
    may_see: Callable[[Member | None, Subject], bool]
    # Let others see it, for the first time (then its author says it now) or again.
    show: Verb
    hide: Verb
    # Back to where nobody but its author and moderators has seen it: undoes `show`.
    wait: Verb
    # Only its author and staff ever see it, but it is heard.
    keep_private: Verb | None = None
    # (id, by, {"title", "body", "tags"}), each only where the subject has it.
    rewrite: Callable[[int, Member | None, Mapping[str, Any]], Change] | None = None
    # The same for a change its author made and that was kept back: the author is who changes it.
    apply_edit: Callable[[int, Member | None, Mapping[str, Any]], Change] | None = None
    # (id, by, id of what it is merged into) and its undoing.
    merge: Callable[[int, Member, int], Change] | None = None
    unmerge: Callable[[int, Member], Change] | None = None
    # (id, by, id of the panel); `move_back` undoes it and does not ask who reads there.
    move: Callable[[int, Member, int], Change] | None = None
    move_back: Callable[[int, Member, int], Change] | None = None
    lock: Verb | None = None
    unlock: Verb | None = None
    # (id, by, what it was before): puts back what only this door changes, as whether votes are counted.
    undo: Callable[[int, Member, Mapping[str, Any]], None] | None = None
    # (number of the queue item): path of the staff page on which it is decided, if not on the common one.
    desk: Callable[[int], str] | None = None
    similar: Callable[[Subject], Sequence[Alike]] | None = None
    context: Callable[[Subject], Sequence[Said]] = field(default=_no_context)
