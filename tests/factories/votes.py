"""Votes for tests that do not look as votes of many people do."""

from datetime import datetime, timedelta

from community.ideas.actions.vote_care import watch_idea
from community.ideas.actions.votes import support_idea
from community.ideas.models import Idea
from community.infra import clock
from community.members.models import Member
from tests.factories.members import make_member

ONE_PLACE = "203.0.113.7/32 Firefox"


def vote_together(idea: Idea, *, count: int = 8, at: datetime | None = None) -> list[Member]:
    """Votes of newborn accounts out of one place, a minute apart; then somebody looks for what is odd."""
    start = at or clock.now()
    voters = []
    for number in range(count):
        with clock.stopped_at(start + timedelta(minutes=number)):
            voter = make_member(f"Voter {number}")
            support_idea(idea, voter, seen_from=ONE_PLACE)
        voters.append(voter)
    with clock.stopped_at(start + timedelta(minutes=count)):
        watch_idea(idea.root_id or idea.id)
    return voters
