"""Support for ideas: one standing vote per member and idea, and a history that only grows.

Rows and statements instead of entities: as entities a vote cost three times as much (decision 0027).
"""

from typing import Any, NamedTuple, cast

from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy.dialects import postgresql

from community.activity.actions import note
from community.ideas import policy, ranking
from community.ideas.actions.follows import FOLLOW
from community.ideas.actions.groups import lock_open_row
from community.ideas.models import IMPORTANCES, Idea, Vote, VoteEvent, VoteOrigin
from community.ideas.origins import origin_of
from community.ideas.queries import groups, support, vote_alarms
from community.ideas.queries.support import Around, Place, Root, Standing
from community.infra import clock, keys
from community.infra.db import get_row, id_of, table_of, unit_of_work
from community.infra.errors import Invalid, NotFound
from community.infra.together import Change, do_together
from community.members.models import Member
from community.panels.actions import ensure_taking_part, refuse_while_paused
from community.panels.models import Panel
from community.panels.policy import can_take_part, paused_until

_IDEAS, _VOTES, _EVENTS, _ORIGINS = map(table_of, (Idea, Vote, VoteEvent, VoteOrigin))
_WHOSE: dict[str, Any] = {"idea_id": bindparam("on_idea"), "member_id": bindparam("by_member")}
_NOW: Any = bindparam("now")
_IMPORTANCE: Any = bindparam("new_importance")
_CAST = insert(_VOTES).values(**_WHOSE, importance=_IMPORTANCE, cast_at=_NOW, is_counted=bindparam("counts"))
_OF_MEMBER = (_VOTES.c.idea_id == bindparam("on_idea"), _VOTES.c.member_id == bindparam("by_member"))
_WEIGH = update(_VOTES).where(*_OF_MEMBER).values(importance=_IMPORTANCE)
_WITHDRAW = delete(_VOTES).where(*_OF_MEMBER)
_NOTE = insert(_EVENTS).values(**_WHOSE, change=bindparam("what"), importance=_IMPORTANCE, at=_NOW)
_COUNTED = ("support_count", "excluded_count", "follower_count", "trend")
_COUNT = (
    update(_IDEAS)
    .where(_IDEAS.c.id == bindparam("of_root"))
    .values({name: bindparam(f"new_{name}") for name in _COUNTED})
)
# SQLite took the clause from PostgreSQL, and both compile it. An earlier vote's origin gives way.
_SEEN_FROM = (
    postgresql.insert(_ORIGINS)
    .values(**_WHOSE, origin=bindparam("new_origin"), at=_NOW)
    .on_conflict_do_update(
        index_elements=_ORIGINS.primary_key.columns, set_={"origin": bindparam("new_origin"), "at": _NOW}
    )
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
        root = lock_open_row(place.root_id)
        around = support.look_around(root.id, member_id)
        if not around.votes:
            root = _cast(root, member_id, around, importance=importance, seen_from=seen_from)
        elif importance is not None and any(vote.importance != importance for vote in around.votes):
            _weigh(around.votes, member_id, importance=importance)
        return Supported(root.id, root.slug, root.title, root.support_count, is_supported=True)


def withdraw_support(idea: Idea | int, member: Member) -> Supported:
    """Take back all votes of the member for the idea and those merged into it."""
    member_id = id_of(member)
    with unit_of_work():
        root = lock_open_row(_find_place(idea, member).root_id)
        votes = support.look_around(root.id, member_id).votes
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


def _cast(root: Root, member_id: int, around: Around, *, importance: str | None, seen_from: str) -> Root:
    now = clock.now()
    # Taking a vote back and giving it again does not make it count.
    counts = not (around.has_alarms and member_id in vote_alarms.ids_excluded(root.id))
    if counts:
        trend = ranking.with_event(root.trend, at=now)
        root = root._replace(support_count=root.support_count + 1, trend=trend)
    else:
        root = root._replace(excluded_count=root.excluded_count + 1)
    changes: list[Change] = [_CAST, _NOTE, _COUNT]
    if not around.is_following:
        changes.append(FOLLOW)
        root = root._replace(follower_count=root.follower_count + 1)
    origin = None
    if seen_from:
        changes.append(_SEEN_FROM)
        origin = origin_of(root.id, seen_from, key=keys.derived("vote origins"))
    noted = note(
        "idea.supported", ("idea", root.id), member_id, panel_id=root.panel_id, importance=importance
    )
    do_together(
        *changes, *noted.changes, **noted.values, **_counts(root), on_idea=root.id, by_member=member_id,
        now=now, what="cast", new_importance=importance, counts=counts, new_origin=origin,
    )  # fmt: skip
    return root


def _weigh(votes: list[Standing], member_id: int, *, importance: str) -> None:
    for vote in votes:
        _change(_WEIGH, vote, member_id, what="weighed", importance=importance)


def _withdraw(root: Root, votes: list[Standing], member_id: int) -> Root:
    for vote in votes:
        _change(_WITHDRAW, vote, member_id, what="withdrawn", importance=None)
    if votes[0].is_counted:
        trend = ranking.without_event(root.trend, at=votes[0].cast_at)
        if trend is None:
            trend = ranking.trend_of(root.published_at, supported_at=groups.list_supported_at(root.id))
        root = root._replace(support_count=root.support_count - 1, trend=trend)
    else:
        root = root._replace(excluded_count=root.excluded_count - 1)
    noted = note("idea.support_withdrawn", ("idea", root.id), member_id, panel_id=root.panel_id)
    do_together(_COUNT, *noted.changes, **noted.values, **_counts(root))
    return root


def _change(change: Change, vote: Standing, member_id: int, *, what: str, importance: str | None) -> None:
    do_together(
        change, _NOTE, on_idea=vote.idea_id, by_member=member_id, now=clock.now(),
        what=what, new_importance=importance,
    )  # fmt: skip


def _counts(root: Root) -> dict[str, Any]:
    return {"of_root": root.id} | {f"new_{name}": getattr(root, name) for name in _COUNTED}
