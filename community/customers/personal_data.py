"""What was learned about a member: to be read by them, and forgotten with them."""

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _

from community.customers import wording
from community.customers.models import LearnedFact
from community.customers.queries import facts
from community.infra import own_data
from community.infra.own_data import Line, OwnFile, Part
from community.members.models import Member

HOLDS: Mapping[str, str] = {
    "learned_facts.member_id": "deleted",
    "learned_facts.words": "deleted",
    "learned_facts.evidence": "deleted",
    "learned_facts.correction": "deleted",
}


def export(member: Member) -> Mapping[str, Part]:
    """What was learned, corrected and forgotten."""
    rows = own_data.rows(LearnedFact, LearnedFact.member_id == member.id)
    return own_data.filled({"learned": Part(_("What we learned about you"), [_line(row) for row in rows])})


def files(member: Member) -> Iterable[OwnFile]:
    """There are none."""
    return ()


def erase(member: Member, *, keeps_texts: bool) -> Mapping[str, int]:
    """Forget all of it, whatever becomes of texts."""
    return {"learned_facts": own_data.remove(LearnedFact, LearnedFact.member_id == member.id)}


def _line(fact: LearnedFact) -> Line:
    if fact.state == "forgotten":
        words = str(_("Something you asked us to forget."))
    else:
        words = wording.sentence(facts.view_fact(fact))
    return Line(words, own_data.facts_of(fact), said=fact.correction, path="/me/learned")
