"""Joining, signing in and a member's own pages."""

from community.infra.web import MemberBlueprint

blueprint = MemberBlueprint("members", __name__)
