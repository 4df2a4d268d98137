"""The staff's first page."""

from community.infra.web import StaffBlueprint

blueprint = StaffBlueprint("home_staff", __name__, roles=("moderator", "owner", "analyst", "admin"))
