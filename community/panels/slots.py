"""What panels show on pages of lower floors: how each panel of a member calls them."""

from flask import render_template
from markupsafe import Markup

from community.members.models import Member
from community.panels import queries


def names_of_member(*, member: Member) -> Markup:
    """How others see the member in each panel they are in."""
    panels = queries.list_panels_of(member)
    if not panels:
        return Markup("")
    html = render_template("panels/_names_shown.html", panels=panels, member=member)
    return Markup(html)  # noqa: S704 - the template escapes
