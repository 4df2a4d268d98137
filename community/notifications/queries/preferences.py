"""What members chose: how soon each topic comes by mail, in general and in single panels."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, select

from community.infra.db import db
from community.members.models import Member
from community.notifications.models import NoticePreference

Chosen = dict[tuple[str, int | None], str]


def list_chosen(member_ids: Sequence[int]) -> dict[int, Chosen]:
    """What each of these members chose: topic and panel (None: in general) → pace."""
    chosen: dict[int, Chosen] = {member_id: {} for member_id in member_ids}
    rows = db.session.execute(
        select(
            NoticePreference.member_id,
            NoticePreference.topic,
            NoticePreference.panel_id,
            NoticePreference.pace,
        ).where(NoticePreference.member_id.in_(member_ids))
    )
    for member_id, topic, panel_id, pace in rows:
        chosen[member_id][topic, panel_id] = pace
    return chosen


def chosen_by(member: Member) -> Chosen:
    """What one member chose."""
    return list_chosen([member.id])[member.id]


def wants_none(topic: str) -> ColumnElement[bool]:
    """A condition on `members`: they want no mail about this topic."""
    return exists().where(
        NoticePreference.member_id == Member.id,
        NoticePreference.topic == topic,
        NoticePreference.panel_id.is_(None),
        NoticePreference.pace == "never",
    )
