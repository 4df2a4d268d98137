"""The blueprint of the moderators' pages, and who may enter it."""

from community.infra.web import StaffBlueprint

blueprint = StaffBlueprint("moderation_staff", __name__, roles=("moderator",))
