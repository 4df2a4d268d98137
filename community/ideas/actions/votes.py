"""Support for ideas: one standing vote per member and idea, and a history that only grows."""

from flask import current_app

from community.activity.actions import record
from community.ideas import ranking
from community.ideas.actions.follows import ensure_following
from community.ideas.actions.groups import lock_open_root
from community.ideas.models import IMPORTANCES, Idea, Vote, VoteEvent, VoteOrigin
from community.ideas.origins import origin_of
from community.ideas.queries import groups, vote_alarms
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.infra.errors import Invalid
from community.members.models import Member
from community.panels.actions import ensure_taking_part


def support_idea(idea: Idea, member: Member, *, importance: str | None = None, seen_from: str = "") -> Idea:
    """Let the member support the idea and return its root; once more only changes the importance.

    An idea that was merged is supported where it was merged into. Asking twice changes nothing.
    `seen_from` is the network and browser it came from; a keyed hash of it is kept for some weeks.
    """
    if importance is not None and importance not in IMPORTANCES:
        raise Invalid(field="importance")
    with unit_of_work() as session:
        ensure_taking_part(member, idea.panel)
        root = lock_open_root(idea.id)
        votes = groups.list_votes_of(member.id, root_id=root.id)
        now = clock.now()
        if not votes:
            # Taking a vote back and giving it again does not make it count.
            is_counted = member.id not in vote_alarms.ids_excluded(root.id)
            session.add(
                Vote(
                    idea_id=root.id,
                    member_id=member.id,
                    importance=importance,
                    cast_at=now,
                    is_counted=is_counted,
                )
            )
            _note(root.id, member, change="cast", importance=importance)
            _note_origin(root.id, member, seen_from)
            if is_counted:
                root.support_count += 1
                root.trend = ranking.with_event(root.trend, at=now)
            else:
                root.excluded_count += 1
            ensure_following(member.id, root)
            record(
                "idea.supported", subject=root, actor=member, panel_id=root.panel_id, importance=importance
            )
        elif importance is not None and any(vote.importance != importance for vote in votes):
            for vote in votes:
                vote.importance = importance
                _note(vote.idea_id, member, change="weighed", importance=importance)
    return root


def withdraw_support(idea: Idea, member: Member) -> Idea:
    """Take back all votes of the member for the idea and those merged into it, and return its root."""
    with unit_of_work() as session:
        root = lock_open_root(idea.id)
        votes = groups.list_votes_of(member.id, root_id=root.id)
        if votes:
            if any(vote.is_counted for vote in votes):
                root.support_count -= 1
            else:
                root.excluded_count -= 1
            for vote in votes:
                session.delete(vote)
                _note(vote.idea_id, member, change="withdrawn", importance=None)
            session.flush()
            root.trend = ranking.trend_of(root.published_at, supported_at=groups.list_supported_at(root.id))
            record("idea.support_withdrawn", subject=root, actor=member, panel_id=root.panel_id)
    return root


def _note(idea_id: int, member: Member, *, change: str, importance: str | None) -> None:
    db.session.add(
        VoteEvent(idea_id=idea_id, member_id=member.id, change=change, importance=importance, at=clock.now())
    )


def _note_origin(idea_id: int, member: Member, seen_from: str) -> None:
    if not seen_from:
        return
    origin = origin_of(idea_id, seen_from, key=str(current_app.config["SECRET_KEY"]))
    # The one of an earlier vote that was taken back gives way.
    db.session.merge(VoteOrigin(idea_id=idea_id, member_id=member.id, origin=origin, at=clock.now()))
