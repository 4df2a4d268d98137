"""Staff pages about people."""

from community.infra.web import StaffBlueprint

blueprint = StaffBlueprint("members_staff", __name__, roles=("admin",))
