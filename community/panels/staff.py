"""Staff pages about panels and segments."""

from community.infra.web import StaffBlueprint

blueprint = StaffBlueprint("panels_staff", __name__, roles=("moderator", "analyst", "admin"))
