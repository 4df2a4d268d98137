"""The blueprint of the pages on which surveys are built and read, and who may enter it."""

from community.infra.web import StaffBlueprint

blueprint = StaffBlueprint("surveys_staff", __name__, roles=("owner", "analyst"))
