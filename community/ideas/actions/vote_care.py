"""Looking after votes: alarms where they look odd, and what a person decides about them.

The queue item is locked first, then the idea, as everywhere.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from community.activity.actions import record
from community.ideas import integrity, origins
from community.ideas.actions.groups import lock_root, recount
from community.ideas.models import Idea, VoteAlarm, VoteOrigin
from community.ideas.queries import vote_alarms as queries
from community.infra import clock
from community.infra.db import db, get_row, unit_of_work
from community.infra.errors import Conflict, Forbidden, Invalid, NotFound
from community.members.models import Member
from community.moderation import policy
from community.moderation.actions import queue
from community.moderation.actions.deciding import write_down
from community.moderation.doors import Change, Subject
from community.moderation.models import Decision, QueueItem
from community.moderation.queries import queue as queue_queries

# Looked back a little further than the last time, for votes that were under way.
LOOK_BACK = timedelta(minutes=30)


def watch_votes() -> int:
    """Look at the ideas that got votes lately, and say how many alarms were raised or grew."""
    roots = queries.list_roots_voted_for(since=clock.now() - LOOK_BACK)
    return sum(watch_idea(root_id) for root_id in roots)


def watch_idea(root_id: int) -> bool:
    """Put the idea's votes before a person if they look odd and nobody has looked at them yet."""
    root = get_row(Idea, root_id)
    signs = integrity.find_signs(
        queries.list_casts(root_id),
        begun_at=root.published_at,
        now=clock.now(),
        usual=queries.usual_around(root),
    )
    odd = integrity.members_of(signs)
    if len(set(odd) - queries.ids_judged(root_id)) < integrity.LEAST:
        return False
    with unit_of_work() as session:
        items = _lock_items(root_id)
        root = lock_root(root_id)
        alarm = queries.find_waiting(root.id)
        if alarm is not None and set(odd) <= set(alarm.member_ids):
            return False
        is_new = alarm is None
        if alarm is None:
            alarm = VoteAlarm(idea_id=root.id, facts={}, member_ids=[])
            session.add(alarm)
        # Who was odd at an earlier look stays on the list until a person has seen it.
        known = list(alarm.member_ids)
        alarm.member_ids = [*known, *(member_id for member_id in odd if member_id not in known)]
        alarm.signs = [sign.kind for sign in signs]
        alarm.facts = {**alarm.facts, **{sign.kind: sign.facts for sign in signs}}
        session.flush()
        _put_into_queue(root, alarm, items[0] if items else None)
        if is_new:
            record(
                "votes.alarmed", subject=alarm, actor=None, panel_id=root.panel_id,
                title=root.title, signs=alarm.signs, votes=len(alarm.member_ids),
            )  # fmt: skip
    return True


def exclude_votes(
    idea: Idea, by: Member, *, member_ids: Collection[int], message: str = "", note: str = ""
) -> Decision:
    """Let the votes of these members stand without counting; what waits about the idea's votes is decided."""
    return _decide(
        "exclude_votes", idea, by, member_ids=member_ids, is_counted=False, message=message, note=note
    )


def count_votes(
    idea: Idea, by: Member, *, member_ids: Collection[int], message: str = "", note: str = ""
) -> Decision:
    """Let the votes of these members count; what waits about the idea's votes is decided."""
    return _decide(
        "count_votes", idea, by, member_ids=member_ids, is_counted=True, message=message, note=note
    )


def put_back(idea_id: int, by: Member, before: Mapping[str, Any]) -> None:
    """Undo a decision: count again what it had excluded, and the other way round."""
    if not (before.get("counted") or before.get("excluded")):
        return
    root = lock_root(idea_id)
    _set(root, before.get("counted", ()), is_counted=True)
    _set(root, before.get("excluded", ()), is_counted=False)
    alarm = queries.list_alarms(root.id)[0]
    alarm.state, alarm.decided_by_id, alarm.decided_at = "waiting", None, None
    _record(root, by, "votes.counted" if before.get("counted") else "votes.excluded", note="")


def leave(_idea_id: int, _by: Member | None) -> Change:
    """Votes are neither shown nor hidden."""
    return Change({}, {})


def desk_of(item_id: int) -> str:
    """The staff page on which what waits about votes is decided."""
    return _desk(get_row(QueueItem, item_id).subject_id)


def take_up(root_id: int, by: Member) -> None:
    """Let others see that somebody looks at the idea's votes."""
    for item_id in queue_queries.list_standing_ids("votes", root_id):
        queue.claim(get_row(QueueItem, item_id), by)


