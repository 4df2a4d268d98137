"""The blueprint of the desks, and who may enter it."""

from community.infra.web import StaffBlueprint

blueprint = StaffBlueprint("cases_staff", __name__, roles=("owner", "moderator"))
