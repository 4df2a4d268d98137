"""The pages at the front door."""

from community.infra.web import PublicBlueprint

blueprint = PublicBlueprint("home", __name__)
