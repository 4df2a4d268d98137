"""Everything that is read about notices; writes nothing."""

from community.notifications.queries.inbox import (
    PER_PAGE,
    PanelDoor,
    Told,
    find_path,
    list_all_told,
    list_newest,
    list_own_panels,
    list_told,
    use_panels,
)

__all__ = [
    "PER_PAGE",
    "PanelDoor",
    "Told",
    "find_path",
    "list_all_told",
    "list_newest",
    "list_own_panels",
    "list_told",
    "use_panels",
]
