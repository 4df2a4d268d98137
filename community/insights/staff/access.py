"""The blueprint of the pages on which reports are built and read."""

from community.infra.web import StaffBlueprint
from community.insights import policy

blueprint = StaffBlueprint("insights_staff", __name__, roles=policy.READERS)
