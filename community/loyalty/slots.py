"""What points show on lower floors: the alarm on staff pages, and the way from an account to its points."""

from flask import render_template
from markupsafe import Markup

from community.infra import web
from community.loyalty import policy
from community.loyalty.queries import books
from community.members.models import Member


def alarm_above_staff_pages() -> Markup:
    """That nothing is paid out, as long as the books do not add up; the way to them for who can look."""
    if not books.payouts_stopped():
        return Markup("")
    return _piece("_alarm", can_run=policy.can_run_loyalty(web.viewer()))


def points_of_member(*, member: Member) -> Markup:
    """On a member's account, for those who run the programme: the way to their points."""
    return _piece("_account", member=member) if policy.can_run_loyalty(web.viewer()) else Markup("")


def _piece(name: str, **values: object) -> Markup:
    return Markup(render_template(f"loyalty/staff/{name}.html", **values))  # noqa: S704 - the template escapes
