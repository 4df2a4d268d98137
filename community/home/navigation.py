"""What every page shows around its content: site name, viewer, and the staff pages this viewer may open."""

from typing import Any, NamedTuple

from flask import Flask, g
from flask_babel import lazy_gettext as _l

from community.config import LOCALES
from community.infra import language, web


class StaffPage(NamedTuple):
    """An entry of the staff navigation and the roles that open it."""

    endpoint: str
    label: Any
    roles: tuple[str, ...]


STAFF_PAGES = (
    StaffPage("home_staff.index", _l("Overview"), ("moderator", "owner", "analyst", "admin")),
    StaffPage("ideas_staff.index", _l("Ideas"), ("moderator", "owner")),
    StaffPage("panels_staff.index", _l("Panels"), ("moderator", "admin")),
    StaffPage("panels_staff.segments", _l("Segments"), ("analyst", "admin")),
    StaffPage("members_staff.index", _l("Members"), ("admin",)),
    StaffPage("members_staff.attributes", _l("Profile questions"), ("admin",)),
    StaffPage("admin_staff.mail", _l("Mail"), ("admin",)),
    StaffPage("admin_staff.owed", _l("Owed work"), ("admin",)),
)


def init_app(app: Flask) -> None:
    """Give all templates what the layouts need."""

    @app.context_processor
    def around() -> dict[str, Any]:
        member = None if g.get("is_bare") else web.viewer()
        return {
            "viewer": member,
            "viewer_unread": member.unread_count if member is not None else 0,
            "site_name": app.config["SITE_NAME"],
            "locale_names": [(locale, language.NAMES[locale], language.TAGS[locale]) for locale in LOCALES],
            "staff_nav": [
                (page.endpoint, page.label)
                for page in STAFF_PAGES
                if member is not None and member.holds_any_role(page.roles)
            ],
        }
