"""Which blueprint answers under which prefix, in the order of the site map."""

from flask import Blueprint, Flask

from community.admin import staff as admin_staff
from community.cases import staff as cases_staff
from community.cases import views as cases
from community.customers import views as customers
from community.digests import views as digests
from community.feedback import staff as feedback_staff
from community.home import staff as home_staff
from community.home import views as home
from community.ideas import staff as ideas_staff
from community.ideas import views as ideas
from community.infra import web
from community.insights import staff as insights_staff
from community.loyalty import staff as loyalty_staff
from community.loyalty import views as loyalty
from community.members import staff as members_staff
from community.members import views as members
from community.moderation import staff as moderation_staff
from community.moderation import views as moderation
from community.notifications import views as notifications
from community.operating import views as operating
from community.panels import staff as panels_staff
from community.panels import views as panels
from community.privacy import staff as privacy_staff
from community.privacy import views as privacy
from community.surveys import staff as surveys_staff
from community.surveys import views as surveys

ROUTES: tuple[tuple[Blueprint, str], ...] = (
    (home.blueprint, ""),
    (members.blueprint, ""),
    (panels.blueprint, "/panels"),
    (ideas.blueprint, ""),
    (surveys.blueprint, ""),
    (loyalty.blueprint, ""),
    (cases.blueprint, ""),
    (moderation.blueprint, ""),
    (notifications.blueprint, ""),
    (customers.blueprint, ""),
    (digests.blueprint, ""),
    (privacy.blueprint, ""),
    (operating.blueprint, ""),
    (home_staff.blueprint, "/staff"),
    (cases_staff.blueprint, "/staff/cases"),
    (feedback_staff.feedback_blueprint, "/staff/feedback"),
    (feedback_staff.topics_blueprint, "/staff/topics"),
    (feedback_staff.listening_blueprint, "/staff/listening"),
    (surveys_staff.blueprint, "/staff/surveys"),
    (insights_staff.blueprint, "/staff/insights"),
    (ideas_staff.blueprint, "/staff/ideas"),
    (moderation_staff.blueprint, "/staff/moderation"),
    (loyalty_staff.blueprint, "/staff/rewards"),
    (panels_staff.blueprint, "/staff/panels"),
    (members_staff.blueprint, "/staff/members"),
    (privacy_staff.blueprint, "/staff/settings"),
    (admin_staff.blueprint, "/staff"),
)


def init_app(app: Flask) -> None:
    """Open the site's addresses."""
    app.url_map.converters["int"] = web.IdConverter
    for blueprint, prefix in ROUTES:
        app.register_blueprint(blueprint, url_prefix=prefix or None)
