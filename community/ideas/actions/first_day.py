"""Whether the limits of the first day hold for a member."""

from flask import current_app

from community.ideas.newcomers import is_newcomer
from community.infra import clock
from community.members.models import Member
from community.panels.models import Panel
from community.panels.policy import works_on_panel


def is_held_back(panel: Panel, member: Member) -> bool:
    """Members in their first day, unless they work here or the site's limits are switched off."""
    if not current_app.config["RATE_LIMITS"] or works_on_panel(member, panel):
        return False
    return is_newcomer(member.joined_at, now=clock.now())
