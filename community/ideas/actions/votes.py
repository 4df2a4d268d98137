"""Support for ideas: one standing vote per member and idea, and a history that only grows.

Rows and statements instead of entities: as entities a vote cost three times as much (decision 0027).
"""

from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Executable, bindparam, delete, insert, update

from community.activity.actions import record_row
from community.ideas import policy, ranking
from community.ideas.actions.groups import SHUT
from community.ideas.models import IMPORTANCES, Follow, Idea, Vote, VoteEvent, VoteOrigin
from community.ideas.origins import origin_of
from community.ideas.queries import groups, support, vote_alarms
from community.ideas.queries.support import Place, Root, Standing
from community.infra import clock, keys
from community.infra.db import db, get_row, id_of, insert_new, table_of, unit_of_work
from community.infra.errors import Conflict, Invalid, NotFound
from community.members.models import Member
from community.panels.actions import ensure_taking_part, refuse_while_paused
from community.panels.models import Panel
from community.panels.policy import can_take_part, paused_until

_IDEAS, _VOTES, _EVENTS, _ORIGINS, _FOLLOWS = map(table_of, (Idea, Vote, VoteEvent, VoteOrigin, Follow))
_CAST = insert(_VOTES)
_NOTE = insert(_EVENTS)
_FOLLOW = insert(_FOLLOWS)
_COUNT = (
    update(_IDEAS)
    .where(_IDEAS.c.id == bindparam("of_root"))
    .values({
        name: bindparam(f"new_{name}")
        for name in ("support_count", "excluded_count", "follower_count", "trend")
    })
)  # fmt: skip
_OF_MEMBER = (_VOTES.c.idea_id == bindparam("on_idea"), _VOTES.c.member_id == bindparam("by_member"))
_WEIGH = update(_VOTES).where(*_OF_MEMBER).values(importance=bindparam("new_importance"))
_WITHDRAW = delete(_VOTES).where(*_OF_MEMBER)
_SEEN_FROM = (
    update(_ORIGINS)
    .where(_ORIGINS.c.idea_id == bindparam("on_idea"), _ORIGINS.c.member_id == bindparam("by_member"))
    .values(origin=bindparam("new_origin"), at=bindparam("now"))
)


class Supported(NamedTuple):
    """The idea that counts for the group, as it stands with the member's vote or without it."""

    id: int
    slug: str
    title: str
    support_count: int
    is_supported: bool


def support_idea(
    idea: Idea | int, member: Member, *, importance: str | None = None, seen_from: str = ""
) -> Supported:
    """Let the member support the idea, or the one with this number; once more only changes the importance.

    An idea that was merged is supported where it was merged into. Asking twice changes nothing.
    `seen_from` is the network and browser it came from; a keyed hash of it is kept for some weeks.
    """
    if importance is not None and importance not in IMPORTANCES:
        raise Invalid(field="importance")
    member_id = id_of(member)
    with unit_of_work():
        place = _find_place(idea, member)
        refuse_while_paused(paused_until(cast(Any, place.member), cast(Any, place.part), now=clock.now()))
        if not can_take_part(member, cast(Any, place.room), cast(Any, place.part)):
            ensure_taking_part(member, get_row(Panel, place.room.id))
        root = _lock_open_root(place.root_id)
        votes = support.list_standing(root.id, member_id)
        if not votes:
            root = _cast(root, member_id, importance=importance, seen_from=seen_from)
        elif importance is not None and any(vote.importance != importance for vote in votes):
            _weigh(votes, member_id, importance=importance)
        return Supported(root.id, root.slug, root.title, root.support_count, is_supported=True)


def withdraw_support(idea: Idea | int, member: Member) -> Supported:
    """Take back all votes of the member for the idea and those merged into it."""
    member_id = id_of(member)
    with unit_of_work():
        root = _lock_open_root(_find_place(idea, member).root_id)
        votes = support.list_standing(root.id, member_id)
        if votes:
            root = _withdraw(root, votes, member_id)
        return Supported(root.id, root.slug, root.title, root.support_count, is_supported=False)


