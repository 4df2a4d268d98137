"""Who may set up how cases are dealt out."""

from community.cases import policy
from community.infra.errors import Forbidden
from community.infra.web import viewer


def only_administrators() -> None:
    """Keep out who does not set up the whole site."""
    if not policy.can_set_up_routing(viewer()):
        raise Forbidden()
