"""What a panel's address may be."""

import re

from flask_babel import gettext as _

from community.infra.errors import Invalid

LONGEST = 60
# Addresses under /panels that are not panels.
RESERVED = {"invitations"}
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def check_slug(slug: str) -> None:
    """Invalid unless it can be the last part of a panel's address."""
    if len(slug) > LONGEST or not _SLUG.fullmatch(slug):
        raise Invalid(_("Please use small letters, digits and single hyphens."), field="slug")
    if slug in RESERVED:
        raise Invalid(_("This address is used by the site itself."), field="slug")
