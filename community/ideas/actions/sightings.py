"""Noting who has seen an idea, so that those that few have seen can be shown first."""

from community.ideas.models import Idea, Sighting
from community.infra.db import lock, unit_of_work
from community.members.models import Member


def note_sighting(idea: Idea, member: Member) -> None:
    """Count the member among those who have opened the idea, once."""
    with unit_of_work() as session:
        idea = lock(Idea, idea.id)
        if session.get(Sighting, (idea.id, member.id)) is None:
            session.add(Sighting(idea_id=idea.id, member_id=member.id))
            idea.seen_count += 1
