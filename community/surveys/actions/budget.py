"""How often members may be asked, over all surveys."""

from community.activity import actions as activity
from community.activity.changes import columns_of, compare
from community.infra.db import lock, unit_of_work
from community.members.models import Member
from community.surveys.models import ContactBudget
from community.surveys.queries import reach


def set_budget(
    staff: Member,
    *,
    invitation_limit: int,
    per_days: int,
    long_minutes: int,
    rest_days: int,
    remind_after_days: int,
) -> None:
    """Set the budget; what was told before counts against it at once."""
    with unit_of_work():
        budget = lock(ContactBudget, reach.BUDGET_ID)
        after = {
            "invitation_limit": invitation_limit,
            "per_days": per_days,
            "long_minutes": long_minutes,
            "rest_days": rest_days,
            "remind_after_days": remind_after_days,
        }
        before = columns_of(budget, *after)
        budget.invitation_limit, budget.per_days = invitation_limit, per_days
        budget.long_minutes, budget.rest_days = long_minutes, rest_days
        budget.remind_after_days = remind_after_days
        activity.record(
            "contact_budget.changed",
            subject=budget,
            actor=staff,
            **compare(before, after),
        )
