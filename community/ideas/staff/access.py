"""The staff blueprint of ideas."""

from community.infra.web import StaffBlueprint

blueprint = StaffBlueprint("ideas_staff", __name__, roles=("moderator", "owner"))
