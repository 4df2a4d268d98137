"""What is held about a member among the notices: what they were told, and how they want it by mail."""

from collections.abc import Mapping, Sequence

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from community.activity.models import Activity
from community.activity.personal_data import take_forgotten
from community.infra.language import show_moment
from community.infra.own_data import Line, OwnFile, Part, facts_of, filled, lines, remove, rows
from community.members.models import Member
from community.notifications import queries, topics
from community.notifications.actions import sentence_of, take_back
from community.notifications.models import Notice, NoticePreference
from community.notifications.queries import Told

HOLDS: Mapping[str, str] = {
    "notices.member_id": "deleted",
    "notices.data": "chosen",
    "notice_preferences.member_id": "deleted",
}
# What others are told of these holds words that everybody could read; it stays as long as they do.
_PUBLIC_TEXTS = ("idea.published", "comment.added", "survey.statement_added")
AT_ONCE = 1000


def export(member: Member) -> Mapping[str, Part]:
    """Every notice as it reads, and what was chosen about mail."""
    told = {each.id: each for each in queries.list_all_told(member)}
    notices = rows(Notice, Notice.member_id == member.id)
    preferences = rows(NoticePreference, NoticePreference.member_id == member.id)
    return filled(
        {
            "notices": Part(_("What we told you"), [_line(row, told[row.id]) for row in notices]),
            "notice_preferences": Part(_("What comes by mail"), lines(preferences, _choice)),
        }
    )


def files(member: Member) -> Sequence[OwnFile]:
    """There are none."""
    return []


def erase(member: Member, *, keeps_texts: bool) -> Mapping[str, int]:
    """What the member was told goes, and what others were told in the member's words."""
    preferences = remove(NoticePreference, NoticePreference.member_id == member.id)
    own = remove(Notice, Notice.member_id == member.id)
    of_others = take_back(select(Activity.id).where(_told_of(member, keeps_texts=keeps_texts)))
    # What others emptied just before, such as that of a case titled in the member's words.
    of_others += take_back_forgotten()
    member.unread_count = 0
    return {"notices": own + of_others, "notice_preferences": preferences}


def take_back_forgotten() -> int:
    """Take back what was told of all that `forget_data` emptied just before; says how many notices."""
    forgotten, gone = take_forgotten(), 0
    for start in range(0, len(forgotten), AT_ONCE):
        gone += take_back(select(Activity.id).where(Activity.id.in_(forgotten[start : start + AT_ONCE])))
    return gone


def _told_of(member: Member, *, keeps_texts: bool) -> ColumnElement[bool]:
    """The activities that others were told of and in which the member speaks or is spoken of."""
    acts = and_(
        Activity.actor_id == member.id, Activity.kind.not_in(current_app.extensions.get("staff_kinds", ()))
    )
    if keeps_texts:
        return and_(acts, Activity.kind.not_in(_PUBLIC_TEXTS))
    about_own = [
        and_(Activity.subject_type == kind, Activity.subject_id.in_(_made_by(member, kind)))
        for kind in ("idea", "comment", "statement")
    ]
    return or_(acts, *about_own)


def _made_by(member: Member, subject_type: str) -> Select[int]:
    made = aliased(Activity)
    return select(made.subject_id).where(
        made.actor_id == member.id, made.subject_type == subject_type, made.kind.in_(_PUBLIC_TEXTS)
    )


def _line(row: Notice, told: Told) -> Line:
    headline, words = sentence_of(told)
    when = show_moment(row.created_at)
    sentence = _("%(what)s (on %(date)s)", what=f"{headline} {words}".strip(), date=when)
    return Line(sentence, facts_of(row), path=f"/inbox/{row.id}")


def _choice(row: NoticePreference) -> str:
    topic, pace = topics.TOPICS.get(row.topic), topics.PACE_LABELS[row.pace]
    return f"{topic.label if topic is not None else row.topic}: {pace}"
