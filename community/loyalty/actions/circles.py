"""Circles of members whose marks go round: noted by the clock, judged by a person."""

from collections.abc import Iterable
from datetime import timedelta

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.infra import clock
from community.infra.db import insert_new, lock, unit_of_work
from community.infra.errors import Conflict, Forbidden, Invalid
from community.loyalty import policy, rings
from community.loyalty.models import Ring
from community.loyalty.queries import circles as queries
from community.loyalty.rings import Leaning
from community.members.models import Member

NOTE_MOST = 1000


def note_circles(found: Iterable[Leaning]) -> int:
    """Put before staff who stands out, and say how many are new; what a person has judged already stays so.

    What was dismissed does not come back with the same people while those marks are still looked at.
    """
    noted = 0
    with unit_of_work():
        for leaning in found:
            noted += _note(leaning)
    return noted


def judge_circle(ring: Ring, by: Member, *, decision: str, note: str) -> Ring:
    """Dismiss a circle, so that its marks count again, or uphold it; one that was upheld may be dismissed."""
    if decision not in ("dismissed", "upheld"):
        raise Invalid(_l("Please choose one of the options."), field="decision")
    if not note:
        raise Invalid(_l("Please say why in a few words; others will ask."), field="note")
    if len(note) > NOTE_MOST:
        raise Invalid(_l("Please use at most %(max)d characters.", max=NOTE_MOST), field="note")
    with unit_of_work():
        ring = lock(Ring, ring.id)
        if not policy.can_judge_circle(by, ring):
            raise Forbidden(_l("Somebody else has to judge this one: you are part of it."))
        before = ring.state
        if before == decision or before == "dismissed":
            raise Conflict(_l("This has been decided meanwhile."))
        ring.state, ring.note = decision, note
        ring.decided_at, ring.decided_by_id = clock.now(), by.id
        record(
            "ring.judged",
            subject=ring,
            actor=by,
            before=before,
            decision=decision,
            note=note,
            member_ids=[ring.member_id, *ring.partner_ids],
        )
    return ring


def _note(leaning: Leaning) -> int:
    with unit_of_work():
        ring = queries.find_standing(leaning.member_id)
        if ring is not None:
            if lock(Ring, ring.id).state == "open":
                for name, value in _figures(leaning).items():
                    setattr(ring, name, value)
            return 0
        since = clock.now() - timedelta(days=rings.DAYS)
        known = queries.list_dismissed(leaning.member_id, since=since)
        if any(set(leaning.partner_ids) <= partners for partners in known):
            return 0
        if not insert_new(Ring, [{"member_id": leaning.member_id, **_figures(leaning)}]):
            return 0
        ring = queries.get_standing(leaning.member_id)
        record("ring.found", subject=ring, actor=None, member_ids=[ring.member_id, *ring.partner_ids])
    return 1


def _figures(leaning: Leaning) -> dict[str, object]:
    return {
        "reciprocity": leaning.reciprocity,
        "concentration": leaning.concentration,
        "volume": leaning.volume,
        "partner_ids": list(leaning.partner_ids),
    }