def _find_place(idea: Idea | int, member: Member) -> Place:
    place = support.find_place(idea if isinstance(idea, int) else id_of(idea), id_of(member))
    if place is None:
        raise NotFound()
    seen, room, part = cast(Any, place.idea), cast(Any, place.room), cast(Any, place.part)
    if not policy.may_see_idea(member, seen, panel=room, membership=part):
        raise NotFound()
    return place


def _lock_open_root(root_id: int) -> Root:
    """The same as groups.lock_open_root, as a row."""
    root = support.lock_row(root_id)
    while root is not None and root.root_id not in (None, root.id):
        # Somebody merged it between looking and locking.
        root = support.lock_row(root.root_id)
    if root is None or root.state == "deleted":
        raise NotFound()
    if root.state != "published":
        raise Conflict()
    if root.is_locked:
        raise Conflict(SHUT)
    return root


def _cast(root: Root, member_id: int, *, importance: str | None, seen_from: str) -> Root:
    now = clock.now()
    around = support.look_around(root.id, member_id)
    # Taking a vote back and giving it again does not make it count.
    is_counted = not (around.has_alarms and member_id in vote_alarms.ids_excluded(root.id))
    mine = {"idea_id": root.id, "member_id": member_id}
    _do(_CAST, mine | {"importance": importance, "cast_at": now, "is_counted": is_counted})
    _note(root.id, member_id, change="cast", importance=importance)
    if seen_from:
        _note_origin(root.id, member_id, seen_from, now=now)
    if not around.is_following:
        _do(_FOLLOW, mine | {"since": now})
        root = root._replace(follower_count=root.follower_count + 1)
    if is_counted:
        trend = ranking.with_event(root.trend, at=now)
        root = root._replace(support_count=root.support_count + 1, trend=trend)
    else:
        root = root._replace(excluded_count=root.excluded_count + 1)
    _count(root)
    record_row("idea.supported", ("idea", root.id), member_id, panel_id=root.panel_id, importance=importance)
    return root


def _weigh(votes: list[Standing], member_id: int, *, importance: str) -> None:
    for vote in votes:
        _do(_WEIGH, {"on_idea": vote.idea_id, "by_member": member_id, "new_importance": importance})
        _note(vote.idea_id, member_id, change="weighed", importance=importance)


def _withdraw(root: Root, votes: list[Standing], member_id: int) -> Root:
    for vote in votes:
        _do(_WITHDRAW, {"on_idea": vote.idea_id, "by_member": member_id})
        _note(vote.idea_id, member_id, change="withdrawn", importance=None)
    if votes[0].is_counted:
        trend = ranking.without_event(root.trend, at=votes[0].cast_at)
        if trend is None:
            trend = ranking.trend_of(root.published_at, supported_at=groups.list_supported_at(root.id))
        root = root._replace(support_count=root.support_count - 1, trend=trend)
    else:
        root = root._replace(excluded_count=root.excluded_count - 1)
    _count(root)
    record_row("idea.support_withdrawn", ("idea", root.id), member_id, panel_id=root.panel_id)
    return root


def _count(root: Root) -> None:
    _do(
        _COUNT,
        {
            "of_root": root.id,
            "new_support_count": root.support_count,
            "new_excluded_count": root.excluded_count,
            "new_follower_count": root.follower_count,
            "new_trend": root.trend,
        },
    )


def _note(idea_id: int, member_id: int, *, change: str, importance: str | None) -> None:
    line = {"idea_id": idea_id, "member_id": member_id, "change": change, "importance": importance}
    _do(_NOTE, line | {"at": clock.now()})


def _note_origin(idea_id: int, member_id: int, seen_from: str, *, now: datetime) -> None:
    origin = origin_of(idea_id, seen_from, key=keys.derived("vote origins"))
    row = {"idea_id": idea_id, "member_id": member_id, "origin": origin, "at": now}
    if not insert_new(VoteOrigin, [row]):
        # The one of an earlier vote that was taken back gives way.
        _do(_SEEN_FROM, {"on_idea": idea_id, "by_member": member_id, "new_origin": origin, "now": now})


def _do(statement: Executable, values: dict[str, Any]) -> None:
    db.session.execute(statement, values)
