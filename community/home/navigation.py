"""What every page shows around its content: site name, viewer, and the staff pages this viewer may open."""

from typing import Any, NamedTuple

from flask import Flask, g, request, url_for
from flask_babel import lazy_gettext as _l

from community.analysis.script import chinese_of
from community.config import LOCALES
from community.infra import language, letter_keys, web
from community.loyalty.queries import mine
from community.members import sign_in
from community.members.names import initials_of


class StaffPage(NamedTuple):
    """A staff page and the roles that open it; `is_site_wide` when roles on one panel do not.

    The addresses of the endpoints in `also` lead on from this page as well.
    """

    endpoint: str
    label: Any
    roles: tuple[str, ...]
    is_site_wide: bool = False
    also: tuple[str, ...] = ()


class Entry(NamedTuple):
    """A line of the staff navigation: where it leads, and whether the reader is there or below."""

    path: str
    label: Any
    is_current: bool


STAFF_PAGES = (
    StaffPage("home_staff.index", _l("Overview"), ("moderator", "owner", "analyst", "admin")),
    StaffPage("cases_staff.index", _l("Cases"), ("moderator", "owner")),
    StaffPage("moderation_staff.index", _l("Moderation"), ("moderator",)),
    StaffPage("feedback_staff.index", _l("Feedback"), ("moderator", "owner", "analyst")),
    StaffPage("surveys_staff.index", _l("Surveys"), ("owner", "analyst")),
    StaffPage("insights_staff.index", _l("Insights"), ("owner", "analyst")),
    StaffPage("topics_staff.index", _l("Topics"), ("admin",), is_site_wide=True),
    StaffPage("listening_staff.index", _l("Listening"), ("moderator", "owner", "analyst")),
    StaffPage(
        "cases_staff.rules",
        _l("Routing"),
        ("admin",),
        is_site_wide=True,
        also=("cases_staff.levels", "cases_staff.teams"),
    ),
    StaffPage("cases_staff.absences", _l("Absences"), ("moderator", "owner")),
    StaffPage("ideas_staff.index", _l("Ideas"), ("moderator", "owner")),
    StaffPage("loyalty_staff.index", _l("Rewards"), ("moderator", "owner")),
    StaffPage("panels_staff.index", _l("Panels"), ("moderator", "admin")),
    StaffPage("panels_staff.segments", _l("Segments"), ("analyst", "admin")),
    StaffPage("members_staff.index", _l("Members"), ("admin",), is_site_wide=True),
    StaffPage("members_staff.attributes", _l("Profile questions"), ("admin",), is_site_wide=True),
    StaffPage(
        "privacy_staff.retention_rules",
        _l("Data protection"),
        ("admin",),
        is_site_wide=True,
        also=("privacy_staff.erasures",),
    ),
    StaffPage("admin_staff.audit", _l("Audit log"), ("admin",)),
    StaffPage("admin_staff.mail", _l("Mail"), ("admin",), is_site_wide=True),
    StaffPage("admin_staff.owed", _l("Owed work"), ("admin",), is_site_wide=True),
)


LOCALE_NAMES = tuple((locale, language.NAMES[locale], language.TAGS[locale]) for locale in LOCALES)


def init_app(app: Flask) -> None:
    """Give all templates what the layouts need."""
    app.jinja_env.filters.update(initials=initials_of, chinese=chinese_of)

    @app.context_processor
    def around() -> dict[str, Any]:
        is_bare = bool(g.get("is_bare"))
        member = None if is_bare else web.viewer()
        return {
            "viewer": member,
            "viewer_unread": member.unread_count if member is not None else 0,
            # Asked for by whole pages only, not by the parts of one that scripts fetch.
            "rewards_head": lambda: (
                mine.CLOSED if is_bare else mine.find_head(member, along=sign_in.asked_along())
            ),
            "site_name": language.site_name(),
            "has_letter_keys": letter_keys.are_on(),
            "locale_names": LOCALE_NAMES,
            "staff_nav": list_entries(member) if member is not None and member.is_staff else [],
        }


def list_entries(member: Any) -> list[Entry]:
    """The staff pages this member may open; the one with the longest fitting address is the current one."""
    pages = [page for page in STAFF_PAGES if _may_open(member, page)]
    fitting = [
        (len(path), page.endpoint)
        for page in pages
        for path in map(url_for, (page.endpoint, *page.also))
        if f"{request.path}/".startswith(f"{path.rstrip('/')}/")
    ]
    _length, current = max(fitting, default=(0, ""))
    return [Entry(url_for(page.endpoint), page.label, page.endpoint == current) for page in pages]


def _may_open(member: Any, page: StaffPage) -> bool:
    if page.is_site_wide:
        return any(member.holds_role(role) for role in page.roles)
    return bool(member.holds_any_role(page.roles))
