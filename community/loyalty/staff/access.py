"""The blueprint of the pages on which points and rewards are looked after, and who finds which of them."""

from typing import Any, NamedTuple

from flask import url_for
from flask_babel import lazy_gettext as _l

from community.infra.errors import Forbidden
from community.infra.web import StaffBlueprint, viewer
from community.loyalty import policy
from community.members.models import Member

blueprint = StaffBlueprint("loyalty_staff", __name__, roles=policy.STAFF_ROLES)


class Tab(NamedTuple):
    """A way to one of the pages: its key, what it is called, and the endpoint it leads to."""

    key: str
    label: Any
    endpoint: str


OVERVIEW = Tab("overview", _l("Overview"), "index")
REDEMPTIONS = Tab("redemptions", _l("Redemptions"), "redemptions")
AWARDS = Tab("awards", _l("Waiting points"), "awards")
RUNNING = (
    Tab("catalogue", _l("Rewards"), "catalogue"),
    Tab("rules", _l("Rules"), "rules"),
    Tab("tiers", _l("Tiers"), "tiers"),
    Tab("adjustments", _l("Adjustments"), "adjustments"),
    Tab("books", _l("Books"), "books"),
    Tab("rings", _l("Circles"), "rings"),
    Tab("programme", _l("Settings"), "programme"),
)


@blueprint.context_processor
def ways() -> dict[str, Any]:
    """The tabs this viewer may open, for `_tabs.html`."""
    staff = viewer()
    # A form that came without its token is refused before anybody has asked who sent it.
    tabs = tabs_for(staff) if staff is not None else []
    return {"reward_tabs": [(tab.key, tab.label, url_for(f"loyalty_staff.{tab.endpoint}")) for tab in tabs]}


def tabs_for(staff: Member) -> list[Tab]:
    """The pages that these staff may open, in the order of the tabs."""
    tabs = [OVERVIEW]
    if policy.can_fulfil(staff):
        tabs.append(REDEMPTIONS)
    if policy.panels_of_awards(staff.standing_roles) != set():
        tabs.append(AWARDS)
    if policy.can_run_loyalty(staff):
        tabs.extend(RUNNING)
    return tabs


def only_who_run_it() -> None:
    """Keep out who does not run the programme for the whole site."""
    if not policy.can_run_loyalty(viewer()):
        raise Forbidden()


def only_who_fulfil() -> None:
    """Keep out who does not hand rewards over."""
    if not policy.can_fulfil(viewer()):
        raise Forbidden()
