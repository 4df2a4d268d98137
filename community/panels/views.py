"""Panels as members meet them."""

from community.infra.web import MemberBlueprint

blueprint = MemberBlueprint("panels", __name__)
