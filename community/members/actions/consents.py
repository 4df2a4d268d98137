"""A member's yes or no to one purpose, kept with the words it was said to."""

from community.activity import actions as activity
from community.infra import language
from community.infra.db import lock, unit_of_work
from community.members import consent, queries
from community.members.models import Consent, Member


def give_consent(member: Member, purpose: str) -> None:
    """Note that the member agrees, with the words that stand beside the box in their language."""
    _say(member, purpose, is_given=True)


def withdraw_consent(member: Member, purpose: str) -> None:
    """Note that the member does not agree any more; it holds from now on."""
    _say(member, purpose, is_given=False)


def _say(member: Member, purpose: str, *, is_given: bool) -> None:
    asked = consent.get_purpose(purpose)
    with unit_of_work() as session:
        # The lock: a form that was sent twice says it once.
        locked = lock(Member, member.id)
        if queries.has_consent(locked, purpose) is is_given:
            return
        row = Consent(
            member_id=locked.id,
            purpose=purpose,
            is_given=is_given,
            wording=str(asked.wording),
            locale=language.current_locale(),
        )
        session.add(row)
        kind = "consent.given" if is_given else "consent.withdrawn"
        activity.record(kind, subject=row, actor=locked, purpose=purpose)
