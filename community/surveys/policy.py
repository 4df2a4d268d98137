"""Who may build, read, judge and answer surveys: the one place that knows roles."""

from collections.abc import Sequence
from datetime import datetime

from community.members.models import Member
from community.surveys import states
from community.surveys.models import Response, Survey

# Who asks members. Administrators hold every role.
ROLES = ("owner", "analyst")


def can_build(viewer: Member | None, survey: Survey) -> bool:
    """Those who ask members on the site, or on every panel that the survey asks."""
    return can_ask_panels(viewer, survey.panel_ids)


def can_ask_panels(viewer: Member | None, panel_ids: Sequence[int]) -> bool:
    """Those who ask on the whole site may ask anybody; others the members of panels they all work on."""
    if viewer is None or not viewer.is_active:
        return False
    if any(viewer.holds_role(role) for role in ROLES):
        return True
    return bool(panel_ids) and all(
        any(viewer.holds_role(role, panel_id) for role in ROLES) for panel_id in panel_ids
    )


def can_read_results(viewer: Member | None, survey: Survey) -> bool:
    """Results, with what single members answered, are for those who may build the survey."""
    return can_build(viewer, survey)


def can_judge(viewer: Member | None, survey: Survey) -> bool:
    """Whether a response counts is decided by those who may build the survey."""
    return can_build(viewer, survey)


def can_set_targets(viewer: Member | None) -> bool:
    """What all customers look like is written down by those who ask on the whole site."""
    return can_ask_panels(viewer, ())


def can_set_budget(viewer: Member | None) -> bool:
    """How often members may be asked holds for all panels, so those who ask on the whole site set it."""
    return can_ask_panels(viewer, ())


def can_see_survey(
    survey: Survey, *, is_asked: bool, response: Response | None, can_read_panel: bool
) -> bool:
    """Who is asked, once it has opened, and who has answered for as long as they may read its panel."""
    if states.is_building(survey.state):
        return False
    return is_asked or (response is not None and can_read_panel)


def is_answerable(survey: Survey, now: datetime) -> bool:
    """Whether answers are taken at this moment, also when the clock's work is late."""
    return survey.state == "open" and (survey.closes_at is None or now < survey.closes_at)
