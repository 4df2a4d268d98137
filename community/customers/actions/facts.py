"""What members say to what was learned about them."""

from community.activity.actions import record
from community.customers.learning import LONGEST_WORDS
from community.customers.models import LearnedFact
from community.infra.db import lock, unit_of_work
from community.infra.errors import NotFound
from community.members.models import Member


def correct_fact(member: Member, fact: LearnedFact, *, words: str) -> None:
    """Put what the member says instead of a fact; it is not used any more."""
    with unit_of_work():
        locked = _mine(member, fact)
        locked.state, locked.correction = "corrected", words[:LONGEST_WORDS]
        # The words stay with the fact: the log is for others too.
        record("fact.corrected", subject=locked, actor=member, fact_kind=locked.kind)


def forget_fact(member: Member, fact: LearnedFact) -> None:
    """Forget a fact for good; only what it was called is kept, so that it is not learned again."""
    with unit_of_work():
        locked = _mine(member, fact)
        locked.state, locked.correction, locked.words = "forgotten", "", ""
        locked.strength, locked.evidence = 0.0, []
        record("fact.forgotten", subject=locked, actor=member, fact_kind=locked.kind)


def _mine(member: Member, fact: LearnedFact) -> LearnedFact:
    locked = lock(LearnedFact, fact.id)
    if locked.member_id != member.id or locked.state == "forgotten":
        raise NotFound()
    return locked
