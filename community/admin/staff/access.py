"""The blueprint of pages that keep the site in order, and who may open which of them."""

from community.infra import web
from community.infra.errors import NotFound
from community.infra.web import StaffBlueprint

blueprint = StaffBlueprint("admin_staff", __name__, roles=("admin",))


def only_whole_site() -> None:
    """Only administrators of the whole site go on."""
    # An administrator of one panel does not run the site, and the mail is everybody's.
    if not web.viewer().holds_role("admin"):
        raise NotFound()
