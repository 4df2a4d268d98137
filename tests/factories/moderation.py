"""What waits for moderators and what they decided, for tests."""

import itertools
from datetime import datetime
from typing import Any

from community.infra import clock
from community.infra.db import unit_of_work
from community.members.models import Member
from community.moderation.models import Decision, Flag, QueueItem, TrustStanding
from community.panels.models import Panel

_numbers = itertools.count(1)


def make_item(
    kind: str = "held", *, subject: Any = None, panel: Panel | None = None, author: Member | None = None,
    rule: str = "blocked_word", due_at: datetime | None = None, **values: Any,
) -> QueueItem:  # fmt: skip
    """Something that waits; `subject` is a row such as an idea, else it is about one that is not there."""
    number = next(_numbers)
    subject_type = type(subject).__name__.lower() if subject is not None else "idea"
    panel_id = panel.id if panel is not None else getattr(subject, "panel_id", None)
    author_id = author.id if author is not None else getattr(subject, "author_id", None)
    with unit_of_work() as session:
        item = QueueItem(
            **{
                "kind": kind,
                "subject_type": subject_type,
                "subject_id": subject.id if subject is not None else 10**9 + number,
                "panel_id": panel_id,
                "author_id": author_id,
                "title": getattr(subject, "title", f"Something that waits, number {number}"),
                "reasons": [{"rule": rule}],
                "due_at": due_at or clock.ahead(hours=24),
                **values,
            }
        )
        session.add(item)
    return item


def make_decision(
    verb: str = "hide", *, subject: Any, moderator: Member | None, reason: str | None = "rude", **values: Any
) -> Decision:
    """A decision as it stands in the books; what it decided was not done to its subject."""
    with unit_of_work() as session:
        decision = Decision(
            **{
                "verb": verb,
                "subject_type": type(subject).__name__.lower(),
                "subject_id": subject.id,
                "panel_id": getattr(subject, "panel_id", None),
                "author_id": getattr(subject, "author_id", None),
                "moderator_id": moderator.id if moderator is not None else None,
                "reason": reason,
                **values,
            }
        )
        session.add(decision)
    return decision


def make_flag(subject: Any, member: Member, *, outcome: str = "open", **values: Any) -> Flag:
    """A member's objection as it stands in the books; nothing followed from it."""
    with unit_of_work() as session:
        flag = Flag(
            **{
                "subject_type": type(subject).__name__.lower(),
                "subject_id": subject.id,
                "panel_id": getattr(subject, "panel_id", None),
                "author_id": getattr(subject, "author_id", None),
                "member_id": member.id,
                "reason": "spam",
                "weight": 0.5,
                "outcome": outcome,
                "decided_at": clock.now() if outcome != "open" else None,
                **values,
            }
        )
        session.add(flag)
    return flag


def stand_on_level(member: Member, level: int, **values: Any) -> TrustStanding:
    """Let a member stand on a level of trust."""
    with unit_of_work() as session:
        standing = TrustStanding(member_id=member.id, level=level, **values)
        session.add(standing)
    return standing
