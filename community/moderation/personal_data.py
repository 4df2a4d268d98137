"""What is held about a member in moderation: what waited, what was decided, objections, sanctions, trust."""

from collections.abc import Collection, Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, and_, or_, select

from community.activity.personal_data import forget_data
from community.infra import clock
from community.infra.language import show_date, show_moment
from community.infra.own_data import OwnFile, Part, change, filled, lines, remove, rows
from community.members.models import Member
from community.moderation import flags, telling
from community.moderation.models import (
    Appeal,
    Decision,
    Flag,
    ModerationMessage,
    QueueItem,
    Sanction,
    TrustChange,
    TrustStanding,
)
from community.moderation.queries.subjects import find_subject

HOLDS: Mapping[str, str] = {
    "queue_items.author_id": "emptied",
    "queue_items.claimed_by_id": "unlinked",
    "moderation_decisions.author_id": "emptied",
    "moderation_decisions.moderator_id": "nameless",
    "moderation_decisions.undone_by_id": "nameless",
    "appeals.member_id": "emptied",
    "appeals.against_id": "nameless",
    "appeals.decided_by_id": "nameless",
    "moderation_messages.writer_id": "emptied",
    "flags.member_id": "emptied",
    "flags.author_id": "nameless",
    "sanctions.member_id": "deleted",
    "sanctions.ended_by_id": "nameless",
    "trust_standings.member_id": "deleted",
    "trust_standings.vouched_by_id": "nameless",
    "trust_changes.member_id": "nameless",
    "screening_rules.changed_by_id": "nameless",
    "blocked_words.made_by_id": "nameless",
}
_WITHOUT_WORDS: Mapping[str, Any] = {"title": "", "excerpt": "", "reasons": [], "data": {}}
# What moderators tell each other, and who flagged what.
_FOR_STAFF = (
    "note",
    "moderator_id",
    "claimed_by_id",
    "undone_by_id",
    "against_id",
    "decided_by_id",
    "writer_id",
)


def export(member: Member) -> Mapping[str, Part]:
    """What waited, decisions, appeals, talk, objections the member made, sanctions and trust."""
    talk = ModerationMessage.item_id.in_(_own_items(member))
    return filled(
        {
            "waited": Part(
                _("What waited for a moderator"),
                lines(
                    rows(QueueItem, QueueItem.author_id == member.id),
                    lambda row: _(
                        "“%(title)s”, on %(date)s", title=row.title, date=show_moment(row.opened_at)
                    ),
                    said="excerpt",
                    path=lambda row: row.path,
                    leave_out=_FOR_STAFF,
                ),
            ),
            "decisions": Part(
                _("What moderators decided about what you wrote"),
                lines(
                    rows(Decision, Decision.author_id == member.id),
                    lambda row: _(
                        "%(what)s, on %(date)s",
                        what=telling.title_of(row.verb, telling.told_of(row.subject_type, row.after)),
                        date=show_moment(row.decided_at),
                    ),
                    said="message",
                    leave_out=_FOR_STAFF,
                ),
            ),
            "appeals": Part(
                _("Your appeals"),
                lines(
                    rows(Appeal, Appeal.member_id == member.id),
                    lambda row: _("On %(date)s", date=show_moment(row.made_at)),
                    said="words",
                    leave_out=_FOR_STAFF,
                ),
            ),
            "messages": Part(
                _("What you and moderators wrote to each other"),
                lines(
                    rows(ModerationMessage, or_(ModerationMessage.writer_id == member.id, talk)),
                    lambda row: _("On %(date)s", date=show_moment(row.written_at)),
                    said="body",
                    leave_out=_FOR_STAFF,
                ),
            ),
            "flags": Part(
                _("What you objected to"),
                lines(
                    rows(Flag, Flag.member_id == member.id),
                    lambda row: _(
                        "%(what)s, on %(date)s",
                        what=flags.LABELS.get(row.reason, row.reason),
                        date=show_moment(row.made_at),
                    ),
                    said="note",
                    leave_out=("author_id", "weight"),
                ),
            ),
            "sanctions": Part(
                _("Warnings and pauses"),
                lines(
                    rows(Sanction, Sanction.member_id == member.id),
                    lambda row: _(
                        "%(what)s, on %(date)s",
                        what=telling.SANCTIONS[row.kind],
                        date=show_moment(row.given_at),
                    ),
                    leave_out=("ended_by_id",),
                ),
            ),
            "trust": Part(
                _("How far you are trusted, and why"),
                [
                    *lines(
                        rows(TrustStanding, TrustStanding.member_id == member.id),
                        lambda row: _(
                            "Level %(level)s, since %(date)s", level=row.level, date=show_date(row.since)
                        ),
                        leave_out=("vouched_by_id",),
                    ),
                    *lines(
                        rows(TrustChange, TrustChange.member_id == member.id),
                        lambda row: _(
                            "Level %(level)s, from %(date)s on", level=row.to_level, date=show_date(row.at)
                        ),
                    ),
                ],
            ),
        }
    )


