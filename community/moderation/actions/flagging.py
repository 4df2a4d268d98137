"""Members object to a text: it comes before moderators, and enough of it hides it until one has looked."""

from collections import Counter

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.infra.errors import Conflict, Forbidden, Invalid, NotFound
from community.members.models import Member
from community.moderation import flags
from community.moderation.actions.deciding import write_down
from community.moderation.actions.opening import item_about
from community.moderation.doors import Subject
from community.moderation.models import FLAG_REASONS, Flag
from community.moderation.queries import flags as queries
from community.moderation.queries import trust
from community.moderation.queries.subjects import door_of, find_subject, may_see
from community.panels.actions import ensure_not_paused
from community.panels.models import Membership, Panel
from community.panels.policy import works_on_panel

NOTE_LENGTH = 500
# What only moderators hide: a name is not a text. What the company says stands until they have looked too.
_NEVER_HIDDEN = ("member",)


def flag(subject: Subject, member: Member, *, reason: str, note: str = "") -> Flag:
    """Put the subject before moderators for this reason, once for each member however often it is sent."""
    if reason not in FLAG_REASONS:
        raise Invalid(_l("Please choose one of the options."), field="reason")
    if len(note) > NOTE_LENGTH:
        raise Invalid(_l("Please use at most %(most)d characters.", most=NOTE_LENGTH), field="note")
    if subject.author_id == member.id:
        raise Forbidden(_l("This is your own. You can change or remove it yourself."))
    with unit_of_work() as session:
        if (known := queries.find_flag(subject.type, subject.id, member_id=member.id)) is not None:
            return known
        # The item first: those who flag the same thing wait for each other here.
        item = item_about(
            "flagged",
            subject_type=subject.type,
            subject_id=subject.id,
            panel_id=subject.panel_id,
            author_id=subject.author_id,
            subject=subject,
        )
        subject = find_subject(subject.type, subject.id) or subject
        if (known := queries.find_flag(subject.type, subject.id, member_id=member.id)) is not None:
            return known
        if not may_see(member, subject):
            raise NotFound()
        is_in_panel = subject.panel_id is not None
        membership = session.get(Membership, (subject.panel_id, member.id)) if is_in_panel else None
        ensure_not_paused(member, membership)
        past = queries.record_of(member.id)
        made = Flag(
            subject_type=subject.type,
            subject_id=subject.id,
            panel_id=subject.panel_id,
            author_id=subject.author_id,
            member_id=member.id,
            reason=reason,
            note=note,
            weight=flags.weight(
                agreed=past.agreed, disagreed=past.disagreed, level=trust.level_of(member.id)
            ),
            made_at=clock.now(),
        )
        session.add(made)
        session.flush()
        standing = queries.list_open(subject.type, subject.id)
        item.reasons = [
            {"rule": "flag", "reason": why, "count": count}
            for why, count in Counter(objection.reason for objection in standing).most_common()
        ]
        # Nobody learns who it was, so nobody is named here either.
        record(
            "subject.flagged", subject=made, actor=None, panel_id=subject.panel_id,
            subject_key=subject.key, reason=reason,
        )  # fmt: skip
        weights = [objection.weight for objection in standing]
        is_enough = flags.is_hidden_by(
            weights,
            support_count=subject.support_count,
            dismissed=queries.weigh_dismissed(subject.type, subject.id),
        )
        if is_enough and _can_be_hidden(subject):
            _hide(subject)
    return made


def _hide(subject: Subject) -> None:
    try:
        change = door_of(subject.type).hide(subject.id, None)
    except Conflict:
        # Others were joined to it and would go with it: that is for a person to say.
        return
    # A decision of nobody's; what waits about it goes on waiting until somebody looks.
    write_down("hide", subject, None, change=change)


def _can_be_hidden(subject: Subject) -> bool:
    if subject.state != "published" or subject.type in _NEVER_HIDDEN or subject.author_id is None:
        return False
    author = db.session.get_one(Member, subject.author_id)
    panel = db.session.get(Panel, subject.panel_id) if subject.panel_id is not None else None
    return panel is None or not works_on_panel(author, panel)