def object_to_exclusion(idea: Idea, member: Member) -> None:
    """Have somebody look again whether the member's vote is to be counted; each member may ask once."""
    with unit_of_work():
        items = _lock_items(idea.root_id or idea.id)
        root = lock_root(idea.id)
        alarm = next(
            (each for each in queries.list_alarms(root.id) if member.id in each.facts.get("excluded", ())),
            None,
        )
        if alarm is None:
            raise NotFound()
        asked = alarm.facts.get("objected", [])
        if member.id in asked:
            return
        alarm.facts = {**alarm.facts, "objected": [*asked, member.id]}
        alarm.state, alarm.decided_by_id, alarm.decided_at = "waiting", None, None
        _put_into_queue(root, alarm, items[0] if items else None)
        record("votes.objected", subject=alarm, actor=member, panel_id=root.panel_id, title=root.title)


def forget_origins() -> None:
    """Where votes came from is kept for some weeks only."""
    with unit_of_work() as session:
        session.execute(delete(VoteOrigin).where(VoteOrigin.at < clock.now() - origins.KEPT_FOR))


def _decide(
    verb: str,
    idea: Idea,
    by: Member,
    *,
    member_ids: Collection[int],
    is_counted: bool,
    message: str,
    note: str,
) -> Decision:
    with unit_of_work():
        items = [queue.lock_free(item, by) for item in _lock_items(idea.root_id or idea.id)]
        root = lock_root(idea.id)
        subject = _subject(root, by)
        changed = _set(root, member_ids, is_counted=is_counted)
        if not changed and not items:
            raise Invalid(_l("Please choose at least one vote."), field="member_ids")
        _close_alarm(root, by, changed=changed, is_counted=is_counted)
        before, after = ("excluded", "counted") if is_counted else ("counted", "excluded")
        decision = write_down(
            verb,
            subject,
            by,
            change=Change({before: changed}, {after: changed}),
            item=items[0] if items else None,
            message=message,
            note=note,
        )
        for item in items:
            queue.close(item)
        _record(root, by, "votes.counted" if is_counted else "votes.excluded", note=note)
    return decision


def _set(root: Idea, member_ids: Collection[int], *, is_counted: bool) -> list[int]:
    """Let these votes count or not, bring the idea's counts in line, and say whose votes changed."""
    alarms = queries.list_alarms(root.id)
    known = {member_id for alarm in alarms for member_id in alarm.member_ids}
    votes = queries.list_votes(root.id, sorted(known.intersection(member_ids)))
    changed = sorted({vote.member_id for vote in votes if vote.is_counted != is_counted})
    for vote in votes:
        vote.is_counted = is_counted
    for alarm in alarms:
        excluded, meant = set(alarm.facts.get("excluded", ())), set(alarm.member_ids).intersection(member_ids)
        kept = excluded - meant if is_counted else excluded | meant
        alarm.facts = {**alarm.facts, "excluded": sorted(kept)}
    recount(root)
    return changed


def _close_alarm(root: Idea, by: Member, *, changed: list[int], is_counted: bool) -> None:
    alarm = queries.find_waiting(root.id)
    if alarm is not None:
        alarm.state = "excluded" if changed and not is_counted else "counted"
        alarm.decided_by_id, alarm.decided_at = by.id, clock.now()


def _record(root: Idea, by: Member, kind: str, *, note: str) -> None:
    alarms = queries.list_alarms(root.id)
    if not alarms:
        raise Conflict()
    db.session.flush()
    record(
        kind, subject=alarms[0], actor=by, panel_id=root.panel_id, title=root.title, note=note,
        after={"votes_counted": root.support_count, "votes_not_counted": root.excluded_count},
    )  # fmt: skip


def _desk(root_id: int) -> str:
    return f"/staff/ideas/{root_id}/votes"


def _lock_items(root_id: int) -> list[QueueItem]:
    """What waits about the votes of the idea and of those that were joined to it meanwhile."""
    ids = sorted({root_id, *(alarm.idea_id for alarm in queries.list_alarms(root_id))})
    return [item for idea_id in ids for item in queue.lock_standing("votes", idea_id)]


def _subject(root: Idea, by: Member) -> Subject:
    subject = queries.find_subject(root.id)
    if subject is None:
        raise NotFound()
    if not policy.can_decide_about(by, panel_id=subject.panel_id, author_id=subject.author_id):
        raise Forbidden()
    return subject


def _put_into_queue(root: Idea, alarm: VoteAlarm, item: QueueItem | None) -> None:
    if item is None:
        item = QueueItem(
            kind="votes", subject_type="votes", subject_id=root.id, due_at=queue.promised(root.panel_id)
        )
        db.session.add(item)
    item.panel_id, item.author_id = root.panel_id, root.author_id
    item.title, item.excerpt, item.path = root.title, root.excerpt, _desk(root.id)
    item.reasons = [{"rule": kind, **alarm.facts.get(kind, {})} for kind in alarm.signs]
    if alarm.facts.get("objected"):
        item.reasons = [*item.reasons, {"rule": "objection"}]
    item.data = {"votes": len(alarm.member_ids)}