def files(member: Member) -> list[OwnFile]:
    """There are none."""
    return []


def erase(member: Member, *, keeps_texts: bool) -> Mapping[str, int]:
    """What waits of the member is let go of; that something was decided stays, without what it was about."""
    items = rows(QueueItem, QueueItem.author_id == member.id)
    own_items = [item.id for item in items]
    is_private = ModerationMessage.item_id.in_(own_items)
    is_answer = and_(ModerationMessage.writer_id == member.id, ModerationMessage.is_from_staff.is_(False))
    going = [
        item.id
        for item in items
        if item.state != "closed" and not (keeps_texts and _is_about_kept_text(item))
    ]
    change(QueueItem, QueueItem.id.in_(going), state="closed", closed_at=clock.now())
    for subject, model in (("decision", Decision), ("queueitem", QueueItem)):
        forget_data(subject, select(model.id).where(model.author_id == member.id))
    for subject, own in (("appeal", Appeal), ("flag", Flag)):
        forget_data(subject, select(own.id).where(own.member_id == member.id))
    is_closed = QueueItem.state == "closed"
    return {
        "queue_items": change(
            QueueItem,
            QueueItem.author_id == member.id,
            is_closed,
            path="",
            **_WITHOUT_WORDS,
        ),
        "moderation_decisions": change(
            Decision, Decision.author_id == member.id, message="", note="", before={}, after={}
        ),
        "appeals": change(Appeal, Appeal.member_id == member.id, words="", answer=""),
        "moderation_messages": change(ModerationMessage, or_(is_answer, is_private), body=""),
        "flags": change(Flag, Flag.member_id == member.id, note=""),
        "sanctions": remove(Sanction, Sanction.member_id == member.id),
        "trust_standings": remove(TrustStanding, TrustStanding.member_id == member.id),
        "queue_items.claimed": change(QueueItem, QueueItem.claimed_by_id == member.id, claimed_by_id=None),
    }


def forget_texts(subject_type: str, subject_ids: Collection[int]) -> None:
    """Forget what these things said, where moderation keeps it; that and how it was decided stays."""
    change(
        QueueItem,
        QueueItem.subject_type == subject_type,
        QueueItem.subject_id.in_(subject_ids),
        **_WITHOUT_WORDS,
    )
    decided = rows(Decision, Decision.subject_type == subject_type, Decision.subject_id.in_(subject_ids))
    for decision in decided:
        decision.before, decision.after = _without_words(decision.before), _without_words(decision.after)
    forget_data("decision", [decision.id for decision in decided])
    forget_data(subject_type, subject_ids)


def _without_words(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name not in ("title", "body", "tags")}


def _is_about_kept_text(item: QueueItem) -> bool:
    # Held texts were never shown, so they do not stay either; nor does a change of one, nor a name.
    if item.kind in ("held", "edit", "appealed") or item.subject_type == "member":
        return False
    subject = find_subject(item.subject_type, item.subject_id)
    return subject is not None and subject.state == "published"


def _own_items(member: Member) -> Select[int]:
    return select(QueueItem.id).where(QueueItem.author_id == member.id)
