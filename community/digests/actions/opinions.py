"""What readers say to the ideas in their digest; the next one goes by it."""

from community.digests.models import OPINIONS, DigestOpinion
from community.digests.queries import reading
from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.infra.errors import Invalid
from community.members.models import Member


def give_opinion(member: Member, idea_id: int, opinion: str) -> None:
    """Note "more" or "less" about an idea that was in a digest of the member's; "" takes it back."""
    if opinion not in (*OPINIONS, ""):
        raise Invalid()
    with unit_of_work() as session:
        # The lock: two answers at once come one after the other, and the last one stands.
        locked = lock(Member, member.id)
        idea = reading.get_shown_idea(idea_id, locked)
        standing = reading.find_opinion(locked.id, idea.id)
        if standing is not None and opinion:
            standing.opinion, standing.at = opinion, clock.now()
        elif standing is not None:
            session.delete(standing)
        elif opinion:
            session.add(DigestOpinion(member_id=locked.id, idea_id=idea.id, opinion=opinion))
