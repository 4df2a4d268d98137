"""What is held about a member in the log of what happened."""

from collections.abc import Collection, Mapping
from typing import Any

from flask import Flask, current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, String, and_, cast, or_, select

from community.activity.models import Activity
from community.infra.db import db
from community.infra.language import show_moment
from community.infra.own_data import Line, OwnFile, Part, change, facts_of, filled, rows

HOLDS: Mapping[str, str] = {"activities.actor_id": "emptied", "activities.data": "emptied"}

# How an act of staff says so where members do the like.
_AS_STAFF = '"as_staff": true'
_FORGOTTEN = "forgotten_activities"


def use_staff_kinds(app: Flask, kinds: Collection[str], *, words: Mapping[str, Any]) -> None:
    """Give the app the kinds that only people who run the site can record, and all acts in words by kind."""
    app.extensions["staff_kinds"] = kinds
    app.extensions["acts_in_words"] = words


def export(member: Any) -> Mapping[str, Part]:
    """What the member did, and what was done with their account, as the log has it."""
    found = rows(Activity, _is_about(member))
    return filled({"log": Part(_("The log of what happened"), [_line(row, member) for row in found])})


def files(member: Any) -> list[OwnFile]:
    """There are none."""
    return []


def erase(member: Any, *, keeps_texts: bool) -> Mapping[str, int]:
    """That something happened stays; what was said in it goes, but for what the member did as staff."""
    is_own_act = and_(
        Activity.actor_id == member.id,
        Activity.kind.not_in(_staff_kinds()),
        ~cast(Activity.data, String).contains(_AS_STAFF),
    )
    is_account = and_(Activity.subject_type == "member", Activity.subject_id == member.id)
    return {"activities": change(Activity, or_(is_own_act, is_account), data={})}


def forget_data(subject_type: str, subject_ids: Select[int] | Collection[int]) -> int:
    """Forget what was said with all that happened to these things; that it happened stays.

    What others were told of it goes with their notices: see `take_forgotten`.
    """
    is_about = and_(Activity.subject_type == subject_type, Activity.subject_id.in_(subject_ids))
    numbers = list(db.session.scalars(select(Activity.id).where(is_about)))
    db.session.info.setdefault(_FORGOTTEN, set()).update(numbers)
    return change(Activity, is_about, data={})


def take_forgotten() -> list[int]:
    """The activities that `forget_data` emptied since this was last asked for, each told once."""
    forgotten: set[int] = db.session.info.pop(_FORGOTTEN, set())
    return sorted(forgotten)


def _staff_kinds() -> Collection[str]:
    """The kinds that only people who run the site can record: what they did stays to be looked up."""
    kinds: Collection[str] = current_app.extensions["staff_kinds"]
    return kinds


def _is_about(member: Any) -> ColumnElement[bool]:
    is_account = and_(Activity.subject_type == "member", Activity.subject_id == member.id)
    return or_(Activity.actor_id == member.id, is_account)


def _line(row: Activity, member: Any) -> Line:
    is_own = row.actor_id == member.id
    who = _("you") if is_own else _("others")
    # What nobody does, a level of trust that changed, goes by the name it has in the log.
    what = str(current_app.extensions["acts_in_words"].get(row.kind, row.kind))
    return Line(
        _("%(what)s (%(who)s, on %(date)s)", what=what, who=who, date=show_moment(row.occurred_at)),
        # Who looks after the site is not for the copy to tell, as little as in moderation.
        facts_of(row, leave_out=() if is_own else ("actor_id",)),
    )
