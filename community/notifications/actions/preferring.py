"""Choosing how soon notices come by mail, and the hours in which none does."""

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import delete, update

from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.infra.errors import Invalid
from community.members.models import Member
from community.notifications import topics
from community.notifications.models import Notice, NoticePreference

HOURS = range(24)


def choose_paces(member: Member, paces: Mapping[str, str], *, panel_id: int | None = None) -> None:
    """Set the pace of each of these topics, in general or for one panel; "" goes back to the general one.

    What is already owed follows: it is looked at anew at once.
    """
    for key, pace in paces.items():
        _check(key, pace, is_for_panel=panel_id is not None)
    with unit_of_work() as session:
        locked = lock(Member, member.id)
        session.execute(
            delete(NoticePreference).where(
                NoticePreference.member_id == locked.id,
                NoticePreference.topic.in_(paces),
                NoticePreference.panel_id == panel_id
                if panel_id is not None
                else NoticePreference.panel_id.is_(None),
            )
        )
        session.add_all(
            NoticePreference(member_id=locked.id, topic=key, panel_id=panel_id, pace=pace)
            for key, pace in paces.items()
            if pace
        )
        _look_again(locked)


def choose_quiet_hours(member: Member, *, quiet_from: int | None, quiet_until: int | None) -> None:
    """Send no notices between these hours of the member's day; None and None for mail at any hour."""
    if (quiet_from is None) is not (quiet_until is None):
        raise Invalid(
            _("Please choose both hours, or neither."),
            field="quiet_until" if quiet_until is None else "quiet_from",
        )
    if quiet_from is not None and quiet_from == quiet_until:
        raise Invalid(_("Please choose two different hours."), field="quiet_until")
    with unit_of_work():
        locked = lock(Member, member.id)
        locked.quiet_from, locked.quiet_until = quiet_from, quiet_until
        _look_again(locked)


def _check(key: str, pace: str, *, is_for_panel: bool) -> None:
    topic = topics.TOPICS.get(key)
    is_known = topic is not None and (topic.is_by_panel or not is_for_panel)
    if not is_known or (pace not in topics.TOPICS[key].paces and not (is_for_panel and pace == "")):
        raise Invalid(_("Please choose one of the options."), field=key)


def _look_again(member: Member) -> None:
    with unit_of_work() as session:
        session.execute(
            update(Notice)
            .where(Notice.member_id == member.id, Notice.mail_state == "owed")
            .values(mail_due_at=clock.now())
            .execution_options(synchronize_session=False)
        )
