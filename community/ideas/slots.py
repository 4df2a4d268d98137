"""What ideas show on pages of lower floors: marks between those who may be a circle, and votes left out."""

from flask import render_template
from markupsafe import Markup

from community.ideas.queries import marks, vote_alarms
from community.infra import clock
from community.loyalty import rings
from community.members.models import Member
from community.panels.queries import readable_panel_ids


def marks_in_circle(*, names: dict[int, str]) -> Markup:
    """For those who judge a circle: who gave whom how many marks, `names` by member."""
    between = marks.list_between(names, since=clock.ago(days=rings.DAYS))
    return Markup(  # noqa: S704 - the template escapes
        render_template("ideas/_marks_in_circle.html", between=between, names=names, days=rings.DAYS)
    )


def not_counted(*, member: Member) -> Markup:
    """The member's votes that stand without being counted."""
    votes = vote_alarms.list_not_counted(member, readable=readable_panel_ids(member))
    if not votes:
        return Markup("")
    return Markup(render_template("ideas/_not_counted.html", votes=votes))  # noqa: S704 - escaped there
