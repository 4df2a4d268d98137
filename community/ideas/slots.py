"""What ideas show on pages of lower floors: the marks between those who may be a circle."""

from flask import render_template
from markupsafe import Markup

from community.ideas.queries import marks
from community.infra import clock
from community.loyalty import rings


def marks_in_circle(*, names: dict[int, str]) -> Markup:
    """For those who judge a circle: who gave whom how many marks, `names` by member."""
    between = marks.list_between(names, since=clock.ago(days=rings.DAYS))
    return Markup(  # noqa: S704 - the template escapes
        render_template("ideas/_marks_in_circle.html", between=between, names=names, days=rings.DAYS)
    )
